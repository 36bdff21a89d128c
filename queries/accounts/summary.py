"""How the summary of accounts is refreshed, batch by batch; its formulas are `dashboard.refresh_accounts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Double, TextClause, Uuid, func, literal, select, text

from queries.tables import accounts
from queries.tables.base import Rows

# One weekday's share of the fleet's use: the median over 56 complete days by the mean of the medians.
_FACTORS: Final = """
WITH total AS (
    SELECT stat_date AS day, sum(total_credits_used) AS credits
    FROM public.account_usage_stats, (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS clock
    WHERE stat_date >= today - 56 AND stat_date < today
    GROUP BY 1
), median AS (
    SELECT extract(isodow FROM day)::integer AS weekday, percentile_cont(0.5) WITHIN GROUP (ORDER BY credits) AS m
    FROM total GROUP BY 1
), factor AS (
    SELECT weekday, greatest(coalesce(m / nullif(avg(m) OVER (), 0), 1), 0.05)::double precision AS f FROM median
)
SELECT array_agg(coalesce(f, 1.0) ORDER BY weekday) AS factors
FROM generate_series(1, 7) AS weekday LEFT JOIN factor USING (weekday)
"""


def weekday_factors() -> TextClause:
    """How heavy each weekday is, Monday first; 1 where nothing is known. One row, column: factors."""
    return text(_FACTORS)


def batch_end(low: UUID, size: int) -> Rows:
    """Where a batch of that many accounts from `low` on ends; no row when it is the last. Column: id."""
    return select(accounts.c.id).where(accounts.c.id >= low).order_by(accounts.c.id).offset(size).limit(1)


def members(low: UUID, high: UUID | None) -> Rows:
    """The accounts `low` ≤ id < `high`, in that order. Column: id."""
    found = select(accounts.c.id).where(accounts.c.id >= low).order_by(accounts.c.id)
    return found if high is None else found.where(accounts.c.id < high)


def refreshed(
    low: UUID, high: UUID | None, factors: Sequence[float], quiet_share: float = 0.1, quiet_credits: int = 20
) -> Rows:
    """Brings the summary of the accounts `low` ≤ id < `high` up to date, for `desk_writer`; None is up to the last.

    Column: written (rows); nothing is written where nothing changed.
    """
    return select(
        func.dashboard.refresh_accounts(
            literal(low, Uuid),
            literal(high, Uuid),
            literal(list(factors), ARRAY(Double)),
            literal(quiet_share, Double),
            literal(quiet_credits, Double),
        ).label("written")
    )
