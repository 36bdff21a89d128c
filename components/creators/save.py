"""Save the change set: what it would change, what stands against it, and how it went."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import pandas as pd
import streamlit as st

from actions.creators import edits as verbs
from actions.creators.changes import Applied, Conflict
from actions.creators.fields import FIELDS, LABELS, Edit, Field, Value
from components.creators import edits as creator_edits
from components.creators.edits import Unsaved, pending
from components.creators.view import View, category_names
from components.ui import feedback, fmt, gate, records
from components.ui.dialogs import Pending
from core.identity import Viewer

_STOPPED: Final = "creators_stopped"
_SHOWN: Final = 500
_THEIRS, _MINE = "Keep theirs", "Use mine"


class Stopped(NamedTuple):
    """What stands against the edits, and the reason that was given for them."""

    by: Applied
    reason: str | None


_ASKED: Final = Pending[str]("creators_saving", _STOPPED)


def bar(view: View, viewer: Viewer) -> None:
    """How much is not saved yet, and what can be done with it; while editing it keeps its place, so nothing jumps."""
    kept = pending()
    if not viewer.can("creators") or not (kept or view.is_editing):
        return
    people = len({creator_id for creator_id, _ in kept})
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        told = f"**{fmt.plural(len(kept), 'unsaved edit')}** of {fmt.plural(people, 'creator')}"
        st.markdown(
            f":orange[:material/edit_note:] {told}" if kept else ":gray[:material/edit_note: Nothing is unsaved.]",
            width="content",
        )
        st.button(
            f"Review and save {fmt.plural(len(kept), 'edit')}" if kept else "Review and save",
            type="primary",
            icon=":material/save:",
            disabled=not kept,
            on_click=_ask,
            key="creators_review",
        )
        st.button(
            "Discard all",
            type="tertiary",
            disabled=not kept,
            on_click=_discard,
            args=(list(kept.values()),),
            key="creators_discard",
        )


def dialog(viewer: Viewer) -> bool:
    """The diff or the conflicts, if either is open; whether one was."""
    if not viewer.can("creators") or not pending():
        _ASKED.close()
        return False
    stopped: Stopped | None = st.session_state.get(_STOPPED)
    if stopped:
        _conflicts(stopped)
        return True
    if asked := _ASKED.waiting:
        _diff(asked)
        return True
    return False


def shown_value(field: Field, value: Value, names: dict[str, str]) -> str:
    """A value as a person reads it."""
    if value is None:
        return "no category" if field == "category_id" else "(empty)"
    if field == "category_id":
        return names.get(str(value), "a category that is gone")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return fmt.plain(str(value))


def _diff(asked: str) -> None:
    kept = sorted(pending().values(), key=lambda one: (one.name, FIELDS.index(one.edit.field)))

    @st.dialog(f"Save {fmt.plural(len(kept), 'edit')}", width="medium", icon=":material/save:", on_dismiss=_ASKED.close)
    def opened() -> None:
        gate.require("creators")
        names = category_names()

        def undo(one: Unsaved) -> None:
            _ASKED.still(asked)
            with feedback.flash_errors():
                creator_edits.drop([one.edit], gate.require("creators"))
            creator_edits.reset_editor()
            st.rerun()

        st.dataframe(
            pd.DataFrame([_line(one, names) for one in kept[:_SHOWN]]),
            hide_index=True,
            column_config={"Undo": records.opener("creators_undo", kept[:_SHOWN], undo, "", 60, pinned=None)},
            height=min(31 * (len(kept) + 1) + 3, 420),
            alt="What will be changed",
        )
        if len(kept) > _SHOWN:
            st.caption(f"The first {_SHOWN:,} of {len(kept):,} edits; all are saved.")
        with st.form(records.key("creators_save", asked), border=False):
            reason = records.key("creators_reason", asked)
            st.text_input("Reason (optional)", key=reason, max_chars=500, help="Kept in the audit log.")
            with st.container(horizontal=True, horizontal_alignment="right"):
                st.form_submit_button("Back", type="tertiary", on_click=_ASKED.back)
                st.form_submit_button(
                    f"Save {fmt.plural(len(kept), 'edit')}", type="primary", icon=":material/save:",
                    on_click=_saved, args=(asked,),
                )  # fmt: skip

    opened()


def _line(one: Unsaved, names: dict[str, str]) -> dict[str, str]:
    edit = one.edit
    return {
        "Undo": "Undo",
        "Creator": fmt.plain(one.name),
        "Field": LABELS[edit.field],
        "From": shown_value(edit.field, edit.seen, names),
        "To": shown_value(edit.field, edit.wanted, names),
    }


def _saved(asked: str) -> None:
    records.still((_ASKED.waiting, st.session_state.get(_STOPPED)), (asked, None))
    _save(str(st.session_state.get(records.key("creators_reason", asked)) or "").strip() or None)


def _save(reason: str | None) -> None:
    with feedback.flash_errors():
        viewer = gate.require("creators")
        edits = [one.edit for one in pending().values()]
        done = verbs.save(edits, viewer, reason)
        if done.conflicts or done.gone:
            st.session_state[_STOPPED] = Stopped(done, reason)
        else:
            creator_edits.drop(edits, viewer)
            creator_edits.reset_editor()
            _say(len(done.changed), len(done.already))
            _ASKED.close()
    st.rerun()


def _say(changed: int, already: int) -> None:
    told = f"{fmt.plural(changed, 'creator')} changed"
    same = f", {fmt.plural(already, 'edit')} unchanged" if already else ""
    feedback.flash("success", f"{told}{same}.")


def _conflicts(stopped: Stopped) -> None:
    kept = pending()
    conflicts = [one for one in stopped.by.conflicts if (one.edit.creator_id, one.edit.field) in kept]
    gone = [one for one in kept.values() if one.edit.creator_id in set(stopped.by.gone)]

    @st.dialog("Somebody was there meanwhile", width="medium", icon=":material/call_split:", on_dismiss=_ASKED.close)
    def opened() -> None:
        gate.require("creators")
        names = category_names()
        st.markdown(
            "Nothing is saved yet. Choose for each field; your other "
            f"{fmt.plural(len(kept) - len(conflicts) - len(gone), 'edit')} wait and are saved with it."
        )
        chosen = [_conflict(one, kept, names) for one in conflicts]
        for name in sorted({one.name for one in gone}):
            st.markdown(
                f":material/person_off: **{fmt.literal(name)}** was removed by the product. Its edits fall away."
            )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                "Back", type="tertiary", on_click=_ASKED.back, key=records.key("creators_conflict_back", conflicts)
            )
            st.button(
                "Save with these choices",
                type="primary",
                icon=":material/save:",
                disabled=None in chosen,
                on_click=_resolve,
                args=(stopped, list(zip(conflicts, chosen, strict=True)), [one.edit for one in gone]),
                key=records.key("creators_resolve", conflicts),
            )

    opened()


def _conflict(one: Conflict, kept: dict[tuple[Any, Field], Unsaved], names: dict[str, str]) -> str | None:
    field = one.edit.field
    name = kept[one.edit.creator_id, field].name
    who = f"{one.who} changed it {fmt.age(one.at)}" if one.who else "The product changed it (not on the Desk)"
    with st.container(border=True):
        st.markdown(f"**{fmt.literal(name)}** · {LABELS[field]} :gray[· {fmt.literal(who)}]")
        st.table(
            {
                "When you began": fmt.literal(shown_value(field, one.edit.seen, names)),
                "Theirs, now": fmt.literal(shown_value(field, one.theirs, names)),
                "Yours": fmt.literal(shown_value(field, one.edit.wanted, names)),
            },
            border="horizontal",
        )
        return st.segmented_control(
            f"What stays for {fmt.literal(name)}, {LABELS[field]}",
            [_THEIRS, _MINE],
            key=records.key("creators_choice", one),
            label_visibility="collapsed",
        )


def _resolve(stopped: Stopped, chosen: list[tuple[Conflict, str | None]], gone: list[Edit]) -> None:
    records.still(st.session_state.get(_STOPPED), stopped)
    with feedback.flash_errors():
        viewer = gate.require("creators")
        creator_edits.drop([*(one.edit for one, what in chosen if what == _THEIRS), *gone], viewer)
        creator_edits.rebase(((one.edit, one.theirs) for one, what in chosen if what == _MINE), viewer)
    creator_edits.reset_editor()
    st.session_state.pop(_STOPPED, None)
    if pending():
        _save(stopped.reason)
    else:
        feedback.flash("info", "Theirs stay. Nothing of yours was left to save.")
        _ASKED.back()


def _ask() -> None:
    _ASKED.ask(records.question())


def _discard(kept: list[Unsaved]) -> None:
    with feedback.flash_errors():
        creator_edits.drop([one.edit for one in kept], gate.require("creators"))
        feedback.flash("info", f"{fmt.plural(len(kept), 'edit')} discarded.")
    creator_edits.reset_editor()
    st.session_state.pop(_STOPPED, None)
