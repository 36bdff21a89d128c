"""What about content needs a person now."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Subquery, func, select, union_all

from queries import keyset
from queries.job_states import span
from queries.tables import content_pieces
from queries.tables.base import Rows

STUCK_HOURS: Final = 2
"""Hours without a change after which a piece that is being processed is stuck."""
EXPIRING_DAYS: Final = 7

c = content_pieces


def failed() -> Rows:
    """Pieces whose processing failed in the last day; no row when there are none.

    Columns: pieces (at most `keyset.COUNT_CAP` and one more), accounts, last_at.
    """
    recent = c.c.created_at >= func.now() - span(days=1)
    few = select(c.c.account_id, c.c.created_at).where(c.c.processing_status == "failed", recent)
    return _counted(few.limit(keyset.COUNT_CAP + 1))


def stuck() -> Rows:
    """Pieces that are being processed and have not changed for hours; no row when there are none.

    Columns: those of `failed`.
    """
    since = func.coalesce(c.c.updated_at, c.c.created_at)
    parts = [
        select(c.c.account_id, c.c.created_at)
        .where(c.c.processing_status == status, since < func.now() - span(hours=STUCK_HOURS))
        .limit(keyset.COUNT_CAP + 1)
        for status in ("pending", "processing")
    ]
    return _counted(union_all(*parts))


def expiring() -> Rows:
    """Pieces whose file Storage deletes within `EXPIRING_DAYS`; no row when there are none.

    Columns: those of `failed`, last_at being the first deletion.
    """
    at = c.c.storage_expires_at
    soon = [at >= func.now(), at < func.now() + span(days=EXPIRING_DAYS)]
    few = select(c.c.account_id, at.label("created_at")).where(*soon).order_by(at)
    found = few.limit(keyset.COUNT_CAP + 1).subquery()
    return _row(found, func.min(found.c.created_at))


def _counted(few: Rows | CompoundSelect[*tuple[Any, ...]]) -> Rows:
    found = few.subquery()
    return _row(found, func.max(found.c.created_at))


def _row(found: Subquery, at: ColumnElement[Any]) -> Rows:
    accounts = func.count(found.c.account_id.distinct()).label("accounts")
    return select(func.count().label("pieces"), accounts, at.label("last_at")).having(func.count() > 0)
