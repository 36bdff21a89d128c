"""What a list was narrowed to; an absent filter adds no SQL at all (`IS NULL OR` patterns make PostgreSQL scan)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import eq, gt, lt
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_, select

from core.thresholds import StuckAfter
from queries.jobs import runs
from queries.jobs import states as job_states
from queries.jobs.signatures import has_older, newest_failures
from queries.jobs.states import State
from queries.sql import usable
from queries.sql.outcomes import ended_at
from queries.sql.text import contains, printable
from queries.sql.time import between
from queries.tables import job_failure
from queries.tables import processing_queue as q

Priority = Literal["any", "high", "normal", "low"]

_ABOUT_NORMAL: Final[dict[Priority, Callable[[Any, Any], Any]]] = {"high": gt, "normal": eq, "low": lt}


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs are meant. Times are half-open (`from` ≤ t < `until`), UTC; `ended` is `completed_at` or the last
    change of a job that is over. `since` keeps the jobs that are not over and those that ended no earlier: a job stuck
    for a week belongs to today. `run` keeps those that a verb was asked for,
    `signature` those that failed the same way, by the hash that `signatures.named` makes."""

    states: tuple[State, ...] = ()
    job_types: tuple[str, ...] = ()
    account_id: UUID | None = None
    error: str = ""
    signature: str = ""
    priority: Priority = "any"
    since: datetime | None = None
    ended_from: datetime | None = None
    ended_until: datetime | None = None
    run: UUID | None = None
    stuck_after: StuckAfter = field(default_factory=StuckAfter)

    def of(self, state: State) -> JobFilter:
        """The same filter for one state, as its tile needs it."""
        return replace(self, states=(state,))


def job_clauses(where: JobFilter) -> list[ColumnElement[bool]]:
    """The conditions on `processing_queue` that the filter amounts to; none for an empty filter."""
    clauses: list[ColumnElement[bool]] = []
    if where.states:
        told = job_states.conditions(where.stuck_after)
        clauses.append(or_(*(told[name] for name in where.states)))
    if where.job_types:
        clauses.append(q.c.job_type.in_(where.job_types))
    if where.account_id:
        clauses.append(q.c.account_id == where.account_id)
    if where.priority != "any":
        clauses.append(_is_about(where.priority, q.c.priority))
    if where.since:
        clauses += _since(where.states, where.since)
    if error := printable(where.error):
        clauses.append(contains(q.c.error_message, error))
    if where.run:
        clauses.append(q.c.id.in_(runs.members(where.run)))
    if where.ended_from or where.ended_until:
        clauses.append(job_states.any_status(job_states.TERMINAL))
        clauses += between(ended_at(), where.ended_from, where.ended_until)
    if where.signature:  # `has_unseen` tells whether there were more failures to look at
        group = newest_failures(clauses).subquery()
        clauses.append(q.c.id.in_(select(group.c.id).where(group.c.hash == where.signature)))
    return clauses


def failure_clauses(where: JobFilter) -> list[ColumnElement[bool]]:
    """The same on `job_failure`, of a filter that names a type, an account or a priority alone."""
    f, clauses = job_failure.c, list[ColumnElement[bool]]()
    if where.job_types:
        clauses.append(f.job_type.in_(where.job_types))
    if where.account_id:
        clauses.append(f.account_id == where.account_id)
    if where.priority != "any":
        clauses.append(_is_about(where.priority, f.priority))
    return clauses


def _is_about(priority: Priority, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a stored priority is high, normal (0, or none) or low."""
    normal = literal_column("0")
    return _ABOUT_NORMAL[priority](func.coalesce(column, normal), normal)


def has_unseen(where: JobFilter) -> ColumnElement[bool]:
    """Whether failures were left out where jobs of one signature are looked for."""
    return has_older(job_clauses(replace(where, signature=""))) if where.signature else false()


def _since(states: Sequence[State], since: datetime) -> list[ColumnElement[bool]]:
    """What `since` asks of jobs in these states; only those that are over have an end, and an OR hides the index."""
    over = {name in job_states.TERMINAL for name in states}
    ended = [ended_at() >= since, usable.has_been(ended_at())]
    if over == {True}:
        return ended
    return [] if over == {False} else [or_(job_states.any_status(job_states.LIVE), q.c.status.is_(None), and_(*ended))]
