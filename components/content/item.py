"""One piece, script or generated item instead of the list: everything about it, and what reviewers say."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import streamlit as st

from actions import notes
from actions.content import reviews
from components.content import generated, parts, piece, review_marks
from components.ui import details, feedback, gate, records, url
from core.identity import Viewer
from queries.content.filters import Kind

ITEMS: Final[tuple[Kind, ...]] = ("piece", "script", "media")
_NOUNS: Final[dict[Kind, str]] = {"piece": "content piece", "script": "script", "media": "generated item"}


def is_named() -> bool:
    """Whether the URL names one item."""
    return any(kind in st.query_params for kind in ITEMS)


def shown(viewer: Viewer) -> None:
    """The item that the URL names, and the way back to the list."""
    kind: Kind = next(kind for kind in ITEMS if kind in st.query_params)
    object_id = url.uuid(kind)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Back to the list", icon=":material/arrow_back:", type="tertiary", on_click=_back, key="content_back")
    if object_id is None:
        feedback.empty(f"That is not a valid id of a {_NOUNS[kind]}.", "Go back to the list and open one.", "link_off")
        return
    with feedback.error_boundary("Item"):
        if body(kind, object_id):
            around(kind, object_id, viewer)


def body(kind: Kind, object_id: UUID) -> bool:
    """What is to be judged; whether it exists."""
    draw = {"piece": piece.shown, "script": generated.script, "media": generated.media}[kind]
    if not draw(object_id):
        feedback.empty(
            f"This {_NOUNS[kind]} does not exist.", "It may have been deleted with its account. Go back.", "link_off"
        )
        return False
    return True


def around(kind: Kind, object_id: UUID, viewer: Viewer) -> None:
    """Verdicts, notes and jobs."""
    left, middle, right = st.columns(3, gap="medium")
    with left, feedback.error_boundary("Reviews"):
        review_marks.verdicts(kind, object_id)
        if viewer.can("review"):
            st.button(
                "Review now", icon=":material/gavel:", key=records.key("content_judge", object_id), on_click=_judge,
                args=(kind, object_id),
            )  # fmt: skip
            if review_marks.is_judged(kind, object_id):
                st.button(
                    "Queue again", icon=":material/replay:", key=records.key("content_requeue", object_id),
                    on_click=_requeue, args=(kind, object_id),
                    help="Asks for another verdict. Earlier verdicts stay on record.",
                )  # fmt: skip
    with middle, feedback.error_boundary("Notes"):
        parts.notes(kind, object_id)
        if notes.may_write(viewer):
            with st.form(records.key("content_note", object_id), border=False, clear_on_submit=True):
                st.text_area("New note", key=_text(object_id), max_chars=notes.LENGTH, height=68)
                st.form_submit_button("Add note", on_click=_note, args=(kind, object_id))
    with right, feedback.error_boundary("Jobs"):
        if kind == "media":
            st.markdown("**Jobs**")
            st.caption("See the script for its jobs.")
        else:
            details.jobs("content_piece_id" if kind == "piece" else "script_id", object_id)


def _back() -> None:
    url.write(**dict.fromkeys(ITEMS))


def _judge(kind: Kind, object_id: UUID) -> None:
    review_marks.hold(kind, object_id)
    url.write(**dict.fromkeys(ITEMS), content_review="newest", content_tab=None if kind == "piece" else kind)


def _requeue(kind: Kind, object_id: UUID) -> None:
    with feedback.flash_errors():
        reviews.requeue(kind, object_id, gate.require("review"))
        feedback.flash("success", "Queued again. Earlier verdicts stay on record.")


def _note(kind: Kind, object_id: UUID) -> None:
    with feedback.flash_errors():
        notes.add(kind, object_id, str(st.session_state.get(_text(object_id)) or ""), gate.require("read"))
        feedback.flash("success", "Note added.")


def _text(object_id: UUID) -> str:
    return records.key("content_note_text", object_id)
