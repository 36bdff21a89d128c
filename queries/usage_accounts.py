"""Who uses most: accounts and plans by credits."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import BigInteger, Date, Double, and_, func, literal, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.credits import recorded
from queries.tables import account_usage_stats as stats
from queries.tables import accounts
from queries.tables.base import Rows
from queries.usage import COUNTERS, in_range, sum_where
from queries.usage_filters import UsageFilter, calendar, whose

TOP: Final = 20
EXPORT_CAP: Final = 50_000


def top_accounts(where: UsageFilter, limit: int = TOP) -> Rows:
    """Who used most credits in the range.

    Columns: account_id, name (None: the account is gone), plan_type, credits, share (of all under the filter, 0 to 1),
    previous (the equally many days before), series (per day of the range, at most the last 90). Accounts without
    credits are left out.
    """
    daily = recorded(where.over(where.before.since, where.until)).cte("daily").prefix_with("MATERIALIZED")
    is_now = daily.c.day >= literal(where.since, Date)
    now = sum_where(daily.c.credits, is_now)
    ranked = (
        select(
            daily.c.account_id,
            now.label("credits"),
            (now.cast(Double) / func.nullif(func.sum(now).over(), 0)).label("share"),
            sum_where(daily.c.credits, ~is_now).label("previous"),
        )
        .group_by(daily.c.account_id)
        .order_by(now.desc(), daily.c.account_id)
        .limit(limit)
        .cte("ranked")
        .prefix_with("MATERIALIZED")
    )
    since = max(where.since, where.until - timedelta(days=90))
    days = calendar(since, where.until, "calendar")
    course = (
        select(
            ranked.c.account_id,
            func.array_agg(aggregate_order_by(func.coalesce(daily.c.credits, 0).cast(BigInteger), days.c.day)).label(
                "series"
            ),
        )
        .join_from(ranked, days, true())
        .outerjoin(daily, and_(daily.c.day == days.c.day, daily.c.account_id == ranked.c.account_id))
        .group_by(ranked.c.account_id)
        .subquery("course")
    )
    return (
        select(
            ranked.c.account_id,
            accounts.c.name,
            accounts.c.plan_type,
            ranked.c.credits,
            ranked.c.share,
            ranked.c.previous,
            course.c.series,
        )
        .join_from(ranked, course, course.c.account_id.is_not_distinct_from(ranked.c.account_id))
        .outerjoin(accounts, accounts.c.id == ranked.c.account_id)
        .where(ranked.c.credits > 0)
        .order_by(ranked.c.credits.desc(), ranked.c.account_id)
    )


def by_plan(where: UsageFilter) -> Rows:
    """Which plan uses how much in the range. Columns: plan_type (None: no plan), accounts (with credits), credits,
    share (0 to 1), previous (the equally many days before). Most first."""
    daily = recorded(where.over(where.before.since, where.until)).subquery("daily")
    is_now = daily.c.day >= literal(where.since, Date)
    each = (
        select(
            daily.c.account_id,
            sum_where(daily.c.credits, is_now).label("credits"),
            sum_where(daily.c.credits, ~is_now).label("previous"),
        )
        .group_by(daily.c.account_id)
        .subquery("each")
    )
    now = func.sum(each.c.credits).cast(BigInteger)
    return (
        select(
            accounts.c.plan_type,
            func.count().filter(each.c.credits > 0).label("accounts"),
            now.label("credits"),
            (now.cast(Double) / func.nullif(func.sum(now).over(), 0)).label("share"),
            func.sum(each.c.previous).cast(BigInteger).label("previous"),
        )
        .outerjoin_from(each, accounts, accounts.c.id == each.c.account_id)
        .group_by(accounts.c.plan_type)
        .order_by(now.desc(), accounts.c.plan_type)
    )


def export(where: UsageFilter, limit: int = EXPORT_CAP) -> Rows:
    """Every account's daily figures of the range for a CSV, newest day first, at most `limit`.

    Columns: day, account_id, account, plan, credits, those of `COUNTERS`, storage_gb; with a feature only credits.
    """
    if where.feature:
        daily = recorded(where).subquery("daily")
        columns = [
            daily.c.day,
            daily.c.account_id,
            accounts.c.name.label("account"),
            accounts.c.plan_type,
            daily.c.credits,
        ]
        order = [daily.c.day.desc(), accounts.c.name, daily.c.account_id]
        found = select(*columns).outerjoin_from(daily, accounts, accounts.c.id == daily.c.account_id)
        return found.order_by(*order).limit(limit)
    return (
        select(
            stats.c.stat_date.label("day"),
            stats.c.account_id,
            accounts.c.name.label("account"),
            accounts.c.plan_type.label("plan"),
            stats.c.total_credits_used.label("credits"),
            *(column.label(name) for name, column in COUNTERS.items()),
            stats.c.storage_used_gb.label("storage_gb"),
        )
        .outerjoin_from(stats, accounts, accounts.c.id == stats.c.account_id)
        .where(in_range(where), *whose(stats.c.account_id, where.account_id, where.plan))
        .order_by(stats.c.stat_date.desc(), accounts.c.name, stats.c.account_id)
        .limit(limit)
    )
