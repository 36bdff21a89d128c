"""The filters of the Creators page, and how many creators each state holds."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from actions.creators.profiles import NAMES
from components.creators.view import (
    FIELDS,
    FOLLOWERS,
    KEYS,
    SORTS,
    STATES,
    TABS,
    TTL_S,
    VERIFIED,
    View,
    category_names,
    without_state,
)
from components.ui import fields, fmt, url
from core.database import rows
from queries.creators import listing


def tab() -> str:
    """Which of the page's two parts is open."""
    chosen = url.value("creators_tab", "creators", TABS)
    changed = url.bind("creators_tab", chosen, "creators")
    st.segmented_control(
        "Part",
        list(TABS),
        key="creators_tab",
        format_func=lambda part: TABS[part],
        on_change=changed,
        required=True,
        label_visibility="collapsed",
    )
    return chosen


def tiles(shown: View) -> None:
    """A clickable tile for every state with its count under the other filters, and the way back to none."""
    [counts] = rows(listing.state_counts(without_state(shown.where)), ttl_s=TTL_S, domain="creators")
    changed = url.bind("creators_state", shown.state, "all", also=_first_page)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _pills(counts, changed)
        fields.clear(KEYS)


def _pills(counts: dict[str, int], changed: Callable[[], None]) -> None:
    def told(state: str) -> str:
        number = counts[state]
        return fmt.count(number, is_floor=True) if counts["is_capped"] else f"{number:,}"

    st.pills(
        "State",
        list(STATES),
        key="creators_state",
        format_func=lambda state: f"{STATES[state]} **{told(state)}**",
        on_change=changed,
        required=True,
        label_visibility="collapsed",
        width="content",
    )


def row() -> None:
    """The filters beside the state, in one row that wraps."""
    followers = dict(FOLLOWERS)
    if (said := url.value("creators_followers", "")) and said not in followers:
        followers[said] = said
    with st.container(horizontal=True, vertical_alignment="center", gap="small"), fields.folded(FIELDS):
        fields.text("creators_q", "Search", "Name, @name, URL", "search", 160, also=_first_page)
        fields.text("creators_account", "Account", "Followed by", "apartment", 150, also=_first_page)
        for key, label, options, width in (
            ("creators_platform", "Platform", {"": "Any platform", **NAMES}, 125),
            ("creators_category", "Category", {"": "Any category", **category_names()}, 140),
            ("creators_verified", "Verified", VERIFIED, 142),
            ("creators_followers", "Followers", followers, 130),
        ):
            fields.choice(key, label, options, "", width, also=_first_page)
        fields.choice("creators_sort", "Order", SORTS, "followers-desc", 135, also=_first_page)


def _first_page() -> None:
    url.write(creators_after=None)
