"""Which projects there are, and what one of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, select
from sqlalchemy.orm import aliased

from core.reads import rows_of
from queries.sql import keyset, usable
from queries.sql.keyset import Cursor, Key
from queries.sql.text import contains, printable
from queries.sql.time import between
from queries.tables import (
    accounts,
    canvas_folders,
    chat_interfaces,
    content_pieces,
    project_collaborators,
    projects,
    users,
)
from queries.tables.base import Rows

Sort = Literal["accessed", "created", "title"]
"""What the list can be sorted by: each is an index, so a page costs the same on a million projects."""
Archived = Literal["any", "no", "yes"]

EXPORT_CAP: Final = 50_000
COLLABORATORS_SHOWN: Final = 200
STORED_SHOWN_BYTES: Final = 256 * 1024
"""Larger `canvas_data` is not drawn as JSON in the browser."""

p = projects
_KEYS: Final[dict[Sort, ColumnElement[Any]]] = {
    "accessed": p.c.last_accessed_at,
    "created": p.c.created_at,
    "title": p.c.title,
}
KINDS: Final = keyset.kinds(_KEYS)


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """Which projects are meant; `accessed` is half-open: from ≤ last access < until."""

    title: str = ""
    account_id: UUID | None = None
    archived: Archived = "any"
    accessed_from: datetime | None = None
    accessed_until: datetime | None = None


def clauses(where: ProjectFilter) -> list[ColumnElement[bool]]:
    """The conditions on `projects` that the filter amounts to; none for an empty filter."""
    found: list[ColumnElement[bool]] = []
    if title := printable(where.title):
        found.append(contains(p.c.title, title))
    if where.account_id:
        found.append(p.c.account_id == where.account_id)
    if where.archived != "any":
        # NULL is not archived: the column's default is false.
        found.append(p.c.is_archived.is_(True) if where.archived == "yes" else p.c.is_archived.is_not(True))
    if where.accessed_from and not where.accessed_until:
        found.append(usable.has_been(p.c.last_accessed_at))
    return found + between(p.c.last_accessed_at, where.accessed_from, where.accessed_until)


def page(where: ProjectFilter, sort: Sort, descending: bool, cursor: Cursor | None, limit: int) -> Rows:
    """One page of projects, in display order; those that were never opened come last when sorted by last access.

    Columns: id, title, account_id, account_name, is_archived, created_at, last_accessed_at, pieces, collaborators,
    sort_key (with id the `Cursor` of a row) and has_more (rows follow in the walked direction).
    """
    value = _KEYS[sort]
    key = Key(value, p.c.id, value.is_not(None), value.is_(None))
    walked = keyset.keyset_page(key, clauses(where), descending, cursor, limit)
    return (
        select(*_listed(), walked.c.key.label("sort_key"), walked.c.has_more)
        .join_from(walked, p, p.c.id == walked.c.id)
        .outerjoin(accounts, accounts.c.id == p.c.account_id)
        .order_by(walked.c.position)
    )


def export(where: ProjectFilter, limit: int = EXPORT_CAP) -> Rows:
    """All matching projects for a CSV, last opened first. Columns: those of `page` up to collaborators."""
    return (
        select(*_listed())
        .outerjoin_from(p, accounts, accounts.c.id == p.c.account_id)
        .where(*clauses(where))
        .order_by(p.c.last_accessed_at.desc().nulls_last(), p.c.id.desc())
        .limit(limit)
    )


def total(where: ProjectFilter) -> Rows:
    """How many projects match. Columns: projects (at most `COUNT_CAP`), is_capped (there are more)."""
    return keyset.capped(select(p.c.id).where(*clauses(where)), "projects")


class Project(TypedDict):
    """A row of `one`."""

    id: str
    title: str
    account_id: str | None
    account_name: str | None
    is_archived: bool
    created_at: datetime | None
    last_accessed_at: datetime | None
    pieces: int
    collaborators: int
    description: str | None
    updated_at: datetime | None
    created_by: str | None
    last_accessed_by: str | None  # e-mails, None when unknown
    folders: int
    chats: int
    stored_bytes: int | None  # of `canvas_data`


@rows_of(Project)
def one(project_id: UUID) -> Rows:
    """What one project is; no row when it does not exist."""
    creator, visitor = aliased(users, name="creator"), aliased(users, name="visitor")
    return (
        select(
            *_listed(),
            func.left(p.c.description, 4_000).label("description"),
            p.c.updated_at,
            creator.c.email.label("created_by"),
            visitor.c.email.label("last_accessed_by"),
            _count(canvas_folders.c.project_id).label("folders"),
            _count(chat_interfaces.c.project_id).label("chats"),
            func.octet_length(p.c.canvas_data.cast(Text)).label("stored_bytes"),
        )
        .outerjoin_from(p, accounts, accounts.c.id == p.c.account_id)
        .outerjoin(creator, creator.c.id == p.c.created_by_user_id)
        .outerjoin(visitor, visitor.c.id == p.c.last_accessed_by_user_id)
        .where(p.c.id == project_id)
    )


def collaborators(project_id: UUID, limit: int = COLLABORATORS_SHOWN) -> Rows:
    """Who works on a project, owners first.

    Columns: user_id, email, name (None when empty), permission_level, is_active, account_name, is_outside (belongs to
    another account than the project), added_at, added_by (e-mail), total (of all, beyond the limit).
    """
    c, adder = project_collaborators, aliased(users, name="adder")
    name = func.nullif(func.btrim(func.concat_ws(" ", users.c.first_name, users.c.last_name)), "")
    is_outside = accounts.c.id.is_distinct_from(select(p.c.account_id).where(p.c.id == project_id).scalar_subquery())
    rank = func.array_position(func.string_to_array("owner,editor,viewer", ","), c.c.permission_level.cast(Text))
    return (
        select(
            c.c.user_id,
            users.c.email,
            name.label("name"),
            c.c.permission_level,
            users.c.is_active,
            accounts.c.name.label("account_name"),
            is_outside.label("is_outside"),
            c.c.added_at,
            adder.c.email.label("added_by"),
            func.count().over().label("total"),
        )
        .outerjoin_from(c, users, users.c.id == c.c.user_id)
        .outerjoin(accounts, accounts.c.id == users.c.account_id)
        .outerjoin(adder, adder.c.id == c.c.added_by_user_id)
        .where(c.c.project_id == project_id)
        .order_by(rank.nulls_last(), users.c.email, c.c.id)
        .limit(limit)
    )


def stored(project_id: UUID) -> Rows:
    """What the product keeps about the canvas as a whole. Columns: canvas_data (JSON text)."""
    return select(p.c.canvas_data.cast(Text).label("canvas_data")).where(p.c.id == project_id)


def _listed() -> list[ColumnElement[Any]]:
    return [
        p.c.id,
        p.c.title,
        p.c.account_id,
        accounts.c.name.label("account_name"),
        p.c.is_archived,
        p.c.created_at,
        p.c.last_accessed_at,
        _count(content_pieces.c.project_id).label("pieces"),
        _count(project_collaborators.c.project_id).label("collaborators"),
    ]


def _count(belongs_to: ColumnElement[Any]) -> ColumnElement[int]:
    """How many rows of a table belong to the project at hand; each such column is indexed."""
    return select(func.count()).where(belongs_to == p.c.id).correlate(p).scalar_subquery()
