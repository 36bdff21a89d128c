"""Everything about one customer: each function is one block of the account's page."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, func, literal_column, select

from core.reads import rows_of
from queries.sql import usable
from queries.sql.constants import constant
from queries.sql.keyset import capped_count
from queries.sql.outcomes import ended_at, has_failed, is_unknown
from queries.sql.time import lately, today
from queries.tables import account_followed_creators as follows
from queries.tables import account_summary as s
from queries.tables import account_usage_stats as stats
from queries.tables import (
    accounts,
    api_usage_logs,
    creators,
    job_failure,
    processing_queue,
    projects,
    user_profiles,
    users,
    voice_models,
)
from queries.tables.base import Rows

LISTED: Final = 8
"""Rows of a block: what one looks at before opening its page."""
COURSE_DAYS: Final = 60


class Account(TypedDict):
    """A row of `one`."""

    id: str
    name: str
    plan_type: str | None
    status: str | None
    billing_email: str | None
    created_at: datetime | None
    updated_at: datetime | None
    owner_email: str | None  # of the first active owner
    last_login_at: datetime | None  # of any member
    last_active_at: datetime | None
    is_quiet: bool | None
    credits_month: int | None
    credits_previous: int | None
    credits_projected: int | None
    storage_rate_7: float | None
    storage_rate_28: float | None
    full_soonest_days: int | None
    full_latest_days: int | None
    left_out: str | None  # its rows that are counted out, by table.column: JSON text


@rows_of(Account)
def one(account_id: UUID) -> Rows:
    """Who the customer is; no row when the account does not exist."""
    a = accounts.c
    owner = (
        select(users.c.email)
        .where(users.c.account_id == account_id, users.c.role == "owner", users.c.is_active.is_not(False))
        .order_by(users.c.created_at, users.c.id)
        .limit(1)
        .scalar_subquery()
    )
    logins = select(func.max(usable.moment(users.c.last_login_at))).where(users.c.account_id == account_id)
    return (
        select(
            a.id,
            a.name,
            a.plan_type,
            a.subscription_status.label("status"),
            a.billing_email,
            a.created_at,
            a.updated_at,
            owner.label("owner_email"),
            logins.scalar_subquery().label("last_login_at"),
            *(s.c[name] for name in (
                "last_active_at", "is_quiet", "credits_month", "credits_previous", "credits_projected",
                "storage_rate_7", "storage_rate_28", "full_soonest_days", "full_latest_days", "left_out",
            )),
        )
        .outerjoin_from(accounts, s, s.c.account_id == a.id)
        .where(a.id == account_id)
    )  # fmt: skip


class Pulse(TypedDict):
    """A row of `pulse`."""

    jobs_failed_today: int  # UTC
    jobs_failed_7d: int
    jobs_retried_7d: int  # of them, by staff since
    jobs_waiting: int
    api_errors_24h: int
    api_unknown_24h: int  # neither status nor message: in no rate
    api_calls_24h: int
    voice_models_failed: int
    projects_touched_7d: int


@rows_of(Pulse)
def pulse(account_id: UUID) -> Rows:
    """What a manager asks about first."""
    q, logs = processing_queue.c, api_usage_logs.c
    midnight = func.date_trunc("day", func.now(), literal_column("'UTC'", Text))
    ended = ended_at()
    failed = [q.account_id == account_id, q.status == "failed", usable.has_been(ended)]
    again, week = job_failure.c.ended_at, 7 * 24
    retried = [job_failure.c.account_id == account_id, usable.has_been(again)]
    called = [logs.account_id == account_id, *lately(logs.created_at, 24)]
    return select(
        (_count(*failed, ended >= midnight) + _count(*retried, again >= midnight)).label("jobs_failed_today"),
        (_count(*failed, *lately(ended, week)) + _count(*retried, *lately(again, week))).label("jobs_failed_7d"),
        _count(*retried, *lately(again, week)).label("jobs_retried_7d"),
        _count(q.account_id == account_id, q.status.in_(("queued", "processing"))).label("jobs_waiting"),
        _count(*called, has_failed()).label("api_errors_24h"),
        _count(*called, is_unknown()).label("api_unknown_24h"),
        _count(*called).label("api_calls_24h"),
        _count(voice_models.c.account_id == account_id, voice_models.c.training_status == "failed").label(
            "voice_models_failed"
        ),
        _count(projects.c.account_id == account_id, *lately(projects.c.last_accessed_at, week)).label(
            "projects_touched_7d"
        ),
    )


def course(account_id: UUID, days: int = COURSE_DAYS) -> Rows:
    """Credits and storage per UTC day, today included, oldest first; gaps are None.

    Columns: day, credits, storage_gb, is_today.
    """
    each = func.generate_series(literal_column("0"), constant(days - 1)).label("ago")
    span = select(each).subquery("span")
    day = today() - span.c.ago
    return (
        select(
            day.label("day"),
            stats.c.total_credits_used.label("credits"),
            usable.gauge(stats.c.account_id, stats.c.stat_date, stats.c.storage_used_gb).label("storage_gb"),
            (span.c.ago == 0).label("is_today"),
        )
        .outerjoin_from(span, stats, and_(stats.c.account_id == account_id, stats.c.stat_date == day))
        .order_by(day)
    )


def members(account_id: UUID, limit: int = 50) -> Rows:
    """The users, active ones first, then the last to sign in; `members` counts all (at most 10,001).

    Columns: id, email, name, role, is_active, last_login_at, brand_name, persona_description, target_audience,
    content_style_preferences (JSON text), members.
    """
    u, p = users.c, user_profiles.c
    profile = (
        select(p.brand_name, p.persona_description, p.target_audience, p.content_style_preferences)
        .where(p.user_id == u.id)
        .order_by(p.updated_at.desc().nulls_last(), p.id)
        .limit(1)
        .lateral("profile")
    )
    every = capped_count(select(u.id).where(u.account_id == account_id))
    return (
        select(
            u.id,
            u.email,
            func.concat_ws(" ", u.first_name, u.last_name).label("name"),
            u.role,
            u.is_active.is_not(False).label("is_active"),
            u.last_login_at,
            *profile.c,
            every.label("members"),
        )
        .outerjoin_from(users, profile, literal_column("true"))
        .where(u.account_id == account_id)
        .order_by(u.is_active.is_not(False).desc(), u.last_login_at.desc().nulls_last(), u.id)
        .limit(limit)
    )


def followed(account_id: UUID, limit: int = LISTED) -> Rows:
    """The creators it follows, the latest first; `creators` counts the active ones (at most 10,001).

    Columns: creator_id, platform, username, display_name, follower_count, last_scraped_at, followed_at, creators.
    """
    kept = [follows.c.account_id == account_id, follows.c.is_active.is_not(False)]
    return (
        select(
            follows.c.creator_id,
            creators.c.platform,
            creators.c.username,
            creators.c.display_name,
            creators.c.follower_count,
            creators.c.last_scraped_at,
            follows.c.followed_at,
            capped_count(select(follows.c.id).where(*kept)).label("creators"),
        )
        .outerjoin_from(follows, creators, creators.c.id == follows.c.creator_id)
        .where(*kept)
        .order_by(follows.c.followed_at.desc().nulls_last(), follows.c.id)
        .limit(limit)
    )


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(*conditions).scalar_subquery()
