"""The four quotas: what counts as used, the limit it is held against, and which band that is."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final, Literal, NamedTuple, get_args
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    FromClause,
    Select,
    SmallInteger,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
)

from queries.sql import usable
from queries.tables import account_followed_creators as follows
from queries.tables import account_summary as s
from queries.tables import account_usage_stats as stats
from queries.tables import accounts, content_pieces, generated_content, users, voice_models
from queries.tables.base import Rows

Quota = Literal["creators", "users", "voice_models", "storage"]
QUOTAS: Final[tuple[Quota, ...]] = get_args(Quota)
Band = Literal["unknown", "ok", "near", "at limit", "over"]
BANDS: Final[tuple[Band, ...]] = get_args(Band)
"""In the order of urgency; a band's place is its number in the database (`dashboard.quota_band`)."""
NEAR: Final = 0.8


class Columns(NamedTuple):
    """Where a quota stands in the summary."""

    used: ColumnElement[Any]
    limit: ColumnElement[Any]
    band: ColumnElement[int]
    use: ColumnElement[Any]


COLUMNS: Final[dict[Quota, Columns]] = {
    "creators": Columns(s.c.creators_used, s.c.creator_limit, s.c.creators_band, s.c.creators_use),
    "users": Columns(s.c.users_used, s.c.user_limit, s.c.users_band, s.c.users_use),
    "voice_models": Columns(s.c.voice_models_used, s.c.voice_model_limit, s.c.voice_models_band, s.c.voice_models_use),
    "storage": Columns(s.c.storage_used_gb, s.c.storage_limit_gb, s.c.storage_band, s.c.storage_use),
}
LIMITS: Final[dict[Quota, str]] = {
    "creators": "creator_limit",
    "users": "user_limit",
    "voice_models": "voice_model_limit",
    "storage": "storage_limit_gb",
}
"""Quota to the column of `accounts` that limits it."""
USED: Final[dict[Quota, str]] = {
    "creators": "creators_used",
    "users": "users_used",
    "voice_models": "voice_models_used",
    "storage": "storage_used_gb",
}
"""Quota to the column of `current` and `account_summary` that tells its use."""


def band(used: float | None, limit: int | None) -> Band:
    """The band of a use against a limit, as `dashboard.quota_band` tells it."""
    if used is None or limit is None or not isfinite(used):
        return "unknown"
    if used >= limit:
        return "over" if used > limit else "at limit"
    return "near" if used >= NEAR * limit else "ok"


def current(account_id: UUID) -> Rows:
    """One account's quotas as they are at this moment; no row when it does not exist.

    Columns: the four limits of `LIMITS`; creators_used (followed and active), users_used (active), voice_models_used
    (active, not failed), storage_used_gb (the latest gauge) with storage_on; creators_added, users_added,
    voice_models_added (in 30 days, of those used); live_gb (bytes of unexpired pieces and generated media in GB of
    1024³: a lower bound of the storage); storage_left_out (later gauges that are no usable number).
    """
    month_ago = func.now() - literal_column("interval '30 days'")
    added = [
        _count(and_(kept, usable.moment(at) >= month_ago)).label(f"{name}_added")
        for name, (kept, at) in _counted().items()
    ]
    live_gb, left_out = _live_gb(account_id).label("live_gb"), _later_gauges(account_id).label("storage_left_out")
    return _standing(*added, live_gb, left_out).where(accounts.c.id == account_id)


def present(account_id: ColumnElement[UUID]) -> FromClause:
    """The same for each account of a list that is made of `account_summary`, beside it.

    Columns, named as those of `account_summary`: the four limits, the four used amounts, storage_on, the four bands and
    worst_band. No row for an account that is gone.
    """
    now = _standing().where(accounts.c.id == account_id).correlate(s).lateral("now")
    bands = {
        quota: func.dashboard.quota_band(now.c[USED[quota]], now.c[LIMITS[quota]], type_=SmallInteger)
        for quota in QUOTAS
    }
    is_alone = and_(now.c.users_used == literal_column("1"), now.c.user_limit == literal_column("1"))
    worry = bands | {"users": case((is_alone, literal_column(str(BANDS.index("ok")))), else_=bands["users"])}
    worst = func.greatest(*worry.values()).label("worst_band")
    return select(*now.c, *(band.label(f"{quota}_band") for quota, band in bands.items()), worst).lateral("present")


def _standing(*more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Limits and used amounts of accounts, with more columns."""
    gauge = _gauge()
    return select(
        *(accounts.c[column] for column in LIMITS.values()),
        *(_count(kept).label(f"{name}_used") for name, (kept, _) in _counted().items()),
        gauge.c.storage_used_gb,
        gauge.c.stat_date.label("storage_on"),
        *more,
    ).outerjoin_from(accounts, gauge, literal_column("true"))


def _counted() -> dict[str, tuple[ColumnElement[bool], ColumnElement[Any]]]:
    """What counts as used, and since when it does, for the account of the row."""
    a = accounts.c
    of_user = and_(users.c.account_id == a.id, users.c.is_active.is_not(False))
    of_follow = and_(follows.c.account_id == a.id, follows.c.is_active.is_not(False))
    of_voice = and_(
        voice_models.c.account_id == a.id,
        voice_models.c.is_active.is_not(False),
        voice_models.c.training_status.is_distinct_from("failed"),
    )
    return {
        "creators": (of_follow, follows.c.followed_at),
        "users": (of_user, users.c.created_at),
        "voice_models": (of_voice, voice_models.c.created_at),
    }


def _gauge() -> FromClause:
    today = func.timezone("UTC", func.now()).cast(Date)
    return (
        select(stats.c.stat_date, stats.c.storage_used_gb)
        .where(
            stats.c.account_id == accounts.c.id,
            usable.number(stats.c.storage_used_gb).is_not(None),
            usable.is_day(stats.c.stat_date),
            stats.c.stat_date <= today,
        )
        .order_by(stats.c.stat_date.desc())
        .limit(1)
        .lateral("gauge")
    )


def _later_gauges(account_id: UUID) -> ColumnElement[int]:
    """How many gauges after the latest usable one are none: what is used may be out of date."""
    gauge = stats.alias("usable_gauge")
    kept = [usable.number(gauge.c.storage_used_gb).is_not(None), usable.is_day(gauge.c.stat_date)]
    latest = select(func.max(gauge.c.stat_date)).where(gauge.c.account_id == account_id, *kept).scalar_subquery()
    return (
        select(func.count())
        .where(
            stats.c.account_id == account_id,
            usable.is_day(stats.c.stat_date),
            stats.c.stat_date > func.coalesce(latest, literal_column("date '-infinity'")),
            stats.c.storage_used_gb.is_not(None),
        )
        .scalar_subquery()
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(condition).correlate(accounts).scalar_subquery()


def _live_gb(account_id: UUID) -> ColumnElement[Any]:
    pieces, media = content_pieces.c, generated_content.c
    is_kept = or_(pieces.storage_expires_at.is_(None), pieces.storage_expires_at > func.now())
    bytes_of = [
        select(func.coalesce(func.sum(pieces.file_size_bytes), 0).cast(Double)).where(
            pieces.account_id == account_id, is_kept
        ),
        select(func.coalesce(func.sum(media.file_size_bytes), 0).cast(Double)).where(media.account_id == account_id),
    ]
    return (bytes_of[0].scalar_subquery() + bytes_of[1].scalar_subquery()) / literal_column("1073741824.0::float8")
