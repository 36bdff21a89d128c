"""What a verb would touch if it were confirmed now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid as UuidType
from sqlalchemy import and_, any_, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from queries.jobs import states
from queries.jobs.states import Status
from queries.sql.aggregates import sum_where
from queries.tables import processing_queue as q
from queries.tables.base import Rows


def preview(ids: Sequence[UUID], allowed: Sequence[Status]) -> Rows:
    """The reach of a verb over a frozen list of ids, given the states that it accepts; one row.

    Columns: found, eligible (in an allowed state now), accounts, estimated_credits and actual_credits (sums over the
    eligible), duplicates (eligible jobs whose account, type and data equal those of another job queued or processing).
    """
    frozen = literal(list(ids), ARRAY(UuidType))
    asked = (
        select(q, or_(*(states.is_status(status) for status in allowed)).label("is_eligible"))
        .where(q.c.id == any_(frozen))
        .cte("asked")
        .prefix_with("MATERIALIZED")
    )
    # Each set is read once and matched by hash: asking for each job in turn took seconds for a thousand.
    live = (
        select(q.c.account_id, q.c.job_type, q.c.job_data, func.count().label("jobs"))
        .where(states.any_status(states.LIVE))
        .group_by(q.c.account_id, q.c.job_type, q.c.job_data)
        .cte("live")
        .prefix_with("MATERIALIZED")
    )
    a = asked.c
    is_same = and_(a.account_id == live.c.account_id, a.job_type == live.c.job_type, a.job_data == live.c.job_data)
    itself = case((a.status.in_(states.LIVE), 1), else_=0)
    return select(
        func.count().label("found"),
        func.count().filter(a.is_eligible).label("eligible"),
        func.count(a.account_id.distinct()).filter(a.is_eligible).label("accounts"),
        sum_where(a.estimated_credits, a.is_eligible).label("estimated_credits"),
        sum_where(a.actual_credits, a.is_eligible).label("actual_credits"),
        func.count().filter(a.is_eligible, live.c.jobs > itself).label("duplicates"),
    ).outerjoin_from(asked, live, is_same)


def snapshots(ids: Sequence[UUID]) -> Rows:
    """What tells one run of a job from the next, for these ids. Columns: id, attempts, run_start (text)."""
    wanted = any_(literal(list(ids), ARRAY(UuidType)))
    return select(q.c.id, q.c.attempts, states.run_start().label("run_start")).where(q.c.id == wanted)
