"""Everything about one creator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypedDict
from uuid import UUID

from sqlalchemy import Date, Text, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.reads import rows_of
from queries.creators.filters import due_at, is_overdue
from queries.sql import job_data
from queries.sql.time import lately
from queries.tables import account_followed_creators as follows
from queries.tables import accounts, audit_log, content_pieces, creator_categories
from queries.tables import creators as c
from queries.tables import processing_queue as q
from queries.tables.base import Rows

DAYS: Final = 90
FOLLOWERS_LIMIT: Final = 100
JOBS_LIMIT: Final = 20
METADATA_SHOWN_BYTES: Final = 256 * 1024


class Creator(TypedDict):
    """A row of `one`."""

    id: str
    platform: str
    username: str
    profile_url: str
    display_name: str | None
    category_id: str | None
    category_name: str | None
    follower_count: int | None
    is_active: bool | None
    is_verified: bool | None
    scrape_frequency_hours: int | None
    last_scraped_at: datetime | None
    due_at: datetime | None
    is_overdue: bool
    created_at: datetime | None
    updated_at: datetime | None
    metadata: str | None  # JSON; None beyond `METADATA_SHOWN_BYTES`
    metadata_bytes: int | None


@rows_of(Creator)
def one(creator_id: UUID) -> Rows:
    """The creator's facts; no row when it does not exist."""
    size = func.octet_length(c.c.metadata.cast(Text))
    return (
        select(
            c.c.id,
            c.c.platform,
            c.c.username,
            c.c.profile_url,
            c.c.display_name,
            c.c.category_id,
            creator_categories.c.name.label("category_name"),
            c.c.follower_count,
            c.c.is_active,
            c.c.is_verified,
            c.c.scrape_frequency_hours,
            c.c.last_scraped_at,
            due_at().label("due_at"),
            is_overdue().label("is_overdue"),
            c.c.created_at,
            c.c.updated_at,
            case((size <= METADATA_SHOWN_BYTES, c.c.metadata)).label("metadata"),
            size.label("metadata_bytes"),
        )
        .outerjoin_from(c, creator_categories, creator_categories.c.id == c.c.category_id)
        .where(c.c.id == creator_id)
    )


def followers(creator_id: UUID, limit: int = FOLLOWERS_LIMIT) -> Rows:
    """The accounts that follow the creator now, the newest first.

    Columns: id, name, plan_type, subscription_status, followed_at, total (of all, beyond the limit).
    """
    return (
        select(
            accounts.c.id,
            accounts.c.name,
            accounts.c.plan_type,
            accounts.c.subscription_status,
            follows.c.followed_at,
            func.count().over().label("total"),
        )
        .join_from(follows, accounts, accounts.c.id == follows.c.account_id)
        .where(follows.c.creator_id == creator_id, follows.c.is_active.is_not(False))
        .order_by(follows.c.followed_at.desc().nulls_last(), accounts.c.id)
        .limit(limit)
    )


def pieces_by_day(creator_id: UUID, days: int = DAYS) -> Rows:
    """Content pieces of the creator added per UTC day, days without any left out. Columns: day, pieces."""
    added = content_pieces.c.created_at
    day = cast(func.timezone("UTC", added), Date).label("day")
    return (
        select(day, func.count().label("pieces"))
        .where(content_pieces.c.creator_id == creator_id, *lately(added, days * 24))
        .group_by(day)
        .order_by(day)
    )


def scrapes(creator_id: UUID, limit: int = JOBS_LIMIT) -> Rows:
    """The creator's newest scrape jobs. Columns: id, status, attempts, created_at, completed_at, error_message."""
    return (
        select(
            q.c.id,
            q.c.status,
            q.c.attempts,
            q.c.created_at,
            q.c.completed_at,
            func.left(q.c.error_message, 300).label("error_message"),
        )
        .where(
            q.c.job_type == literal_column("'content_scraping'", Text),
            job_data.names("creator_id", creator_id),
        )
        .order_by(q.c.created_at.desc().nulls_last(), q.c.id)
        .limit(limit)
    )


def last_changes(creator_ids: Sequence[UUID]) -> Rows:
    """The last change by staff of each field of these creators.

    Columns: creator_id (text), field, value (JSON, as it was set), actor_email, at.
    """
    entry = func.jsonb_each(audit_log.c.after).table_valued("key", "value", name="entry")
    return (
        select(
            audit_log.c.object_id.label("creator_id"),
            entry.c.key.label("field"),
            entry.c.value.label("value"),
            audit_log.c.actor_email,
            audit_log.c.at,
        )
        .join_from(audit_log, entry, literal_column("true"))
        .where(
            audit_log.c.object_type == "creator",
            audit_log.c.object_id.in_([str(one) for one in creator_ids]),
            func.jsonb_typeof(audit_log.c.after) == "object",
        )
        .ext(distinct_on(audit_log.c.object_id, entry.c.key))
        .order_by(audit_log.c.object_id, entry.c.key, audit_log.c.at.desc(), audit_log.c.id.desc())
    )
