"""Which accounts used far more than usual, and which have gone quiet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Date,
    Double,
    and_,
    extract,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from core.thresholds import Thresholds
from queries.rollups import weekdays
from queries.sql import usable
from queries.sql.constants import constant
from queries.sql.time import utc_day
from queries.sql.whose import whose
from queries.tables import account_summary as summary
from queries.tables import account_usage_stats as stats
from queries.tables import accounts
from queries.tables.base import Rows

LISTED: Final = 50
_MEMORY_DAYS: Final = 28
_NEEDED_DAYS: Final = 14
_LATE_DAYS: Final = 7
"""Recorded days older than a week say nothing about now."""


def spikes(today: date, limits: Thresholds, account_id: UUID | None = None, plan: str | None = None) -> Rows:
    """Accounts that used far more on the latest complete recorded day than on the 28 before.

    Columns: account_id, name, plan_type, day, actual, expected, z, total (of all, beyond `LISTED`). The weekday factor
    f is the fleet's median per weekday over 56 days by its mean; y = credits / f, a missing row is 0 unless no account
    has that date; z = (y - median) / max(1.4826·MAD, √median, 1). Flagged are z ≥ `spike_z`, y ≥ `spike_ratio` · median
    and an excess of `spike_credits`, with 14 known days before; the largest excess first.
    """
    live = weekdays.recorded(today)
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
    is_past, is_now = and_(x.c.day < latest, x.c.day >= latest - constant(_MEMORY_DAYS)), x.c.day == latest
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
    z = (y - t.median) / func.greatest(
        literal_column("1.4826") * mad, func.sqrt(func.greatest(t.median, literal_column("0"))), literal_column("1")
    )
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


def gone_quiet(account_id: UUID | None = None, plan: str | None = None) -> Rows:
    """Accounts that used next to nothing on each of the three latest complete recorded days, as of the summary's last
    pass, whose formula it is (`dashboard.refresh_accounts`).

    Columns: account_id, name, plan_type, since (the first of the three), actual, expected (both over the three), total
    (of all, beyond `LISTED`). The largest loss first.
    """
    return (
        select(
            summary.c.account_id,
            summary.c.name,
            summary.c.plan_type,
            summary.c.quiet_since.label("since"),
            summary.c.quiet_actual.label("actual"),
            summary.c.quiet_expected.label("expected"),
            func.count().over().label("total"),
        )
        .where(summary.c.is_quiet, *whose(summary.c.account_id, account_id, plan))
        .order_by((summary.c.quiet_expected - summary.c.quiet_actual).desc(), summary.c.account_id)
        .limit(LISTED)
    )


def _adjusted(today: date, live: Any, whom: Rows) -> Any:
    """What each account used on every recorded day since it exists, and on those before that have a figure.

    Columns: account_id, day, credits, f, y.
    """
    factors = weekdays.factors(live)
    since = today - timedelta(days=_MEMORY_DAYS + _LATE_DAYS)
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
        .join_from(accounts, days, true())
        .outerjoin(stats, and_(stats.c.account_id == accounts.c.id, stats.c.stat_date == days.c.day))
        .where(accounts.c.id.in_(whom), or_(days.c.day >= born, stats.c.stat_date.is_not(None)))
        .cte("x")
        .prefix_with("MATERIALIZED")
    )
