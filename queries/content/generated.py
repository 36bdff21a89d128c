"""Everything about one script or generated item, and which a piece has."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy import func, select

from core.reads import rows_of
from queries.content.detail import MANY, TEXT_SHOWN, json_text, long_text, places
from queries.tables import (
    accounts,
    avatar_models,
    content_pieces,
    generated_content,
    generated_scripts,
    projects,
    users,
    voice_models,
)
from queries.tables.base import Rows

c, s, g = content_pieces, generated_scripts, generated_content


class Script(TypedDict):
    """A row of `script`."""

    id: str
    status: str
    piece_id: str | None
    title: str | None  # of its piece
    original_script: str | None
    original_script_length: int | None
    rewritten_script: str | None
    rewritten_script_length: int | None
    generation_prompt: str | None  # the first `TEXT_SHOWN` characters of each, with `_length`
    generation_prompt_length: int | None
    research_perspectives: str | None  # JSON text; None when large
    research_perspectives_bytes: int | None
    ai_model_used: str | None
    credits: int | None
    generated_at: datetime | None
    created_at: datetime | None
    updated_at: datetime | None
    account_id: str | None
    account_name: str | None
    project_id: str | None
    project_title: str | None
    author: str | None


@rows_of(Script)
def script(script_id: UUID) -> Rows:
    """One script; no row when it does not exist."""
    return (
        select(
            s.c.id,
            func.coalesce(s.c.generation_status, "unknown").label("status"),
            s.c.content_piece_id.label("piece_id"),
            func.coalesce(c.c.title, c.c.source_url).label("title"),
            *long_text("original_script", s.c.original_script),
            *long_text("rewritten_script", s.c.rewritten_script),
            *long_text("generation_prompt", s.c.generation_prompt),
            *json_text("research_perspectives", s.c.research_perspectives),
            s.c.ai_model_used,
            s.c.generation_cost_credits.label("credits"),
            s.c.generated_at,
            s.c.created_at,
            s.c.updated_at,
            *places(s.c.account_id, c.c.project_id),
            users.c.email.label("author"),
        )
        .outerjoin_from(s, c, c.c.id == s.c.content_piece_id)
        .outerjoin(accounts, accounts.c.id == s.c.account_id)
        .outerjoin(projects, projects.c.id == c.c.project_id)
        .outerjoin(users, users.c.id == s.c.user_id)
        .where(s.c.id == script_id)
    )


class Media(TypedDict):
    """A row of `media`."""

    id: str
    status: str
    content_type: str
    file_url: str | None
    file_path: str | None
    file_size_bytes: int | None
    duration_seconds: int | None
    error_message: str | None
    metadata: str | None
    metadata_bytes: int | None
    credits: int | None
    processing_started_at: datetime | None
    processing_completed_at: datetime | None
    created_at: datetime | None
    script_id: str | None
    piece_id: str | None
    title: str | None
    voice_model_id: str | None
    voice: str | None
    avatar_model_id: str | None
    avatar: str | None
    account_id: str | None
    account_name: str | None
    project_id: str | None
    project_title: str | None
    author: str | None


@rows_of(Media)
def media(media_id: UUID) -> Rows:
    """One generated sound or film; no row when it does not exist."""
    return (
        select(
            g.c.id,
            func.coalesce(g.c.generation_status, "unknown").label("status"),
            g.c.content_type,
            func.left(g.c.file_url, 2_000).label("file_url"),
            func.left(g.c.file_path, 2_000).label("file_path"),
            g.c.file_size_bytes,
            g.c.duration_seconds,
            func.left(g.c.error_message, TEXT_SHOWN).label("error_message"),
            *json_text("metadata", g.c.metadata),
            g.c.generation_cost_credits.label("credits"),
            g.c.processing_started_at,
            g.c.processing_completed_at,
            g.c.created_at,
            g.c.script_id,
            s.c.content_piece_id.label("piece_id"),
            func.coalesce(c.c.title, c.c.source_url).label("title"),
            g.c.voice_model_id,
            voice_models.c.name.label("voice"),
            g.c.avatar_model_id,
            avatar_models.c.name.label("avatar"),
            *places(g.c.account_id, g.c.project_id),
            users.c.email.label("author"),
        )
        .outerjoin_from(g, s, s.c.id == g.c.script_id)
        .outerjoin(c, c.c.id == s.c.content_piece_id)
        .outerjoin(voice_models, voice_models.c.id == g.c.voice_model_id)
        .outerjoin(avatar_models, avatar_models.c.id == g.c.avatar_model_id)
        .outerjoin(accounts, accounts.c.id == g.c.account_id)
        .outerjoin(projects, projects.c.id == g.c.project_id)
        .outerjoin(users, users.c.id == g.c.user_id)
        .where(g.c.id == media_id)
    )


def scripts_of(piece_id: UUID) -> Rows:
    """The scripts made of a piece, newest first.

    Columns: id, status, words (the head), model, credits, created_at, total (of all, beyond the limit).
    """
    return (
        select(
            s.c.id,
            func.coalesce(s.c.generation_status, "unknown").label("status"),
            func.left(s.c.rewritten_script, 200).label("words"),
            s.c.ai_model_used.label("model"),
            s.c.generation_cost_credits.label("credits"),
            s.c.created_at,
            func.count().over().label("total"),
        )
        .where(s.c.content_piece_id == piece_id)
        .order_by(s.c.created_at.desc().nulls_last(), s.c.id)
        .limit(MANY)
    )


def media_of(*, piece_id: UUID | None = None, script_id: UUID | None = None) -> Rows:
    """The media made from a script, or from any script of a piece, newest first.

    Columns: id, status, content_type, seconds, voice, avatar, credits, created_at, total (of all, beyond the limit).
    """
    scripts = select(s.c.id).where(s.c.content_piece_id == piece_id)
    return (
        select(
            g.c.id,
            func.coalesce(g.c.generation_status, "unknown").label("status"),
            g.c.content_type,
            g.c.duration_seconds.label("seconds"),
            voice_models.c.name.label("voice"),
            avatar_models.c.name.label("avatar"),
            g.c.generation_cost_credits.label("credits"),
            g.c.created_at,
            func.count().over().label("total"),
        )
        .outerjoin_from(g, voice_models, voice_models.c.id == g.c.voice_model_id)
        .outerjoin(avatar_models, avatar_models.c.id == g.c.avatar_model_id)
        .where(g.c.script_id == script_id if script_id else g.c.script_id.in_(scripts))
        .order_by(g.c.created_at.desc().nulls_last(), g.c.id)
        .limit(MANY)
    )
