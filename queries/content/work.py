"""What about content needs a person now: each line counts the rows of a filter, which the line opens."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from queries.content.conditions import clauses
from queries.content.filters import ContentFilter
from queries.sql import keyset, usable
from queries.tables import content_pieces
from queries.tables.base import Rows

FAILED: Final = ContentFilter(status="failed", added_hours=24)
STUCK: Final = ContentFilter(status="stuck")
EXPIRING: Final = ContentFilter(expiring_days=7)
WAITING: Final = ContentFilter(status="completed", judged="waiting", added_hours=30 * 24)

c = content_pieces


def failed() -> Rows:
    """Pieces of the last day whose processing failed; no row when there are none.

    Columns: pieces (at most `keyset.COUNT_CAP` and one more), accounts, last_at.
    """
    return _row(FAILED, usable.moment(c.c.created_at), func.max)


def stuck() -> Rows:
    """Pieces that are being processed and have not changed for hours; no row when there are none.

    Columns: those of `failed`.
    """
    return _row(STUCK, usable.moment(c.c.created_at), func.max)


def expiring() -> Rows:
    """Pieces whose file Storage deletes soon; no row when there are none.

    Columns: those of `failed`, last_at being the first deletion.
    """
    return _row(EXPIRING, c.c.storage_expires_at, func.min)


def waiting() -> Rows:
    """What of the last 30 days waits for its first verdict; no row when nothing does.

    Columns: pieces (at most `keyset.COUNT_CAP` and one more), last_at (when the oldest was added).
    """
    pieces = select(c.c.created_at.label("at")).where(*clauses("piece", WAITING))
    # Of more than the cap the oldest is still the oldest of all.
    oldest = pieces.order_by(c.c.created_at).limit(1).subquery()
    found = select(keyset.capped_count(pieces).label("pieces")).subquery()
    return select(found.c.pieces, select(oldest.c.at).scalar_subquery().label("last_at")).where(found.c.pieces > 0)


def _row(where: ContentFilter, at: ColumnElement[Any], which: Any) -> Rows:
    few = select(c.c.account_id, at.label("at")).where(*clauses("piece", where))
    found = few.limit(keyset.COUNT_CAP + 1).subquery()
    accounts = func.count(found.c.account_id.distinct()).label("accounts")
    return select(func.count().label("pieces"), accounts, which(found.c.at).label("last_at")).having(func.count() > 0)
