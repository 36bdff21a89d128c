"""What is used, by whom and for what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Double,
    and_,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.rollups import state
from queries.sql import usable
from queries.sql.aggregates import sum_where
from queries.sql.constants import constant
from queries.sql.whose import whose
from queries.tables import account_usage_stats as stats
from queries.tables import accounts
from queries.tables.base import Rows
from queries.usage.credits import by_artefact, per_day
from queries.usage.filters import FEATURES, Feature, Grain, UsageFilter, bucket, calendar, days_of

COUNTERS: Final = {
    "projects": stats.c.projects_created,
    "pieces": stats.c.content_pieces_added,
    "scripts": stats.c.scripts_generated,
    "voice": stats.c.voice_generations,
    "avatar": stats.c.avatar_generations,
}
"""What the product counts per account and day."""


def credits_by_feature(where: UsageFilter, grain: Grain) -> Rows:
    """What credits went into, by the artefacts that cost them, on the day each was done.

    Columns: bucket (its first day), and credits for each of `FEATURES`: 0 where nothing was made; NULL, in every row,
    for a feature that the filter leaves out. One row per bucket of the range, oldest first.
    """
    asked: list[Feature] = [name for name in FEATURES if where.feature in (None, name)]
    parts = [
        select(constant(name).label("feature"), part.c.day, part.c.credits)
        for name in asked
        for part in [by_artefact(where, name, with_account=False).subquery()]
    ]
    made = union_all(*parts).subquery("made")
    days = days_of(where.since, where.until, "calendar")
    at = bucket(days.c.day, grain).label("bucket")
    columns = [
        func.coalesce(func.sum(made.c.credits).filter(made.c.feature == name), 0).cast(BigInteger).label(name)
        if name in asked
        else null().cast(BigInteger).label(name)
        for name in FEATURES
    ]
    return select(at, *columns).outerjoin_from(days, made, made.c.day == days.c.day).group_by(at).order_by(at)


def counters(where: UsageFilter, grain: Grain) -> Rows:
    """How much was made, by `account_usage_stats`.

    Columns: bucket, credits, those of `COUNTERS`, days (in the bucket), recorded (of them, as in `calendar`; of one
    account its own rows, too). Figures are NULL where no day of the bucket was recorded: nobody knows, which is not 0.
    Where some were, they are of every row there is. Oldest first.
    """
    had = _made_per_day(where).subquery("had")
    days = calendar(where.since, where.until, "calendar")
    at = bucket(days.c.day, grain).label("bucket")
    is_known = or_(days.c.is_recorded, had.c.day.is_not(None)) if where.account_id else days.c.is_recorded
    recorded_days = func.count().filter(is_known)
    figures = [
        case((recorded_days > 0, func.coalesce(func.sum(had.c[name]), 0))).cast(BigInteger).label(name)
        for name in ("credits", *COUNTERS)
    ]
    return (
        select(at, *figures, func.count().label("days"), recorded_days.label("recorded"))
        .outerjoin_from(days, had, had.c.day == days.c.day)
        .group_by(at)
        .order_by(at)
    )


def comparison(where: UsageFilter) -> Rows:
    """Credits of the range beside those of the equally many days before.

    Columns: value, previous, days, recorded, previous_recorded (days with statistics in either), series (per day).
    """
    whole = where.over(where.before.since, where.until)
    had = per_day(whole).subquery("had")
    days = calendar(whole.since, whole.until, "calendar")
    is_now = days.c.day >= literal(where.since, Date)
    return select(
        sum_where(had.c.credits, is_now).label("value"),
        sum_where(had.c.credits, ~is_now).label("previous"),
        func.count().filter(is_now).label("days"),
        func.count().filter(is_now, days.c.is_recorded).label("recorded"),
        func.count().filter(~is_now, days.c.is_recorded).label("previous_recorded"),
        func.coalesce(
            func.array_agg(aggregate_order_by(func.coalesce(had.c.credits, 0).cast(BigInteger), days.c.day)).filter(
                is_now
            ),
            literal_column("'{}'::bigint[]"),
        ).label("series"),
    ).outerjoin_from(days, had, had.c.day == days.c.day)


def storage(where: UsageFilter, today: date) -> Rows:
    """How much is stored: each account's latest gauge, added over accounts and never over days.

    Columns: used_gb (None when nobody was measured), limited_gb and limit_gb (what those with a limit use, and their
    limits), accounts, oldest, newest (dates of the gauges, today at the latest), series (the sum per recorded day of
    the last 30, oldest first), left_out (gauges of these days that are no usable number).
    """
    latest = usable.latest_gauge(accounts.c.id, literal(today, Date)).lateral("latest")
    none = select(func.count()).where(
        usable.number(stats.c.storage_used_gb).is_(None),
        stats.c.storage_used_gb.is_not(None),
        stats.c.stat_date >= today - timedelta(days=29),
        usable.is_day(stats.c.stat_date),
        *whose(stats.c.account_id, where.account_id, where.plan),
    )
    month = where.over(today - timedelta(days=29), today + timedelta(days=1))
    course = _made_per_day(month).subquery("course")
    return (
        select(
            func.sum(latest.c.storage_used_gb).label("used_gb"),
            func.sum(latest.c.storage_used_gb).filter(accounts.c.storage_limit_gb > 0).label("limited_gb"),
            func.sum(accounts.c.storage_limit_gb).filter(accounts.c.storage_limit_gb > 0).label("limit_gb"),
            func.count().label("accounts"),
            func.min(latest.c.stat_date).label("oldest"),
            func.max(latest.c.stat_date).label("newest"),
            select(func.array_agg(aggregate_order_by(course.c.storage_gb.cast(Double), course.c.day)))
            .scalar_subquery()
            .label("series"),
            none.scalar_subquery().label("left_out"),
        )
        .join_from(accounts, latest, true())
        .where(*whose(accounts.c.id, where.account_id, where.plan))
    )


def last_recorded(today: date) -> Rows:
    """Through which day the product's daily statistics are recorded, as in `calendar`. Columns: last_day (None without
    any), complete_day (the last before today)."""
    return select(
        _last_recorded(stats.c.stat_date <= today).label("last_day"),
        _last_recorded(stats.c.stat_date < today).label("complete_day"),
    )


def _last_recorded(*of: ColumnElement[bool]) -> ColumnElement[Any]:
    last = select(func.max(stats.c.stat_date)).where(usable.is_day(stats.c.stat_date), *of).scalar_subquery()
    # Before the newest row there is a recorded day within two months, or nothing was ever usual.
    recorded = state.recorded_days(last - constant(60), last + constant(1))
    return select(func.max(recorded.c.day)).scalar_subquery()


def _made_per_day(where: UsageFilter) -> Rows:
    """What an account, a plan or everybody made on each recorded day. Columns: day, credits, `COUNTERS`, storage_gb."""
    if not (where.account_id or where.plan):
        days = state.usage_days(where.since, where.until).c
        return select(days.bucket.label("day"), days.credits, *(days[name] for name in COUNTERS), days.storage_gb)
    # As `dashboard.usage_rows` has it: a 0 that nobody measured does not lower the sum.
    gb, latest = stats.c.storage_used_gb, usable.latest_gauge(stats.c.account_id, stats.c.stat_date)
    before = select(latest.c.storage_used_gb).scalar_subquery()
    return (
        select(
            stats.c.stat_date.label("day"),
            func.sum(stats.c.total_credits_used).label("credits"),
            *(func.sum(column).label(name) for name, column in COUNTERS.items()),
            func.sum(case((gb == literal_column("0"), before), else_=usable.number(gb))).label("storage_gb"),
        )
        .where(in_range(where), *whose(stats.c.account_id, where.account_id, where.plan))
        .group_by(stats.c.stat_date)
    )


def in_range(where: UsageFilter) -> ColumnElement[bool]:
    """Whether a row of the statistics is of the range."""
    return and_(stats.c.stat_date >= where.since, stats.c.stat_date < where.until)
