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

_NUMBERS: Final = r"[\w-]*\d[\w.,:-]*"
"""Words with a digit in them: numbers, times, UUIDs, request ids."""

_VALUES: Final = "|".join(
    (
        r"https?://[^\s\"'<>)]+",
        r'"[^"]*"',
        r"`[^`]*`",
        r"(?<!\w)'[^']*'(?!\w)",  # not the apostrophes of "can't" and "isn't"
    )
)


def newest_failures(where: Sequence[ColumnElement[bool]], *columns: ColumnElement[Any]) -> Rows:
    """The newest failed jobs under the conditions, at most `WINDOW`.

    Columns: id, ended_at, the given ones, and signature: the message with numbers, ids, URLs and quoted values as `…`,
    its first 120 characters, or `(no message)`. Numbers and ids go first, row by row; the dearer pattern for the rest
    then runs once per distinct text, which halves the time.
    """
    ended_at = job_states.ended_at()
    message = func.translate(func.left(q.c.error_message, 1000), "\n\r\t", "   ")
    rough = func.coalesce(func.regexp_replace(message, literal(_NUMBERS), "…", "g"), "").label("rough")
    failures = (
        select(q.c.id, ended_at.label("ended_at"), rough, *columns)
        .where(job_states.is_status("failed"), *where)
        .order_by(ended_at.desc(), q.c.id.desc())
        .limit(WINDOW)
        .cte()
    )
    texts = select(failures.c.rough).distinct().subquery()
    short = func.btrim(func.left(func.regexp_replace(texts.c.rough, literal(_VALUES), "…", "g"), LENGTH))
    causes = select(texts.c.rough, func.coalesce(func.nullif(short, ""), "(no message)").label("signature"))
    causes = causes.cte().prefix_with("MATERIALIZED")
    kept = [column for column in failures.c if column.key != "rough"]
    return select(*kept, causes.c.signature).join_from(failures, causes, causes.c.rough == failures.c.rough)
