"""What is in the queue, in which state, and why jobs failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal, TypedDict
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from core.reads import rows_of
from queries.jobs import states, timings
from queries.jobs.filters import JobFilter, has_unseen, job_clauses
from queries.jobs.states import State
from queries.sql import keyset
from queries.sql.keyset import COUNT_CAP, Cursor, Key
from queries.sql.outcomes import ended_at
from queries.tables import accounts, users
from queries.tables import processing_queue as q
from queries.tables.base import Rows

Sort = Literal["created", "scheduled", "ended"]
"""What the list can be sorted by: each is an index, so a page costs the same on a million jobs."""

PAGE_LIMIT: Final = 100
EXPORT_CAP: Final = 50_000
"""Rows in one CSV: what a spreadsheet opens without complaint."""
DATA_SHOWN_BYTES: Final = 256 * 1024
"""Larger `job_data` is not drawn as JSON in the browser; `data` has it in full."""
LIVE_CAP: Final = 100_000
"""Queued or processing jobs looked at for the derived states: some 20 ms of an index."""


def page(where: JobFilter, sort: Sort, descending: bool, cursor: Cursor | None, limit: int = PAGE_LIMIT) -> Rows:
    """One page of jobs, in display order.

    Columns: those of `_listed`, sort_key (with id the `Cursor` of a row) and has_more (rows follow in the walked
    direction). Jobs without the sort's time come last.
    """
    walked = keyset.keyset_page(_key(sort, where), job_clauses(where), descending, cursor, limit)
    return (
        select(*_listed(where), walked.c.key.label("sort_key"), walked.c.has_more)
        .join_from(walked, q, q.c.id == walked.c.id)
        .outerjoin(accounts, accounts.c.id == q.c.account_id)
        .order_by(walked.c.position)
    )


def ids(where: JobFilter, sort: Sort, descending: bool, limit: int) -> Rows:
    """The first so many ids of the list, in its order: what "all that match" freezes. Columns: id."""
    walked = keyset.keyset_page(_key(sort, where), job_clauses(where), descending, None, limit)
    return select(walked.c.id).order_by(walked.c.position)


def export(where: JobFilter, limit: int = EXPORT_CAP) -> Rows:
    """All matching jobs for a CSV, newest first, at most `limit`. Columns: those of `_listed`."""
    walked = keyset.keyset_page(_key("created", where), job_clauses(where), True, None, limit)
    return (
        select(*_listed(where, error_length=2_000))
        .join_from(walked, q, q.c.id == walked.c.id)
        .outerjoin(accounts, accounts.c.id == q.c.account_id)
        .order_by(walked.c.position)
    )


def total(where: JobFilter) -> Rows:
    """How many jobs match.

    Columns: jobs (at most `COUNT_CAP`), is_floor (there are, or may be, more), has_unseen (older failures were not
    looked at for the signature).
    """
    unseen = select(has_unseen(where).label("has_unseen")).cte("unseen")
    counted = keyset.capped(select(q.c.id).where(*job_clauses(where)), "jobs").subquery()
    is_floor = or_(counted.c.is_capped, unseen.c.has_unseen).label("is_floor")
    return select(counted.c.jobs, is_floor, unseen.c.has_unseen).join_from(counted, unseen, true())


def state_counts(where: JobFilter) -> Rows:
    """How many jobs are in each state under the filter, whatever states it names; one row per `State`.

    Columns: state, jobs (at most `COUNT_CAP`), is_floor (there are, or may be, more). Derived states overlap:
    a due job that was tried before is counted as queued, due and retrying.
    """
    told = states.conditions(where.stuck_after)
    lively: list[State] = [name for name in told if name not in states.RESTING]
    live = (
        select(*(told[name].label(name) for name in lively))
        .where(states.any_status(states.LIVE), *job_clauses(replace(where, states=(), since=None)))
        .limit(LIVE_CAP + 1)
        .subquery()
    )
    sums = select(func.count().label("seen"), *(func.count().filter(live.c[name]).label(name) for name in lively)).cte(
        "sums"
    )
    rows: list[Rows] = [
        select(literal(name, Text).label("state"), sums.c[name].label("n"), sums.c.seen) for name in lively
    ]
    rows += [
        select(
            literal(name, Text),
            keyset.capped_count(select(q.c.id).where(*job_clauses(where.of(name)))),
            literal_column("0"),
        )
        for name in told
        if name not in lively
    ]
    counts = union_all(*rows).subquery()
    return select(
        counts.c.state,
        func.least(counts.c.n, COUNT_CAP).label("jobs"),
        or_(counts.c.n > COUNT_CAP, counts.c.seen > LIVE_CAP).label("is_floor"),
    )


class Job(TypedDict):
    """A row of `one`."""

    id: str
    state: str
    status: str | None
    job_type: str
    account_id: str | None
    account_name: str | None
    priority: int | None
    attempts: int | None
    max_attempts: int | None
    error_message: str | None
    estimated_credits: int | None
    actual_credits: int | None
    created_at: datetime | None
    scheduled_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    ended_at: datetime | None
    user_id: str | None
    user_email: str | None
    updated_at: datetime | None
    error_bytes: int | None
    job_data: str | None  # JSON text; None beyond `DATA_SHOWN_BYTES`
    job_data_bytes: int | None
    wait_s: float | None  # from schedule (else creation) to start
    run_s: float | None  # from start to end
    is_clock_skewed: bool  # as `timings.durations` has it; the duration is None then


@rows_of(Job)
def one(job_id: UUID, where: JobFilter | None = None) -> Rows:
    """Everything about one job; no row when it does not exist."""
    size = func.octet_length(q.c.job_data.cast(Text))
    started = states.started_at()
    due, ended = func.coalesce(q.c.scheduled_at, q.c.created_at), case((states.any_status(states.TERMINAL), ended_at()))
    wait_s, run_s, is_skewed = timings.durations(due, started, ended)
    return (
        select(
            *_listed(where or JobFilter(), error_length=20_000),
            q.c.user_id,
            users.c.email.label("user_email"),
            q.c.updated_at,
            func.octet_length(q.c.error_message).label("error_bytes"),
            case((size <= DATA_SHOWN_BYTES, q.c.job_data.cast(Text))).label("job_data"),
            size.label("job_data_bytes"),
            wait_s.label("wait_s"),
            run_s.label("run_s"),
            is_skewed.label("is_clock_skewed"),
        )
        .outerjoin_from(q, accounts, accounts.c.id == q.c.account_id)
        .outerjoin(users, users.c.id == q.c.user_id)
        .where(q.c.id == job_id)
    )


def _listed(where: JobFilter, error_length: int = 300) -> list[ColumnElement[Any]]:
    """id, state (derived), status, job_type, account_id, account_name, priority, attempts, max_attempts, the head of
    error_message, estimated_credits, actual_credits, created_at, scheduled_at, started_at and completed_at (of the
    present run), ended_at."""
    return [
        q.c.id,
        states.state(where.stuck_after).label("state"),
        q.c.status,
        q.c.job_type,
        q.c.account_id,
        accounts.c.name.label("account_name"),
        q.c.priority,
        q.c.attempts,
        q.c.max_attempts,
        func.left(q.c.error_message, error_length).label("error_message"),
        q.c.estimated_credits,
        q.c.actual_credits,
        q.c.created_at,
        q.c.scheduled_at,
        states.started_at().label("started_at"),
        states.completed_at().label("completed_at"),
        case((states.any_status(states.TERMINAL), ended_at())).label("ended_at"),
    ]


def _key(sort: Sort, where: JobFilter) -> Key:
    if sort == "ended":
        # Jobs that are not over have no end yet. A part that the states rule out is said to be empty, which PostgreSQL
        # does not find out by itself.
        over = [name in states.TERMINAL for name in where.states] or [True, False]
        is_over, has_end = states.any_status(states.TERMINAL), ended_at().is_not(None)
        is_live = or_(states.any_status(states.LIVE), q.c.status.is_(None))
        endless = is_over & ended_at().is_(None)
        has_none = endless if all(over) else or_(is_live, endless) if any(over) else is_live
        return Key(ended_at(), q.c.id, is_over & has_end if any(over) else false(), has_none)
    column = q.c.created_at if sort == "created" else q.c.scheduled_at
    return Key(column, q.c.id, column.is_not(None), column.is_(None))
