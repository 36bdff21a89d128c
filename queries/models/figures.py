"""Voice and avatar models: how their training goes, how good they are, and whether anybody uses them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, TypedDict
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Text, and_, case, cast, func, literal, select, union_all

from core.reads import rows_of
from queries.sql import usable
from queries.sql.text import contains, printable, same
from queries.sql.time import span
from queries.tables import accounts, avatar_models, generated_content, users, voice_models
from queries.tables.base import Rows

Kind = Literal["voice", "avatar"]
State = Literal["pending", "training", "completed", "failed", "unknown", "stuck", "unused", "poor"]
"""What a model is counted under; the last three are derived and overlap with the others."""
STATES: Final[tuple[State, ...]] = ("pending", "training", "completed", "failed", "unknown", "stuck", "unused", "poor")
POOR_BELOW: Final = 0.6
"""Quality scores run from 0 to 1; below this a model is called poor."""
STUCK_HOURS: Final = 24

voices, avatars, g = voice_models, avatar_models, generated_content


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Which models are meant."""

    kind: Kind | Literal[""] = ""
    state: State | Literal[""] = ""
    account_id: UUID | None = None
    name: str = ""


def counts(where: ModelFilter) -> Rows:
    """How many models are in each state under the filter, whatever state it names. Columns: one for each state."""
    models = models_under(replace(where, state="")).subquery("models")
    return select(*(func.count().filter(*in_state(state, models)).label(state) for state in STATES)).select_from(models)


class Version(TypedDict):
    """A row of `versions`."""

    id: str
    version: int | None
    status: str
    quality: float | None
    is_active: bool | None
    sample_url: str | None
    sample_path: str | None
    created_at: datetime | None
    total: int  # of all, beyond the limit


@rows_of(Version)
def versions(account_id: UUID, name: str) -> Rows:
    """One account's voices of one name, the newest version first."""
    v = voices.c
    return (
        select(
            v.id,
            v.version_number.label("version"),
            func.coalesce(v.training_status, "unknown").label("status"),
            v.quality_score.label("quality"),
            v.is_active,
            v.sample_audio_url.label("sample_url"),
            v.sample_audio_path.label("sample_path"),
            v.created_at,
            func.count().over().label("total"),
        )
        .where(v.account_id == account_id, same(v.name, name))
        .order_by(v.version_number.desc().nulls_last(), v.created_at.desc())
        .limit(12)
    )


class Model(TypedDict):
    """A row of `one`."""

    id: str
    kind: str
    name: str
    status: str
    is_stuck: bool
    is_active: bool | None
    version: int | None
    quality: float | None
    account_id: str | None
    account_name: str | None
    user_email: str | None
    provider_id: str | None
    sample_url: str | None
    sample_path: str | None
    training_s: int | None
    created_at: datetime | None
    updated_at: datetime | None
    photos: int | None  # how many


@rows_of(Model)
def one(kind: Kind, model_id: UUID) -> Rows:
    """One model; no row when it does not exist."""
    parts = _voices() if kind == "voice" else _avatars()
    table = voices if kind == "voice" else avatars
    photos = func.cardinality(avatars.c.training_photos_paths) if kind == "avatar" else cast(None, BigInteger)
    return parts.add_columns(photos.label("photos")).where(table.c.id == model_id)


def uses(kind: Kind, model_id: UUID, limit: int = 20) -> Rows:
    """What was generated with a model, newest first.

    Columns: id, status, content_type, seconds, voice, avatar, error_message, created_at, total, failed.
    """
    column = g.c.voice_model_id if kind == "voice" else g.c.avatar_model_id
    return (
        select(
            g.c.id,
            func.coalesce(g.c.generation_status, "unknown").label("status"),
            g.c.content_type,
            g.c.duration_seconds.label("seconds"),
            voices.c.name.label("voice"),
            avatars.c.name.label("avatar"),
            func.left(g.c.error_message, 300).label("error_message"),
            g.c.created_at,
            func.count().over().label("total"),
            func.count().filter(g.c.generation_status == "failed").over().label("failed"),
        )
        .outerjoin_from(g, voices, voices.c.id == g.c.voice_model_id)
        .outerjoin(avatars, avatars.c.id == g.c.avatar_model_id)
        .where(column == model_id)
        .order_by(g.c.created_at.desc().nulls_last(), g.c.id)
        .limit(limit)
    )


def stuck() -> Rows:
    """The Overview's line on models whose training does not end; no row when there are none.

    Columns: models, accounts, oldest_at.
    """
    models = union_all(*(part.where(_is_stuck(table)) for part, table in ((_voices(), voices), (_avatars(), avatars))))
    found = models.subquery()
    return select(
        func.count().label("models"),
        func.count(found.c.account_id.distinct()).label("accounts"),
        func.min(usable.moment(found.c.updated_at)).label("oldest_at"),
    ).having(func.count() > 0)


def models_under(where: ModelFilter) -> Any:
    """The models under the filter, whatever state it names. Columns: those of `model_list.page` up to updated_at."""
    parts: list[Rows] = []
    for kind, part, table in (("voice", _voices(), voices), ("avatar", _avatars(), avatars)):
        if where.kind in ("", kind):
            found = part.where(table.c.account_id == where.account_id) if where.account_id else part
            if name := printable(where.name):
                found = found.where(contains(table.c.name, name))
            parts.append(found)
    return union_all(*parts)


def _voices() -> Rows:
    v = voices.c
    return _part(
        "voice", voices, v.training_status, v.elevenlabs_voice_id, (v.sample_audio_url, v.sample_audio_path),
        v.version_number, v.training_duration_seconds,
    )  # fmt: skip


def _avatars() -> Rows:
    v = avatars.c
    nothing = cast(None, BigInteger)
    # Both kinds are told in one word: an avatar that is being made is in training.
    status = case((v.creation_status == "processing", literal("training", Text)), else_=v.creation_status)
    return _part(
        "avatar", avatars, status, v.heygen_avatar_id, (v.sample_video_url, v.sample_video_path), nothing, nothing
    )


def _part(
    kind: Kind, table: Any, status: ColumnElement[Any], provider: ColumnElement[Any], sample: tuple[Any, Any],
    version: ColumnElement[Any], training_s: ColumnElement[Any],
) -> Rows:  # fmt: skip
    return (
        select(
            table.c.id,
            literal(kind, Text).label("kind"),
            table.c.name,
            func.coalesce(cast(status, Text), literal("unknown", Text)).label("status"),
            func.coalesce(_is_stuck(table), False).label("is_stuck"),
            table.c.is_active,
            cast(version, BigInteger).label("version"),
            table.c.quality_score.label("quality"),
            table.c.account_id,
            accounts.c.name.label("account_name"),
            users.c.email.label("user_email"),
            cast(provider, Text).label("provider_id"),
            func.left(sample[0], 2_000).label("sample_url"),
            func.left(sample[1], 2_000).label("sample_path"),
            cast(training_s, BigInteger).label("training_s"),
            table.c.created_at,
            func.coalesce(table.c.updated_at, table.c.created_at).label("updated_at"),
        )
        .outerjoin_from(table, accounts, accounts.c.id == table.c.account_id)
        .outerjoin(users, users.c.id == table.c.user_id)
    )


def _is_stuck(table: Any) -> ColumnElement[bool]:
    """In training for longer than `STUCK_HOURS`."""
    status = table.c.training_status if table is voices else table.c.creation_status
    since = func.coalesce(table.c.updated_at, table.c.created_at)
    return and_(status.in_(("pending", "training", "processing")), since < func.now() - span(hours=STUCK_HOURS))


def in_state(state: State | Literal[""], models: Any) -> list[ColumnElement[bool]]:
    """That a model (of `models_under`) is in a stored or derived state; nothing for none."""
    if not state:
        return []
    if state == "stuck":
        return [models.c.is_stuck]
    if state == "unused":
        made = [select(g.c.id).where(column == models.c.id) for column in (g.c.voice_model_id, g.c.avatar_model_id)]
        return [models.c.status == "completed", *(~one.exists() for one in made)]
    return [models.c.quality < POOR_BELOW] if state == "poor" else [models.c.status == state]
