"""What the queue got done over the last two days, from the roll-up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select

from queries.jobs import states
from queries.rollups import state
from queries.sql.aggregates import sum_where
from queries.sql.time import begin, span
from queries.tables.base import UTC_TIME, Rows


def jobs_per_hour(now: datetime) -> Rows:
    """How many jobs ended in each hour of the last 48, the running one last.

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
    """When the last 48 hours begin, when the last 24 do, and when the running hour ends."""
    return begin(now, 48), begin(now, 24), begin(now, 0) + timedelta(hours=1)


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
