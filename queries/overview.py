"""How are we doing: six figures, each beside the equal period before and with a line of its course."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.jobs import states
from queries.jobs.throughput import by_hour, two_days
from queries.rollups import state
from queries.sql import time
from queries.sql.aggregates import share, sum_where
from queries.sql.constants import constant
from queries.sql.outcomes import ended_at
from queries.tables import account_usage_stats as stats
from queries.tables import job_failure
from queries.tables.base import UTC_TIME, Rows
from queries.usage import month_end
from queries.usage.filters import UsageFilter

ACTIVE_DAYS = 7


def active_accounts() -> Rows:
    """How many accounts used the product in the last seven complete UTC days, against the seven before.

    Active is an account with a row in `account_usage_stats` that says it spent credits or made anything. Columns:
    value, previous, series (per day, 14 complete days, oldest first), through (the last complete day counted).
    """
    days_ago = (time.today() - stats.c.stat_date).label("days_ago")
    used = [
        stats.c.total_credits_used,
        stats.c.projects_created,
        stats.c.content_pieces_added,
        stats.c.scripts_generated,
        stats.c.voice_generations,
        stats.c.avatar_generations,
    ]
    active = (
        select(days_ago, stats.c.account_id)
        .where(_since(2 * ACTIVE_DAYS), stats.c.stat_date < time.today(), func.greatest(*used) > 0)
        .cte("active")
    )
    is_now = active.c.days_ago <= constant(ACTIVE_DAYS)
    days = select(func.generate_series(constant(1), constant(2 * ACTIVE_DAYS)).label("days_ago")).subquery("days")
    per_day = (
        select(days.c.days_ago, func.count(active.c.account_id).label("n"))
        .outerjoin_from(days, active, active.c.days_ago == days.c.days_ago)
        .group_by(days.c.days_ago)
        .subquery()
    )
    return select(
        select(func.count(active.c.account_id.distinct()).filter(is_now)).scalar_subquery().label("value"),
        select(func.count(active.c.account_id.distinct()).filter(~is_now)).scalar_subquery().label("previous"),
        select(_course(per_day.c.n, per_day.c.days_ago)).scalar_subquery().label("series"),
        (time.today() - constant(1)).label("through"),
    )


def credits_this_month(today: date) -> Rows:
    """Credits used on this month's complete UTC days, against the same days of last month.

    From `account_usage_stats` alone: the product records credits in several places that overlap. Columns: value,
    previous, today (so far), series (per day, 30 complete days, oldest first), through (the last complete day counted).
    """
    tomorrow, first = today + timedelta(days=1), today - timedelta(days=month_end.COURSE_DAYS)
    days = month_end.known_days(UsageFilter(today, tomorrow), today)
    open_day = state.usage_days(today, tomorrow)
    return select(
        month_end.to_date(days, today).cast(BigInteger).label("value"),
        month_end.to_date(days, today, months_ago=1).cast(BigInteger).label("previous"),
        select(func.coalesce(func.sum(open_day.c.credits), 0).cast(BigInteger)).scalar_subquery().label("today"),
        month_end.course(days, first, today, days.c.credits.cast(BigInteger)).label("series"),
        literal(today - timedelta(days=1), Date).label("through"),
    )


def api_error_rate(now: datetime) -> Rows:
    """Which share of API calls failed in the last 24 hours, the running one included, against the 24 before.

    From the roll-up and the raw rows since. Columns: value and previous (0 to 1; None without calls), requests, errors,
    series (per hour, 24 hours, oldest first; None where nothing was called).
    """
    since, middle, until = two_days(now)
    calls = state.api_call_hours(since, until)
    each = (
        select(calls.c.bucket, func.sum(calls.c.requests).label("requests"), func.sum(calls.c.errors).label("errors"))
        .group_by(calls.c.bucket)
        .subquery("each")
    )
    h = by_hour(since, until, each, "requests", "errors")
    is_now = h.c.at >= literal(middle, UTC_TIME)
    return select(
        share(sum_where(h.c.errors, is_now), sum_where(h.c.requests, is_now)).label("value"),
        share(sum_where(h.c.errors, ~is_now), sum_where(h.c.requests, ~is_now)).label("previous"),
        sum_where(h.c.requests, is_now).label("requests"),
        sum_where(h.c.errors, is_now).label("errors"),
        func.array_agg(aggregate_order_by(share(h.c.errors, h.c.requests), h.c.at)).filter(is_now).label("series"),
    )


def content_added() -> Rows:
    """How many content pieces were added on the last seven complete UTC days, against the seven before.

    Columns: value, previous, series (per day, 14 complete days, oldest first; None where the product recorded nobody).
    """
    added = (
        select((time.today() - stats.c.stat_date).label("days_ago"), func.sum(stats.c.content_pieces_added).label("n"))
        .where(_since(2 * ACTIVE_DAYS), stats.c.stat_date < time.today())
        .group_by(stats.c.stat_date)
        .subquery("added")
    )
    days = select(func.generate_series(constant(1), constant(2 * ACTIVE_DAYS)).label("days_ago")).subquery("days")
    is_now = days.c.days_ago <= constant(ACTIVE_DAYS)
    return select(
        sum_where(added.c.n, is_now).label("value"),
        sum_where(added.c.n, ~is_now).label("previous"),
        _course(added.c.n, days.c.days_ago).label("series"),
    ).outerjoin_from(days, added, added.c.days_ago == days.c.days_ago)


def failed_jobs() -> Rows:
    """How many jobs failed in the last 24 hours, against the 24 before, those too that staff retried since.

    Columns: value, retried (of them), previous, series (per hour).
    """
    failed = [
        select(time.hours_ago(ended).label("hours_ago"), literal(is_again).label("is_again")).where(
            ended > time.ago(hours=48), ended <= func.now(), *conditions
        )
        for ended, is_again, conditions in (
            (ended_at(), False, [states.is_status("failed")]),
            (job_failure.c.ended_at, True, []),
        )
    ]
    f = union_all(*failed).subquery("failures").c
    per_hour = select(
        f.hours_ago, func.count().label("failed"), func.count().filter(f.is_again).label("retried")
    ).group_by(f.hours_ago)
    h = _hours(per_hour, "failed", "retried")
    is_now = h.c.hours_ago < 24
    return select(
        sum_where(h.c.failed, is_now).label("value"),
        sum_where(h.c.retried, is_now).label("retried"),
        sum_where(h.c.failed, ~is_now).label("previous"),
        _course(h.c.failed, h.c.hours_ago).filter(is_now).label("series"),
    )


def _since(days: int) -> ColumnElement[bool]:
    return stats.c.stat_date >= time.today() - constant(days)


def _hours(per_hour: Rows, *counts: str) -> Any:
    """The counts for each of the last 48 hours, 0 where nothing happened."""
    had = per_hour.subquery("had")
    hours = select(func.generate_series(constant(0), constant(47)).label("hours_ago")).subquery("hours")
    return (
        select(hours.c.hours_ago, *(func.coalesce(had.c[name], 0).label(name) for name in counts))
        .outerjoin_from(hours, had, had.c.hours_ago == hours.c.hours_ago)
        .subquery("h")
    )


def _course(value: ColumnElement[Any], ago: ColumnElement[Any]) -> Any:
    return func.array_agg(aggregate_order_by(value, ago.desc()))
