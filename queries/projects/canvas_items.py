"""One thing on a canvas in full: a piece, a folder with its pieces, a chat."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypedDict
from uuid import UUID

from sqlalchemy import Text, case, func, select

from core.reads import rows_of
from queries.tables import canvas_folder_items, canvas_folders, chat_interfaces, content_pieces, users
from queries.tables.base import Rows

FOLDER_CAP: Final = 200
"""Pieces of one folder that a drawer lists."""
EXCERPT: Final = 4_000
"""Characters of a transcript or description that a drawer shows."""

f, piece, chat = canvas_folders, content_pieces, chat_interfaces


class CanvasPiece(TypedDict):
    """A row of `one_piece`."""

    id: str
    project_id: str | None
    title: str | None
    source_url: str
    platform: str
    content_type: str
    status: str | None
    transcript: str | None
    description: str | None  # heads
    transcript_length: int | None
    duration_seconds: int | None
    file_size_bytes: int | None
    is_remix: bool | None
    created_at: datetime | None
    updated_at: datetime | None
    storage_expires_at: datetime | None
    uploaded_by: str | None


@rows_of(CanvasPiece)
def one_piece(piece_id: UUID) -> Rows:
    """A content piece as a drawer shows it; no row when it does not exist."""
    c = piece.c
    return (
        select(
            c.id,
            c.project_id,
            func.left(c.title, 500).label("title"),
            c.source_url,
            c.platform,
            c.content_type,
            c.processing_status.label("status"),
            func.left(c.transcript, EXCERPT).label("transcript"),
            func.left(c.description, EXCERPT).label("description"),
            func.length(c.transcript).label("transcript_length"),
            c.duration_seconds,
            c.file_size_bytes,
            c.is_remix,
            c.created_at,
            c.updated_at,
            c.storage_expires_at,
            users.c.email.label("uploaded_by"),
        )
        .outerjoin_from(piece, users, users.c.id == c.uploaded_by_user_id)
        .where(c.id == piece_id)
    )


class Chat(TypedDict):
    """A row of `one_chat`."""

    id: str
    project_id: str | None
    name: str | None
    model: str | None
    messages: int | None  # None when the history is no list
    history_bytes: int | None
    created_at: datetime | None
    updated_at: datetime | None
    created_by: str | None


@rows_of(Chat)
def one_chat(chat_id: UUID) -> Rows:
    """A chat without its words; no row when it does not exist."""
    c, history = chat.c, chat.c.chat_history
    return (
        select(
            c.id,
            c.project_id,
            c.name,
            c.ai_model_preference.label("model"),
            case((func.jsonb_typeof(history) == "array", func.jsonb_array_length(history))).label("messages"),
            func.octet_length(history.cast(Text)).label("history_bytes"),
            c.created_at,
            c.updated_at,
            users.c.email.label("created_by"),
        )
        .outerjoin_from(chat, users, users.c.id == c.created_by_user_id)
        .where(c.id == chat_id)
    )


class FolderItem(TypedDict):
    """A row of `one_folder`."""

    id: str
    project_id: str | None
    name: str
    color: str | None
    is_collapsed: bool | None
    created_at: datetime | None
    updated_at: datetime | None
    created_by: str | None
    piece_id: str | None
    title: str | None  # None when the folder is empty
    total: int  # rows of all, beyond the limit


@rows_of(FolderItem)
def one_folder(folder_id: UUID) -> Rows:
    """A folder and its pieces in their order, one row for each piece, and one with no piece when it is empty."""
    i = canvas_folder_items
    return (
        select(
            f.c.id,
            f.c.project_id,
            f.c.name,
            f.c.color,
            f.c.is_collapsed,
            f.c.created_at,
            f.c.updated_at,
            users.c.email.label("created_by"),
            piece.c.id.label("piece_id"),
            func.left(func.coalesce(piece.c.title, piece.c.source_url), 200).label("title"),
            func.count().over().label("total"),
        )
        .outerjoin_from(f, users, users.c.id == f.c.created_by_user_id)
        .outerjoin(i, i.c.folder_id == f.c.id)
        .outerjoin(piece, piece.c.id == i.c.content_piece_id)
        .where(f.c.id == folder_id)
        .order_by(i.c.sort_order.nulls_last(), i.c.added_at, i.c.id)
        .limit(FOLDER_CAP)
    )


def history(chat_id: UUID) -> Rows:
    """A chat's words, which customers wrote: only for who revealed them. Columns: chat_history (JSON text)."""
    return select(chat.c.chat_history.cast(Text).label("chat_history")).where(chat.c.id == chat_id)
