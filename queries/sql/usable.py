"""Which values a figure can use: a number that can be added up, a moment that can have been.

One row with `NaN`, `infinity` or a date of 44 BC would make a sum, a mean or a newest of all rows as absurd as itself.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, Numeric, and_, case, column, func, literal_column

from queries.sql.time import span, utc_day
from queries.tables.base import UTC_TIME


def number(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The number; NULL for NaN and the infinities."""
    return func.dashboard.usable_number(value, type_=value.type)


def gauge(account_id: ColumnElement[Any], day: ColumnElement[Any], gb: ColumnElement[Any]) -> ColumnElement[Any]:
    """The storage measured on a day; NULL where it is no number, or a 0 that nobody measured."""
    return func.dashboard.known_gb(account_id, day, gb, type_=gb.type)


def latest_gauge(account_id: ColumnElement[Any], day: Any) -> Any:
    """What an account is known to store by the end of a day. Columns: stat_date, storage_used_gb; no row of none."""
    found = func.dashboard.latest_gauge(account_id, day)
    return found.table_valued(column("stat_date", Date), column("storage_used_gb", Numeric(10, 2)))


def moment(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The moment of something that happened; NULL where it is before the product can have been, or ahead of now."""
    return func.dashboard.usable_time(value, type_=UTC_TIME)


def by_any_clock(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The moment of something that is over, whose clock may be wrong: up to a day ahead of now it is now."""
    return moment(case((value <= func.now() + span(days=1), func.least(value, func.now()))))


def has_been(value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the moment is not ahead of now, for a range that has only a beginning; an index can tell."""
    return value <= func.now()


def is_day(value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the UTC day can have statistics; an index can tell."""
    first, today = (utc_day(at) for at in (func.dashboard.earliest(), func.now()))
    return and_(value >= first, value <= today + literal_column("1"))
