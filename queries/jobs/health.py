"""Is the queue healthy: how much gets done and fails, how long jobs wait and run, and what is in hand now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Text,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from queries.jobs import states
from queries.jobs.filters import JobFilter, failure_clauses, job_clauses
from queries.rollups import state
from queries.sql import time, usable
from queries.sql.aggregates import share, sum_where
from queries.sql.constants import constant
from queries.sql.outcomes import ended_at
from queries.tables import job_failure as f
from queries.tables import processing_queue as q
from queries.tables.base import Rows

ENDS: Final = 50_000
"""Where the roll-up does not tell jobs apart, so many ends of a period are counted."""

_ORIGIN: Final = literal_column("timestamptz '2000-01-01 00:00:00+00'")


def health_filter(where: JobFilter) -> JobFilter:
    """What the charts are narrowed to: all but state, error and time, which are theirs to show."""
    return replace(where, states=(), error="", signature="", run=None, since=None, ended_from=None, ended_until=None)


def throughput(where: JobFilter, hours: int, step_hours: int) -> Rows:
    """How many jobs ended over the last so many hours, in steps; a row for each step, the running one last.

    Columns: at (start of the step, UTC), completed, failed, retried (failed, and retried since by staff), cancelled
    (None where older ends than the newest `ENDS` would have to be counted). Source: `job_hour`, or where it does not
    tell them apart the jobs and failures themselves.
    """
    step = time.span(hours=step_hours)
    first = func.date_bin(step, time.last(hours), _ORIGIN)
    ends = _ends(where, first, None).cte("ends")
    bucket = func.date_bin(step, ends.c.ended_at, _ORIGIN).label("at")
    counted = func.sum(ends.c.jobs).label("jobs")
    ended = select(bucket, ends.c.status, counted).where(~ends.c.is_beyond).group_by(bucket, ends.c.status).cte("ended")
    steps = select(func.generate_series(first, func.now(), step).label("at")).subquery("steps")
    oldest = select(func.min(ended.c.at)).scalar_subquery()
    is_told = or_(~_is_cut(where, ends), steps.c.at > oldest)
    return (
        select(
            steps.c.at,
            *(
                case((is_told, sum_where(ended.c.jobs, ended.c.status == constant(name)))).label(name)
                for name in states.ENDS
            ),
        )
        .outerjoin_from(steps, ended, ended.c.at == steps.c.at)
        .group_by(steps.c.at)
        .order_by(steps.c.at)
    )


def in_hand(where: JobFilter) -> Rows:
    """What waits and runs now, by type.

    Columns: job_type, due, scheduled, processing, stuck, stranded, oldest_due_at (when the longest waiting of the due
    became so; None when none is due).
    """
    told = states.conditions(where.stuck_after)
    due_at = func.coalesce(q.c.scheduled_at, q.c.created_at)
    return (
        select(
            q.c.job_type,
            func.count().filter(told["due"]).label("due"),
            func.count().filter(told["scheduled"]).label("scheduled"),
            func.count().filter(told["processing"]).label("processing"),
            func.count().filter(told["stuck"]).label("stuck"),
            func.count().filter(told["stranded"]).label("stranded"),
            func.min(usable.moment(due_at)).filter(told["due"]).label("oldest_due_at"),
        )
        .where(states.any_status(states.LIVE), *job_clauses(where))
        .group_by(q.c.job_type)
        .order_by(q.c.job_type)
    )


def failure_rates(where: JobFilter, hours: int) -> Rows:
    """Which share of the jobs that ended had failed, by type, against as many complete hours or days before.

    Columns: job_type, ended, failed, rate, previous_ended, previous_failed, previous_rate (rates 0 to 1, None without
    jobs), is_window_full (only the newest `ENDS` ends of a period were counted). Cancelled jobs count in neither; a
    failure counts whether staff retried it since or not.
    Source: as for `throughput`.
    """
    since, before = time.last(hours), time.last(hours) - time.span(hours=hours)
    ends, earlier = _ends(where, since, None).cte("ends"), _ends(where, before, since).cte("earlier")
    now, then = _by_type(ends).subquery("now_"), _by_type(earlier).subquery("before")
    ended, failed = (func.coalesce(now.c[name], 0).label(name) for name in ("ended", "failed"))
    was, were = (func.coalesce(then.c[name], 0) for name in ("ended", "failed"))
    return (
        select(
            func.coalesce(now.c.job_type, then.c.job_type).label("job_type"),
            ended,
            failed,
            share(failed, ended).label("rate"),
            was.label("previous_ended"),
            were.label("previous_failed"),
            share(were, was).label("previous_rate"),
            or_(_is_cut(where, ends), _is_cut(where, earlier)).label("is_window_full"),
        )
        .join_from(now, then, now.c.job_type == then.c.job_type, full=True)
        .order_by(func.coalesce(now.c.job_type, then.c.job_type))
    )


def _by_type(ends: CTE) -> Rows:
    """Columns: job_type, ended (without the cancelled), failed."""
    e = ends.c
    ended = sum_where(e.jobs, e.status != constant("cancelled")).label("ended")
    failed = sum_where(e.jobs, e.status.in_([constant("failed"), constant("retried")])).label("failed")
    return select(e.job_type, ended, failed).where(~e.is_beyond).group_by(e.job_type)


def _ends(where: JobFilter, since: ColumnElement[Any], until: ColumnElement[Any] | None) -> Rows:
    """Jobs that ended. Columns: ended_at (or the hour it is in), job_type, status, jobs, is_beyond (of the newest
    `ENDS`: not to be counted)."""
    if is_rolled(where):
        hours = state.job_hours(since, func.now() if until is None else until)
        figures = (hours.c.bucket.label("ended_at"), hours.c.job_type, hours.c.status, hours.c.jobs)
        ended = select(*figures, false().label("is_beyond"))
        return ended.where(hours.c.job_type.in_(where.job_types)) if where.job_types else ended
    over = [*job_clauses(where), states.any_status(states.TERMINAL)]
    of_jobs = (q.c.id, ended_at(), q.c.job_type, q.c.status, over)
    of_failures = (f.c.id, f.c.ended_at, f.c.job_type, constant("retried"), failure_clauses(where))
    parts = [
        select(
            select(ended.label("ended_at"), kind.label("job_type"), status.label("status"), cast(key, Text).label("id"))
            .where(ended >= since, ended < until if until is not None else usable.has_been(ended), *clauses)
            .order_by(ended.desc())
            .limit(ENDS + 1)
            .subquery()
        )
        for key, ended, kind, status, clauses in (of_jobs, of_failures)
    ]
    e = union_all(*parts).subquery().c
    place = func.row_number().over(order_by=(e.ended_at.desc(), e.id))
    return select(
        e.ended_at, e.job_type, e.status, literal_column("1").label("jobs"), (place > ENDS).label("is_beyond")
    ).limit(ENDS + 1)


def is_rolled(where: JobFilter) -> bool:
    """Whether the roll-up tells these jobs apart: it knows their type alone."""
    return health_filter(where) == JobFilter(job_types=where.job_types, stuck_after=where.stuck_after)


def _is_cut(where: JobFilter, ends: CTE) -> ColumnElement[bool]:
    """Whether there were more ends than are counted."""
    return false() if is_rolled(where) else _has_beyond(ends)


def _has_beyond(newest: CTE) -> ColumnElement[bool]:
    return select(newest.c.is_beyond).where(newest.c.is_beyond).exists()
