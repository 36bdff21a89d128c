"""Edits of creators that are not saved yet: by creator and field, whatever the table shows, until saved or given up.

They live in the session and, copy for copy, in the database: neither a refresh, nor another page, nor a crash of the
browser loses one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import streamlit as st

from actions.creators import drafts
from actions.creators.fields import FIELDS, Edit, Field, Value, checked, stored
from components.ui import browser, feedback, gate
from core import jsontext
from core.database import rows
from core.identity import Viewer
from queries.creators import listing

_SET: Final = "creators_edits"
_GENERATION: Final = "creators_generation"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An edit, and how the creator is called."""

    edit: Edit
    name: str


def pending() -> dict[tuple[UUID, Field], Unsaved]:
    """The change set, in the order the edits were made."""
    return st.session_state.setdefault(_SET, {})


def watch(viewer: Viewer) -> None:
    """Take up what the person left unsaved, and have the browser ask before it closes the page over unsaved edits.

    A field has one draft, the last that was typed in any tab: once it is saved or given up, another tab keeps its own.
    """
    if not viewer.can("creators"):
        return
    with feedback.error_boundary("Unsaved edits"):
        if _SET not in st.session_state:
            st.session_state[_SET] = _kept(viewer)
        elif pending():
            _keep_alive(viewer)
    browser.part("unsaved")(key="creators_unsaved", data={"count": len(pending())}, height=1)


def put(creator_id: UUID, field: Field, loaded: Value, wanted: object, name: str) -> None:
    """Add an edit, or undo it when the value is again the one that was seen; in a callback. Raises `Invalid`.

    `loaded` is what the table showed before any edit; what counts as seen is what was there at the first edit.
    """
    viewer = gate.require("creators")
    new = checked(field, wanted)
    before = pending().get((creator_id, field))
    edit = Edit(creator_id, field, before.edit.seen if before else loaded, new)
    if new == edit.seen:
        drop([before.edit] if before else [], viewer)
    elif before is None or before.edit != edit:
        pending()[creator_id, field] = Unsaved(edit, name)
        drafts.keep([edit], viewer)


def rebase(edits: Iterable[tuple[Edit, Value]], viewer: Viewer) -> None:
    """Keep the wishes though other values stand there now: those have been seen, and the person chose."""
    after: list[Edit] = []
    for edit, theirs in edits:
        before = pending()[edit.creator_id, edit.field]
        after.append(replace(before.edit, seen=theirs))
        pending()[edit.creator_id, edit.field] = Unsaved(after[-1], before.name)
    drafts.keep(after, viewer)


def drop(edits: Iterable[Edit], viewer: Viewer) -> None:
    """Forget these edits: saved, undone or given up."""
    gone = list(edits)
    for edit in gone:
        pending().pop((edit.creator_id, edit.field), None)
    drafts.drop(gone, viewer)


def reset_editor() -> None:
    """Give the editor a new identity, so that it shows values and not what was typed into it before."""
    st.session_state[_GENERATION] = generation() + 1


def generation() -> int:
    """How often the editor was reset."""
    return st.session_state.get(_GENERATION, 0)


def _keep_alive(viewer: Viewer) -> None:
    """Keep this tab's edits whose draft went with another tab's, and forget those that were saved there."""
    there = _kept(viewer)
    alone = {key: one.edit for key, one in pending().items() if key not in there}
    if not alone:
        return
    now = {row["id"]: row for row in rows(listing.some([creator_id for creator_id, _ in alone]))}
    for (creator_id, field), edit in list(alone.items()):
        row = now.get(str(creator_id))
        if row and stored(field, row[field]) == edit.wanted:
            del pending()[creator_id, field], alone[creator_id, field]
    drafts.keep(list(alone.values()), viewer)


def _kept(viewer: Viewer) -> dict[tuple[UUID, Field], Unsaved]:
    """The person's edits as the database has them."""
    found: dict[tuple[UUID, Field], Unsaved] = {}
    for row in rows(listing.drafts(viewer.user_id)):
        field: Field = row["field"]
        if field in FIELDS:
            seen, wanted = (
                stored(field, jsontext.loads(row[side])) if row[side] else None for side in ("seen", "wanted")
            )
            edit = Edit(UUID(row["creator_id"]), field, seen, wanted)
            found[edit.creator_id, field] = Unsaved(edit, f"@{row['username']}" if row["username"] else "gone")
    return found
