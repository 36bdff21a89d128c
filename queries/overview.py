"""How are we doing: six figures, each beside the equal period before and with a line of its course."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, and_, case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.jobs import throughput
from queries.jobs.throughput import by_hour, two_days
from queries.rollups import state
from queries.sql import time
from queries.sql.aggregates import share, sum_where
from queries.sql.constants import constant
from queries.tables import account_usage_stats as stats
from queries.tables.base import UTC_TIME, Rows
from queries.usage import month_end
from queries.usage.filters import UsageFilter

ACTIVE_DAYS = 7


def active_accounts() -> Rows:
    """How many accounts used the product in the last seven complete UTC days, against the seven before.

    Active is an account with a row in `account_usage_stats` that says it spent credits or made anything. Columns:
    value, previous, days, previous_days (how many of either seven are recorded), series (per day, 14 complete days,
    oldest first; None where it is not recorded), through (the last complete day counted).
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
    days = _two_weeks()
    number = case((days.c.is_recorded, func.count(active.c.account_id)))
    per_day = (
        select(days.c.days_ago, number.label("n"))
        .outerjoin_from(days, active, active.c.days_ago == days.c.days_ago)
        .group_by(days.c.days_ago, days.c.is_recorded)
        .subquery()
    )
    return select(
        select(func.count(active.c.account_id.distinct()).filter(is_now)).scalar_subquery().label("value"),
        select(func.count(active.c.account_id.distinct()).filter(~is_now)).scalar_subquery().label("previous"),
        *(select(count).scalar_subquery().label(name) for name, count in _recorded(days).items()),
        select(_course(per_day.c.n, per_day.c.days_ago)).scalar_subquery().label("series"),
        (time.today() - constant(1)).label("through"),
    )


def credits_this_month(today: date) -> Rows:
    """Credits used on this month's complete UTC days, against the same days of last month.

    From `account_usage_stats` alone: the product records credits in several places that overlap. Columns: value,
    previous, days, previous_days (how many of either are recorded), today (so far), series (per day, 30 complete days,
    oldest first), through (the last complete day counted; None on a month's first day).
    """
    tomorrow, first = today + timedelta(days=1), today - timedelta(days=month_end.COURSE_DAYS)
    days = month_end.known_days(UsageFilter(today, tomorrow), today)
    open_day = state.usage_days(today, tomorrow)
    return select(
        month_end.to_date(days, today).cast(BigInteger).label("value"),
        month_end.to_date(days, today, months_ago=1).cast(BigInteger).label("previous"),
        month_end.known(days, today).label("days"),
        month_end.known(days, today, months_ago=1).label("previous_days"),
        select(func.coalesce(func.sum(open_day.c.credits), 0).cast(BigInteger)).scalar_subquery().label("today"),
        month_end.course(days, first, today, days.c.spent.cast(BigInteger)).label("series"),
        literal(today - timedelta(days=1) if today.day > 1 else None, Date).label("through"),
    )


def api_error_rate(now: datetime) -> Rows:
    """Which share of API calls failed in the last 24 hours, against the 24 before.

    From the roll-up and the raw rows since. Columns: value and previous (0 to 1, of known calls; None without any),
    requests, errors, unknown (neither status nor message: in no share), series (per hour, oldest first, the running one
    last; None where no call is known).
    """
    since, middle, until = two_days(now)
    calls = state.api_call_hours(since, until)
    names = ("requests", "errors", "unknown")
    sums = [func.sum(calls.c[name]).label(name) for name in names]
    each = select(calls.c.bucket, *sums).group_by(calls.c.bucket).subquery("each")
    h = by_hour(since, until, each, *names)
    is_now, known = h.c.at >= literal(middle, UTC_TIME), h.c.requests - h.c.unknown
    return select(
        share(sum_where(h.c.errors, is_now), sum_where(known, is_now)).label("value"),
        share(sum_where(h.c.errors, ~is_now), sum_where(known, ~is_now)).label("previous"),
        *(sum_where(h.c[name], is_now).label(name) for name in names),
        func.array_agg(aggregate_order_by(share(h.c.errors, known), h.c.at)).filter(is_now).label("series"),
    )


def content_added() -> Rows:
    """How many content pieces were added on the last seven complete UTC days, against the seven before.

    Columns: value, previous, days, previous_days (how many of either seven are recorded), series (per day, 14 complete
    days, oldest first; None where it is not recorded).
    """
    added = (
        select((time.today() - stats.c.stat_date).label("days_ago"), func.sum(stats.c.content_pieces_added).label("n"))
        .where(_since(2 * ACTIVE_DAYS), stats.c.stat_date < time.today())
        .group_by(stats.c.stat_date)
        .subquery("added")
    )
    days = _two_weeks()
    is_now = days.c.days_ago <= constant(ACTIVE_DAYS)
    return select(
        sum_where(added.c.n, is_now).label("value"),
        sum_where(added.c.n, ~is_now).label("previous"),
        *(count.label(name) for name, count in _recorded(days).items()),
        _course(case((days.c.is_recorded, func.coalesce(added.c.n, 0))), days.c.days_ago).label("series"),
    ).outerjoin_from(days, added, added.c.days_ago == days.c.days_ago)


def failed_jobs(now: datetime) -> Rows:
    """How many jobs failed in the last 24 hours, against the 24 before, those too that staff retried since.

    As `jobs.health.throughput` counts them. Columns: value, retried (of them), complete (of the 24 complete hours),
    previous, series (per hour, oldest first, the running one last).
    """
    since, middle, until = two_days(now)
    h = throughput.jobs_per_hour(now).subquery("h")
    failed, at = h.c.failed + h.c.retried, literal(middle, UTC_TIME)
    is_now, running = h.c.at >= at, literal(until - timedelta(hours=1), UTC_TIME)
    return select(
        sum_where(failed, is_now).label("value"),
        sum_where(h.c.retried, is_now).label("retried"),
        sum_where(failed, and_(is_now, h.c.at < running)).label("complete"),
        sum_where(failed, and_(~is_now, h.c.at >= literal(since, UTC_TIME))).label("previous"),
        func.array_agg(aggregate_order_by(failed, h.c.at)).filter(is_now).label("series"),
    )


def _since(days: int) -> ColumnElement[bool]:
    return stats.c.stat_date >= time.today() - constant(days)


def _two_weeks() -> Any:
    """The 14 complete days before today. Columns: days_ago, is_recorded."""
    day = time.today()
    recorded = state.recorded_days(day - constant(2 * ACTIVE_DAYS), day)
    each = select(func.generate_series(constant(1), constant(2 * ACTIVE_DAYS)).label("days_ago")).subquery("each")
    joined = recorded.c.day == day - each.c.days_ago
    found = select(each.c.days_ago, recorded.c.day.is_not(None).label("is_recorded"))
    return found.outerjoin_from(each, recorded, joined).subquery("days")


def _recorded(days: Any) -> dict[str, ColumnElement[int]]:
    """How many of the last seven days and of the seven before are recorded."""
    is_now = days.c.days_ago <= constant(ACTIVE_DAYS)
    count = func.count()
    return {
        "days": count.filter(days.c.is_recorded, is_now),
        "previous_days": count.filter(days.c.is_recorded, ~is_now),
    }


def _course(value: ColumnElement[Any], ago: ColumnElement[Any]) -> Any:
    return func.array_agg(aggregate_order_by(value, ago.desc()))
