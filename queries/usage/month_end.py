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
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.sql import usable
from queries.sql.time import utc_day
from queries.tables import accounts
from queries.tables.base import Rows
from queries.usage.credits import per_day
from queries.usage.filters import UsageFilter, calendar

MEMORY_DAYS: Final = 28
"""A weekday is expected to be what it was on average over four weeks."""
NEEDED_DAYS: Final = 14
"""Fewer recorded days of the 28 make no projection, as `dashboard.forecast` has it."""
COURSE_DAYS: Final = 30
BACKTEST_DAYS: Final = 182
"""How far back the same forecast is tried against what then happened."""
NEEDED_TRIALS: Final = 14
"""Fewer trials make no error band."""
BAND: Final = 0.8
"""The band holds so many of the trials."""


def month_end(where: UsageFilter, today: date) -> Rows:
    """This month so far, its projected end, and between which values that forecast has ended before.

    Columns: value (complete days so far), through (the last of them; None on a month's first day), previous (the same
    days of last month), last_month (all of it), days, previous_days, last_month_days (how many days of these three are
    known), projected (None under `NEEDED_DAYS` recorded of the last 28), low, high
    (None under `NEEDED_TRIALS`), trials, rest_days (today included),
    series (the last 30 complete days, oldest first), growth (the month so far, day by day; None without a day).

    Projected = complete days + `dashboard.forecast` of the remaining days, today included; a missing row counts as 0
    unless no account has that date. The band repeats the same forecast from every day of the last 182 for as many days
    ahead as remain now, where both are known: by which share of the forecast the actual was off in each, of these the
    80th percentile, to either side of the forecast rest. So the projection is the middle of its band, which is never
    below what is used already. The filter's own days are not looked at.
    """
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    rest_days = (next_month - today).days
    days = known_days(where, today)
    forecasts = _forecasts(days, rest_days)
    so_far = to_date(days, today)
    trials = (
        select(func.abs(forecasts.c.actual / forecasts.c.forecast - 1).label("off"))
        .where(
            forecasts.c.forecast > 0,
            forecasts.c.known_ahead == rest_days,
            # Earlier days are known, but forecast from fewer than `MEMORY_DAYS`.
            forecasts.c.day >= today - timedelta(days=BACKTEST_DAYS),
        )
        .subquery("trials")
    )
    off = func.percentile_cont(BAND).within_group(trials.c.off)
    errors = select(func.count().label("trials"), off.label("off")).select_from(trials).subquery("e")
    rest = select(forecasts.c.forecast).where(forecasts.c.day == today).scalar_subquery()
    is_enough = errors.c.trials >= NEEDED_TRIALS
    return select(
        so_far.label("value"),
        literal(today - timedelta(days=1) if today > month else None, Date).label("through"),
        to_date(days, today, months_ago=1).label("previous"),
        _sum(days, days.c.day >= last_month, days.c.day < month).label("last_month"),
        known(days, today).label("days"),
        known(days, today, months_ago=1).label("previous_days"),
        select(func.count(days.c.credits)).where(days.c.day >= last_month, days.c.day < month).label("last_month_days"),
        (so_far + rest).label("projected"),
        case((is_enough, so_far + rest * func.greatest(1 - errors.c.off, 0))).label("low"),
        case((is_enough, so_far + rest * (1 + errors.c.off))).label("high"),
        errors.c.trials,
        literal(rest_days, Integer).label("rest_days"),
        course(days, today - timedelta(days=COURSE_DAYS), today, days.c.spent).label("series"),
        course(days, month, today, func.sum(days.c.spent).over(order_by=days.c.day)).label("growth"),
    ).select_from(errors)


def known_days(where: UsageFilter, today: date) -> Any:
    """Each day of the memory up to today. Columns: day, credits (what it used; NULL where nobody knows), spent (what
    rows of the day say, whether it is recorded or not: what is added up; NULL without rows)."""
    since = today - timedelta(days=BACKTEST_DAYS + MEMORY_DAYS)
    spent = per_day(where.over(since, today)).cte("spent")
    days = calendar(since, today + timedelta(days=1), "calendar")
    if where.feature:
        # Artefacts have no day without records, but a first one.
        first = select(func.min(spent.c.day)).scalar_subquery()
        is_known = days.c.day >= first
    else:
        is_known = days.c.is_recorded
    is_over = days.c.day < literal(today, Date)
    is_there: ColumnElement[bool] = true()
    if where.account_id:
        made = usable.moment(accounts.c.created_at)
        born = select(func.coalesce(utc_day(made), literal(since, Date)))
        is_there = days.c.day >= born.where(accounts.c.id == where.account_id).scalar_subquery()
    # What is recorded of days before an account was created counts as everywhere; that it used nothing then does not.
    used = func.coalesce(spent.c.credits, case((is_there, 0)))
    found = select(
        days.c.day,
        case((and_(is_known, is_over), used.cast(Double))).label("credits"),
        case((is_over, spent.c.credits.cast(Double))).label("spent"),
    ).outerjoin_from(days, spent, spent.c.day == days.c.day)
    return found.cte("d").prefix_with("MATERIALIZED")


def _forecasts(days: Any, rest_days: int) -> Any:
    """For every day the forecast of the `rest_days` from it on, and what they really used where all are known.

    Columns: day, forecast, actual, known_ahead. No row where too little is known.
    """
    d, ahead, past = days.c, (0, rest_days - 1), (-MEMORY_DAYS, -1)
    known = [func.array_agg(column).over(order_by=d.day, rows=past) for column in (d.day, d.credits)]
    every = select(
        d.day,
        func.dashboard.forecast(*known, d.day, rest_days, type_=Double).label("forecast"),
        func.sum(d.credits).over(order_by=d.day, rows=ahead).label("actual"),
        func.count(d.credits).over(order_by=d.day, rows=ahead).label("known_ahead"),
    ).subquery("every")
    return select(every).where(every.c.forecast.is_not(None)).cte("forecasts").prefix_with("MATERIALIZED")


def to_date(days: Any, today: date, months_ago: int = 0) -> ColumnElement[Any]:
    """What `known_days` used on this month's complete days, or on the same days of the month before."""
    return _sum(days, _is_of(days, today, months_ago))


def known(days: Any, today: date, months_ago: int = 0) -> ColumnElement[Any]:
    """How many of those days are known: a 31st has no day of February beside it."""
    return select(func.count(days.c.credits)).where(_is_of(days, today, months_ago)).scalar_subquery()


def _is_of(days: Any, today: date, months_ago: int) -> ColumnElement[bool]:
    return func.dashboard.month_to_date(days.c.day, literal(today, Date)) == literal(months_ago)


def course(days: Any, since: date, until: date, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value of `known_days` day by day, oldest first."""
    shown = select(days.c.day, func.coalesce(value, 0).label("value"))
    found = shown.where(days.c.day >= since, days.c.day < until).subquery()
    return select(func.array_agg(aggregate_order_by(found.c.value, found.c.day))).scalar_subquery()


def _sum(days: Any, *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    return select(func.coalesce(func.sum(days.c.spent), 0)).where(*conditions).scalar_subquery()
