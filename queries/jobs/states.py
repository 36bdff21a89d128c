"""What a job's stored columns amount to: the derived states the product does not store (design: scheduled, due, …)."""

from __future__ import annotations

from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Text, and_, case, extract, func, literal, literal_column, or_

from core.thresholds import StuckAfter
from queries.sql import usable
from queries.sql.constants import constant
from queries.sql.time import span
from queries.tables import processing_queue as q

State = Literal[
    "queued", "due", "scheduled", "retrying", "stranded",
    "processing", "stuck",
    "failed", "completed", "cancelled", "unknown",
]  # fmt: skip
Status = Literal["queued", "processing", "completed", "failed", "cancelled"]

TERMINAL: Final[tuple[Status, ...]] = ("completed", "failed", "cancelled")
RESTING: Final[tuple[State, ...]] = (*TERMINAL, "unknown")
LIVE: Final[tuple[Status, ...]] = ("queued", "processing")
JOB_TYPES: Final = (
    "content_analysis",
    "script_generation",
    "voice_generation",
    "avatar_generation",
    "content_scraping",
    "file_processing",
)
"""The product's CHECK on `job_type`; a test compares."""

DEFAULT_MAX_ATTEMPTS: Final = 3
"""The product's column default, taken where `max_attempts` is NULL."""


def any_status(statuses: tuple[str, ...]) -> ColumnElement[bool]:
    """`status IN (…)` with the values in the text: the planner must prove a partial index's predicate from it."""
    return or_(*(q.c.status == constant(status) for status in statuses)).self_group()


def is_status(status: Status) -> ColumnElement[bool]:
    """`status = '…'` with the value in the text, for the same reason."""
    return q.c.status == constant(status)


def attempts() -> ColumnElement[Any]:
    """How often a worker took the job; NULL counts as never."""
    return func.coalesce(q.c.attempts, literal_column("0"))


def max_attempts() -> ColumnElement[Any]:
    """How often a worker may take it."""
    return func.coalesce(q.c.max_attempts, constant(DEFAULT_MAX_ATTEMPTS))


ENDS: Final = ("completed", "failed", "retried", "cancelled")
"""How the figures tell ends: what failed and was retried by staff since is a failure still."""


def started_at() -> ColumnElement[Any]:
    """When this run started; a job that waits again keeps the time of the run before."""
    return case((any_status(("processing", *TERMINAL)), q.c.started_at))


def completed_at() -> ColumnElement[Any]:
    """When the job that is over ended; one that runs again keeps the end of the run before."""
    return case((any_status(TERMINAL), q.c.completed_at))


def run_start() -> ColumnElement[Any]:
    """What tells one run of a job from the next beside its attempts: its start, exact and whatever it is, as text."""
    return extract("epoch", q.c.started_at).cast(Text)


def is_stuck(stuck_after: StuckAfter) -> ColumnElement[bool]:
    """Whether a job in processing was taken longer ago than its type's threshold."""
    since = func.coalesce(*map(usable.moment, (q.c.started_at, q.c.updated_at, q.c.created_at)))
    limits = [(q.c.job_type == name, span(mins=minutes)) for name, minutes in sorted(stuck_after.by_type.items())]
    default = span(mins=stuck_after.minutes)
    limit = case(*limits, else_=default) if limits else default
    return since < func.now() - limit


def conditions(stuck_after: StuckAfter) -> dict[State, ColumnElement[bool]]:
    """What must hold for a job to be counted under each state; derived states overlap on purpose (due and retrying)."""
    queued, processing = is_status("queued"), is_status("processing")
    in_future, has_room = q.c.scheduled_at > func.now(), attempts() < max_attempts()
    return {
        "queued": queued,
        # No worker takes a stranded job, whatever its time: it is neither due nor scheduled.
        "due": and_(queued, has_room, or_(q.c.scheduled_at <= func.now(), q.c.scheduled_at.is_(None))),
        "scheduled": and_(queued, has_room, in_future),
        "retrying": and_(queued, attempts() > 0),
        "stranded": and_(queued, ~has_room),
        "processing": processing,
        "stuck": and_(processing, is_stuck(stuck_after)),
        "failed": is_status("failed"),
        "completed": is_status("completed"),
        "cancelled": is_status("cancelled"),
        "unknown": q.c.status.is_(None),
    }


def state(stuck_after: StuckAfter) -> ColumnElement[Any]:
    """The one state that tells most about a job: stranded before scheduled before retrying before due."""
    told = conditions(stuck_after)
    ranked: tuple[State, ...] = ("stuck", "stranded", "scheduled", "retrying", "due")
    whens = [(told[name], literal(name, Text)) for name in ranked]
    return case(*whens, else_=func.coalesce(q.c.status, literal_column("'unknown'", Text)))
