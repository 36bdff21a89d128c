"""Everything about one piece, script or generated item."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, func, literal_column, select

from queries.tables import (
    accounts,
    avatar_models,
    canvas_folder_items,
    canvas_folders,
    content_analysis,
    content_annotations,
    content_pieces,
    creators,
    generated_content,
    generated_scripts,
    processing_queue,
    projects,
    staff_note,
    users,
    voice_models,
)
from queries.tables.base import Rows

TEXT_SHOWN: Final = 20_000
"""Characters of a long text that a page draws; its length says what is missing."""
TAGS_SHOWN: Final = 200
JSON_SHOWN_BYTES: Final = 64 * 1024
MANY: Final = 50
"""Rows of one block: scripts, media, annotations, jobs."""

c, s, g, a = content_pieces, generated_scripts, generated_content, content_analysis


def piece(piece_id: UUID) -> Rows:
    """One piece; no row when it does not exist.

    Columns: id, status, platform, content_type, title, description, transcript (the first `TEXT_SHOWN` characters of
    each), description_length, transcript_length, source_url, thumbnail_url, original_file_url, original_file_path,
    duration_seconds, file_size_bytes, storage_expires_at, is_expired, is_remix, metadata (JSON text; None when large),
    position_x, position_y, created_at, updated_at, account_id, account_name, project_id, project_title, creator_id,
    creator, uploaded_by, folders (names).
    """
    folders = (
        select(func.array_agg(func.left(canvas_folders.c.name, 100)))
        .join(canvas_folder_items, canvas_folder_items.c.folder_id == canvas_folders.c.id)
        .where(canvas_folder_items.c.content_piece_id == c.c.id)
        .scalar_subquery()
    )
    return (
        select(
            c.c.id,
            func.coalesce(c.c.processing_status, "unknown").label("status"),
            c.c.platform,
            c.c.content_type,
            c.c.title,
            *_long("description", c.c.description),
            *_long("transcript", c.c.transcript),
            *(
                func.left(column, 2_000).label(column.name)
                for column in (c.c.source_url, c.c.thumbnail_url, c.c.original_file_url, c.c.original_file_path)
            ),
            c.c.duration_seconds,
            c.c.file_size_bytes,
            c.c.storage_expires_at,
            func.coalesce(c.c.storage_expires_at <= func.now(), False).label("is_expired"),
            func.coalesce(c.c.is_remix, False).label("is_remix"),
            _json(c.c.metadata).label("metadata"),
            c.c.position_x,
            c.c.position_y,
            c.c.created_at,
            c.c.updated_at,
            *_places(c.c.account_id, c.c.project_id),
            c.c.creator_id,
            func.coalesce(creators.c.display_name, creators.c.username).label("creator"),
            users.c.email.label("uploaded_by"),
            folders.label("folders"),
        )
        .outerjoin_from(c, accounts, accounts.c.id == c.c.account_id)
        .outerjoin(projects, projects.c.id == c.c.project_id)
        .outerjoin(creators, creators.c.id == c.c.creator_id)
        .outerjoin(users, users.c.id == c.c.uploaded_by_user_id)
        .where(c.c.id == piece_id)
    )


def transcript(piece_id: UUID) -> Rows:
    """A piece's whole transcript, to be searched. Columns: transcript."""
    return select(c.c.transcript).where(c.c.id == piece_id)


def analyses_of(piece_id: UUID) -> Rows:
    """A piece's analyses, the newest first.

    Columns: id, status, hook_analysis, body_analysis, cta_analysis, content_style_analysis, hashtags, mentions (the
    first `TAGS_SHOWN` of each), hashtags_total, mentions_total, trending_elements (JSON text; None when large),
    engagement_score, sentiment_score, ai_model_used, credits, analyzed_at, created_at.
    """
    texts = (a.c.hook_analysis, a.c.body_analysis, a.c.cta_analysis, a.c.content_style_analysis)
    return (
        select(
            a.c.id,
            func.coalesce(a.c.analysis_status, "unknown").label("status"),
            *(func.left(column, TEXT_SHOWN).label(column.name) for column in texts),
            *(
                literal_column(f"content_analysis.{name}[1:{TAGS_SHOWN}]").label(name)
                for name in ("hashtags", "mentions")
            ),
            func.cardinality(a.c.hashtags).label("hashtags_total"),
            func.cardinality(a.c.mentions).label("mentions_total"),
            _json(a.c.trending_elements).label("trending_elements"),
            a.c.engagement_score,
            a.c.sentiment_score,
            a.c.ai_model_used,
            a.c.analysis_cost_credits.label("credits"),
            a.c.analyzed_at,
            a.c.created_at,
        )
        .where(a.c.content_piece_id == piece_id)
        .order_by(a.c.created_at.desc().nulls_last(), a.c.id.desc())
        .limit(MANY)
    )


def annotations_of(piece_id: UUID) -> Rows:
    """What the customer wrote on a piece, newest first.

    Columns: text, kind, position_x, position_y, author, created_at.
    """
    n = content_annotations
    return (
        select(
            func.left(n.c.annotation_text, 4_000).label("text"),
            n.c.annotation_type.label("kind"),
            n.c.position_x,
            n.c.position_y,
            users.c.email.label("author"),
            n.c.created_at,
        )
        .outerjoin_from(n, users, users.c.id == n.c.user_id)
        .where(n.c.content_piece_id == piece_id)
        .order_by(n.c.created_at.desc().nulls_last(), n.c.id)
        .limit(MANY)
    )


def script(script_id: UUID) -> Rows:
    """One script; no row when it does not exist.

    Columns: id, status, piece_id, title (of its piece), original_script, rewritten_script, generation_prompt (the first
    `TEXT_SHOWN` characters of each, with `_length`), research_perspectives (JSON text; None when large), ai_model_used,
    credits, generated_at, created_at, updated_at, account_id, account_name, project_id, project_title, author.
    """
    return (
        select(
            s.c.id,
            func.coalesce(s.c.generation_status, "unknown").label("status"),
            s.c.content_piece_id.label("piece_id"),
            func.coalesce(c.c.title, c.c.source_url).label("title"),
            *_long("original_script", s.c.original_script),
            *_long("rewritten_script", s.c.rewritten_script),
            *_long("generation_prompt", s.c.generation_prompt),
            _json(s.c.research_perspectives).label("research_perspectives"),
            s.c.ai_model_used,
            s.c.generation_cost_credits.label("credits"),
            s.c.generated_at,
            s.c.created_at,
            s.c.updated_at,
            *_places(s.c.account_id, c.c.project_id),
            users.c.email.label("author"),
        )
        .outerjoin_from(s, c, c.c.id == s.c.content_piece_id)
        .outerjoin(accounts, accounts.c.id == s.c.account_id)
        .outerjoin(projects, projects.c.id == c.c.project_id)
        .outerjoin(users, users.c.id == s.c.user_id)
        .where(s.c.id == script_id)
    )


def media(media_id: UUID) -> Rows:
    """One generated sound or film; no row when it does not exist.

    Columns: id, status, content_type, file_url, file_path, file_size_bytes, duration_seconds, error_message, metadata,
    credits, processing_started_at, processing_completed_at, created_at, script_id, piece_id, title, voice_model_id,
    voice, avatar_model_id, avatar, account_id, account_name, project_id, project_title, author.
    """
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
            _json(g.c.metadata).label("metadata"),
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
            *_places(g.c.account_id, g.c.project_id),
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
    """The scripts made of a piece, newest first. Columns: id, status, words (the head), model, credits, created_at."""
    return (
        select(
            s.c.id,
            func.coalesce(s.c.generation_status, "unknown").label("status"),
            func.left(s.c.rewritten_script, 200).label("words"),
            s.c.ai_model_used.label("model"),
            s.c.generation_cost_credits.label("credits"),
            s.c.created_at,
        )
        .where(s.c.content_piece_id == piece_id)
        .order_by(s.c.created_at.desc().nulls_last(), s.c.id)
        .limit(MANY)
    )


def media_of(*, piece_id: UUID | None = None, script_id: UUID | None = None) -> Rows:
    """The media made from a script, or from any script of a piece, newest first.

    Columns: id, status, content_type, seconds, voice, avatar, credits, created_at.
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
        )
        .outerjoin_from(g, voice_models, voice_models.c.id == g.c.voice_model_id)
        .outerjoin(avatar_models, avatar_models.c.id == g.c.avatar_model_id)
        .where(g.c.script_id == script_id if script_id else g.c.script_id.in_(scripts))
        .order_by(g.c.created_at.desc().nulls_last(), g.c.id)
        .limit(MANY)
    )


def jobs_of(key: str, object_id: UUID) -> Rows:
    """The jobs whose `job_data` names a record under a key, newest first.

    Columns: id, job_type, status, attempts, error_message (the head), created_at.
    """
    q = processing_queue
    return (
        select(
            q.c.id,
            q.c.job_type,
            func.coalesce(q.c.status, "unknown").label("status"),
            q.c.attempts,
            func.left(q.c.error_message, 300).label("error_message"),
            q.c.created_at,
        )
        .where(_named(key), q.c.job_data.op("->>")(_word(key)) == str(object_id))
        .order_by(q.c.created_at.desc())
        .limit(MANY)
    )


def notes_on(kind: str, object_id: UUID) -> Rows:
    """Staff's notes on a record, pinned first. Columns: body, author_email, is_pinned, created_at."""
    n = staff_note
    return (
        select(n.c.body, n.c.author_email, n.c.is_pinned, n.c.created_at)
        .where(n.c.object_type == kind, n.c.object_id == object_id)
        .order_by(n.c.is_pinned.desc(), n.c.created_at.desc())
        .limit(MANY)
    )


def _named(key: str) -> ColumnElement[bool]:
    """The predicate of the partial index on the key, with the key in the text, as the planner must prove it."""
    return processing_queue.c.job_data.op("?")(_word(key))


def _word(key: str) -> ColumnElement[Any]:
    if not key.replace("_", "").isalpha():
        raise ValueError(key)
    return literal_column(f"'{key}'", Text)


def _long(name: str, column: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.left(column, TEXT_SHOWN).label(name), func.length(column).label(f"{name}_length")


def _json(column: ColumnElement[Any]) -> ColumnElement[Any]:
    text = column.cast(Text)
    return case((func.octet_length(text) <= JSON_SHOWN_BYTES, text))


def _places(account: ColumnElement[Any], project: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [
        account.label("account_id"),
        accounts.c.name.label("account_name"),
        project.label("project_id"),
        projects.c.title.label("project_title"),
    ]


def project_title(project_id: UUID) -> Rows:
    """What a project is called. Columns: title."""
    return select(projects.c.title).where(projects.c.id == project_id)
