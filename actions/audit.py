"""Put on record who did what, in the same transaction as the deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, Connection, FromClause, Insert, Text, Uuid, insert, literal, null, select
from sqlalchemy.dialects.postgresql import JSONB

from core.errors import Invalid
from core.identity import Operator, Viewer
from core.telemetry import request_id
from queries.tables import audit_log

REASON_LENGTH: Final = 500
NOTHING: Final = null().cast(JSONB)


def record(
    connection: Connection,
    viewer: Viewer | Operator,
    action: str,
    object_type: str,
    object_id: str | UUID | None = None,
    *,
    account_id: UUID | None = None,
    reason: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """One row in the audit log: `before` and `after` hold the changed columns only."""
    connection.execute(
        insert(audit_log).values(
            actor_id=viewer.user_id,
            actor_email=viewer.email,
            actor_role=viewer.role,
            action=action,
            object_type=object_type,
            object_id=None if object_id is None else str(object_id),
            account_id=account_id,
            reason=reason,
            before=before,
            after=after,
            request_id=request_id(),
        )
    )


def of_changes(changed: FromClause | CTE, viewer: Viewer, action: str, object_type: str, reason: str | None) -> Insert:
    """One row for each changed record, to stand beside the statement that changed them.

    `changed` has the columns id, account_id, before and after (jsonb).
    """
    c = changed.c
    who = [literal(viewer.user_id, Uuid), literal(viewer.email, Text), literal(viewer.role, Text)]
    what = [literal(action, Text), literal(object_type, Text), c.id.cast(Text), c.account_id, literal(reason, Text)]
    columns = [
        "actor_id", "actor_email", "actor_role", "action", "object_type", "object_id", "account_id", "reason",
        "before", "after", "request_id",
    ]  # fmt: skip
    diff = [c.before.cast(JSONB), c.after.cast(JSONB), literal(request_id(), Text)]
    return insert(audit_log).from_select(columns, select(*who, *what, *diff))


def cleaned(reason: str | None) -> str | None:
    """The reason without space around it and without NUL; None when nothing is left. Raises `Invalid` when too long."""
    text = (reason or "").replace("\x00", "").strip()
    if len(text) > REASON_LENGTH:
        raise Invalid(f"The reason is {len(text)} characters long. Shorten it to {REASON_LENGTH}.")
    return text or None
