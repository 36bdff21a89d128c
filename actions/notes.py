"""What staff tell each other about a customer's object."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from actions import audit
from core.database import transaction
from core.errors import Forbidden, Invalid, NotFound
from core.identity import Viewer
from queries.tables import staff_note

LENGTH: Final = 4_000


def may_write(viewer: Viewer) -> bool:
    """Whether the viewer's role may do more than look."""
    return viewer.role != "viewer"


def add(object_type: str, object_id: UUID, body: str, viewer: Viewer, *, account_id: UUID | None = None) -> UUID:
    """Leave a note; its id. Raises `Invalid` when it is empty or too long, `Forbidden` for a mere viewer."""
    _require(viewer)
    note_id, text = uuid4(), _checked(body)
    with transaction() as connection:
        connection.execute(
            insert(staff_note).values(
                id=note_id,
                object_type=object_type,
                object_id=object_id,
                author_id=viewer.user_id,
                author_email=viewer.email,
                body=text,
            )
        )
        audit.record(
            connection, viewer, "note.add", object_type, object_id, account_id=account_id, after={"note": text}
        )
    return note_id


def edit(note_id: UUID, body: str, viewer: Viewer, *, account_id: UUID | None = None) -> None:
    """Rewrite one's own note. Raises `Forbidden` for another's, `NotFound` without it."""
    _require(viewer)
    text = _checked(body)
    _change(note_id, {"body": text}, "note", viewer, "note.edit", account_id, is_own=True)


def pin(note_id: UUID, is_pinned: bool, viewer: Viewer, *, account_id: UUID | None = None) -> None:
    """Keep a note on top, or no longer; anybody's."""
    _require(viewer)
    _change(note_id, {"is_pinned": is_pinned}, "pinned", viewer, "note.pin", account_id, is_own=False)


def _change(
    note_id: UUID,
    values: dict[str, Any],
    label: str,
    viewer: Viewer,
    action: str,
    account_id: UUID | None,
    *,
    is_own: bool,
) -> None:
    [(column, value)] = values.items()
    n = staff_note.c
    with transaction() as connection:
        found = connection.execute(
            select(n.author_id, n.object_type, n.object_id, n[column].label("value"))
            .where(n.id == note_id)
            .with_for_update()
        ).one_or_none()
        if found is None:
            raise NotFound("That note no longer exists. Refresh the page.")
        if is_own and found.author_id != viewer.user_id:
            raise Forbidden("Only its author may change a note. Add one of your own.")
        connection.execute(update(staff_note).where(n.id == note_id).values(**values, updated_at=func.now()))
        audit.record(
            connection,
            viewer,
            action,
            found.object_type,
            found.object_id,
            account_id=account_id,
            before={label: found.value},
            after={label: value},
        )


def _require(viewer: Viewer) -> None:
    if not may_write(viewer):
        raise Forbidden("Your role (viewer) can read notes but not write them. Ask an admin if you need to.")


def _checked(body: str) -> str:
    text = body.replace("\x00", "").strip()
    if not text:
        raise Invalid("The note is empty. Write something first.")
    if len(text) > LENGTH:
        raise Invalid(f"The note is {len(text):,} characters long. Shorten it to {LENGTH:,}.")
    return text
