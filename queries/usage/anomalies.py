"""Which accounts used far more than usual, and which have gone quiet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Double,
    Subquery,
    and_,
    extract,
    func,
    literal,
    literal_column,
    select,
)

from core.thresholds import Thresholds
from queries.rollups import state
from queries.sql import usable
from queries.sql.time import utc_day
from queries.sql.whose import whose
from queries.tables import account_usage_stats as stats
from queries.tables import accounts
from queries.tables.base import Rows

LISTED: Final = 50
_FACTOR_DAYS: Final = 56
_MEMORY_DAYS: Final = 28
_NEEDED_DAYS: Final = 14
_QUIET_DAYS: Final = 3
_LATE_DAYS: Final = 7
"""Recorded days older than a week say nothing about now."""


def spikes(today: date, limits: Thresholds, account_id: UUID | None = None, plan: str | None = None) -> Rows:
    """Accounts that used far more on the latest complete recorded day than on the 28 before.

    Columns: account_id, name, plan_type, day, actual, expected, z, total (of all, beyond `LISTED`). The weekday factor
    f is the fleet's median per weekday over 56 days by its mean; y = credits / f, a missing row is 0 unless no account
    has that date; z = (y - median) / max(1.4826·MAD, √median, 1). Flagged are z ≥ `spike_z`, y ≥ `spike_ratio` · median
    and an excess of `spike_credits`, with 14 known days before; the largest excess first.
    """
    live = _live(today)
    latest = select(func.max(live.c.day)).where(live.c.day >= today - timedelta(days=_LATE_DAYS)).scalar_subquery()
    # Nobody with less can exceed the expected by that much, so only the others' past is looked at.
    suspects = (
        select(stats.c.account_id)
        .where(
            stats.c.stat_date == latest,
            stats.c.total_credits_used >= limits.spike_credits,
            *whose(stats.c.account_id, account_id, plan),
        )
        .cte("suspects")
    )
    x = _adjusted(today, live, select(suspects.c.account_id))
    is_past, is_now = and_(x.c.day < latest, x.c.day >= latest - _n(_MEMORY_DAYS)), x.c.day == latest
    told = (
        select(
            x.c.account_id,
            latest.label("day"),
            func.max(x.c.credits).filter(is_now).label("credits"),
            func.max(x.c.f).filter(is_now).label("f"),
            func.percentile_cont(0.5).within_group(x.c.y).filter(is_past).label("median"),
            func.array_agg(x.c.y).filter(is_past).label("past"),
            func.count().filter(is_past).label("days"),
        )
        .group_by(x.c.account_id)
        .cte("told")
        .prefix_with("MATERIALIZED")
    )
    t = told.c
    past = func.unnest(t.past).table_valued("y").render_derived(name="past")
    off = func.percentile_cont(0.5).within_group(func.abs(past.c.y - t.median))
    mad = select(off).select_from(past).correlate(told).scalar_subquery()
    y, excess = t.credits / t.f, t.credits - t.median * t.f
    z = (y - t.median) / func.greatest(literal_column("1.4826") * mad, func.sqrt(t.median), literal_column("1"))
    return (
        select(
            t.account_id,
            accounts.c.name,
            accounts.c.plan_type,
            t.day,
            t.credits.label("actual"),
            (t.median * t.f).label("expected"),
            z.label("z"),
            func.count().over().label("total"),
        )
        .join_from(told, accounts, accounts.c.id == t.account_id)
        .where(
            t.days >= _NEEDED_DAYS,
            y >= limits.spike_ratio * t.median,
            excess >= limits.spike_credits,
            z >= limits.spike_z,
        )
        .order_by(excess.desc(), t.account_id)
        .limit(LISTED)
    )


def gone_quiet(today: date, limits: Thresholds, account_id: UUID | None = None, plan: str | None = None) -> Rows:
    """Accounts that used next to nothing on each of the three latest complete recorded days.

    Columns: account_id, name, plan_type, since (the first of the three), actual, expected (both over the three), daily
    (the median of the 28 days before them), total (of all, beyond `LISTED`). Every one of the days is at most
    `quiet_share` of that weekday's expected, which is at least `quiet_credits`; 14 known days before. The largest loss
    first.
    """
    live = _live(today)
    recent = (
        select(live.c.day)
        .where(live.c.day >= today - timedelta(days=_LATE_DAYS))
        .order_by(live.c.day.desc())
        .limit(_QUIET_DAYS)
        .subquery("recent")
    )
    first = select(func.min(recent.c.day)).scalar_subquery()
    factors = _factors(live)
    of_recent = recent.join(factors, factors.c.weekday == extract("isodow", recent.c.day))
    weight = select(func.sum(factors.c.f)).select_from(of_recent).scalar_subquery()
    silent = _silent(first, weight, today, limits, account_id, plan)
    x = _adjusted(today, live, silent)
    h = _medians(x, and_(x.c.day < first, x.c.day >= first - _n(_MEMORY_DAYS)))
    expected = h.c.median * x.c.f
    is_quiet = and_(x.c.credits <= limits.quiet_share * expected, expected >= limits.quiet_credits)
    return (
        select(
            x.c.account_id,
            accounts.c.name,
            accounts.c.plan_type,
            func.min(x.c.day).label("since"),
            func.sum(x.c.credits).cast(BigInteger).label("actual"),
            func.sum(expected).label("expected"),
            func.min(h.c.median).label("daily"),
            func.count().over().label("total"),
        )
        .join_from(x, h, h.c.account_id == x.c.account_id)
        .join(accounts, accounts.c.id == x.c.account_id)
        .where(x.c.day >= first, h.c.days >= _NEEDED_DAYS)
        .group_by(x.c.account_id, accounts.c.name, accounts.c.plan_type)
        .having(and_(func.bool_and(is_quiet), func.count() == _QUIET_DAYS))
        .order_by((func.sum(expected) - func.sum(x.c.credits)).desc(), x.c.account_id)
        .limit(LISTED)
    )


def _silent(
    first: Any, weight: Any, today: date, limits: Thresholds, account_id: UUID | None, plan: str | None
) -> Rows:
    """Accounts that may have gone quiet, by sums alone: enough before, little since. Spares the others' medians.

    Who is quiet used at most a share of the median times the recent days' factors, together `weight`; and at least half
    of 14 known days had the median or more, together four times it even where most of them were the lightest weekdays.
    """
    is_recent = stats.c.stat_date >= first
    used = func.coalesce(stats.c.total_credits_used, 0)
    before = func.coalesce(func.sum(used).filter(~is_recent), 0)
    since = func.coalesce(func.sum(used).filter(is_recent), 0)
    return (
        select(stats.c.account_id)
        .where(
            stats.c.stat_date >= today - timedelta(days=_MEMORY_DAYS + _LATE_DAYS + _QUIET_DAYS),
            stats.c.stat_date < today,
            *whose(stats.c.account_id, account_id, plan),
        )
        .group_by(stats.c.account_id)
        .having(and_(before >= limits.quiet_credits, since <= limits.quiet_share * weight * before / 4))
    )


def _live(today: date) -> Any:
    """The last 56 complete days for which the product wrote statistics, what the fleet used, and their factor's base.

    Columns: day, total."""
    days = state.usage_days(today - timedelta(days=_FACTOR_DAYS), today).c
    return select(days.bucket.label("day"), days.credits.label("total")).cte("live").prefix_with("MATERIALIZED")


def _factors(live: Any) -> Subquery:
    """How heavy each weekday is: the fleet's median by the mean of the medians. Columns: weekday, f."""
    weekday = extract("isodow", live.c.day)
    median = func.percentile_cont(0.5).within_group(live.c.total)
    medians = select(weekday.label("weekday"), median.label("m")).group_by(weekday).subquery("medians")
    f = func.coalesce(medians.c.m / func.nullif(func.avg(medians.c.m).over(), 0), 1)
    return select(medians.c.weekday, func.greatest(f, literal_column("0.05::float8")).label("f")).subquery("factors")


def _adjusted(today: date, live: Any, whom: Rows) -> Any:
    """What each account used on every recorded day since it exists. Columns: account_id, day, credits, f, y."""
    factors = _factors(live)
    since = today - timedelta(days=_MEMORY_DAYS + _LATE_DAYS + _QUIET_DAYS)
    days = (
        select(live.c.day, factors.c.f)
        .join_from(live, factors, factors.c.weekday == extract("isodow", live.c.day))
        .where(live.c.day >= since)
        .subquery("days")
    )
    credits = func.coalesce(stats.c.total_credits_used, 0)
    born = func.coalesce(utc_day(usable.moment(accounts.c.created_at)), literal(since, Date))
    return (
        select(
            accounts.c.id.label("account_id"),
            days.c.day,
            credits.label("credits"),
            days.c.f,
            (credits.cast(Double) / days.c.f).label("y"),
        )
        .join_from(accounts, days, days.c.day >= born)
        .outerjoin(stats, and_(stats.c.account_id == accounts.c.id, stats.c.stat_date == days.c.day))
        .where(accounts.c.id.in_(whom))
        .cte("x")
        .prefix_with("MATERIALIZED")
    )


def _medians(x: Any, is_past: ColumnElement[bool]) -> Any:
    """What each account usually used. Columns: account_id, median, days."""
    median = func.percentile_cont(0.5).within_group(x.c.y)
    return (
        select(x.c.account_id, median.label("median"), func.count().label("days"))
        .where(is_past)
        .group_by(x.c.account_id)
        .cte("h")
        .prefix_with("MATERIALIZED")
    )


def _n(days: int) -> ColumnElement[int]:
    return literal_column(str(days))
