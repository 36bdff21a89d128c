"""How far the roll-ups are, and their rows continued to this moment by raw ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Select,
    Subquery,
    case,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from queries.rollups import levels
from queries.rollups.levels import Source as Source
from queries.sql.constants import constant
from queries.sql.time import span, utc_day
from queries.tables import (
    account_api_day,
    account_api_hour,
    account_call_day,
    api_usage_day,
    api_usage_hour,
    job_hour,
    usage_day,
)
from queries.tables import api_usage_logs as logs
from queries.tables import rollup_state as s
from queries.tables.base import UTC_TIME, Rows

SOURCES: Final[tuple[Source, ...]] = ("api_usage", "jobs", "usage")
SUMMARY: Final = "accounts"
"""The row of `rollup_state` that tells of the summary of accounts."""
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
    """How far each source is, the summary of accounts among them, which has no watermark.

    Columns: source, watermark, refreshed_at, audited_at, last_ms, last_error, failing_since (since when there is one),
    left_out (rows counted out by table.column, JSON text), compared (what the last comparison
    looked at), faults (accounts that fail alone), behind.
    """
    open_hour = func.date_trunc("hour", func.now(), "UTC")
    behind = or_(
        s.c.refreshed_at.is_(None),
        s.c.refreshed_at < func.now() - span(mins=BEHIND_MINUTES),
        s.c.watermark < open_hour - span(hours=1),
    )
    # A pass over the accounts rests twenty times as long as it took.
    rested = s.c.refreshed_at < func.now() - span(mins=BEHIND_MINUTES) - 40 * s.c.last_ms * span(milliseconds=1)
    figures = (s.c.source, s.c.watermark, s.c.refreshed_at, s.c.audited_at, s.c.last_ms, s.c.last_error)
    faults = select(func.count()).select_from(func.jsonb_object_keys(s.c.faults).table_valued("account_id"))
    return (
        select(
            *figures,
            s.c.failing_since,
            s.c.left_out,
            s.c.compared,
            faults.scalar_subquery().label("faults"),
            case((s.c.source == SUMMARY, func.coalesce(rested, False)), else_=behind).label("behind"),
        )
        .where(s.c.source.in_((*SOURCES, SUMMARY)))
        .order_by(s.c.source)
    )


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


def differences(source: Source, since: datetime, is_deep: bool, until: datetime | None = None) -> Select[datetime]:
    """The closed hours of a range whose roll-up is not what the raw rows say, each once. Column: bucket."""
    reached = func.date_trunc("hour", levels.watermark(source), "UTC")
    end = reached if until is None else func.least(reached, literal(until, UTC_TIME))
    found = func.dashboard.rollup_differences(source, literal(since, UTC_TIME), end, is_deep)
    hours = found.table_valued(column("bucket", UTC_TIME), name="differences")
    return select(hours.c.bucket).distinct().where(hours.c.bucket < reached)


def first_hour(source: Literal["api_usage", "jobs"]) -> Select[datetime]:
    """The first hour that is rolled up; NULL without any. Column: bucket."""
    return select(func.min({"api_usage": api_usage_hour, "jobs": job_hour}[source].c.bucket))


def first_call() -> Rows:
    """When the first call known was made: before it there is nothing to compare with. Columns: at (None: never)."""
    dated = select(func.min(logs.c.created_at)).where(logs.c.created_at >= func.dashboard.earliest()).scalar_subquery()
    return select(func.least(select(func.min(api_usage_hour.c.bucket)).scalar_subquery(), dated).label("at"))


def names_since(day: date) -> Rows:
    """What the roll-up knows to have been called from that UTC day on. Columns: service, endpoint, request_type."""
    d = api_usage_day.c
    return select(d.service, d.endpoint, d.request_type).where(d.bucket >= literal(day, Date))


def api_usage_hours(since: datetime, until: datetime) -> Subquery:
    """Calls by hour, service, endpoint and request type: the columns of `api_usage_hour`.

    `since` is a whole hour; the watermark's has more than one row. Conditions on the answer's columns reach the index
    of either part.
    """
    return levels.hourly(api_usage_hour, func.dashboard.api_usage_rows, "api_usage", since, until)


def api_usage_days(since: date, until: date) -> Subquery:
    """The same by UTC day: the columns of `api_usage_day`, more than one row for the day that the watermark is in."""
    return levels.daily(api_usage_day, api_usage_hour, func.dashboard.api_usage_rows, since, until)


def api_call_hours(since: datetime, until: datetime) -> Subquery:
    """Calls by hour without their latencies: the columns of `api_usage_hour` up to credits."""
    return levels.hourly(api_usage_hour, func.dashboard.api_call_rows, "api_usage", since, until, COUNTED)


def api_call_days(since: date, until: date) -> Subquery:
    """The same by UTC day, more than one row for the day that the watermark is in."""
    return levels.daily(api_usage_day, api_usage_hour, func.dashboard.api_call_rows, since, until, COUNTED)


def account_api_hours(since: datetime, until: datetime) -> Subquery:
    """Calls by hour, account and service: the columns of `account_api_hour`, which is kept for a week.

    What is older is made from raw calls: whoever only adds up asks for whole days instead.
    """
    return levels.hourly(account_api_hour, func.dashboard.account_api_rows, "api_usage", since, until)


def account_api_days(since: date, until: date) -> Subquery:
    """The same by UTC day, for ever: the columns of `account_api_day`, more than one row for the watermark's day."""
    return levels.daily(account_api_day, account_api_hour, func.dashboard.account_api_rows, since, until)


def account_days(since: date, until: date) -> Subquery:
    """The same whatever the service: the columns of `account_call_day`, likewise."""
    return levels.daily(account_call_day, account_api_hour, func.dashboard.account_api_rows, since, until)


def job_hours(since: datetime | ColumnElement[Any], until: datetime | ColumnElement[Any]) -> Subquery:
    """Jobs that are over by hour, type and status: the columns of `job_hour`."""
    return levels.hourly(job_hour, func.dashboard.job_rows, "jobs", since, until)


def recorded_days(since: ColumnElement[Any], until: ColumnElement[Any]) -> Any:
    """The days of a range that the product recorded: with statistics of at least half of the usual accounts. Columns:
    day."""
    return func.dashboard.recorded_days(since, until).table_valued(column("day", Date), name="recorded")


def usage_days(since: date, until: date) -> Subquery:
    """What all accounts used together by UTC day: the columns of `usage_day` but left_out, a row for each day with
    statistics."""
    figures = [column for column in usage_day.c if column.key != "left_out"]
    first, beyond = literal(since, Date), literal(until, Date)
    open_day = utc_day(levels.watermark("usage")) - constant(USAGE_OPEN_DAYS)
    closed = select(*figures).where(usage_day.c.bucket >= first, usage_day.c.bucket < func.least(beyond, open_day))
    edge = select(utc_day(levels.begin("usage")).label("first"), open_day.label("reached")).subquery("edge")
    spans = levels.left_to_raw(edge, first, beyond)
    found = func.dashboard.usage_rows(spans.c.since, spans.c.until)
    raw = found.table_valued(*(column(c.name, c.type) for c in figures)).lateral()
    rest = select(*raw.c).select_from(spans.join(raw, literal_column("true")))
    return union_all(closed, rest).subquery(usage_day.name)
