"""What can be said of the item that is in review, by button and by key, and what follows from it."""

from __future__ import annotations

from typing import Any, Final, Literal, cast

import streamlit as st

from actions.content import claims, reviews
from actions.content.claims import Claim
from components.content import review_keys
from components.content.review_marks import HELD, held
from components.ui import feedback, fmt, gate, records, url
from core.errors import NotFound
from core.settings import settings
from queries.content.filters import Verdict

DONE: Final = "review_done"
"""How many items this session has answered since it entered the queue."""
_WHY: Final = "review_why"
_OFFERS: Final[tuple[tuple[str, str, str, Literal["primary", "secondary", "tertiary"]], ...]] = (
    ("approve", "Approve", "thumb_up", "primary"),
    ("needs_work", "Needs work", "edit_note", "secondary"),
    ("reject", "Reject", "thumb_down", "secondary"),
    ("skip", "Skip", "redo", "tertiary"),
)
_KEYS: Final = {"A": "approve", "W": "needs_work", "X": "reject", "S": "skip"}
_UNASKED: Final = (
    ("A", "approve"), ("W", "needs work"), ("X", "reject"), ("S", "skip"), ("U", "undo"), ("Esc", "leave"),
)  # fmt: skip


def buttons(item: Claim) -> None:
    """The verdicts; for all but approval, the reasons. Every widget is the item's own, so that none outlives it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for verdict, label, icon, kind in _OFFERS:
            st.button(
                label, icon=f":material/{icon}:", type=kind, key=records.key(f"review_{verdict}", item.id),
                on_click=_ask if verdict in {"needs_work", "reject"} else say, args=(item, verdict),
            )  # fmt: skip
        st.button(
            "Undo", icon=":material/undo:", type="tertiary", key=records.key("review_undo", item.id), on_click=undo
        )
        st.caption(f"Yours until {item.claimed_until:%H:%M} UTC", width="content")
    if verdict := _asked():
        _reasons(item, verdict)


def keys(item: Claim | None) -> None:
    """The keys that count now; drawn once the item itself stands there, so that nobody judges what is not shown."""
    asked = _asked() if item else None
    offered = _UNASKED if item else (("U", "undo"), ("Esc", "leave"))
    if asked:
        reasons = ((str(number), reason) for number, reason in enumerate(settings().review_reasons, 1))
        offered = (*reasons, ("Esc", "back to the verdicts"))
    review_keys.listen(str(item.id) if item else "", asked or "", offered, _pressed)


def _pressed(seen: str, key: str) -> None:
    item = held()
    if (str(item.id) if item else "") != seen:
        return  # pressed for an item that was answered meanwhile
    asked = _asked()
    if key == "U":
        undo()
    elif key == "Esc":
        forget_why() if asked else leave()
    elif item and asked and key.isdecimal():
        say(item, asked, settings().review_reasons[int(key) - 1])
    elif item and not asked and key in _KEYS:
        verdict = _KEYS[key]
        (_ask if verdict in {"needs_work", "reject"} else say)(item, verdict)


def _reasons(item: Claim, verdict: Verdict) -> None:
    with st.container(border=True):
        st.markdown(f"**Why {'does it need work' if verdict == 'needs_work' else 'is it rejected'}?**")
        with st.container(horizontal=True, gap="small"):
            for number, reason in enumerate(settings().review_reasons, 1):
                st.button(
                    f":gray[{number}] {fmt.literal(reason)}", on_click=say, args=(item, verdict, reason),
                    key=records.key("review_reason", item.id, verdict, number),
                )  # fmt: skip
            st.button("Back", type="tertiary", key=records.key("review_no_reason", item.id), on_click=forget_why)
        with st.form(records.key("review_words_form", item.id, verdict), border=False):
            left, right = st.columns([5, 1], vertical_alignment="bottom")
            left.text_input("In your own words", key=_words(item), max_chars=500)
            right.form_submit_button("Save", on_click=say, args=(item, verdict), width="stretch")


def say(item: Claim, verdict: Any, reason: str | None = None) -> None:
    """Keep a verdict on the item in view and go on to the next; one that was answered meanwhile stays as it is."""
    if held() != item:
        return
    with feedback.flash_errors():
        viewer = gate.require("review")
        try:
            if verdict == "skip":
                reviews.skip(item, viewer)
            else:
                words = None if verdict == "approve" else str(st.session_state.get(_words(item)) or "").strip() or None
                kept = reviews.judge(item, verdict, viewer, reasons=[reason] if reason else [], words=words)
                _tell(kept)
        except NotFound:
            forget()  # or the reviewer could never get past what was deleted
            raise
        st.session_state[DONE] = int(st.session_state.get(DONE, 0)) + 1
        forget()


def _tell(kept: reviews.Kept) -> None:
    if not (kept.is_late or kept.others):
        return
    also = (
        f" {', '.join(kept.others)} reviewed it too: both verdicts stand, the last one counts." if kept.others else ""
    )
    late = "Your ten minutes were over: your verdict is saved and marked late." if kept.is_late else ""
    feedback.flash("info", f"{late}{also}".strip())


def undo() -> None:
    """Take back the viewer's last verdict or skip; that item is in view again, unless it is gone or a colleague's."""
    with feedback.flash_errors():
        taken = reviews.undo(gate.require("review"), held())
        if taken is None:
            feedback.flash("info", "Nothing left to undo.")
            return
        st.session_state[DONE] = max(0, int(st.session_state.get(DONE, 0)) - 1)
        forget()
        if taken.held:
            st.session_state[HELD] = taken.held
            url.write(content_tab=None if taken.kind == "piece" else taken.kind)
        elif taken.is_gone:
            feedback.flash("info", "Taken back. That item no longer exists, so another one is in view.")
        else:
            feedback.flash("info", "Taken back. A colleague is reviewing that item now, so another one is in view.")


def leave() -> None:
    """Back to the list; the item in view is free again."""
    with feedback.flash_errors():
        item = held()
        if item:
            claims.release(item, gate.require("review"))
    forget()
    url.write(content_review=None)


def forget() -> None:
    """Nothing is in view any more: the next run takes the next item."""
    st.session_state.pop(HELD, None)
    forget_why()


def forget_why() -> None:
    """No reason is asked for."""
    st.session_state.pop(_WHY, None)


def _ask(item: Claim, verdict: str) -> None:
    if held() == item:
        st.session_state[_WHY] = verdict


def _asked() -> Verdict | None:
    return cast("Verdict | None", st.session_state.get(_WHY))


def _words(item: Claim) -> str:
    return records.key("review_words", item.id)
