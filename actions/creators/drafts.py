"""Keep unsaved edits where a reload, a crash or another machine does not lose them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ARRAY, FromClause, Text, Uuid, cast, column, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from actions.creators.fields import Edit, Value, checked, written
from core import jsontext
from core.database import transaction
from core.identity import Viewer
from queries.tables import creator_draft as d

_JSON: Final = d.c.wanted.type


def keep(edits: Sequence[Edit], viewer: Viewer) -> None:
    """Remember these edits for the viewer, each in place of what was kept for its field."""
    viewer.require("creators")
    if not edits:
        return
    given = _given(edits)
    columns = (given.c.creator_id, given.c.field, cast(given.c.seen, _JSON), cast(given.c.wanted, _JSON))
    new = insert(d).from_select(
        ["user_id", "creator_id", "field", "seen", "wanted"], select(literal(viewer.user_id, Uuid), *columns)
    )
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
    given = _given(edits)
    is_given = (d.c.creator_id == given.c.creator_id) & (d.c.field == given.c.field)
    is_wanted = d.c.wanted.is_not_distinct_from(cast(given.c.wanted, _JSON))
    with transaction() as connection:
        connection.execute(delete(d).where(d.c.user_id == viewer.user_id, is_given, is_wanted))


def _given(edits: Sequence[Edit]) -> FromClause:
    """The edits as a table, in one statement however many they are. Columns: creator_id, field, seen, wanted (JSON)."""
    ids = literal([edit.creator_id for edit in edits], ARRAY(Uuid))
    texts = (
        [edit.field for edit in edits],
        [_json(edit.seen) for edit in edits],
        [_json(checked(edit.field, edit.wanted)) for edit in edits],
    )
    shape = (column("creator_id", Uuid), *(column(name, Text) for name in ("field", "seen", "wanted")))
    lists = func.unnest(ids, *(literal(text, ARRAY(Text)) for text in texts))
    return lists.table_valued(*shape, name="given").render_derived()


def _json(value: Value) -> str | None:
    return None if value is None else jsontext.dumps(written(value))
