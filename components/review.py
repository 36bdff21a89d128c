"""The review queue: one item after another, judged by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal, cast

import streamlit as st

from actions import review_claims, reviews
from actions.review_claims import Claim
from components import content_item, feedback, gate, url
from components import format as written
from components.content_view import View
from components.review_marks import HELD, held
from core.database import rows
from core.identity import Viewer
from core.settings import settings
from queries import content, content_filters
from queries import reviews as asked
from queries.content_filters import ContentFilter, Verdict
from queries.tables.base import Rows

ORDERS: Final = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "sentiment": "Lowest sentiment",
    "engagement": "Highest engagement",
    "sample-5": "Sample, 5 a day",
    "sample-20": "Sample, 20 a day",
    "sample-50": "Sample, 50 a day",
}
_SORTS: Final[dict[str, tuple[content.Sort, bool]]] = {
    "newest": ("created", True),
    "oldest": ("created", False),
    "sentiment": ("sentiment", False),
    "engagement": ("engagement", True),
}
LEGEND: Final = "A approve · W needs work · X reject · S skip · U undo · 1 to 9 reason · Esc back"
_WHY: Final = "review_why"
_DONE: Final = "review_done"


def is_on() -> bool:
    """Whether the URL asks for the queue."""
    return url.value("content_review", "") in ORDERS


def start(shown: View, viewer: Viewer) -> None:
    """The way from the list into the review of what it shows."""
    if viewer.can("review"):
        st.button("Review these", icon=":material/gavel:", on_click=_enter, key="review_start")


def queue(shown: View, viewer: Viewer) -> None:
    """The item that is this viewer's turn, what can be said of it, and how far the queue is."""
    if not viewer.can("review"):
        feedback.empty("Your role does not review.", "Ask an admin if you need it.", "lock")
        return
    orders = {name: words for name, words in ORDERS.items() if shown.kind == "piece" or name not in _SCORED}
    order = url.value("content_review", "newest", orders)
    with feedback.region("Review"):
        item = held()
        if item is None or item.kind != shown.kind:
            item = _next(shown, order, viewer)
        _bar(shown, order, orders, viewer)
        if item is None:
            feedback.empty(f"Nothing waits: no {shown.words} to judge.", "Widen the filter, or go back.", "task_alt")
            return
        _verdicts(item)
        if content_item.body(item.kind, item.id):
            content_item.around(item.kind, item.id, viewer)


_SCORED: Final = ("sentiment", "engagement")


def waiting(shown: View) -> ContentFilter:
    """The view's filter for what can be judged: done by the machine unless it names a status, not judged unless it
    names a verdict."""
    where = shown.where
    status = where.status or "completed"
    return replace(where, status=status, judged="waiting" if where.judged == "any" else where.judged)


def candidates(shown: View, order: str, viewer: Viewer) -> Rows:
    """What may be offered to the viewer, in the queue's order. Columns: id, position."""
    where, free = waiting(shown), asked.offered(shown.kind, viewer.user_id)
    if order.startswith("sample-"):
        everything = content_filters.clauses(shown.kind, replace(where, judged="any"))
        chosen = asked.sample(shown.kind, everything, int(order.removeprefix("sample-")))
        return asked.of_sample(shown.kind, chosen, [*content_filters.judged(shown.kind, where.judged), *free])
    sort, descending = _SORTS[order]
    return content.first(shown.kind, where, sort, descending, review_claims.CANDIDATES, free)


def _next(shown: View, order: str, viewer: Viewer) -> Claim | None:
    taken = review_claims.claim(shown.kind, candidates(shown, order, viewer), viewer)
    st.session_state[HELD] = taken
    st.session_state.pop(_WHY, None)
    return taken


def _bar(shown: View, order: str, orders: dict[str, str], viewer: Viewer) -> None:
    """Where the queue stands, its order, and the way out."""
    where = waiting(shown)
    [left] = rows(content.total(shown.kind, where, _SORTS.get(order, ("created", True))[0]))
    [mine] = rows(asked.decided_by(viewer.user_id))
    done = int(st.session_state.get(_DONE, 0))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Back", icon=":material/arrow_back:", type="tertiary", on_click=_leave, key="review_leave")
        number = written.count(left["items"] + left["is_capped"] + done)
        st.markdown(f"**{done + 1} / {number}** {written.literal(shown.words)}", width="content")
        pace = f" · median {written.duration(mine['median_s'])}" if mine["median_s"] is not None else ""
        st.markdown(f":gray[{mine['decided']} judged today{pace}]", width="content")
        changed = url.bind("content_review", order, "", also=_forget)
        st.selectbox(
            "Order", list(orders), key="content_review", format_func=orders.__getitem__, on_change=changed, width=185,
            label_visibility="collapsed",
        )  # fmt: skip


def _verdicts(item: Claim) -> None:
    """The verdicts with their keys; for all but approval, the reasons with theirs."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        offers: tuple[tuple[str, str, str, Literal["primary", "secondary", "tertiary"]], ...] = (
            ("approve", "Approve", "thumb_up", "primary"),
            ("needs_work", "Needs work", "edit_note", "secondary"),
            ("reject", "Reject", "thumb_down", "secondary"),
            ("skip", "Skip", "redo", "tertiary"),
        )
        for verdict, label, icon, kind in offers:
            st.button(
                label, icon=f":material/{icon}:", type=kind, shortcut=_KEYS[verdict], key=f"review_{verdict}",
                on_click=_ask if verdict in {"needs_work", "reject"} else _say, args=(item, verdict),
            )  # fmt: skip
        st.button("Undo", icon=":material/undo:", type="tertiary", shortcut="U", key="review_undo", on_click=_undo)
        until = item.claimed_until
        st.caption(f"Yours until {until:%H:%M} UTC · {LEGEND}", width="content")
    verdict = cast("Verdict | None", st.session_state.get(_WHY))
    if verdict:
        _reasons(item, verdict)


_KEYS: Final = {"approve": "A", "needs_work": "W", "reject": "X", "skip": "S"}


def _reasons(item: Claim, verdict: Verdict) -> None:
    with st.container(border=True):
        st.markdown(f"**Why {'does it need work' if verdict == 'needs_work' else 'is it rejected'}?**")
        with st.container(horizontal=True, gap="small"):
            for number, reason in enumerate(settings().review_reasons, 1):
                st.button(
                    written.literal(reason), shortcut=str(number), key=f"review_reason_{number}", on_click=_say,
                    args=(item, verdict, reason),
                )  # fmt: skip
            st.button("Back", type="tertiary", shortcut="Escape", key="review_no_reason", on_click=_forget_why)
        with st.form("review_words_form", border=False):
            left, right = st.columns([5, 1], vertical_alignment="bottom")
            left.text_input("In your own words", key="review_words", max_chars=500)
            right.form_submit_button("Save", on_click=_say, args=(item, verdict), width="stretch")


def _ask(_item: Claim, verdict: Verdict) -> None:
    st.session_state[_WHY] = verdict


def _say(item: Claim, verdict: Any, reason: str | None = None) -> None:
    """Keep a verdict and go on to the next item."""
    with feedback.attempt():
        viewer = gate.require("review")
        if verdict == "skip":
            reviews.skip(item, viewer)
        else:
            words = None if verdict == "approve" else str(st.session_state.get("review_words") or "").strip() or None
            kept = reviews.judge(item, verdict, viewer, reasons=[reason] if reason else [], words=words)
            _tell(kept)
        st.session_state[_DONE] = int(st.session_state.get(_DONE, 0)) + (verdict != "skip")
        _forget()


def _tell(kept: reviews.Kept) -> None:
    if not (kept.is_late or kept.others):
        return
    also = f" {', '.join(kept.others)} judged it too: both verdicts stand, the last one counts." if kept.others else ""
    late = "Your ten minutes were over; your verdict is kept and marked late." if kept.is_late else ""
    feedback.flash("info", f"{late}{also}".strip())


def _undo() -> None:
    with feedback.attempt():
        taken = reviews.undo(gate.require("review"))
        if taken is None:
            feedback.flash("info", "There is nothing left to undo.")
            return
        st.session_state[_DONE] = max(0, int(st.session_state.get(_DONE, 0)) - 1)
        st.session_state[HELD] = taken
        _forget_why()
        url.write(content_tab=None if taken.kind == "piece" else taken.kind)


def _enter() -> None:
    st.session_state.pop(_DONE, None)
    url.write(content_review="newest", content_after=None)


def _leave() -> None:
    with feedback.attempt():
        item = held()
        if item:
            review_claims.release(item, gate.require("review"))
    _forget()
    url.write(content_review=None)


def _forget() -> None:
    st.session_state.pop(HELD, None)
    _forget_why()


def _forget_why() -> None:
    st.session_state.pop(_WHY, None)
