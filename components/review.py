"""The review queue: one item after another, judged by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from actions import review_claims
from actions.review_claims import Claim
from components import content_item, feedback, gate, review_verdicts, url
from components import format as written
from components.content_view import View, left_out, notices, number
from components.review_marks import HELD, held
from core.database import rows
from core.identity import Viewer
from queries import content, content_conditions
from queries import reviews as asked
from queries.content_filters import ContentFilter
from queries.keyset import COUNT_CAP
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
_SCORED: Final = ("sentiment", "engagement")
_SORTS: Final[dict[str, tuple[content.Sort, bool]]] = {
    "newest": ("created", True),
    "oldest": ("created", False),
    "sentiment": ("sentiment", False),
    "engagement": ("engagement", True),
}


def is_on() -> bool:
    """Whether the URL asks for the queue."""
    return url.value("content_review", "") in ORDERS


def start() -> None:
    """The way from the list into the review of what it shows."""
    if gate.viewer().can("review"):
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
        is_whole = _bar(shown, order, orders, viewer, is_done=item is None)
        legend = st.container()
        if item is None:
            among = "" if is_whole else " among what was looked at"
            feedback.empty(
                f"Nothing waits{among}: no {shown.words} to judge.", "Widen the filter, or go back.", "task_alt"
            )
            with legend:
                review_verdicts.keys(None)
            return
        review_verdicts.buttons(item)
        is_there = content_item.body(item.kind, item.id)
        with legend:
            review_verdicts.keys(item)
        if is_there:
            content_item.around(item.kind, item.id, viewer)


def waiting(shown: View) -> ContentFilter:
    """The view's filter for what can be judged: done by the machine unless it names a status, not judged unless it
    names a verdict."""
    where = shown.where
    status = where.status or "completed"
    return replace(where, status=status, judged="waiting" if where.judged == "any" else where.judged)


def candidates(shown: View, order: str, viewer: Viewer) -> Rows:
    """What may be offered to the viewer, in the queue's order. Columns: id, position."""
    if order.startswith("sample-"):
        return _sample(shown, order, viewer)[0]
    sort, descending = _SORTS[order]
    free = asked.offered(shown.kind, viewer.user_id)
    return content.first(shown.kind, waiting(shown), sort, descending, review_claims.CANDIDATES, free)


def remaining(shown: View, order: str, viewer: Viewer) -> Rows:
    """How many items may be offered to the viewer, the one in view included. Columns: those of `content.counted`."""
    if order.startswith("sample-"):
        chosen, unseen = _sample(shown, order, viewer)
        return content.counted(chosen, COUNT_CAP, unseen)
    free = asked.offered(shown.kind, viewer.user_id)
    return content.total(shown.kind, waiting(shown), _SORTS[order][0], free)


def _sample(shown: View, order: str, viewer: Viewer) -> tuple[Rows, content_conditions.Unseen]:
    where = waiting(shown)
    everything, unseen = content_conditions.looked(shown.kind, replace(where, judged="any"))
    chosen = asked.sample(shown.kind, everything, int(order.removeprefix("sample-")))
    return asked.of_sample(shown.kind, chosen, where.judged, viewer.user_id), unseen


def _next(shown: View, order: str, viewer: Viewer) -> Claim | None:
    taken = review_claims.claim(shown.kind, candidates(shown, order, viewer), viewer)
    st.session_state[HELD] = taken
    review_verdicts.forget_why()
    return taken


def _bar(shown: View, order: str, orders: dict[str, str], viewer: Viewer, *, is_done: bool) -> bool:
    """Which item of how many this is since the queue was entered, its order, and the way out; whether everything was
    looked at for them."""
    [left] = rows(remaining(shown, order, viewer))
    [mine] = rows(asked.decided_by(viewer.user_id))
    done = int(st.session_state.get(review_verdicts.DONE, 0))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Back", icon=":material/arrow_back:", type="tertiary", on_click=review_verdicts.leave, key="review_leave"
        )
        waits = number({**left, "items": max(left["items"], not is_done) + done})
        st.markdown(f"**{done + (not is_done):,} / {waits}** {written.literal(shown.words)}", width="content")
        pace = f" · median {written.duration(mine['median_s'])}" if mine["median_s"] is not None else ""
        st.markdown(f":gray[{mine['decided']:,} judged today{pace}]", width="content")
        changed = url.bind("content_review", order, "", also=review_verdicts.forget)
        st.selectbox(
            "Order", list(orders), key="content_review", format_func=orders.__getitem__, on_change=changed, width=185,
            label_visibility="collapsed",
        )  # fmt: skip
    unseen = left_out(shown, left)
    notices(unseen)
    return not unseen


def _enter() -> None:
    st.session_state.pop(review_verdicts.DONE, None)
    url.write(content_review="newest", content_after=None)
