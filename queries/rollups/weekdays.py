"""How heavy each weekday is by what all accounts use together: what a day's credits are compared by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import CTE, Date, Subquery, extract, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.rollups import state
from queries.tables.base import Rows

FACTOR_DAYS: Final = 56


def recorded(today: date) -> CTE:
    """Of the last 56 complete days those that are recorded. Columns: day, total (credits of everybody)."""
    since = today - timedelta(days=FACTOR_DAYS)
    days, recorded = state.usage_days(since, today), state.recorded_days(literal(since, Date), literal(today, Date))
    live = select(days.c.bucket.label("day"), days.c.credits.label("total"))
    return live.join_from(days, recorded, recorded.c.day == days.c.bucket).cte("live").prefix_with("MATERIALIZED")


def factors(live: Any) -> Subquery:
    """Each weekday's median by the mean of the medians, over the days of `recorded`. Columns: weekday, f."""
    weekday = extract("isodow", live.c.day)
    median = func.percentile_cont(0.5).within_group(live.c.total)
    medians = select(weekday.label("weekday"), median.label("m")).group_by(weekday).subquery("medians")
    f = func.coalesce(medians.c.m / func.nullif(func.avg(medians.c.m).over(), 0), 1)
    return select(medians.c.weekday, func.greatest(f, literal_column("0.05::float8")).label("f")).subquery("factors")


def all_factors(today: date) -> Rows:
    """The same as one row, Monday first; 1 where nothing is known. Column: factors."""
    known = factors(recorded(today))
    week = select(func.generate_series(1, 7).label("weekday")).subquery("week")
    every = func.array_agg(aggregate_order_by(func.coalesce(known.c.f, 1), week.c.weekday)).label("factors")
    return select(every).outerjoin_from(week, known, known.c.weekday == week.c.weekday)
