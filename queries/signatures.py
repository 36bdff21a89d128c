"""Which failures have the same cause: the error message without the parts that differ from job to job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, select

from queries import job_states
from queries.tables import processing_queue as q
from queries.tables.base import Rows

WINDOW: Final = 5_000
"""Failures are grouped over the newest so many: the message is rewritten row by row, which no index can serve."""

LENGTH: Final = 120

_PARTS: Final = "|".join(
    (
        r"https?://[^\s\"'<>]+",
        r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        r'"[^"]*"',
        r"(?<!\w)'[^']*'(?!\w)",  # not the apostrophes of "can't" and "isn't"
        r"`[^`]*`",
        r"\d+(?:[.,:]\d+)*",
    )
)


def signature() -> ColumnElement[str]:
    """The job's error message with URLs, UUIDs, quoted values and numbers as `…`, its first 120 characters."""
    # One pass over the head of the message: 5,000 messages must stay within tens of milliseconds.
    message = func.translate(func.left(q.c.error_message, 1000), "\n\r\t", "   ")
    replaced = func.regexp_replace(message, literal(_PARTS), "…", "g")
    return func.coalesce(func.nullif(func.btrim(func.left(replaced, LENGTH)), ""), "(no message)")


def newest_failures(where: Sequence[ColumnElement[bool]], *columns: ColumnElement[Any]) -> Rows:
    """The newest failed jobs under the conditions, at most `WINDOW`.

    Columns: id, ended_at, signature and the given ones.
    """
    ended_at = job_states.ended_at()
    return (
        select(q.c.id, ended_at.label("ended_at"), signature().label("signature"), *columns)
        .where(job_states.is_status("failed"), *where)
        .order_by(ended_at.desc(), q.c.id.desc())
        .limit(WINDOW)
    )
