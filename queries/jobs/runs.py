"""Which verbs over many jobs a person started and has not seen the end of."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Text, Uuid, func, literal_column, select

from queries.tables import bulk_run
from queries.tables.base import Rows

SHOWN: Final = 3


def open_runs(actor_id: UUID) -> Rows:
    """The person's runs whose outcome they have not put away, the latest first, at most `SHOWN`.

    Columns: those of `dashboard.bulk_run`, total (of all, beyond the limit).
    """
    b = bulk_run.c
    return (
        select(bulk_run, func.count().over().label("total"))
        .where(b.actor_id == actor_id, b.closed_at.is_(None))
        .order_by(b.started_at.desc(), b.id)
        .limit(SHOWN)
    )


def one(run_id: UUID, actor_id: UUID) -> Rows:
    """One run of that person; no row when it is not theirs. Columns: those of `dashboard.bulk_run`."""
    return select(bulk_run).where(bulk_run.c.id == run_id, bulk_run.c.actor_id == actor_id)


def members(run_id: UUID) -> Rows:
    """The jobs that a run was asked for. Columns: id."""
    asked = select(func.jsonb_array_elements(bulk_run.c.asked).label("job")).where(bulk_run.c.id == run_id).subquery()
    return select(asked.c.job.op("->>")(literal_column("0")).cast(Text).cast(Uuid).label("id"))
