"""Which calls of other services failed, and when jobs that are over ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, func, literal_column, or_

from queries.tables import api_usage_logs as logs
from queries.tables import processing_queue as q


def is_error() -> ColumnElement[bool]:
    """Whether a call failed: a status of 400 or more, or no status but a message.

    The first condition is the partial index's, which PostgreSQL does not deduce from the second.
    """
    may_be = or_(logs.c.status_code >= literal_column("400"), logs.c.status_code.is_(None)).self_group()
    return may_be & has_failed()


def has_failed() -> ColumnElement[Any]:
    """The same for rows that no index is asked for."""
    return func.dashboard.is_error(logs.c.status_code, logs.c.error_message, type_=Boolean)


def is_unknown() -> ColumnElement[bool]:
    """Whether nobody knows how a call ended: neither status nor message. It is in no rate."""
    return and_(logs.c.status_code.is_(None), ~has_failed())


def ended_at() -> ColumnElement[Any]:
    """When a job that is over ended; workers that leave `completed_at` empty on failure do set `updated_at`."""
    return func.coalesce(q.c.completed_at, q.c.updated_at)
