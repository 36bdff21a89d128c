"""What staff noted about a customer's object."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypedDict
from uuid import UUID

from sqlalchemy import func, select

from core.reads import rows_of
from queries.tables import staff_note
from queries.tables.base import Rows

LIMIT: Final = 50


class Note(TypedDict):
    """A row of `about`."""

    id: str
    author_id: str
    author_email: str
    body: str
    is_pinned: bool
    created_at: datetime
    updated_at: datetime
    total: int  # of all, beyond the limit


@rows_of(Note)
def about(object_type: str, object_id: UUID, limit: int = LIMIT) -> Rows:
    """The notes about one object, pinned ones first, then the newest."""
    n = staff_note.c
    return (
        select(
            *(n.id, n.author_id, n.author_email, n.body, n.is_pinned, n.created_at, n.updated_at),
            func.count().over().label("total"),
        )
        .where(n.object_type == object_type, n.object_id == object_id)
        .order_by(n.is_pinned.desc(), n.created_at.desc(), n.id)
        .limit(limit)
    )
