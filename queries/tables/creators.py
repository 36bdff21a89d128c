"""Which columns the product's creators tables have."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Named, String, Table, Text, TypedColumns, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from queries.tables.base import METADATA, UTC_TIME


class CreatorCategoriesColumns(TypedColumns):
    """Columns of `public.creator_categories`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    name: Named[str] = Column(String(100))
    description: Named[str | None] = Column(Text)
    sort_order: Named[int | None]
    is_active: Named[bool | None]
    created_at: Named[datetime | None] = Column(UTC_TIME)


creator_categories = Table("creator_categories", METADATA, CreatorCategoriesColumns, schema="public")


class CreatorsColumns(TypedColumns):
    """Columns of `public.creators`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    platform: Named[str] = Column(String(50))
    username: Named[str] = Column(String(255))
    profile_url: Named[str] = Column(Text)
    display_name: Named[str | None] = Column(String(255))
    follower_count: Named[int | None]
    category_id: Named[UUID | None]
    is_verified: Named[bool | None]
    is_active: Named[bool | None]
    last_scraped_at: Named[datetime | None] = Column(UTC_TIME)
    scrape_frequency_hours: Named[int | None]
    metadata: Named[object | None] = Column(JSONB)
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


creators = Table("creators", METADATA, CreatorsColumns, schema="public")


class AccountFollowedCreatorsColumns(TypedColumns):
    """Columns of `public.account_followed_creators`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    creator_id: Named[UUID | None]
    followed_by_user_id: Named[UUID | None]
    followed_at: Named[datetime | None] = Column(UTC_TIME)
    is_active: Named[bool | None]


account_followed_creators = Table(
    "account_followed_creators", METADATA, AccountFollowedCreatorsColumns, schema="public"
)


class CreatorDraftColumns(TypedColumns):
    """Columns of `dashboard.creator_draft`."""

    user_id: Named[UUID] = Column(Uuid, primary_key=True)
    creator_id: Named[UUID] = Column(Uuid, primary_key=True)
    field: Named[str] = Column(Text, primary_key=True)
    seen: Named[object | None] = Column(JSONB(none_as_null=True))
    wanted: Named[object | None] = Column(JSONB(none_as_null=True))
    at: Named[datetime] = Column(UTC_TIME)


creator_draft = Table("creator_draft", METADATA, CreatorDraftColumns, schema="dashboard")
