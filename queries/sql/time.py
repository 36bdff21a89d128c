"""Moments, days and spans in SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, and_, extract, func, literal_column
from sqlalchemy.types import Interval


def between(column: ColumnElement[Any], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """The half-open time range `since` ≤ column < `until`, either end optional."""
    ends = ([column >= since] if since else []) + ([column < until] if until else [])
    return [and_(*ends)] if ends else []


def ago(**parts: int) -> ColumnElement[Any]:
    """The moment so long ago by PostgreSQL's clock (constant SQL), such as `ago(hours=24)`."""
    return func.now() - span(**parts)


def span(**parts: int) -> ColumnElement[Any]:
    """An interval literal such as `span(hours=24)`: constant SQL, so that the planner knows the range's width."""
    words = " ".join(f"{int(amount)} {unit}" for unit, amount in parts.items())
    return literal_column(f"interval '{words}'", Interval)


def hours_ago(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """How many whole hours ago: 0 for the last sixty minutes."""
    return func.floor(extract("epoch", func.now() - moment) / 3600).cast(BigInteger)


def seconds(begin: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """How long from one moment to another. Of infinite moments PostgreSQL makes no interval, and of far ones none."""
    return extract("epoch", end) - extract("epoch", begin)


def midnight(day: date) -> datetime:
    """When the UTC day begins."""
    return datetime.combine(day, time(), UTC)


def today() -> ColumnElement[Any]:
    """The running UTC day by PostgreSQL's clock."""
    return utc_day(func.now())


def utc_day(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The UTC day of a moment."""
    return func.timezone("UTC", moment).cast(Date)
