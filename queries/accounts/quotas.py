"""The four quotas: what counts as used, the limit it is held against, and which band that is."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Any, Final, Literal, NamedTuple, TypedDict, get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Select,
    SmallInteger,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from core.reads import rows_of
from queries.sql import usable
from queries.sql.time import today
from queries.tables import account_summary as s
from queries.tables import account_usage_stats as stats
from queries.tables import accounts, content_pieces, generated_content
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
ADDED: Final[dict[Quota, str]] = {quota: f"{quota}_added" for quota in QUOTAS if quota != "storage"}
"""Quota to the column of `current` that tells how much of its use is of the last 30 days."""
_USE: Final = (
    *(column(name, s.c[name].type) for name in (*USED.values(), "storage_on")),
    *(column(name, BigInteger) for name in ADDED.values()),
)


def band(used: float | None, limit: int | None) -> Band:
    """The band of a use against a limit, as `dashboard.quota_band` tells it."""
    if used is None or limit is None or not isfinite(used):
        return "unknown"
    if used >= limit:
        return "over" if used > limit else "at limit"
    return "near" if used >= NEAR * limit else "ok"


class Quotas(TypedDict):
    """A row of `current`."""

    creator_limit: int | None
    user_limit: int | None
    voice_model_limit: int | None
    storage_limit_gb: int | None
    creators_used: int  # followed and active
    users_used: int  # active
    voice_models_used: int  # active, not failed
    storage_used_gb: float | None  # the latest gauge
    storage_on: date | None
    creators_added: int
    users_added: int
    voice_models_added: int  # in 30 days, of those used
    live_gb: float | None  # bytes of unexpired pieces and generated media in GB of 1024³: a lower bound of the storage
    storage_left_out: int  # later gauges that are no usable number, or a 0 that nobody measured


@rows_of(Quotas)
def current(account_id: UUID) -> Rows:
    """One account's quotas as they are at this moment; no row when it does not exist."""
    live_gb, left_out = _live_gb(account_id).label("live_gb"), _later_gauges(account_id).label("storage_left_out")
    return _standing(live_gb, left_out).where(accounts.c.id == account_id)


def present(account_id: ColumnElement[UUID]) -> FromClause:
    """The same for each account of a list that is made of `account_summary`, beside it.

    Columns, named as those of `account_summary`: the four limits, the four used amounts, storage_on, the four bands and
    worst_band. No row for an account that is gone.
    """
    now = _standing().where(accounts.c.id == account_id).correlate(s).lateral("now")
    pairs = [(now.c[USED[quota]], now.c[LIMITS[quota]]) for quota in QUOTAS]
    bands = {
        f"{quota}_band": func.dashboard.quota_band(*pair, type_=SmallInteger)
        for quota, pair in zip(QUOTAS, pairs, strict=True)
    }
    bands["worst_band"] = func.dashboard.worst_band(*(column for pair in pairs for column in pair), type_=SmallInteger)
    return select(*now.c, *(band.label(name) for name, band in bands.items())).lateral("present")


def _standing(*more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Limits and used amounts of accounts, with what was added of them and more columns."""
    use = func.dashboard.account_use(accounts.c.id).table_valued(*_USE).lateral("use")
    limits = (accounts.c[name] for name in LIMITS.values())
    return select(*limits, *use.c, *more).join_from(accounts, use, literal_column("true"))


def _later_gauges(account_id: UUID) -> ColumnElement[int]:
    """How many gauges after the latest usable one are none: what is used may be out of date."""
    tomorrow = today() + literal_column("1")
    latest = select(usable.latest_gauge(literal(account_id), tomorrow).c.stat_date).scalar_subquery()
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
