"""How are we doing: six figures, each beside the equal period before and with a line of its course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Double, and_, case, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.jobs import states
from queries.jobs.throughput import by_hour, two_days
from queries.rollups import state
from queries.sql import time
from queries.tables import account_usage_stats as stats
from queries.tables.base import UTC_TIME, Rows

ACTIVE_DAYS = 7
COURSE_DAYS = 30


def active_accounts() -> Rows:
    """How many accounts used the product in the last seven complete UTC days, against the seven before.

    Active is an account with a row in `account_usage_stats` that says it spent credits or made anything. Columns:
    value, previous, series (per day, 14 complete days, oldest first), through (the last complete day counted).
    """
    days_ago = (_today() - stats.c.stat_date).label("days_ago")
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
        .where(_since(2 * ACTIVE_DAYS), stats.c.stat_date < _today(), func.greatest(*used) > 0)
        .cte("active")
    )
    is_now = active.c.days_ago <= _n(ACTIVE_DAYS)
    days = select(func.generate_series(_n(1), _n(2 * ACTIVE_DAYS)).label("days_ago")).subquery("days")
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
        (_today() - _n(1)).label("through"),
    )


def credits_this_month() -> Rows:
    """Credits used on this month's complete UTC days, against the same days of last month.

    From `account_usage_stats` alone: the product records credits in several places that overlap. Columns: value,
    previous, today (so far), series (per day, 30 complete days, oldest first), through (the last complete day counted).
    """
    today = _today()
    month = func.date_trunc("month", func.timezone("UTC", func.now())).cast(Date)
    last_month = (month - literal_column("interval '1 month'")).cast(Date)
    span = func.generate_series(_n(0), _n(62)).label("days_ago")
    days = select(span).subquery("days")
    day = (today - days.c.days_ago).label("day")
    used = (
        select(stats.c.stat_date.label("day"), func.sum(stats.c.total_credits_used).label("credits"))
        .where(_since(62), stats.c.stat_date <= today)
        .group_by(stats.c.stat_date)
        .subquery("used")
    )
    d = (
        select(days.c.days_ago, day, func.coalesce(used.c.credits, 0).label("credits"))
        .outerjoin_from(days, used, used.c.day == today - days.c.days_ago)
        .subquery("d")
    )
    same_days = and_(d.c.day >= last_month, d.c.day < func.least(last_month + (today - month), month))
    return select(
        _sum(d.c.credits, and_(d.c.day >= month, d.c.day < today)).label("value"),
        _sum(d.c.credits, same_days).label("previous"),
        _sum(d.c.credits, d.c.day == today).label("today"),
        _course(d.c.credits.cast(BigInteger), d.c.days_ago)
        .filter(and_(d.c.days_ago >= 1, d.c.days_ago <= COURSE_DAYS))
        .label("series"),
        (today - _n(1)).label("through"),
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
        _ratio(_sum(h.c.errors, is_now), _sum(h.c.requests, is_now)).label("value"),
        _ratio(_sum(h.c.errors, ~is_now), _sum(h.c.requests, ~is_now)).label("previous"),
        _sum(h.c.requests, is_now).label("requests"),
        _sum(h.c.errors, is_now).label("errors"),
        func.array_agg(aggregate_order_by(_ratio(h.c.errors, h.c.requests), h.c.at)).filter(is_now).label("series"),
    )


def content_added() -> Rows:
    """How many content pieces were added on the last seven complete UTC days, against the seven before.

    Columns: value, previous, series (per day, 14 complete days, oldest first; None where the product recorded nobody).
    """
    added = (
        select((_today() - stats.c.stat_date).label("days_ago"), func.sum(stats.c.content_pieces_added).label("n"))
        .where(_since(2 * ACTIVE_DAYS), stats.c.stat_date < _today())
        .group_by(stats.c.stat_date)
        .subquery("added")
    )
    days = select(func.generate_series(_n(1), _n(2 * ACTIVE_DAYS)).label("days_ago")).subquery("days")
    is_now = days.c.days_ago <= _n(ACTIVE_DAYS)
    return select(
        _sum(added.c.n, is_now).label("value"),
        _sum(added.c.n, ~is_now).label("previous"),
        _course(added.c.n, days.c.days_ago).label("series"),
    ).outerjoin_from(days, added, added.c.days_ago == days.c.days_ago)


def failed_jobs() -> Rows:
    """How many jobs failed in the last 24 hours, against the 24 before. Columns: value, previous, series (per hour)."""
    hour = time.hours_ago(states.ended_at()).label("hours_ago")
    per_hour = (
        select(hour, func.count().label("failed"))
        .where(
            states.is_status("failed"),
            states.ended_at() > time.ago(hours=48),
            states.ended_at() <= func.now(),
        )
        .group_by(hour)
    )
    h = _hours(per_hour, "failed")
    is_now = h.c.hours_ago < 24
    return select(
        _sum(h.c.failed, is_now).label("value"),
        _sum(h.c.failed, ~is_now).label("previous"),
        _course(h.c.failed, h.c.hours_ago).filter(is_now).label("series"),
    )


def _today() -> ColumnElement[Any]:
    return func.timezone("UTC", func.now()).cast(Date)


def _since(days: int) -> ColumnElement[bool]:
    return stats.c.stat_date >= _today() - _n(days)


def _n(number: int) -> ColumnElement[int]:
    return literal_column(str(number))


def _hours(per_hour: Rows, *counts: str) -> Any:
    """The counts for each of the last 48 hours, 0 where nothing happened."""
    had = per_hour.subquery("had")
    hours = select(func.generate_series(_n(0), _n(47)).label("hours_ago")).subquery("hours")
    return (
        select(hours.c.hours_ago, *(func.coalesce(had.c[name], 0).label(name) for name in counts))
        .outerjoin_from(hours, had, had.c.hours_ago == hours.c.hours_ago)
        .subquery("h")
    )


def _course(value: ColumnElement[Any], ago: ColumnElement[Any]) -> Any:
    return func.array_agg(aggregate_order_by(value, ago.desc()))


def _sum(value: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(value).filter(condition), 0).cast(BigInteger)


def _ratio(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((whole > 0, part.cast(Double) / whole))
