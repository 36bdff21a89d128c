"""Is the queue healthy: how much gets done and fails, how long jobs wait and run, and what is in hand now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Text,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from queries import job_states
from queries.filters import JobFilter, job_clauses
from queries.tables import processing_queue as q
from queries.tables.base import Rows

ENDS: Final = 100_000
"""Throughput counts the newest so many ends, and shows a gap before the oldest of them."""
TIMED: Final = 10_000
"""Wait and run times are taken over the newest so many jobs that ended: their percentiles need each value sorted."""
RATED: Final = 25_000
"""The failure rates of a period look at its newest so many ends: counting on costs a scan of the whole period."""
P95_LEAST: Final = 20
P99_LEAST: Final = 100
"""Below so many jobs a percentile says nothing."""

_FLOATS: Final = ARRAY(Double)
_ORIGIN: Final = literal_column("timestamptz '2000-01-01 00:00:00+00'")


def health_filter(where: JobFilter) -> JobFilter:
    """What the charts are narrowed to: type, account and priority; state, error and time are theirs to show."""
    return replace(where, states=(), error="", signature="", since=None, ended_from=None, ended_until=None)


def throughput(where: JobFilter, hours: int, step_hours: int) -> Rows:
    """How many jobs ended over the last so many hours, in steps; a row for each step, the running one last.

    Columns: at (start of the step, UTC), completed, failed, cancelled (None before the newest `ENDS` ends).
    """
    step = job_states.span(hours=step_hours)
    first = func.date_bin(step, job_states.ago(hours=hours), _ORIGIN)
    newest = (
        select(job_states.ended_at().label("ended_at"), q.c.status)
        .where(*job_clauses(where), *_ended_since(first))
        .order_by(job_states.ended_at().desc(), q.c.id.desc())
        .limit(ENDS)
        .subquery("newest")
    )
    bucket = func.date_bin(step, newest.c.ended_at, _ORIGIN).label("at")
    ended = select(bucket, newest.c.status, func.count().label("jobs")).group_by(bucket, newest.c.status).cte("ended")
    steps = select(func.generate_series(first, func.now(), step).label("at")).subquery("steps")
    is_full = select(func.sum(ended.c.jobs) >= ENDS).scalar_subquery()
    oldest = select(func.min(ended.c.at)).scalar_subquery()
    is_told = or_(~func.coalesce(is_full, False), steps.c.at > oldest)
    return (
        select(
            steps.c.at,
            *(
                case((is_told, _jobs(ended.c.jobs, ended.c.status == _text(name)))).label(name)
                for name in job_states.TERMINAL
            ),
        )
        .outerjoin_from(steps, ended, ended.c.at == steps.c.at)
        .group_by(steps.c.at)
        .order_by(steps.c.at)
    )


def timings(where: JobFilter, hours: int) -> Rows:
    """How long jobs waited (scheduled to started) and ran (started to ended), by type, over the last so many hours.

    Columns: job_type, jobs, wait_p50_s, wait_p95_s, wait_p99_s, run_p50_s, run_p95_s, run_p99_s (None where too few
    jobs say anything), skewed (jobs whose clocks contradict each other: left out), is_window_full (older ends than the
    newest `TIMED` were not looked at). Formula: percentile_cont.
    """
    window = (
        select(q.c.job_type, q.c.scheduled_at, q.c.started_at, q.c.completed_at)
        .where(*job_clauses(where), *_ended_since(job_states.ago(hours=hours)), q.c.started_at.is_not(None))
        .order_by(job_states.ended_at().desc(), q.c.id.desc())
        .limit(TIMED)
        .subquery("newest")
    )
    w = window.c
    wait_s, run_s = _seconds(w.started_at - w.scheduled_at), _seconds(w.completed_at - w.started_at)
    timed = select(
        w.job_type,
        case((wait_s >= 0, wait_s)).label("wait_s"),
        case((run_s >= 0, run_s)).label("run_s"),
        func.coalesce(or_(wait_s < 0, run_s < 0), False).label("is_skewed"),
    ).subquery("timed")
    t = timed.c
    per_type = (
        select(
            t.job_type,
            func.count().label("jobs"),
            func.count().filter(t.is_skewed).label("skewed"),
            *(
                part
                for name in ("wait", "run")
                for part in (
                    _percentiles(t[f"{name}_s"]).label(name),
                    func.count(t[f"{name}_s"]).label(f"{name}s"),
                )
            ),
        )
        .group_by(t.job_type)
        .subquery("per_type")
    )
    p = per_type.c
    return select(
        p.job_type,
        p.jobs,
        *(
            case((p[f"{name}s"] >= least, p[name][place])).label(f"{name}_p{percent}_s")
            for name in ("wait", "run")
            for place, percent, least in ((1, 50, 1), (2, 95, P95_LEAST), (3, 99, P99_LEAST))
        ),
        p.skewed,
        (func.sum(p.jobs).over() >= TIMED).label("is_window_full"),
    ).order_by(p.job_type)


def in_hand(where: JobFilter) -> Rows:
    """What waits and runs now, by type.

    Columns: job_type, due, scheduled, processing, stuck, stranded, oldest_due_at (when the longest waiting of the due
    became so; None when none is due).
    """
    told = job_states.conditions(where.stuck_after)
    due_at = func.coalesce(q.c.scheduled_at, q.c.created_at)
    return (
        select(
            q.c.job_type,
            func.count().filter(told["due"]).label("due"),
            func.count().filter(told["scheduled"]).label("scheduled"),
            func.count().filter(told["processing"]).label("processing"),
            func.count().filter(told["stuck"]).label("stuck"),
            func.count().filter(told["stranded"]).label("stranded"),
            # A stranded job is due for ever: it would hide how long the others wait.
            func.min(due_at).filter(and_(told["due"], ~told["stranded"])).label("oldest_due_at"),
        )
        .where(job_states.any_status(job_states.LIVE), *job_clauses(where))
        .group_by(q.c.job_type)
        .order_by(q.c.job_type)
    )


def failure_rates(where: JobFilter, hours: int) -> Rows:
    """Which share of the jobs that ended had failed, by type, against the equal period before.

    Columns: job_type, ended, failed, rate, previous_ended, previous_failed, previous_rate (rates 0 to 1, None without
    jobs), is_window_full (only the newest `RATED` ends of a period were looked at). Cancelled jobs count in neither.
    """
    now = _rated(where, job_states.ago(hours=hours), None).cte("now_")
    before = _rated(where, job_states.ago(hours=2 * hours), job_states.ago(hours=hours)).cte("before")
    ended, failed = (func.coalesce(now.c[name], 0).label(name) for name in ("ended", "failed"))
    was, were = (func.coalesce(before.c[name], 0) for name in ("ended", "failed"))
    seen = [select(func.coalesce(func.sum(part.c.ended), 0)).scalar_subquery() for part in (now, before)]
    return (
        select(
            func.coalesce(now.c.job_type, before.c.job_type).label("job_type"),
            ended,
            failed,
            _share(failed, ended).label("rate"),
            was.label("previous_ended"),
            were.label("previous_failed"),
            _share(were, was).label("previous_rate"),
            (func.greatest(*seen) >= RATED).label("is_window_full"),
        )
        .join_from(now, before, now.c.job_type == before.c.job_type, full=True)
        .order_by(func.coalesce(now.c.job_type, before.c.job_type))
    )


def _rated(where: JobFilter, since: ColumnElement[Any], until: ColumnElement[Any] | None) -> Rows:
    """Columns: job_type, ended, failed."""
    over = (job_states.is_status("completed"), job_states.is_status("failed"))
    clauses = [*job_clauses(where), job_states.ended_at() >= since, or_(*over)]
    if until is not None:
        clauses.append(job_states.ended_at() < until)
    newest = (
        select(q.c.job_type, q.c.status)
        .where(*clauses)
        .order_by(job_states.ended_at().desc(), q.c.id.desc())
        .limit(RATED)
        .subquery()
    )
    has_failed = newest.c.status == _text("failed")
    return select(
        newest.c.job_type, func.count().label("ended"), func.count().filter(has_failed).label("failed")
    ).group_by(newest.c.job_type)


def _ended_since(since: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    return [job_states.ended_at() >= since, job_states.any_status(job_states.TERMINAL)]


def _percentiles(seconds: ColumnElement[Any]) -> ColumnElement[Any]:
    parts = array([literal_column(part, Double) for part in ("0.5", "0.95", "0.99")])
    return type_coerce(func.percentile_cont(parts).within_group(seconds), _FLOATS)


def _jobs(jobs: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(jobs).filter(condition), 0).cast(BigInteger)


def _seconds(interval: ColumnElement[Any]) -> ColumnElement[Any]:
    # Not EXTRACT, whose numeric sorts four times slower than a float.
    return type_coerce(func.date_part("epoch", interval), Double)


def _share(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((whole > 0, part.cast(Double) / whole))


def _text(value: str) -> ColumnElement[Any]:
    return literal_column(f"'{value}'", Text)
