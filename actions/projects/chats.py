"""Let staff read what customers told their AI chats, and what a canvas holds beside its items: each look on record."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, Uuid, func, literal, select

from actions import audit
from core.database import transaction
from core.errors import Forbidden, NotFound
from core.identity import Permission, Viewer
from queries.tables import audit_log, chat_interfaces, projects

REVEALERS: Final[tuple[Permission, ...]] = ("jobs", "limits", "review")
"""Whoever works on customers' things in some way may look; who only reads may not."""


def may_reveal(viewer: Viewer) -> bool:
    """Whether the viewer may read what is hidden, on record."""
    return any(viewer.can(permission) for permission in REVEALERS)


def reveal_history(chat_id: UUID, viewer: Viewer) -> None:
    """Put on record that the viewer read a chat's history; raises `Forbidden`, and `NotFound` when it is gone."""
    chat = chat_interfaces
    source = chat.outerjoin(projects, projects.c.id == chat.c.project_id)
    _reveal(source, chat.c.id, chat_id, viewer, "chat", "chat_history")


def reveal_canvas(project_id: UUID, viewer: Viewer) -> None:
    """Put on record that the viewer read a project's `canvas_data`; raises as `reveal_history` does."""
    _reveal(projects, projects.c.id, project_id, viewer, "project", "canvas_data")


def _reveal(
    source: FromClause, column: ColumnElement[UUID], wanted: UUID, viewer: Viewer, noun: str, what: str
) -> None:
    if not may_reveal(viewer):
        raise Forbidden(f"Your role ({viewer.role}) may not read what customers wrote. Ask an admin if you need to.")
    seen = func.jsonb_build_object(literal("revealed", Text), literal(what, Text))
    row = select(
        literal(wanted, Uuid).label("id"),
        projects.c.account_id,
        audit.NOTHING.label("before"),
        seen.label("after"),
    )
    row = row.select_from(source).where(column == wanted)
    statement = audit.of_changes(row.subquery(), viewer, f"{noun}.reveal", noun, None)
    with transaction() as connection:
        if connection.execute(statement.returning(audit_log.c.id)).first() is None:
            raise NotFound(f"That {noun} no longer exists. Go back to the list and refresh.")
