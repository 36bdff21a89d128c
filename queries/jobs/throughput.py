"""What the queue got done over the last two days, and how long jobs waited, from the roll-up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.jobs import states
from queries.rollups import state
from queries.sql import histograms
from queries.sql.aggregates import sum_where
from queries.sql.time import span
from queries.tables.base import UTC_TIME, Rows


def queue_wait(now: datetime) -> Rows:
    """How long jobs waited before they ran: the 95th percentile of those that ended in the last 24 hours, the running
    one included, against the 24 before, within 2 %.

    Columns: value_s and previous_s (None without such jobs), jobs, series (seconds per hour, oldest first; None where
    no job ended).
    """
    since, middle, until = two_days(now)
    ended = state.job_hours(since, until)
    half = case((ended.c.bucket >= literal(middle, UTC_TIME), "now"), else_="before").label("half")
    halves = select(half, ended.c.wait_hb, ended.c.wait_hn).subquery("halves")
    p = histograms.percentiles(halves, ["half"], bins="wait_hb", counts="wait_hn", ps=(95,)).cte("p")
    hourly = histograms.percentiles(ended, ["bucket"], bins="wait_hb", counts="wait_hn", ps=(95,)).subquery("hourly")
    hours = every_hour(middle, until)
    course = select(func.array_agg(aggregate_order_by(hourly.c.p95_ms / 1000, hours.c.at))).select_from(
        hours.outerjoin(hourly, hourly.c.bucket == hours.c.at)
    )

    def of(name: str, column: ColumnElement[Any]) -> Any:
        return select(column).where(p.c.half == name).scalar_subquery()

    return select(
        of("now", p.c.p95_ms / 1000).label("value_s"),
        of("before", p.c.p95_ms / 1000).label("previous_s"),
        func.coalesce(of("now", p.c.n), 0).label("jobs"),
        course.scalar_subquery().label("series"),
    )


def jobs_per_hour(now: datetime) -> Rows:
    """How many jobs ended in each of the last 48 hours, the running one last.

    Columns: at (start of the hour), completed, failed, retried (failed, and retried since by staff), cancelled; 0 where
    none did.
    """
    since, _, until = two_days(now)
    ended = state.job_hours(since, until)
    names = states.ENDS
    each = (
        select(ended.c.bucket, *(sum_where(ended.c.jobs, ended.c.status == name).label(name) for name in names))
        .group_by(ended.c.bucket)
        .subquery("each")
    )
    h = by_hour(since, until, each, *names)
    return select(h).order_by(h.c.at)


def two_days(now: datetime) -> tuple[datetime, datetime, datetime]:
    """When 48 hours begin, when their later half does, and when the running hour ends."""
    until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return until - timedelta(hours=48), until - timedelta(hours=24), until


def every_hour(since: datetime, until: datetime) -> Any:
    """The start of every hour of the range. Columns: at."""
    starts = func.generate_series(
        literal(since, UTC_TIME), literal(until - timedelta(hours=1), UTC_TIME), span(hours=1)
    )
    return select(starts.label("at")).subquery("hours")


def by_hour(since: datetime, until: datetime, each: Any, *counts: str) -> Any:
    """The counts for every hour of the range, 0 where nothing happened."""
    hours = every_hour(since, until)
    return (
        select(hours.c.at, *(func.coalesce(each.c[name], 0).label(name) for name in counts))
        .outerjoin_from(hours, each, each.c.bucket == hours.c.at)
        .subquery("h")
    )
