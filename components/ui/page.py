"""The frame every page shares: title with its question, live refresh, results of the last action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from components.ui import feedback, gate, records, url
from components.ui.fmt import literal

_REFRESH_S: Final = {"5s": 5, "15s": 15, "60s": 60, "off": 0}


def header(
    title: str,
    question: str | None,
    *,
    default_refresh: str | None = None,
    paused: str | None = None,
    aside: Callable[[], None] | None = None,
) -> None:
    """The page's title and question, as plain text; with a default refresh also the control that keeps the page live.

    `paused` says why nothing may move under the person's hands during this run. `aside` draws what stands to the right
    where the page is not live.
    """
    st.set_page_config(page_title=f"{title} · AICON Desk")
    records.turn_to(title)
    if aside:
        left, right = st.columns([1, 1], vertical_alignment="bottom")
        with left:
            _title(title, question)
        with right:
            aside()
    elif default_refresh is None:
        _title(title, question)
    else:
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        with left:
            _title(title, question)
        with right:
            _live(default_refresh, paused)
    feedback.flashes()


def _title(title: str, question: str | None) -> None:
    with st.container(gap="xxsmall"):
        st.title(literal(title), anchor=False)
        st.caption(literal(question or ""))


def _live(default: str, paused: str | None) -> None:
    chosen = url.value("refresh", default, _REFRESH_S)
    seconds = _REFRESH_S[chosen]
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        now = f"{datetime.now(UTC):%H:%M:%S} UTC"
        said = f"Paused: {literal(paused)}" if paused else f"{'Live' if seconds else 'Not live'} · as of {now}"
        st.caption(said, width="content")
        changed = url.bind("refresh", chosen, default)
        st.segmented_control(
            "Refresh every",
            list(_REFRESH_S),
            key="refresh",
            on_change=changed,
            required=True,
            format_func=lambda option: {"5s": "5 s", "15s": "15 s", "60s": "60 s", "off": "Off"}[option],
            label_visibility="collapsed",
        )
    if seconds and not paused:
        _pulse(seconds)


def _pulse(seconds: int) -> None:
    """Run the whole page again every so often: all cards then show the same moment."""
    is_first = [True]
    permission = gate.needed()

    @st.fragment(run_every=seconds)
    def beat() -> None:
        gate.require(permission)
        if is_first:
            is_first.clear()
        else:
            st.rerun(scope="app")

    beat()
