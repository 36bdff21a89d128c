"""Moments, days and spans in SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Date, and_, extract, func, literal_column
from sqlalchemy.types import Interval

HOURLY: Final = 48
"""The last so many hours and fewer are counted by whole hours, longer times by whole UTC days."""


def between(column: ColumnElement[Any], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """The half-open time range `since` ≤ column < `until`, either end optional."""
    ends = ([column >= since] if since else []) + ([column < until] if until else [])
    return [and_(*ends)] if ends else []


def last(hours: int) -> ColumnElement[Any]:
    """When "the last N hours" begin by PostgreSQL's clock: N complete hours before the running one, or of more than
    `HOURLY` the complete UTC days before the running one. They end now: `lately` says both ends.

    One rule for every page, made for roll-ups, which are by hour and day: the same words are the same rows.
    """
    unit = "hour" if hours <= HOURLY else "day"
    return func.date_trunc(literal_column(f"'{unit}'"), func.now(), literal_column("'UTC'")) - span(hours=hours)


def begin(now: datetime, hours: int) -> datetime:
    """The same moment as `last` for a clock that is known already, in UTC."""
    running = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return (running if hours <= HOURLY else running.replace(hour=0)) - timedelta(hours=hours)


def lately(column: ColumnElement[Any], hours: int) -> list[ColumnElement[bool]]:
    """Whether the moment is within the last so many hours: what is dated ahead counts when its time comes."""
    return [column >= last(hours), column <= func.now()]


def ago(**parts: int) -> ColumnElement[Any]:
    """The moment so long ago by PostgreSQL's clock (constant SQL), such as `ago(hours=24)`."""
    return func.now() - span(**parts)


def span(**parts: int) -> ColumnElement[Any]:
    """An interval literal such as `span(hours=24)`: constant SQL, so that the planner knows the range's width."""
    words = " ".join(f"{int(amount)} {unit}" for unit, amount in parts.items())
    return literal_column(f"interval '{words}'", Interval)


def hours_ago(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """How many hours before the running one a moment's hour is: 0 within the running hour."""
    hour = func.date_trunc(literal_column("'hour'"), func.now(), literal_column("'UTC'"))
    return func.ceil(extract("epoch", hour - moment) / 3600).cast(BigInteger)


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
