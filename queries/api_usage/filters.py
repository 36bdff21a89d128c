"""What API usage is narrowed to, and from which rows that can be answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    SmallInteger,
    Text,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from queries.rollups import state
from queries.sql.outcomes import has_failed, is_unknown
from queries.sql.time import utc_day
from queries.sql.whose import whose
from queries.tables import api_usage_logs as logs
from queries.tables.base import UTC_TIME

Grain = Literal["hour", "day"]


@dataclass(frozen=True, slots=True)
class ApiFilter:
    """Whose calls to what, `since` ≤ time < `until`: whole hours for the grain `hour`, whole UTC days for `day`."""

    since: datetime
    until: datetime
    grain: Grain
    account_id: UUID | None = None
    plan: str | None = None
    service: str | None = None
    endpoint: str | None = None
    request_type: str | None = None

    @property
    def before(self) -> ApiFilter:
        """The same for the equally long range before."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)

    @property
    def step(self) -> timedelta:
        """How long a bucket is."""
        return timedelta(hours=1) if self.grain == "hour" else timedelta(days=1)

    @property
    def is_raw(self) -> bool:
        """Whether only the account's own calls tell endpoints apart: the roll-up keeps accounts by service."""
        return bool(self.account_id and (self.endpoint is not None or self.request_type is not None))

    @property
    def parts(self) -> list[ApiFilter]:
        """The same by whole UTC days, and by hours where the range cuts a day."""
        first = midnight_of(self.since - timedelta(microseconds=1)) + timedelta(days=1)
        last = midnight_of(self.until)
        if self.grain == "day" or first >= last:
            return [self]
        cut = [self.over(self.since, first), replace(self, since=first, until=last, grain="day")]
        return [part for part in (*cut, self.over(last, self.until)) if part.since < part.until]

    def over(self, since: datetime, until: datetime) -> ApiFilter:
        """The same for another range."""
        return replace(self, since=since, until=until)


def counted(where: ApiFilter) -> FromClause:
    """Rows to count under the filter, from whatever answers cheapest.

    Columns: at (start of the bucket), service, requests, errors, unknown (neither status nor message), tokens, credits;
    and endpoint, errors_429, errors_5xx, NULL for accounts and plans, which the roll-up keeps by service only.
    """
    if where.is_raw or not (where.account_id or where.plan):
        rows = _calls(where) if where.is_raw else _everybodys(where, state.api_call_hours, state.api_call_days)
        return select(
            rows.c.at, rows.c.service, rows.c.requests, rows.c.errors, rows.c.tokens, rows.c.credits,
            rows.c.endpoint, rows.c.errors_429, rows.c.errors_5xx, rows.c.unknown,
        ).subquery("counted")  # fmt: skip
    found = _rolled(where, state.account_api_hours, state.account_api_days)
    kept = whose(found.c.account_id, where.account_id, where.plan)
    if where.service is not None:
        kept.append(found.c.service == where.service)
    return (
        select(
            _moment(where, found.c.bucket).label("at"),
            found.c.service,
            found.c.requests,
            found.c.errors,
            found.c.tokens,
            found.c.credits,
            null().cast(Text).label("endpoint"),
            null().cast(BigInteger).label("errors_429"),
            null().cast(BigInteger).label("errors_5xx"),
            found.c.unknown,
        )
        .where(*kept)
        .subquery("counted")
    )


def summed(where: ApiFilter) -> FromClause:
    """The same to be added up over the range: `at` may be the day of an hour, since days are kept longer than hours."""
    parts = [counted(part) for part in ([where] if where.is_raw else where.parts)]
    figures = ("at", "requests", "errors", "unknown", "tokens", "credits")
    return union_all(*(select(*(part.c[name] for name in figures)) for part in parts)).subquery("summed")


def detailed(where: ApiFilter) -> FromClause:
    """Rows by endpoint with latency histograms: of everybody from the roll-up, of one account from its own calls.

    Columns: at (start of the bucket), and those of `api_usage_hour` but the bucket. A plan is not told apart.
    """
    if where.account_id:
        return _calls(where)
    return _everybodys(where, state.api_usage_hours, state.api_usage_days)


def _everybodys(where: ApiFilter, hours: Any, days: Any) -> FromClause:
    """Rows of a roll-up by endpoint under the filter."""
    found = _rolled(where, hours, days)
    kept = [
        found.c[name] == said
        for name, said in (
            ("service", where.service),
            ("endpoint", where.endpoint),
            ("request_type", where.request_type),
        )
        if said is not None
    ]
    columns = [column for column in found.c if column.key != "bucket"]
    at = _moment(where, found.c.bucket).label("at")
    return select(at, *columns).where(*kept).subquery("detailed")


def call_clauses(where: ApiFilter) -> list[ColumnElement[bool]]:
    """The conditions on `api_usage_logs` that the filter amounts to."""
    kept = [
        logs.c.created_at >= literal(where.since, UTC_TIME),
        # What is dated ahead counts when its time comes, here as in the roll-up.
        logs.c.created_at < func.least(literal(where.until, UTC_TIME), func.now()),
        *whose(logs.c.account_id, where.account_id, where.plan),
    ]
    if where.service is not None:
        kept.append(logs.c.service_name == where.service)
    # The roll-up writes a missing endpoint or type as an empty text.
    for column, said in ((logs.c.endpoint, where.endpoint), (logs.c.request_type, where.request_type)):
        if said is not None:
            kept.append(column == said if said else or_(column.is_(None), column == ""))
    return kept


def _calls(where: ApiFilter) -> FromClause:
    """Each call as a row of its own in the roll-up's columns, a histogram of one."""
    one, none = literal_column("1::bigint"), literal_column("0::bigint")
    ms, code = logs.c.response_time_ms, logs.c.status_code
    bin_ = array([func.dashboard.latency_bucket(ms)]).cast(ARRAY(SmallInteger))
    bucket = logs.c.created_at if where.grain == "hour" else utc_day(logs.c.created_at)
    hour = func.date_trunc(literal_column("'hour'"), bucket, literal_column("'UTC'"))
    return (
        select(
            (hour if where.grain == "hour" else _moment(where, bucket)).label("at"),
            logs.c.service_name.label("service"),
            func.coalesce(logs.c.endpoint, "").label("endpoint"),
            func.coalesce(logs.c.request_type, "").label("request_type"),
            one.label("requests"),
            case((has_failed(), one), else_=none).label("errors"),
            case((code == 429, one), else_=none).label("errors_429"),
            case((code >= 500, one), else_=none).label("errors_5xx"),
            case((is_unknown(), one), else_=none).label("unknown"),
            func.coalesce(logs.c.tokens_used, 0).cast(BigInteger).label("tokens"),
            func.coalesce(logs.c.credits_cost, 0).cast(BigInteger).label("credits"),
            case((ms.is_not(None), one), else_=none).label("lat_n"),
            case((ms.is_not(None), bin_)).label("hb"),
            case((ms.is_not(None), array([literal_column("1")]).cast(ARRAY(Integer)))).label("hn"),
        )
        .where(*call_clauses(where))
        .subquery("calls")
    )


def _rolled(where: ApiFilter, hours: Any, days: Any) -> FromClause:
    if where.grain == "hour":
        return hours(where.since, where.until)
    return days(where.since.date(), where.until.date())


def midnight_of(moment: datetime) -> datetime:
    """When the moment's day began."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _moment(where: ApiFilter, bucket: ColumnElement[Any]) -> ColumnElement[Any]:
    """When the bucket starts; a UTC day starts at its midnight."""
    if where.grain == "hour":
        return bucket
    return func.timezone("UTC", bucket.cast(DateTime), type_=UTC_TIME)
