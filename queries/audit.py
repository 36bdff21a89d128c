"""Who changed what, when and why."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from queries.tables import audit_log
from queries.tables.base import Rows

HISTORY_LIMIT: Final = 100


def history(object_type: str, object_id: str, limit: int = HISTORY_LIMIT) -> Rows:
    """What staff did to one object, newest first.

    Columns: id, at, actor_email, actor_role, action, reason, before, after (JSON of the changed columns), request_id.
    """
    a = audit_log.c
    return (
        select(a.id, a.at, a.actor_email, a.actor_role, a.action, a.reason, a.before, a.after, a.request_id)
        .where(a.object_type == object_type, a.object_id == object_id)
        .order_by(a.at.desc(), a.id.desc())
        .limit(limit)
    )
