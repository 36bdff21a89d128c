"""Which failed jobs have the same cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from queries.jobs import states
from queries.sql.keyset import more_than, newest
from queries.sql.outcomes import ended_at
from queries.sql.signatures import WINDOW, named, rough
from queries.tables import processing_queue as q
from queries.tables.base import Rows


def newest_failures(where: Sequence[ColumnElement[bool]], *columns: ColumnElement[Any]) -> Rows:
    """The newest failed jobs under the conditions, at most `WINDOW`, those without an end last.

    Columns: id, ended_at, the given ones, and signature: the message with numbers, ids, URLs and quoted values as `…`
    (status codes and quoted lower-case identifiers stay), its first 120 characters, or `(no message)`; and its hash.
    """
    ended = ended_at()
    told = (q.c.id, ended.label("ended_at"), *columns, rough(func.left(q.c.error_message, 1000)))
    failures = select(*told).where(states.is_status("failed"), *where)
    return named(newest(failures, ended, q.c.id, WINDOW).cte())


def has_older(where: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether more jobs failed under the conditions than `newest_failures` looks at."""
    ended = ended_at()
    failures = select(q.c.id).where(states.is_status("failed"), *where)
    return more_than(failures.order_by(ended.desc(), q.c.id.desc()), WINDOW)


def of_job(job_id: UUID) -> Rows:
    """The signature of one job's message. Columns: id, signature, hash."""
    one = select(q.c.id, rough(func.left(q.c.error_message, 1000))).where(q.c.id == job_id).cte()
    return named(one)
