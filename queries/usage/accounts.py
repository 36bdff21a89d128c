"""Who uses most: accounts and plans by credits."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Double,
    Text,
    Uuid,
    and_,
    false,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.sql import usable
from queries.sql.aggregates import sum_where
from queries.sql.whose import whose
from queries.tables import account_usage_stats as stats
from queries.tables import accounts
from queries.tables.base import Rows
from queries.usage.credits import recorded
from queries.usage.figures import COUNTERS, in_range
from queries.usage.filters import UsageFilter, days_of

TOP: Final = 20
EXPORT_CAP: Final = 50_000


def users(where: UsageFilter, limit: int = TOP) -> Rows:
    """Which accounts used most credits in the range, and how much each plan did: one look at the same rows.

    Columns: is_plan, account_id and name (None for a plan; name None: the account is gone), plan_type (None: no plan),
    accounts (of a plan, with credits), credits, share (of all under the filter, 0 to 1), previous (the equally many
    days before), series (of an account per day of the range, at most the last 90). Accounts first, at most `limit` and
    those without credits left out, then plans; most credits first.
    """
    # Statistics are found by account without reading them all again; artefacts are not.
    kept = "MATERIALIZED" if where.feature else "NOT MATERIALIZED"
    daily = recorded(where.over(where.before.since, where.until)).cte("daily").prefix_with(kept)
    is_now = daily.c.day >= literal(where.since, Date)
    each = (
        select(
            daily.c.account_id,
            sum_where(daily.c.credits, is_now).label("credits"),
            sum_where(daily.c.credits, ~is_now).label("previous"),
        )
        .group_by(daily.c.account_id)
        .cte("each")
        .prefix_with("MATERIALIZED")
    )
    whole = select(func.sum(each.c.credits).cast(Double)).scalar_subquery()
    ranked = (
        select(each)
        .where(each.c.credits > 0)
        .order_by(each.c.credits.desc(), each.c.account_id)
        .limit(limit)
        .cte("ranked")
        .prefix_with("MATERIALIZED")
    )
    since = max(where.since, where.until - timedelta(days=90))
    days = days_of(since, where.until, "calendar")
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
    top = (
        select(
            false().label("is_plan"),
            ranked.c.account_id,
            accounts.c.name,
            accounts.c.plan_type,
            null().cast(BigInteger).label("accounts"),
            ranked.c.credits,
            (ranked.c.credits / func.nullif(whole, 0)).label("share"),
            ranked.c.previous,
            course.c.series,
        )
        .join_from(ranked, course, course.c.account_id.is_not_distinct_from(ranked.c.account_id))
        .outerjoin(accounts, accounts.c.id == ranked.c.account_id)
    )
    spent = func.sum(each.c.credits).cast(BigInteger)
    plans = (
        select(
            true(),
            null().cast(Uuid),
            null().cast(Text),
            accounts.c.plan_type,
            func.count().filter(each.c.credits > 0),
            spent,
            spent / func.nullif(whole, 0),
            func.sum(each.c.previous).cast(BigInteger),
            null().cast(ARRAY(BigInteger)),
        )
        .outerjoin_from(each, accounts, accounts.c.id == each.c.account_id)
        .group_by(accounts.c.plan_type)
    )
    both = union_all(top, plans).subquery("both")
    return select(both).order_by(both.c.is_plan, both.c.credits.desc(), both.c.account_id, both.c.plan_type)


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
            accounts.c.plan_type.label("plan"),
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
            usable.gauge(stats.c.account_id, stats.c.stat_date, stats.c.storage_used_gb).label("storage_gb"),
        )
        .outerjoin_from(stats, accounts, accounts.c.id == stats.c.account_id)
        .where(in_range(where), *whose(stats.c.account_id, where.account_id, where.plan))
        .order_by(stats.c.stat_date.desc(), accounts.c.name, stats.c.account_id)
        .limit(limit)
    )
