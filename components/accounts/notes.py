"""What colleagues should know about this customer, and what staff did to it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import streamlit as st

from actions import notes as verbs
from components.ui import details, feedback, fmt, gate, records
from core import jsontext
from core.database import rows
from core.identity import Viewer
from queries import notes
from queries.accounts import recent
from queries.notes import Note

_EDITED: Final = "note_edited"


def block(account_id: UUID, viewer: Viewer) -> None:
    """The notes, pinned ones first, and a field for another."""
    feedback.flashes_of_block()
    found = rows(notes.about("account", account_id))
    if verbs.may_write(viewer):
        _new(account_id)
    if not found:
        st.caption("No notes yet. Customers never see them.")
    for note in found:
        if st.session_state.get(_EDITED) == note["id"] and note["author_id"] == str(viewer.user_id):
            _editor(account_id, note)
        else:
            _note(account_id, note, viewer)
    details.beyond(found)


def _new(account_id: UUID) -> None:
    form = st.form(records.key("note_new", account_id), border=False, clear_on_submit=True)
    with form, st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Note",
            key=_body(account_id),
            max_chars=verbs.LENGTH,
            placeholder="Add a note for colleagues",
            label_visibility="collapsed",
        )
        st.form_submit_button("Add", icon=":material/add:", on_click=_add, args=(account_id,))


def _note(account_id: UUID, note: Note, viewer: Viewer) -> None:
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            pinned = ":material/keep: " if note["is_pinned"] else ""
            when = fmt.age(note["created_at"])
            edited = " · edited" if note["updated_at"] > note["created_at"] and not note["is_pinned"] else ""
            st.caption(f"{pinned}{fmt.literal(note['author_email'])} · {when}{edited}", width="stretch")
            if verbs.may_write(viewer):
                st.button(
                    "Unpin" if note["is_pinned"] else "Pin",
                    type="tertiary",
                    on_click=_pin,
                    args=(account_id, note),
                    key=records.key("note_pin", note["id"]),
                )
            if note["author_id"] == str(viewer.user_id):
                st.button(
                    "Edit",
                    type="tertiary",
                    on_click=_edit,
                    args=(note["id"],),
                    key=records.key("note_edit", note["id"]),
                )
        st.text(fmt.plain(note["body"]))


def _editor(account_id: UUID, note: Note) -> None:
    with st.form(records.key("note_editor", note["id"]), border=False):
        st.text_area("Note", note["body"], key=_text(note["id"]), max_chars=verbs.LENGTH, label_visibility="collapsed")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button("Back", type="tertiary", on_click=_edit, args=(None,))
            st.form_submit_button("Save note", type="primary", on_click=_save, args=(account_id, note["id"]))


def _add(account_id: UUID) -> None:
    with feedback.flash_errors():
        verbs.add("account", account_id, _written(_body(account_id)), gate.require("read"), account_id=account_id)


def _save(account_id: UUID, note_id: str) -> None:
    with feedback.flash_errors():
        verbs.edit(UUID(note_id), _written(_text(note_id)), gate.require("read"), account_id=account_id)
        _edit(None)


def _pin(account_id: UUID, note: Note) -> None:
    with feedback.flash_errors():
        verbs.pin(UUID(note["id"]), not note["is_pinned"], gate.require("read"), account_id=account_id)


def _edit(note_id: str | None) -> None:
    st.session_state[_EDITED] = note_id


def _written(key: str) -> str:
    return str(st.session_state.get(key) or "")  # nothing where the field is gone


def _body(account_id: UUID) -> str:
    return records.key("note_body", account_id)


def _text(note_id: str) -> str:
    return records.key("note_text", note_id)


def timeline(account_id: UUID) -> None:
    """What staff did to the account and what belongs to it."""
    entries = rows(recent.timeline(account_id))
    if not entries:
        st.caption("No staff changes yet.")
    for entry in entries:
        what, who = fmt.literal(entry["action"]), fmt.literal(entry["actor_email"] or "the Desk")
        why = f" · {fmt.literal(entry['reason'])}" if entry["reason"] else ""
        changed = _changed(entry)
        st.markdown(
            f"**{what}** by {who} :gray[{fmt.age(entry['at'])}{why}]"
            + (f"  \n:gray[{fmt.literal(changed)}]" if changed else "")
        )
    details.beyond(entries)


def _changed(entry: dict[str, Any]) -> str:
    """Before and after of the columns that changed: `user limit 5 → 8`."""
    before, after = (jsontext.fields(entry[side]) for side in ("before", "after"))
    told = [
        f"{name.replace('_', ' ')} {_short(before.get(name))} → {_short(after[name])}"
        for name in after
        if name in before
    ]
    return ", ".join(told)


def _short(value: object) -> str:
    text = fmt.EMPTY if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
