"""What lies on a project's canvas: folders, pieces and chats with their places, and what connects them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Table,
    Text,
    and_,
    case,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from queries.tables import (
    canvas_connections,
    canvas_folder_items,
    canvas_folders,
    chat_interfaces,
    content_pieces,
)
from queries.tables.base import Rows

ITEMS_CAP: Final = 2_000
"""Items drawn of one kind; a browser draws them without stutter, and a page says when there are more."""
LINKS_CAP: Final = 5_000

KINDS: Final[dict[str, Table[Any]]] = {
    "folder": canvas_folders,
    "content_piece": content_pieces,
    "chat_interface": chat_interfaces,
}
"""What a connection's `source_type` and `target_type` may say, and where it is."""

f, piece, chat = canvas_folders, content_pieces, chat_interfaces


def items(project_id: UUID) -> Rows:
    """Everything with a place on the canvas: folders, then pieces, then chats, each oldest first, at most `ITEMS_CAP`
    and one, which says that there are more.

    Columns: kind (a key of `KINDS`), id, title, x, y, width, height (as stored; pieces have no size), color (of
    folders), is_collapsed, status, platform, content_type, detail (a chat's model), amount (a piece's seconds, a chat's
    messages), thumbnail_url, is_remix.
    """
    messages = case((func.jsonb_typeof(chat.c.chat_history) == "array", func.jsonb_array_length(chat.c.chat_history)))
    folders = _placed(
        "folder", f, title=f.c.name, width=f.c.width, height=f.c.height, color=f.c.color, is_collapsed=f.c.is_collapsed
    )
    pieces = _placed(
        "content_piece",
        piece,
        title=func.coalesce(piece.c.title, piece.c.source_url),
        status=piece.c.processing_status,
        platform=piece.c.platform,
        content_type=piece.c.content_type,
        amount=piece.c.duration_seconds,
        thumbnail_url=piece.c.thumbnail_url,
        is_remix=piece.c.is_remix,
    )
    chats = _placed(
        "chat_interface",
        chat,
        title=chat.c.name,
        width=chat.c.width,
        height=chat.c.height,
        detail=chat.c.ai_model_preference,
        amount=messages,
    )
    parts = [
        part.where(table.c.project_id == project_id)
        .order_by(table.c.created_at, table.c.id)
        .limit(ITEMS_CAP + 1)
        .subquery()
        for table, part in ((f, folders), (piece, pieces), (chat, chats))
    ]
    return _one_after_the_other([select(part) for part in parts])


def memberships(project_id: UUID) -> Rows:
    """Which piece lies in which folder of the project, in the folder's order, at most `LINKS_CAP` and one.

    Columns: folder_id, piece_id, title, is_foreign (the piece belongs to another project, or to none).
    """
    i = canvas_folder_items
    return (
        select(
            i.c.folder_id,
            i.c.content_piece_id.label("piece_id"),
            func.left(func.coalesce(piece.c.title, piece.c.source_url), 200).label("title"),
            piece.c.project_id.is_distinct_from(project_id).label("is_foreign"),
        )
        .join_from(i, f, f.c.id == i.c.folder_id)
        .outerjoin(piece, piece.c.id == i.c.content_piece_id)
        .where(f.c.project_id == project_id)
        .order_by(i.c.folder_id, i.c.sort_order.nulls_last(), i.c.added_at, i.c.id)
        .limit(LINKS_CAP + 1)
    )


def connections(project_id: UUID) -> Rows:
    """What is connected with what, oldest first, at most `LINKS_CAP` and one.

    Columns: id, source_type, source_id, target_type, target_id, color, width, is_dashed (as stored; text that a page
    must not trust), and for each end source_is_there, source_is_here (target_…): whether that record exists, and
    whether it belongs to this project.
    """
    c = canvas_connections
    style = c.c.connection_style
    ends = {end: {kind: aliased(table, name=f"{end}_{kind}") for kind, table in KINDS.items()} for end in _ENDS}
    told: list[ColumnElement[Any]] = []
    joined: FromClause = c
    for end, tables in ends.items():
        kind, wanted = c.c[f"{end}_type"], c.c[f"{end}_id"]
        for name, table in tables.items():
            joined = joined.outerjoin(table, and_(kind == name, table.c.id == wanted))
        there = func.coalesce(*(table.c.id for table in tables.values()))
        home = func.coalesce(*(table.c.project_id for table in tables.values()))
        told += [
            there.is_not(None).label(f"{end}_is_there"),
            home.is_not_distinct_from(project_id).label(f"{end}_is_here"),
        ]
    return (
        select(
            c.c.id,
            c.c.source_type,
            c.c.source_id,
            c.c.target_type,
            c.c.target_id,
            func.left(style.op("->>")("color"), 40, type_=Text).label("color"),
            func.left(style.op("->>")("width"), 40, type_=Text).label("width"),
            func.left(style.op("->>")("dashed"), 40, type_=Text).label("dashed"),
            *told,
        )
        .select_from(joined)
        .where(c.c.project_id == project_id)
        .order_by(c.c.created_at, c.c.id)
        .limit(LINKS_CAP + 1)
    )


_ENDS: Final = ("source", "target")
_COLUMNS: Final[dict[str, Any]] = {
    "width": Numeric(10, 2),
    "height": Numeric(10, 2),
    "color": Text(),
    "is_collapsed": Boolean(),
    "status": Text(),
    "platform": Text(),
    "content_type": Text(),
    "detail": Text(),
    "amount": Integer(),
    "thumbnail_url": Text(),
    "is_remix": Boolean(),
}


def _placed(kind: str, table: Table[Any], *, title: ColumnElement[Any], **known: ColumnElement[Any]) -> Rows:
    c = table.c
    return select(
        literal(kind, Text).label("kind"),
        c.id,
        func.left(title, 300).label("title"),
        c.position_x.label("x"),
        c.position_y.label("y"),
        *(known.get(name, null()).cast(type_).label(name) for name, type_ in _COLUMNS.items()),
    )


def _one_after_the_other(parts: list[Rows]) -> Rows:
    rows = union_all(*parts).subquery()
    return select(rows)
