"""Which columns the summary of accounts has; `schema/desk/` makes it, `actions/accounts/summary.py` refreshes it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Computed,
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


class AccountSummaryColumns(TypedColumns):
    """Columns of `dashboard.account_summary`; those from `creators_band` to
    `full_latest_days` PostgreSQL computes from the others."""

    account_id: Named[UUID] = Column(Uuid, primary_key=True)
    name: Named[str] = Column(Text)
    plan_type: Named[str | None] = Column(Text)
    status: Named[str | None] = Column(Text)
    creator_limit: Named[int | None] = Column(Integer)
    user_limit: Named[int | None] = Column(Integer)
    voice_model_limit: Named[int | None] = Column(Integer)
    storage_limit_gb: Named[int | None] = Column(Integer)
    creators_used: Named[int] = Column(BigInteger)
    users_used: Named[int] = Column(BigInteger)
    voice_models_used: Named[int] = Column(BigInteger)
    storage_used_gb: Named[Decimal | None] = Column(Numeric(10, 2))
    storage_on: Named[date | None]
    storage_rate_7: Named[float | None]
    storage_rate_28: Named[float | None]
    credits_month: Named[int] = Column(BigInteger)
    credits_previous: Named[int] = Column(BigInteger)
    credits_projected: Named[int | None] = Column(BigInteger)
    credits_course: Named[list[int]] = Column(ARRAY(BigInteger))
    is_quiet: Named[bool]
    quiet_since: Named[date | None]
    quiet_actual: Named[int | None] = Column(BigInteger)
    quiet_expected: Named[float | None]
    last_active_at: Named[datetime | None] = Column(UTC_TIME)
    creators_band: Named[int] = Column(SmallInteger, Computed("quota_band"))
    users_band: Named[int] = Column(SmallInteger, Computed("quota_band"))
    voice_models_band: Named[int] = Column(SmallInteger, Computed("quota_band"))
    storage_band: Named[int] = Column(SmallInteger, Computed("quota_band"))
    worst_band: Named[int] = Column(SmallInteger, Computed("greatest quota_band"))
    creators_use: Named[int | None] = Column(BigInteger, Computed("quota_use"))
    users_use: Named[int | None] = Column(BigInteger, Computed("quota_use"))
    voice_models_use: Named[int | None] = Column(BigInteger, Computed("quota_use"))
    storage_use: Named[int | None] = Column(BigInteger, Computed("quota_use"))
    full_soonest_days: Named[int | None] = Column(BigInteger, Computed("days_to_full"))
    full_latest_days: Named[int | None] = Column(BigInteger, Computed("days_to_full"))
    search_text: Named[str] = Column(Text)
    left_out: Named[object] = Column(JSONB)


account_summary = Table("account_summary", METADATA, AccountSummaryColumns, schema="dashboard")
