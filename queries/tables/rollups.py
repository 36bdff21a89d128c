"""Which columns the roll-ups have; `schema/desk/` makes them, `actions/rollups.py` refreshes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    Integer,
    Named,
    Numeric,
    SmallInteger,
    Table,
    Text,
    TypedColumns,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from queries.tables.base import METADATA, UTC_TIME

KEPT_DAYS: Final[dict[str, int | None]] = {
    "api_usage_hour": None,
    "api_usage_day": None,
    "account_api_hour": 7,
    "account_api_day": None,
    "account_call_day": None,
    "job_hour": None,
    "usage_day": None,
}
"""For how many UTC days before today each roll-up keeps its rows; None: for ever.

`dashboard.kept_from` is the same in the database, where refreshes prune and reads begin by it; a test compares."""


class ApiUsageHourColumns(TypedColumns):
    """Columns of `dashboard.api_usage_hour`."""

    bucket: Named[datetime] = Column(UTC_TIME, primary_key=True)
    service: Named[str] = Column(Text, primary_key=True)
    endpoint: Named[str] = Column(Text, primary_key=True)
    request_type: Named[str] = Column(Text, primary_key=True)
    requests: Named[int] = Column(BigInteger)
    errors: Named[int] = Column(BigInteger)
    errors_429: Named[int] = Column(BigInteger)
    errors_5xx: Named[int] = Column(BigInteger)
    unknown: Named[int] = Column(BigInteger)
    tokens: Named[int] = Column(BigInteger)
    credits: Named[int] = Column(BigInteger)
    lat_n: Named[int] = Column(BigInteger)
    lat_sum: Named[int] = Column(BigInteger)
    lat_max: Named[int | None]
    hb: Named[list[int] | None] = Column(ARRAY(SmallInteger))
    hn: Named[list[int] | None] = Column(ARRAY(Integer))


api_usage_hour = Table("api_usage_hour", METADATA, ApiUsageHourColumns, schema="dashboard")


class ApiUsageDayColumns(TypedColumns):
    """Columns of `dashboard.api_usage_day`."""

    bucket: Named[date] = Column(Date, primary_key=True)
    service: Named[str] = Column(Text, primary_key=True)
    endpoint: Named[str] = Column(Text, primary_key=True)
    request_type: Named[str] = Column(Text, primary_key=True)
    requests: Named[int] = Column(BigInteger)
    errors: Named[int] = Column(BigInteger)
    errors_429: Named[int] = Column(BigInteger)
    errors_5xx: Named[int] = Column(BigInteger)
    unknown: Named[int] = Column(BigInteger)
    tokens: Named[int] = Column(BigInteger)
    credits: Named[int] = Column(BigInteger)
    lat_n: Named[int] = Column(BigInteger)
    lat_sum: Named[int] = Column(BigInteger)
    lat_max: Named[int | None]
    hb: Named[list[int] | None] = Column(ARRAY(SmallInteger))
    hn: Named[list[int] | None] = Column(ARRAY(Integer))


api_usage_day = Table("api_usage_day", METADATA, ApiUsageDayColumns, schema="dashboard")


class AccountApiHourColumns(TypedColumns):
    """Columns of `dashboard.account_api_hour`."""

    bucket: Named[datetime] = Column(UTC_TIME, primary_key=True)
    account_id: Named[UUID] = Column(Uuid, primary_key=True)
    service: Named[str] = Column(Text, primary_key=True)
    requests: Named[int] = Column(BigInteger)
    errors: Named[int] = Column(BigInteger)
    tokens: Named[int] = Column(BigInteger)
    credits: Named[int] = Column(BigInteger)
    unknown: Named[int] = Column(BigInteger)


account_api_hour = Table("account_api_hour", METADATA, AccountApiHourColumns, schema="dashboard")


class AccountApiDayColumns(TypedColumns):
    """Columns of `dashboard.account_api_day`."""

    bucket: Named[date] = Column(Date, primary_key=True)
    account_id: Named[UUID] = Column(Uuid, primary_key=True)
    service: Named[str] = Column(Text, primary_key=True)
    requests: Named[int] = Column(BigInteger)
    errors: Named[int] = Column(BigInteger)
    tokens: Named[int] = Column(BigInteger)
    credits: Named[int] = Column(BigInteger)
    unknown: Named[int] = Column(BigInteger)


account_api_day = Table("account_api_day", METADATA, AccountApiDayColumns, schema="dashboard")


class AccountCallDayColumns(TypedColumns):
    """Columns of `dashboard.account_call_day`."""

    bucket: Named[date] = Column(Date, primary_key=True)
    account_id: Named[UUID] = Column(Uuid, primary_key=True)
    requests: Named[int] = Column(BigInteger)
    errors: Named[int] = Column(BigInteger)
    tokens: Named[int] = Column(BigInteger)
    credits: Named[int] = Column(BigInteger)
    unknown: Named[int] = Column(BigInteger)


account_call_day = Table("account_call_day", METADATA, AccountCallDayColumns, schema="dashboard")


class JobHourColumns(TypedColumns):
    """Columns of `dashboard.job_hour`."""

    bucket: Named[datetime] = Column(UTC_TIME, primary_key=True)
    job_type: Named[str] = Column(Text, primary_key=True)
    status: Named[str] = Column(Text, primary_key=True)
    jobs: Named[int] = Column(BigInteger)
    credits: Named[int] = Column(BigInteger)
    wait_n: Named[int] = Column(BigInteger)
    wait_ms: Named[int] = Column(BigInteger)
    wait_hb: Named[list[int] | None] = Column(ARRAY(SmallInteger))
    wait_hn: Named[list[int] | None] = Column(ARRAY(Integer))
    run_n: Named[int] = Column(BigInteger)
    run_ms: Named[int] = Column(BigInteger)
    run_hb: Named[list[int] | None] = Column(ARRAY(SmallInteger))
    run_hn: Named[list[int] | None] = Column(ARRAY(Integer))
    left_out: Named[int] = Column(BigInteger)


job_hour = Table("job_hour", METADATA, JobHourColumns, schema="dashboard")


class JobFailureColumns(TypedColumns):
    """Columns of `dashboard.job_failure`."""

    id: Named[int] = Column(BigInteger, primary_key=True)
    job_id: Named[UUID] = Column(Uuid)
    job_type: Named[str] = Column(Text)
    account_id: Named[UUID | None]
    priority: Named[int | None]
    ended_at: Named[datetime | None] = Column(UTC_TIME)
    message: Named[str | None] = Column(Text)
    retried_at: Named[datetime] = Column(UTC_TIME)


job_failure = Table("job_failure", METADATA, JobFailureColumns, schema="dashboard")


class RollupMarkColumns(TypedColumns):
    """Columns of `dashboard.rollup_mark`."""

    source: Named[str] = Column(Text)
    bucket: Named[datetime] = Column(UTC_TIME)


rollup_mark = Table("rollup_mark", METADATA, RollupMarkColumns, schema="dashboard")


class UsageDayColumns(TypedColumns):
    """Columns of `dashboard.usage_day`."""

    bucket: Named[date] = Column(Date, primary_key=True)
    accounts: Named[int] = Column(BigInteger)
    credits: Named[int] = Column(BigInteger)
    projects: Named[int] = Column(BigInteger)
    pieces: Named[int] = Column(BigInteger)
    scripts: Named[int] = Column(BigInteger)
    voice: Named[int] = Column(BigInteger)
    avatar: Named[int] = Column(BigInteger)
    storage_gb: Named[Decimal | None] = Column(Numeric(30, 2))
    left_out: Named[int] = Column(BigInteger)


usage_day = Table("usage_day", METADATA, UsageDayColumns, schema="dashboard")


class RollupStateColumns(TypedColumns):
    """Columns of `dashboard.rollup_state`."""

    source: Named[str] = Column(Text, primary_key=True)
    watermark: Named[datetime | None] = Column(UTC_TIME)
    refreshed_at: Named[datetime | None] = Column(UTC_TIME)
    audited_at: Named[datetime | None] = Column(UTC_TIME)
    compared: Named[str | None] = Column(Text)
    last_ms: Named[int | None] = Column(BigInteger)
    last_error: Named[str | None] = Column(Text)
    audit_error: Named[str | None] = Column(Text)
    failing_since: Named[datetime | None] = Column(UTC_TIME)
    left_out: Named[object] = Column(JSONB)
    faults: Named[object] = Column(JSONB)


rollup_state = Table("rollup_state", METADATA, RollupStateColumns, schema="dashboard")
