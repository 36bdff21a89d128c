"""Everything about one piece, and the jobs and notes on any item."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, func, literal_column, select

from core.reads import rows_of
from queries.tables import (
    accounts,
    canvas_folder_items,
    canvas_folders,
    content_analysis,
    content_annotations,
    content_pieces,
    creators,
    generated_content,
    generated_scripts,
    projects,
    staff_note,
    users,
)
from queries.tables.base import Rows

TEXT_SHOWN: Final = 20_000
"""Characters of a long text that a page draws; its length says what is missing."""
TAGS_SHOWN: Final = 200
JSON_SHOWN_BYTES: Final = 64 * 1024
MANY: Final = 50
"""Rows of one block: scripts, media, annotations, jobs."""

c, s, g, a = content_pieces, generated_scripts, generated_content, content_analysis


class Piece(TypedDict):
    """A row of `piece`."""

    id: str
    status: str
    platform: str
    content_type: str
    title: str | None
    description: str | None
    description_length: int | None
    transcript: str | None  # the first `TEXT_SHOWN` characters of each
    transcript_length: int | None
    source_url: str
    thumbnail_url: str | None
    original_file_url: str | None
    original_file_path: str | None
    duration_seconds: int | None
    file_size_bytes: int | None
    storage_expires_at: datetime | None
    is_expired: bool
    is_remix: bool
    metadata: str | None  # JSON text; None when large
    metadata_bytes: int | None
    position_x: float | None
    position_y: float | None
    created_at: datetime | None
    updated_at: datetime | None
    account_id: str | None
    account_name: str | None
    project_id: str | None
    project_title: str | None
    creator_id: str | None
    creator: str | None
    uploaded_by: str | None
    folders: list[str] | None  # names


@rows_of(Piece)
def piece(piece_id: UUID) -> Rows:
    """One piece; no row when it does not exist."""
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
            *long_text("description", c.c.description),
            *long_text("transcript", c.c.transcript),
            *(
                func.left(column, 2_000).label(column.name)
                for column in (c.c.source_url, c.c.thumbnail_url, c.c.original_file_url, c.c.original_file_path)
            ),
            c.c.duration_seconds,
            c.c.file_size_bytes,
            c.c.storage_expires_at,
            func.coalesce(c.c.storage_expires_at <= func.now(), False).label("is_expired"),
            func.coalesce(c.c.is_remix, False).label("is_remix"),
            *json_text("metadata", c.c.metadata),
            c.c.position_x,
            c.c.position_y,
            c.c.created_at,
            c.c.updated_at,
            *places(c.c.account_id, c.c.project_id),
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


class Analysis(TypedDict):
    """A row of `analyses_of`."""

    id: str
    status: str
    hook_analysis: str | None
    body_analysis: str | None
    cta_analysis: str | None
    content_style_analysis: str | None
    hashtags: list[str] | None
    mentions: list[str] | None  # the first `TAGS_SHOWN` of each
    hashtags_total: int | None
    mentions_total: int | None
    trending_elements: str | None  # JSON text; None when large
    trending_elements_bytes: int | None
    engagement_score: float | None
    sentiment_score: float | None
    ai_model_used: str | None
    credits: int | None
    analyzed_at: datetime | None
    created_at: datetime | None
    total: int  # of all, beyond the limit


@rows_of(Analysis)
def analyses_of(piece_id: UUID) -> Rows:
    """A piece's analyses, the newest first."""
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
            *json_text("trending_elements", a.c.trending_elements),
            a.c.engagement_score,
            a.c.sentiment_score,
            a.c.ai_model_used,
            a.c.analysis_cost_credits.label("credits"),
            a.c.analyzed_at,
            a.c.created_at,
            func.count().over().label("total"),
        )
        .where(a.c.content_piece_id == piece_id)
        .order_by(a.c.created_at.desc().nulls_last(), a.c.id.desc())
        .limit(MANY)
    )


def annotations_of(piece_id: UUID) -> Rows:
    """What the customer wrote on a piece, newest first.

    Columns: text, kind, position_x, position_y, author, created_at, total (of all, beyond the limit).
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
            func.count().over().label("total"),
        )
        .outerjoin_from(n, users, users.c.id == n.c.user_id)
        .where(n.c.content_piece_id == piece_id)
        .order_by(n.c.created_at.desc().nulls_last(), n.c.id)
        .limit(MANY)
    )


def notes_on(kind: str, object_id: UUID) -> Rows:
    """Staff's notes on a record, pinned first.

    Columns: body, author_email, is_pinned, created_at, total (of all, beyond the limit).
    """
    n = staff_note
    return (
        select(n.c.body, n.c.author_email, n.c.is_pinned, n.c.created_at, func.count().over().label("total"))
        .where(n.c.object_type == kind, n.c.object_id == object_id)
        .order_by(n.c.is_pinned.desc(), n.c.created_at.desc())
        .limit(MANY)
    )


def long_text(name: str, column: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The first `TEXT_SHOWN` characters of a text, and its length as `<name>_length`."""
    return func.left(column, TEXT_SHOWN).label(name), func.length(column).label(f"{name}_length")


def json_text(name: str, column: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Stored JSON as text, None when it is large, and how large it is as `<name>_bytes`."""
    text = column.cast(Text)
    size = func.octet_length(text)
    return case((size <= JSON_SHOWN_BYTES, text)).label(name), size.label(f"{name}_bytes")


def places(account: ColumnElement[Any], project: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """account_id, account_name, project_id, project_title."""
    return [
        account.label("account_id"),
        accounts.c.name.label("account_name"),
        project.label("project_id"),
        projects.c.title.label("project_title"),
    ]


def project_title(project_id: UUID) -> Rows:
    """What a project is called. Columns: title."""
    return select(projects.c.title).where(projects.c.id == project_id)
