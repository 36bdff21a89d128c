"""The filters of the Creators page, and how many creators each state holds."""

from __future__ import annotations

import streamlit as st

from components.creators.view import STATES, TABS, TTL_S, View, without_state
from components.ui import fields, fmt, url
from core.database import rows
from queries import definitions
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


def tiles(view: View) -> None:
    """A clickable tile for every state with its count under the other filters."""
    [counts] = rows(listing.state_counts(without_state(view.where)), ttl_s=TTL_S, domain="creators")
    is_floor = counts["is_floor"]
    fields.tiles(
        view,
        "state",
        "State",
        list(STATES),
        lambda state: fmt.count(counts[state], is_floor=is_floor),
        names=STATES,
        help=definitions.CREATOR_STATES.help,
    )
