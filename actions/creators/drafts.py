"""Keep unsaved edits where a reload, a crash or another machine does not lose them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, tuple_
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
    """Forget the viewer's edits of these fields: saved, undone or given up."""
    if not edits:
        return
    which = [(edit.creator_id, edit.field) for edit in edits]
    with transaction() as connection:
        connection.execute(delete(d).where(d.c.user_id == viewer.user_id, tuple_(d.c.creator_id, d.c.field).in_(which)))
