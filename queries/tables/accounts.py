"""Which columns the product's accounts tables have."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Column, Named, Numeric, String, Table, Text, TypedColumns, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from queries.tables.base import METADATA, UTC_TIME


class AccountsColumns(TypedColumns):
    """Columns of `public.accounts`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    name: Named[str] = Column(String(255))
    subscription_status: Named[str | None] = Column(String(50))
    plan_type: Named[str | None] = Column(String(50))
    billing_email: Named[str | None] = Column(String(255))
    creator_limit: Named[int | None]
    user_limit: Named[int | None]
    voice_model_limit: Named[int | None]
    storage_limit_gb: Named[int | None]
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


accounts = Table("accounts", METADATA, AccountsColumns, schema="public")


class UsersColumns(TypedColumns):
    """Columns of `public.users`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    email: Named[str] = Column(String(255))
    role: Named[str | None] = Column(String(50))
    first_name: Named[str | None] = Column(String(100))
    last_name: Named[str | None] = Column(String(100))
    avatar_url: Named[str | None] = Column(Text)
    is_active: Named[bool | None]
    last_login_at: Named[datetime | None] = Column(UTC_TIME)
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


users = Table("users", METADATA, UsersColumns, schema="public")


class UserProfilesColumns(TypedColumns):
    """Columns of `public.user_profiles`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    user_id: Named[UUID | None]
    brand_name: Named[str | None] = Column(String(255))
    brand_description: Named[str | None] = Column(Text)
    persona_description: Named[str | None] = Column(Text)
    target_audience: Named[str | None] = Column(Text)
    content_style_preferences: Named[object | None] = Column(JSONB)
    social_media_handles: Named[object | None] = Column(JSONB)
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


user_profiles = Table("user_profiles", METADATA, UserProfilesColumns, schema="public")


class AccountUsageStatsColumns(TypedColumns):
    """Columns of `public.account_usage_stats`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    stat_date: Named[date]
    projects_created: Named[int | None]
    content_pieces_added: Named[int | None]
    scripts_generated: Named[int | None]
    voice_generations: Named[int | None]
    avatar_generations: Named[int | None]
    total_credits_used: Named[int | None]
    storage_used_gb: Named[Decimal | None] = Column(Numeric(10, 2))
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


account_usage_stats = Table("account_usage_stats", METADATA, AccountUsageStatsColumns, schema="public")
