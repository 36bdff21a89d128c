"""Keep the categories right: their names, their order, and what becomes of the creators of one that goes."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, Uuid, cast, func, insert, literal, null, select, text, update

from actions import audit
from core import cache
from core.database import transaction
from core.errors import Invalid, NotFound
from core.identity import Viewer
from queries.creators.filters import is_active
from queries.sql.text import same
from queries.tables import creator_categories as k
from queries.tables import creators as c

NAME_LENGTH: Final = 100
DESCRIPTION_LENGTH: Final = 1_000
_LAST_PLACE: Final = 2**31 - 1


def add(name: str, description: str, viewer: Viewer) -> UUID:
    """A new category at the end of the list; its id. Needs `creators`."""
    with _alone(viewer) as connection:
        wanted = {"name": _free_name(connection, name, None), "description": _described(description)}
        last = connection.scalar(select(func.max(k.c.sort_order))) or 0
        new, values = uuid4(), {**wanted, "sort_order": min(last + 1, _LAST_PLACE)}
        connection.execute(insert(k).values(id=new, **values))
        audit.record(connection, viewer, "category.add", "category", new, after=values)
    return new


def change(category_id: UUID, seen: tuple[str, str | None], name: str, description: str, viewer: Viewer) -> bool:
    """Another name or description, if both are still what was `seen`; whether anything differs."""
    with _alone(viewer) as connection:
        row = _locked(connection, category_id)
        if (row.name, row.description) != seen:
            raise Invalid(f"Somebody changed this category meanwhile: it is now called {row.name}. Look at it again.")
        wanted = {"name": _free_name(connection, name, category_id), "description": _described(description)}
        return _set(connection, row, wanted, viewer, "category.edit")


def move(category_id: UUID, places: int, viewer: Viewer) -> bool:
    """The category so many places further down (up when negative) in the list; whether anything moved."""
    with _alone(viewer) as connection:
        rows = connection.execute(select(k).order_by(k.c.sort_order.nulls_last(), k.c.name).with_for_update()).all()
        ids = [row.id for row in rows]
        if category_id not in ids:
            raise NotFound("That category does not exist any more. Reload the page.")
        start = ids.index(category_id)
        ids.insert(min(max(start + places, 0), len(ids) - 1), ids.pop(start))
        by_id = {row.id: row for row in rows}
        moved = [
            _set(connection, by_id[one], {"sort_order": place}, viewer, "category.move")
            for place, one in enumerate(ids, 1)
        ]
        return any(moved)


def activate(category_id: UUID, viewer: Viewer) -> bool:
    """Offer the category again; whether it was not offered before."""
    with _alone(viewer) as connection:
        return _set(connection, _locked(connection, category_id), {"is_active": True}, viewer, "category.activate")


def deactivate(category_id: UUID, move_to: UUID | None, viewer: Viewer) -> int:
    """Offer the category no longer, and move all its creators to another one; how many moved.

    Raises `Invalid` when it has active creators and `move_to` names nowhere, itself, or an inactive category.
    """
    with _alone(viewer) as connection:
        row = _locked(connection, category_id)
        if move_to is not None:
            there = _locked(connection, move_to)
            if move_to == category_id or there.is_active is False:
                raise Invalid("The creators need another, active category. Choose one.")
        holds_some = connection.scalar(select(c.c.id).where(c.c.category_id == category_id, is_active()).limit(1))
        if holds_some and move_to is None:
            raise Invalid("This category has active creators. Choose where they go.")
        moved = _moved(connection, category_id, move_to, viewer) if move_to else 0
        _set(connection, row, {"is_active": False}, viewer, "category.deactivate")
    cache.invalidate("creators")
    return moved


def _moved(connection: Connection, category_id: UUID, move_to: UUID, viewer: Viewer) -> int:
    """All creators of one category to another, one audit row each, in one statement."""
    updated = (
        update(c)
        .values(category_id=move_to, updated_at=func.now())
        .where(c.c.category_id == category_id)
        .returning(c.c.id)
        .cte("updated")
    )

    def image(category: UUID) -> Any:
        return func.jsonb_build_object(text("'category_id'"), literal(category, Uuid))

    changed = select(
        updated.c.id,
        cast(null(), Uuid).label("account_id"),
        image(category_id).label("before"),
        image(move_to).label("after"),
    ).cte("changed")
    audited = audit.of_changes(changed, viewer, "creator.recategorise", "creator", None).cte("audited")
    return connection.execute(select(func.count()).select_from(updated).add_cte(audited)).scalar_one()


@contextmanager
def _alone(viewer: Viewer) -> Generator[Connection]:
    """A transaction in which nobody else on the Desk changes categories: names and places concern all of them."""
    viewer.require("creators")
    with transaction() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('aicon-desk.categories'))"))
        yield connection
    cache.invalidate("categories")


def _locked(connection: Connection, category_id: UUID) -> Any:
    row = connection.execute(select(k).where(k.c.id == category_id).with_for_update(key_share=True)).first()
    if row is None:
        raise NotFound("That category does not exist any more. Reload the page.")
    return row


def _set(connection: Connection, row: Any, wanted: dict[str, Any], viewer: Viewer, action: str) -> bool:
    after = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not after:
        return False
    connection.execute(update(k).values(**after).where(k.c.id == row.id))
    before = {name: getattr(row, name) for name in after}
    audit.record(connection, viewer, action, "category", row.id, before=before, after=after)
    return True


def _free_name(connection: Connection, name: str, own: UUID | None) -> str:
    wanted = " ".join(name.replace("\x00", "").split())
    if not wanted or len(wanted) > NAME_LENGTH:
        raise Invalid(f"A category's name has 1 to {NAME_LENGTH} characters. Correct it.")
    taken_by = select(k.c.name).where(same(k.c.name, wanted), k.c.id.is_distinct_from(own))
    if taken := connection.scalar(taken_by):
        raise Invalid(f"There is a category called {taken} already. Choose another name.")
    return wanted


def _described(description: str) -> str | None:
    wanted = description.replace("\x00", "").strip()
    if len(wanted) > DESCRIPTION_LENGTH:
        raise Invalid(f"A description has at most {DESCRIPTION_LENGTH:,} characters. Shorten it.")
    return wanted or None
