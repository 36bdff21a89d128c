"""Keep unsaved edits where a reload, a crash or another machine does not lose them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_
from sqlalchemy.dialects.postgresql import insert

from actions.creators.fields import Edit, checked, written
from core.database import transaction
from core.identity import Viewer
from queries.tables import creator_draft as d


def keep(edits: Sequence[Edit], viewer: Viewer) -> None:
    """Remember these edits for the viewer, each in place of what was kept for its field."""
    viewer.require("creators")
    if not edits:
        return
    values = [
        {
            "user_id": viewer.user_id,
            "creator_id": edit.creator_id,
            "field": edit.field,
            "seen": written(edit.seen),
            "wanted": written(checked(edit.field, edit.wanted)),
        }
        for edit in edits
    ]
    new = insert(d).values(values)
    kept = new.on_conflict_do_update(
        index_elements=[d.c.user_id, d.c.creator_id, d.c.field],
        set_={"seen": new.excluded.seen, "wanted": new.excluded.wanted, "at": func.now()},
    )
    with transaction() as connection:
        connection.execute(kept)


def drop(edits: Sequence[Edit], viewer: Viewer) -> None:
    """Forget these edits: saved, undone or given up. What another window wants of the same field stays."""
    if not edits:
        return
    which = [
        and_(d.c.creator_id == edit.creator_id, d.c.field == edit.field, d.c.wanted.is_not_distinct_from(_json(edit)))
        for edit in edits
    ]
    with transaction() as connection:
        connection.execute(delete(d).where(d.c.user_id == viewer.user_id, or_(*which)))


def _json(edit: Edit) -> ColumnElement[object]:
    return literal(written(checked(edit.field, edit.wanted)), d.c.wanted.type)
