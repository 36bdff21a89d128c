"""How far the roll-ups are, and their rows continued to this moment by raw ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    ScalarSelect,
    Select,
    Subquery,
    Table,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from queries.job_states import span
from queries.tables import (
    account_api_day,
    account_api_hour,
    account_call_day,
    api_usage_day,
    api_usage_hour,
    job_hour,
    usage_day,
)
from queries.tables import rollup_state as s
from queries.tables.base import UTC_TIME, Rows
from queries.usage_filters import utc_day

Source = Literal["api_usage", "jobs", "usage"]

SOURCES: Final[tuple[Source, ...]] = ("api_usage", "jobs", "usage")
BEHIND_MINUTES: Final = 5
"""A refresh runs every minute: after five without one, somebody should look."""

USAGE_OPEN_DAYS: Final = 2
"""So many days before today are read from raw statistics: the product writes them late and corrects them."""

COUNTED: Final = (
    *("bucket", "service", "endpoint", "request_type", "requests", "errors", "errors_429", "errors_5xx"),
    *("unknown", "tokens", "credits"),
)
"""What a roll-up of calls keeps beside latencies."""


def state() -> Rows:
    """How far each source is. Columns: source, watermark, refreshed_at, audited_at, last_ms, last_error, behind."""
    open_hour = func.date_trunc("hour", func.now(), "UTC")
    behind = or_(
        s.c.refreshed_at.is_(None),
        s.c.refreshed_at < func.now() - span(mins=BEHIND_MINUTES),
        s.c.watermark < open_hour - span(hours=1),
    )
    figures = (s.c.source, s.c.watermark, s.c.refreshed_at, s.c.audited_at, s.c.last_ms, s.c.last_error)
    return select(*figures, behind.label("behind")).where(s.c.source.in_(SOURCES)).order_by(s.c.source)


def due() -> Rows:
    """What nobody did lately. Columns: source, tick (for 50 s), audit (for an hour), deep (not yet this UTC day)."""
    never = literal_column("timestamptz '-infinity'")
    refreshed, audited = func.coalesce(s.c.refreshed_at, never), func.coalesce(s.c.audited_at, never)
    return (
        select(
            s.c.source,
            (refreshed < func.now() - span(secs=50)).label("tick"),
            (audited < func.now() - span(hours=1)).label("audit"),
            (audited < func.date_trunc("day", func.now(), "UTC")).label("deep"),
        )
        .where(s.c.source.in_(SOURCES))
        .order_by(s.c.source)
    )


def ticked(source: Source) -> Rows:
    """Refreshes the source, for `desk_writer`. Columns: since, until, counted, is_current; NULLs when it is locked."""
    columns = (
        column("since", UTC_TIME),
        column("until", UTC_TIME),
        column("counted", BigInteger),
        column("is_current", Boolean),
    )
    done = func.dashboard.rollup_tick(source).table_valued(*columns, name="tick")
    return select(*done.c)


def differences(source: Source, since: datetime, is_deep: bool) -> Select[datetime]:
    """The closed hours from `since` on whose roll-up is not what the raw rows say, each once. Column: bucket."""
    reached = func.date_trunc("hour", watermark(source), "UTC")
    found = func.dashboard.rollup_differences(source, literal(since, UTC_TIME), reached, is_deep)
    hours = found.table_valued(column("bucket", UTC_TIME), name="differences")
    return select(hours.c.bucket).distinct().where(hours.c.bucket < reached)


def watermark(source: Source) -> ScalarSelect[Any]:
    """The moment from which on raw rows are read: before the first refresh, all of them."""
    reached = func.coalesce(s.c.watermark, literal_column("timestamptz '-infinity'"))
    return select(reached).where(s.c.source == source).scalar_subquery()


def api_usage_hours(since: datetime, until: datetime) -> Subquery:
    """Calls by hour, service, endpoint and request type: the columns of `api_usage_hour`.

    `since` is a whole hour; the watermark's has more than one row. Conditions on the answer's columns reach the index
    of either part.
    """
    return _hours(api_usage_hour, func.dashboard.api_usage_rows, "api_usage", *_range(since, until))


def api_usage_days(since: date, until: date) -> Subquery:
    """The same by UTC day: the columns of `api_usage_day`, more than one row for the day that the watermark is in."""
    return _days(api_usage_day, api_usage_hour, func.dashboard.api_usage_rows, since, until)


def api_call_hours(since: datetime, until: datetime) -> Subquery:
    """Calls by hour without their latencies: the columns of `api_usage_hour` up to credits."""
    return _hours(api_usage_hour, func.dashboard.api_call_rows, "api_usage", *_range(since, until), COUNTED)


def api_call_days(since: date, until: date) -> Subquery:
    """The same by UTC day, more than one row for the day that the watermark is in."""
    return _days(api_usage_day, api_usage_hour, func.dashboard.api_call_rows, since, until, COUNTED)


def account_api_hours(since: datetime, until: datetime) -> Subquery:
    """Calls by hour, account and service, of the last eight days: the columns of `account_api_hour`."""
    return _hours(account_api_hour, func.dashboard.account_api_rows, "api_usage", *_range(since, until))


def account_api_days(since: date, until: date) -> Subquery:
    """The same by UTC day, for ever: the columns of `account_api_day`, more than one row for the watermark's day."""
    return _days(account_api_day, account_api_hour, func.dashboard.account_api_rows, since, until)


def account_days(since: date, until: date) -> Subquery:
    """The same whatever the service: the columns of `account_call_day`, likewise."""
    return _days(account_call_day, account_api_hour, func.dashboard.account_api_rows, since, until)


def job_hours(since: datetime | ColumnElement[Any], until: datetime | ColumnElement[Any]) -> Subquery:
    """Jobs that are over by hour, type and status: the columns of `job_hour`."""
    return _hours(job_hour, func.dashboard.job_rows, "jobs", *_range(since, until))


def usage_days(since: date, until: date) -> Subquery:
    """What all accounts used together by UTC day: the columns of `usage_day`, a row for each day with statistics."""
    first, beyond = literal(since, Date), literal(until, Date)
    open_day = utc_day(watermark("usage")) - literal_column(str(USAGE_OPEN_DAYS))
    closed = select(*usage_day.c).where(usage_day.c.bucket >= first, usage_day.c.bucket < func.least(beyond, open_day))
    reached = select(open_day.label("day")).subquery()
    found = func.dashboard.usage_rows(func.greatest(first, reached.c.day), beyond)
    raw = found.table_valued(*(column(c.name, c.type) for c in usage_day.c)).lateral()
    rest = select(*raw.c).select_from(reached.join(raw, literal_column("true")))
    return union_all(closed, rest).subquery(usage_day.name)


def _range(
    since: datetime | ColumnElement[Any], until: datetime | ColumnElement[Any]
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    first, end = (literal(at, UTC_TIME) if isinstance(at, datetime) else at for at in (since, until))
    return first, end


def _hours(
    table: Table[Any],
    tail: Any,
    source: Source,
    since: ColumnElement[Any],
    until: ColumnElement[Any],
    names: Sequence[str] | None = None,
) -> Subquery:
    """What is rolled up, then the rest from raw rows; the columns of `table`, or those named."""
    kept = [table.c[name] for name in names or table.c.keys()]
    closed = select(*kept).where(table.c.bucket >= since, table.c.bucket < func.least(until, watermark(source)))
    return union_all(closed, _raw(kept, tail, source, since, until)).subquery(table.name)


def _days(
    days: Table[Any], hours: Table[Any], tail: Any, since: date, until: date, names: Sequence[str] | None = None
) -> Subquery:
    """Closed days, then what the open day's hours and raw rows say; the columns of `days`, or those named."""
    first, beyond = literal(since, Date), literal(until, Date)
    start, end = _midnight(first), _midnight(beyond)
    reached = watermark("api_usage")
    open_day = utc_day(reached)
    kept = list(names or days.c.keys())
    closed = select(*(days.c[name] for name in kept)).where(
        days.c.bucket >= first, days.c.bucket < func.least(beyond, open_day)
    )
    kept.remove("bucket")
    today = select(utc_day(hours.c.bucket), *(hours.c[name] for name in kept)).where(
        hours.c.bucket >= _midnight(func.greatest(first, open_day)), hours.c.bucket < func.least(end, reached)
    )
    raw = _raw([hours.c[name] for name in names or hours.c.keys()], tail, "api_usage", start, end).subquery()
    rest = select(utc_day(raw.c.bucket), *(raw.c[name] for name in kept))
    return union_all(closed, today, rest).subquery(days.name)


def _raw(
    kept: Sequence[ColumnElement[Any]],
    tail: Any,
    source: Source,
    since: ColumnElement[Any],
    until: ColumnElement[Any],
) -> Rows:
    """The rows that raw ones make from the watermark on.

    The watermark is joined: as a subquery within the arguments it would keep PostgreSQL from inlining the function.
    """
    reached = select(watermark(source).label("hour")).subquery()
    found = tail(func.greatest(since, reached.c.hour), until).table_valued(*(column(c.name, c.type) for c in kept))
    raw = found.lateral()
    return select(*raw.c).select_from(reached.join(raw, literal_column("true")))


def _midnight(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """When the UTC day starts."""
    return func.timezone("UTC", day.cast(DateTime))
