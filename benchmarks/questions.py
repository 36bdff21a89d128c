"""Questions that pages ask of the roll-ups, beside what they would have to ask of raw rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Double, Executable, cast, func, literal_column, select, within_group

from core import thresholds
from queries.api_usage import figures as api_usage
from queries.api_usage import trends
from queries.api_usage.filters import ApiFilter
from queries.rollups import state
from queries.sql.outcomes import ended_at
from queries.sql.time import utc_day
from queries.tables import api_usage_logs as logs
from queries.tables import processing_queue as q
from queries.tables.base import Rows

DAY: Final = timedelta(days=1)
SHARES: Final = cast(literal_column("ARRAY[0.5, 0.95, 0.99]"), ARRAY(Double))
PERCENTILES: Final = within_group(func.percentile_disc(SHARES), logs.c.response_time_ms)
ERRORS: Final = func.count().filter(func.dashboard.is_error(logs.c.status_code, logs.c.error_message))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked both ways, and how many times faster the roll-up is meant to be (0: nobody said)."""

    name: str
    raw: Executable
    rolled: Executable
    reach: int


def week(now: datetime) -> ApiFilter:
    """Seven days by hour, up to the end of this one."""
    until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return ApiFilter(until - 7 * DAY, until, "hour")


def month(now: datetime) -> ApiFilter:
    """Thirty days, today among them."""
    until = now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return ApiFilter(until - 30 * DAY, until, "day")


def questions() -> list[Question]:
    """The same questions for every way of asking, up to this moment."""
    now = datetime.now(UTC)
    hours, days = week(now), month(now)
    hour = func.date_bin(literal_column("interval '1 hour'"), logs.c.created_at, literal_column("timestamptz 'epoch'"))
    calls, credits = func.count(), func.sum(logs.c.credits_cost)
    endpoint = (logs.c.service_name, logs.c.endpoint)
    return [
        Question("calls and errors per hour, 7 days", _raw(hours, hour), trends.over_time(hours), 60),
        Question(
            "p50, p95, p99 per day, 30 days",
            _raw(days, utc_day(logs.c.created_at), figures=(PERCENTILES,)),
            trends.latency(days),
            15,
        ),
        Question(
            "top 20 accounts, 30 days",
            _raw(days, logs.c.account_id, figures=(calls, ERRORS, credits)).order_by(calls.desc()).limit(20),
            api_usage.top_accounts(days),
            7,
        ),
        Question("error rate by service, 30 days", _raw(days, logs.c.service_name), api_usage.services(days), 300),
        Question(
            "endpoints: errors, percentiles, flags, 30 days",
            _raw(days, *endpoint, figures=(calls, ERRORS, credits, PERCENTILES)),
            api_usage.endpoints(days, thresholds.Flags()),
            0,
        ),
        _jobs(now),
    ]


def _raw(where: ApiFilter, *keys: Any, figures: tuple[Any, ...] = (func.count(), ERRORS)) -> Rows:
    return select(*keys, *figures).where(_within(logs.c.created_at, where.since, where.until)).group_by(*keys)


def _jobs(now: datetime) -> Question:
    until = week(now).until
    hours = state.job_hours(until - DAY, until)
    hour = func.date_bin(literal_column("interval '1 hour'"), ended_at(), literal_column("timestamptz 'epoch'"))
    over = q.c.status.in_(["completed", "failed", "cancelled"])
    return Question(
        "jobs per hour by status, 24 hours",
        select(hour, q.c.status, func.count())
        .where(_within(ended_at(), until - DAY, until), over)
        .group_by(hour, q.c.status),
        select(hours.c.bucket, hours.c.status, func.sum(hours.c.jobs)).group_by(hours.c.bucket, hours.c.status),
        60,
    )


def _within(moment: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    return (moment >= since) & (moment < until)
