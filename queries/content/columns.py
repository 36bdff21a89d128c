"""The columns of the content lists, alike for every kind."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Text, func, literal, select
from sqlalchemy.orm import aliased

from queries.content.filters import SOURCES, Kind
from queries.tables import (
    accounts,
    avatar_models,
    content_analysis,
    content_pieces,
    creators,
    generated_content,
    generated_scripts,
    projects,
    review,
    voice_models,
)
from queries.tables.base import Rows

WORDS: Final = 300
"""How much of a long text a list carries."""

c, s, g = content_pieces, generated_scripts, generated_content
a, r = content_analysis, review


def joined(kind: Kind, start: Any) -> Rows:
    """The columns of a list. Every kind: id, status, content_type, platform, title, thumbnail_url, account_id,
    account_name, project_id, project_title, creator_id, creator, model, credits, seconds, bytes, expires_at, is_remix,
    error_message, engagement, sentiment, verdict, claimed_until, created_at; None where the kind has no such thing."""
    origin = aliased(content_pieces, name="origin") if kind != "piece" else c
    newest = _newest(origin) if kind == "piece" else None
    frm = start
    if kind == "media":
        frm = frm.outerjoin(s, s.c.id == g.c.script_id).outerjoin(voice_models, voice_models.c.id == g.c.voice_model_id)
        frm = frm.outerjoin(avatar_models, avatar_models.c.id == g.c.avatar_model_id)
    if kind != "piece":
        frm = frm.outerjoin(origin, origin.c.id == s.c.content_piece_id)
    table = SOURCES[kind].table
    project = g.c.project_id if kind == "media" else origin.c.project_id
    frm = (
        frm.outerjoin(accounts, accounts.c.id == table.c.account_id)
        .outerjoin(projects, projects.c.id == project)
        .outerjoin(creators, creators.c.id == origin.c.creator_id)
        .outerjoin(r, (r.c.kind == kind) & (r.c.object_id == table.c.id))
    )
    if newest is not None:
        frm = frm.outerjoin(newest, literal(True))
    return select(*_listed(kind, origin, newest)).select_from(frm)


def _newest(origin: Any) -> Any:
    return (
        select(a.c.engagement_score, a.c.sentiment_score, a.c.ai_model_used)
        .where(a.c.content_piece_id == origin.c.id)
        .order_by(a.c.created_at.desc().nulls_last(), a.c.id.desc())
        .limit(1)
        .lateral("newest")
    )


def _listed(kind: Kind, origin: Any, newest: Any) -> list[ColumnElement[Any]]:
    table, nothing = SOURCES[kind].table, literal(None, Text)
    own: dict[str, ColumnElement[Any]] = {
        "content_type": literal("script", Text) if kind == "script" else table.c.content_type,
        "model": nothing,
        "credits": nothing,
        "seconds": nothing,
        "bytes": nothing,
        "expires_at": nothing,
        "is_remix": nothing,
        "error_message": nothing,
        "engagement": nothing,
        "sentiment": nothing,
    }
    if kind == "piece":
        own |= {"model": newest.c.ai_model_used, "seconds": c.c.duration_seconds, "bytes": c.c.file_size_bytes}
        own |= {"expires_at": c.c.storage_expires_at, "is_remix": c.c.is_remix}
        own |= {"engagement": newest.c.engagement_score, "sentiment": newest.c.sentiment_score}
    elif kind == "script":
        own |= {"model": s.c.ai_model_used, "credits": s.c.generation_cost_credits}
    else:
        model = func.concat_ws(" · ", voice_models.c.name, avatar_models.c.name)
        own |= {"model": func.nullif(model, ""), "credits": g.c.generation_cost_credits}
        own |= {"seconds": g.c.duration_seconds, "bytes": g.c.file_size_bytes}
        own |= {"error_message": func.left(g.c.error_message, WORDS)}
    return [
        table.c.id,
        func.coalesce(SOURCES[kind].status, literal("unknown", Text)).label("status"),
        origin.c.platform,
        func.left(func.coalesce(origin.c.title, origin.c.source_url), WORDS).label("title"),
        func.left(origin.c.thumbnail_url, 2_000).label("thumbnail_url"),
        table.c.account_id,
        accounts.c.name.label("account_name"),
        (g.c.project_id if kind == "media" else origin.c.project_id).label("project_id"),
        projects.c.title.label("project_title"),
        origin.c.creator_id,
        func.coalesce(creators.c.display_name, creators.c.username).label("creator"),
        *(column.label(name) for name, column in own.items()),
        r.c.verdict,
        r.c.claimed_until,
        table.c.created_at,
    ]
