"""What can be done to many creators at once: one field changed, or a scrape queued, over a frozen list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import streamlit as st

from actions.bulk import Outcome
from actions.creators import edits, scrapes
from actions.creators.fields import HOURS_MAX, LABELS, Field, Value, stored
from components.creators import add, save, table, upload, view
from components.creators.view import View, category_names
from components.ui import exports, feedback, fmt, gate, records, url
from components.ui.dialogs import Pending
from components.ui.exports import Export
from core.database import rows
from core.identity import Viewer
from queries.creators import listing

_FIELDS: Final[tuple[Field, ...]] = ("category_id", "is_active", "is_verified", "scrape_frequency_hours")


class PendingAction(NamedTuple):
    """What was asked for, and the frozen list with the values of that moment; `which` says what is on it."""

    what: Literal["change", "scrape"]
    ids: tuple[UUID, ...]
    seen: dict[UUID, dict[str, Any]]
    which: str
    question: str


_ASKED: Final = Pending[PendingAction]("creators_asked")


def toolbar(view: View, viewer: Viewer) -> None:
    """How many creators the view holds, and what can be done with them."""
    [row] = rows(listing.total(view.where))
    chosen, which = table.SELECTION.ids, table.SELECTION.words
    noted = f" :gray[· {len(chosen):,} selected]" if chosen else ""
    count = fmt.count(row["creators"], is_floor=row["is_capped"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{count}** {fmt.literal(view.words_of(row['creators']))}{noted}", width="content")
        if viewer.can("creators"):
            _mode(view)
        if chosen:
            _for_selected(chosen, viewer)
        else:
            if viewer.can("creators"):
                add.button()
                upload.button()
            if (viewer.can("creators") or viewer.can("jobs")) and row["creators"] and not view.is_editing:
                st.button(
                    f"Select all {count}",
                    type="tertiary",
                    on_click=_select_all,
                    args=(row["creators"], url.others("creators_after")),
                    key="creators_all",
                )
        exports.csv_button("creators", listing.EXPORT_CAP, _export)
    if chosen and which:
        st.caption(fmt.literal(f"Selected: {which}"))


def dialog(viewer: Viewer) -> bool:
    """The confirmation that is waiting, if one is; whether there was one."""
    asked = _ASKED.waiting
    if asked is None:
        return False
    if not viewer.can("creators") and (asked.what == "change" or not viewer.can("jobs")):
        _ASKED.close()
        return False
    number = fmt.plural(len(asked.ids), "creator")
    title = f"Change {number}" if asked.what == "change" else f"Scrape {number} now"

    @st.dialog(title, icon=":material/edit:" if asked.what == "change" else ":material/sync:", on_dismiss=_ASKED.close)
    def opened() -> None:
        gate.require("creators" if asked.what == "change" else "read")
        st.caption(fmt.literal(asked.which))
        if asked.what == "scrape":
            _scrape_form(asked)
        else:
            _change_form(asked)

    opened()
    return True


def ask(what: Literal["change", "scrape"], ids: Sequence[UUID], which: str) -> None:
    """Ask for a confirmation over these creators, frozen with the values they have now; in a callback.

    `which` says in words what they are.
    """
    with feedback.flash_errors():
        gate.require("read")
        seen = {UUID(row["id"]): row for row in rows(listing.some(ids))}
        _ASKED.ask(PendingAction(what, tuple(ids), seen, which, records.question()))
    st.rerun()


def _mode(view: View) -> None:
    changed = url.bind("creators_mode", "edit" if view.is_editing else "view", "view")
    st.segmented_control(
        "Mode",
        ["view", "edit"],
        key="creators_mode",
        format_func=lambda mode: {"view": "View", "edit": "Edit"}[mode],
        on_change=changed,
        required=True,
        label_visibility="collapsed",
        width="content",
    )


def _for_selected(chosen: list[UUID], viewer: Viewer) -> None:
    number = fmt.plural(len(chosen), "creator")
    which = f"Selected: {table.SELECTION.words or 'one by one'}"
    if viewer.can("creators"):
        st.button(
            f"Change {number}", type="primary", icon=":material/edit:", on_click=ask, args=("change", chosen, which),
            key=records.key("creators_change", chosen),
        )  # fmt: skip
    if viewer.can("creators") or viewer.can("jobs"):
        st.button(
            f"Scrape {number}", icon=":material/sync:", on_click=ask, args=("scrape", chosen, which),
            key=records.key("creators_scrape", chosen),
        )  # fmt: skip
    st.button("Unselect", type="tertiary", on_click=table.SELECTION.select, args=([],), key="creators_unselect")


def _export(limit: int) -> Export:
    shown = view.view()
    return Export(shown.words, listing.export(shown.where, limit))


def _select_all(told: int, seen: str) -> None:
    """Select what the view holds now; the button said `told`, under the URL `seen`."""
    with feedback.flash_errors():
        gate.require("read")
        shown = view.view()
        found = [row["id"] for row in rows(listing.ids(shown.where))]
        if len(found) > listing.SELECT_CAP:
            feedback.flash("warning", f"More than {listing.SELECT_CAP:,} creators match. Narrow the filters first.")
            return
        since = fmt.since_then(told, len(found), is_other=url.others("creators_after") != seen)
        table.SELECTION.select(found, f"all {shown.words}. {since}".removesuffix(". "))


def _change_form(action: PendingAction) -> None:
    names = category_names()
    field: Field = st.segmented_control(
        "Field", _FIELDS, default="category_id", format_func=lambda name: LABELS[name], required=True,
        key=records.key("bulk_field", action.question),
    )  # fmt: skip
    is_chosen, wanted = _value(field, action)
    before = {one: stored(field, row[field]) for one, row in action.seen.items()}
    would = {one: value for one, value in before.items() if is_chosen and value != wanted}
    counts = Counter(save.shown_value(field, value, names) for value in before.values())
    now = ", ".join(f"{count:,} {value}" for value, count in counts.most_common(4)) + (" …" if len(counts) > 4 else "")
    number = f"**{fmt.plural(len(would), 'creator')}** would change." if is_chosen else "Choose what they change to."
    st.markdown(f"{number} :gray[Now: {fmt.literal(now)}]")
    left = len(action.ids) - len(would)
    if is_chosen and left:
        gone = len(action.ids) - len(before)
        st.caption(f"{left:,} stay as they are" + (f", {gone:,} of them gone." if gone else ": they already match."))
    is_required = len(would) > edits.REASON_ABOVE
    reason = st.text_input(
        "Reason" if is_required else "Reason (optional)", key=records.key("bulk_reason", action.question),
        max_chars=500, help="Kept beside each.",
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Back", type="tertiary", on_click=_ASKED.back, key=records.key("bulk_back", action.question))
        st.button(
            f"Change {fmt.plural(len(would), 'creator')}", type="primary",
            disabled=not would or (is_required and not reason.strip()), on_click=_change,
            args=(action, list(would.items()), field, wanted), key=records.key("bulk_do", action.question),
        )  # fmt: skip


def _value(field: Field, action: PendingAction) -> tuple[bool, Value]:
    """Whether a value was chosen, and which."""
    if field == "category_id":
        # Nothing is chosen at first: that "no category" is meant must be said.
        names = {**category_names(only_active=True), "": "No category"}
        chosen = st.selectbox(
            "Category", list(names), format_func=lambda one: names[one], index=None, placeholder="Choose a category",
            key=records.key("bulk_category", action.question),
        )  # fmt: skip
        return chosen is not None, UUID(chosen) if chosen else None
    if field == "scrape_frequency_hours":
        hours = records.key("bulk_hours", action.question)
        return True, int(st.number_input("Scrape every (h)", 1, HOURS_MAX, 24, step=1, key=hours))
    return True, bool(
        st.segmented_control(
            LABELS[field],
            [True, False],
            default=True,
            format_func=lambda value: "Yes" if value else "No",
            required=True,
            key=records.key(f"bulk_{field}", action.question),
        )
    )


def _change(action: PendingAction, seen: list[tuple[UUID, Value]], field: Field, wanted: Value) -> None:
    _ASKED.still(action)
    with feedback.flash_errors():
        reason = str(st.session_state.get(records.key("bulk_reason", action.question)) or "")
        _told(edits.bulk(seen, field, wanted, gate.require("creators"), reason))
    st.rerun()


def _scrape_form(action: PendingAction) -> None:
    st.markdown(
        f"A scrape is queued for each of **{fmt.plural(len(action.seen), 'creator')}** that has none queued or "
        "running. The workers take them in turn."
    )
    off = sum(row["is_active"] is False for row in action.seen.values())
    if off:
        st.info(f"{fmt.plural(off, 'creator')} of these are inactive; they are scraped all the same.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Back", type="tertiary", on_click=_ASKED.back, key=records.key("scrape_back", action.question))
        st.button(
            f"Queue {fmt.plural(len(action.seen), 'scrape')}", type="primary", icon=":material/sync:",
            on_click=_scrape, args=(action,), key=records.key("scrape_do", action.question),
        )  # fmt: skip


def _scrape(action: PendingAction) -> None:
    _ASKED.still(action)
    with feedback.flash_errors():
        _told(scrapes.queue(action.ids, gate.viewer()))
    st.rerun()


def _told(outcome: Outcome) -> None:
    """Say what was done; what was not tried stays selected."""
    feedback.told(outcome)
    table.SELECTION.select([str(one) for one in outcome.unreached], "not tried yet" if outcome.unreached else "")
    _ASKED.close()
