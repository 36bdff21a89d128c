"""The review queue: one item after another, judged by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from actions.content import claims
from actions.content.claims import Claim
from components.content import item as content_item
from components.content import verdicts
from components.content.review_marks import HELD, held
from components.content.view import View, left_out, notices, number
from components.ui import feedback, fmt, gate, url
from core.database import rows
from core.identity import Viewer
from queries.content import conditions, listing, reviews
from queries.content.filters import ContentFilter
from queries.sql.keyset import COUNT_CAP
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
_SORTS: Final[dict[str, tuple[listing.Sort, bool]]] = {
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


def queue(view: View, viewer: Viewer) -> None:
    """The item that is this viewer's turn, what can be said of it, and how far the queue is."""
    if not viewer.can("review"):
        feedback.empty("Reviewing needs the reviewer role.", "Ask an admin for it, or go back to the list.", "lock")
        return
    orders = {name: words for name, words in ORDERS.items() if view.kind == "piece" or name not in _SCORED}
    order = url.value("content_review", "newest", orders)
    with feedback.error_boundary("Review"):
        item = held()
        if item is None or item.kind != view.kind:
            item = _next(view, order, viewer)
        is_whole = _bar(view, order, orders, viewer, is_done=item is None)
        legend = st.container()
        if item is None:
            among = "" if is_whole else " in what was searched"
            feedback.empty(f"Nothing to review{among}: no {view.words}.", "Widen the filter, or go back.", "task_alt")
            with legend:
                verdicts.keys(None)
            return
        verdicts.buttons(item)
        is_there = content_item.body(item.kind, item.id)
        with legend:
            verdicts.keys(item)
        if is_there:
            content_item.around(item.kind, item.id, viewer)


def waiting(view: View) -> ContentFilter:
    """The view's filter for what can be judged: done by the machine unless it names a status, not judged unless it
    names a verdict."""
    where = view.where
    status = where.status or "completed"
    return replace(where, status=status, judged="waiting" if where.judged == "any" else where.judged)


def candidates(view: View, order: str, viewer: Viewer) -> Rows:
    """What may be offered to the viewer, in the queue's order. Columns: id, position."""
    if order.startswith("sample-"):
        return _sample(view, order, viewer)[0]
    sort, descending = _SORTS[order]
    free = reviews.offered(view.kind, viewer.user_id)
    return listing.first(view.kind, waiting(view), sort, descending, claims.CANDIDATES, free)


def remaining(view: View, order: str, viewer: Viewer) -> Rows:
    """How many items may be offered to the viewer, the one in view included. Columns: those of `content.counted`."""
    if order.startswith("sample-"):
        chosen, unseen = _sample(view, order, viewer)
        return listing.counted(chosen, COUNT_CAP, unseen)
    free = reviews.offered(view.kind, viewer.user_id)
    return listing.total(view.kind, waiting(view), _SORTS[order][0], free)


def _sample(view: View, order: str, viewer: Viewer) -> tuple[Rows, conditions.Unseen]:
    where = waiting(view)
    everything, unseen = conditions.looked(view.kind, replace(where, judged="any"))
    chosen = reviews.sample(view.kind, everything, int(order.removeprefix("sample-")))
    return reviews.of_sample(view.kind, chosen, where.judged, viewer.user_id), unseen


def _next(view: View, order: str, viewer: Viewer) -> Claim | None:
    taken = claims.claim(view.kind, candidates(view, order, viewer), viewer)
    st.session_state[HELD] = taken
    verdicts.forget_why()
    return taken


def _bar(view: View, order: str, orders: dict[str, str], viewer: Viewer, *, is_done: bool) -> bool:
    """Which item of how many this is since the queue was entered, its order, and the way out; whether everything was
    looked at for them."""
    [left] = rows(remaining(view, order, viewer))
    [mine] = rows(reviews.decided_by(viewer.user_id))
    done = int(st.session_state.get(verdicts.DONE, 0))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Back", icon=":material/arrow_back:", type="tertiary", on_click=verdicts.leave, key="review_leave")
        waits = number({**left, "items": max(left["items"], not is_done) + done})
        st.markdown(f"**{done + (not is_done):,} / {waits}** {fmt.literal(view.words)}", width="content")
        pace = f" · median {fmt.duration(mine['median_s'])}" if mine["median_s"] is not None else ""
        st.markdown(f":gray[{mine['decided']:,} reviewed today{pace}]", width="content")
        changed = url.bind("content_review", order, "", also=verdicts.forget)
        st.selectbox(
            "Order", list(orders), key="content_review", format_func=orders.__getitem__, on_change=changed, width=185,
            label_visibility="collapsed",
        )  # fmt: skip
    unseen = left_out(view, left)
    notices(unseen)
    return not unseen


def _enter() -> None:
    st.session_state.pop(verdicts.DONE, None)
    url.write(content_review="newest", content_after=None)
