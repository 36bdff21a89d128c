"""Where the month ends: credits so far, and what the weekdays of the last four weeks say about the rest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    Integer,
    and_,
    case,
    extract,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.sql import usable
from queries.tables import accounts
from queries.tables.base import Rows
from queries.usage.credits import per_day
from queries.usage.filters import UsageFilter, calendar

MEMORY_DAYS: Final = 28
"""A weekday is expected to be what it was on average over four weeks."""
NEEDED_DAYS: Final = 14
"""Fewer recorded days of the 28 make no projection."""
BACKTEST_DAYS: Final = 182
"""How far back the same forecast is tried against what then happened."""
NEEDED_TRIALS: Final = 14
"""Fewer trials make no error band."""
BAND: Final = (0.1, 0.9)
"""The band holds the middle 80 % of the trials' errors."""


def month_end(where: UsageFilter, today: date) -> Rows:
    """This month so far, its projected end, and between which values that forecast has ended before.

    Columns: value (complete days so far), through (the last of them; None on a month's first day), previous (the same
    days of last month), last_month (all of it), projected (None under `NEEDED_DAYS` recorded of the last 28), low, high
    (None under `NEEDED_TRIALS`), trials, rest_days (today included),
    series (the last 30 complete days, oldest first), growth (the month so far, day by day; None without a day).

    Projected = complete days + the sum over the remaining days, today included, of that weekday's 28-day mean; a
    missing row counts as 0 unless no account has that date. The band repeats the same forecast from every day of the
    last 182 for as many days ahead as remain now, where both are known: actual / forecast of each, of these ratios the
    10th and 90th percentile, times the forecast rest. The filter's own days are not looked at.
    """
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    rest_days = (next_month - today).days
    days = _days(where, today)
    forecasts = _forecasts(days, rest_days)
    so_far = _between(days, month, today)
    trials = (
        select((forecasts.c.actual / forecasts.c.forecast).label("ratio"))
        .where(forecasts.c.forecast > 0, forecasts.c.known_ahead == rest_days)
        .subquery("trials")
    )
    low, high = (func.percentile_cont(share).within_group(trials.c.ratio) for share in BAND)
    errors = (
        select(func.count().label("trials"), low.label("low"), high.label("high")).select_from(trials).subquery("e")
    )
    ahead = select(forecasts).where(forecasts.c.day == today, forecasts.c.known >= NEEDED_DAYS).subquery("ahead")
    rest = select(ahead.c.forecast).scalar_subquery()
    same_days = min(last_month + timedelta(days=(today - month).days), month)
    is_enough = errors.c.trials >= NEEDED_TRIALS
    return select(
        so_far.label("value"),
        literal(today - timedelta(days=1) if today > month else None, Date).label("through"),
        _between(days, last_month, same_days).label("previous"),
        _between(days, last_month, month).label("last_month"),
        (so_far + rest).label("projected"),
        case((is_enough, so_far + rest * func.least(errors.c.low, 1))).label("low"),
        case((is_enough, so_far + rest * func.greatest(errors.c.high, 1))).label("high"),
        errors.c.trials,
        literal(rest_days, Integer).label("rest_days"),
        _course(days, today - timedelta(days=30), today, days.c.credits).label("series"),
        _course(days, month, today, func.sum(days.c.credits).over(order_by=days.c.day)).label("growth"),
    ).select_from(errors)


def _days(where: UsageFilter, today: date) -> Any:
    """Each day of the memory up to today: what it used, NULL where nobody knows. Columns: day, credits."""
    since = today - timedelta(days=BACKTEST_DAYS + MEMORY_DAYS)
    spent = per_day(where.over(since, today)).cte("spent")
    days = calendar(since, today + timedelta(days=1), "calendar")
    if where.feature:
        # Artefacts have no day without records, but a first one.
        first = select(func.min(spent.c.day)).scalar_subquery()
        is_known = days.c.day >= first
    else:
        is_known = days.c.is_recorded
    if where.account_id:
        made = usable.moment(accounts.c.created_at)
        born = select(func.coalesce(func.timezone("UTC", made).cast(Date), literal(since, Date)))
        is_known = and_(is_known, days.c.day >= born.where(accounts.c.id == where.account_id).scalar_subquery())
    is_known = and_(is_known, days.c.day < literal(today, Date))
    credits = case((is_known, func.coalesce(spent.c.credits, 0).cast(Double)))
    found = select(days.c.day, credits.label("credits")).outerjoin_from(days, spent, spent.c.day == days.c.day)
    return found.cte("d").prefix_with("MATERIALIZED")


def _forecasts(days: Any, rest_days: int) -> Any:
    """For every day the forecast of the `rest_days` from it on, and what they really used where all are known.

    Columns: day, forecast, known (days of the 28 before), actual, known_ahead.
    """
    ahead = (0, rest_days - 1)
    origin = select(
        days.c.day,
        func.sum(days.c.credits).over(order_by=days.c.day, rows=ahead).label("actual"),
        func.count(days.c.credits).over(order_by=days.c.day, rows=ahead).label("known_ahead"),
    ).subquery("origin")
    past = days.alias("past")
    weekday = extract("isodow", past.c.day)
    # Of the days ahead, so many fall on this weekday: whole weeks, and one more when it comes within the rest of one.
    steps = func.mod(weekday.cast(Integer) - extract("isodow", origin.c.day).cast(Integer) + 7, 7)
    times = literal_column(str(rest_days // 7)) + case((steps < literal_column(str(rest_days % 7)), 1), else_=0)
    by_weekday = (
        select(
            origin.c.day,
            origin.c.actual,
            origin.c.known_ahead,
            (func.avg(past.c.credits) * func.min(times)).label("expected"),
            func.count(past.c.credits).label("known"),
        )
        .join_from(
            origin, past, and_(past.c.day >= origin.c.day - literal_column(str(MEMORY_DAYS)), past.c.day < origin.c.day)
        )
        .group_by(origin.c.day, origin.c.actual, origin.c.known_ahead, weekday)
        .subquery("by_weekday")
    )
    b = by_weekday.c
    return (
        select(b.day, b.actual, b.known_ahead, func.sum(b.expected).label("forecast"), func.sum(b.known).label("known"))
        .group_by(b.day, b.actual, b.known_ahead)
        .having(func.sum(b.known) >= NEEDED_DAYS)
        .cte("forecasts")
        .prefix_with("MATERIALIZED")
    )


def _course(days: Any, since: date, until: date, value: ColumnElement[Any]) -> ColumnElement[Any]:
    shown = select(days.c.day, func.coalesce(value, 0).label("value"))
    found = shown.where(days.c.day >= since, days.c.day < until).subquery()
    return select(func.array_agg(aggregate_order_by(found.c.value, found.c.day))).scalar_subquery()


def _between(days: Any, since: date, until: date) -> ColumnElement[Any]:
    spent = select(func.coalesce(func.sum(days.c.credits), 0)).where(days.c.day >= since, days.c.day < until)
    return spent.scalar_subquery()
