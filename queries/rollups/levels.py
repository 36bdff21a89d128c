"""Which part of a range a roll-up tells, and which only raw rows do: the one place that reads roll-ups by time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    ScalarSelect,
    Subquery,
    Table,
    case,
    column,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from queries.sql.constants import constant
from queries.sql.time import utc_day
from queries.tables import api_usage_hour, job_hour, usage_day
from queries.tables import rollup_state as s
from queries.tables.base import UTC_TIME, Rows
from queries.tables.rollups import KEPT_DAYS

Source = Literal["api_usage", "jobs", "usage"]


def watermark(source: Source) -> ScalarSelect[Any]:
    """The moment from which on raw rows are read: before the first refresh, all of them."""
    reached = func.coalesce(s.c.watermark, literal_column("timestamptz '-infinity'"))
    return select(reached).where(s.c.source == source).scalar_subquery()


def begin(source: Source) -> ColumnElement[Any]:
    """The first moment that the roll-up knows; what is before it is read from raw rows, of which there may be none."""
    table = {"api_usage": api_usage_hour, "jobs": job_hour, "usage": usage_day}[source]
    first = select(func.min(table.c.bucket)).scalar_subquery()
    return func.coalesce(
        midnight(first) if source == "usage" else first, literal_column("timestamptz 'infinity'", UTC_TIME)
    )


def _kept_from(table: Table[Any], source: Source) -> ColumnElement[Any]:
    """From when on the roll-up has its rows: since it began, and no longer than they are kept."""
    if KEPT_DAYS[table.name] is None:
        return begin(source)
    return func.greatest(begin(source), func.dashboard.kept_from(constant(table.name)))


def left_to_raw(edge: Subquery, since: ColumnElement[Any], until: ColumnElement[Any]) -> Subquery:
    """What of a range a roll-up does not tell and raw rows must: what is before its first row, and since it was
    refreshed. Columns: since, until; empty where there is no such part."""
    before = select(since.label("since"), func.least(until, edge.c.first).label("until"))
    return union_all(before, select(func.greatest(since, edge.c.first, edge.c.reached), until)).subquery("spans")


def hourly(
    table: Table[Any],
    tail: Any,
    source: Source,
    since: datetime | ColumnElement[Any],
    until: datetime | ColumnElement[Any],
    names: Sequence[str] | None = None,
) -> Subquery:
    """What is rolled up and kept, and the rest from raw rows; the columns of `table`, or those named."""
    since, until = (literal(at, UTC_TIME) if isinstance(at, datetime) else at for at in (since, until))
    kept = [table.c[name] for name in names or table.c.keys()]
    first, reached = _kept_from(table, source), watermark(source)
    closed = select(*kept).where(
        table.c.bucket >= since, table.c.bucket >= first, table.c.bucket < func.least(until, reached)
    )
    edge = select(first.label("first"), reached.label("reached")).subquery("edge")
    return union_all(closed, _raw(kept, tail, edge, since, until)).subquery(table.name)


def daily(
    days: Table[Any], hours: Table[Any], tail: Any, since: date, until: date, names: Sequence[str] | None = None
) -> Subquery:
    """Closed days, then what the open day's hours and raw rows say; the columns of `days`, or those named.

    Where the open day is so old that its hours are not kept, raw rows tell all of it.
    """
    first, beyond = literal(since, Date), literal(until, Date)
    start, end = midnight(first), midnight(beyond)
    reached = watermark("api_usage")
    open_day = utc_day(reached)
    kept = list(names or days.c.keys())
    closed = select(*(days.c[name] for name in kept)).where(
        days.c.bucket >= first, days.c.bucket < func.least(beyond, open_day)
    )
    kept.remove("bucket")
    hours_from = _kept_from(hours, "api_usage")
    today = select(utc_day(hours.c.bucket), *(hours.c[name] for name in kept)).where(
        hours.c.bucket >= midnight(func.greatest(first, open_day)),
        hours.c.bucket >= hours_from,
        hours.c.bucket < func.least(end, reached),
    )
    is_kept = hours_from <= reached
    edge = select(
        begin("api_usage").label("first"), case((is_kept, reached), else_=midnight(open_day)).label("reached")
    ).subquery("edge")
    raw = _raw([hours.c[name] for name in names or hours.c.keys()], tail, edge, start, end).subquery()
    rest = select(utc_day(raw.c.bucket), *(raw.c[name] for name in kept))
    return union_all(closed, today, rest).subquery(days.name)


def _raw(
    kept: Sequence[ColumnElement[Any]], tail: Any, edge: Subquery, since: ColumnElement[Any], until: ColumnElement[Any]
) -> Rows:
    """The rows that raw ones make where the roll-up has none.

    What is dated ahead counts when its time comes. The spans are joined: as subqueries within the arguments they would
    keep PostgreSQL from inlining the function.
    """
    spans = left_to_raw(edge, since, func.least(until, func.now(), type_=UTC_TIME))
    found = tail(spans.c.since, spans.c.until).table_valued(*(column(c.name, c.type) for c in kept))
    raw = found.lateral()
    return select(*raw.c).select_from(spans.join(raw, literal_column("true")))


def midnight(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """When the UTC day starts."""
    return func.timezone("UTC", day.cast(DateTime))
