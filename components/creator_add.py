"""Add one creator: from a pasted address or a username, unless it is there already."""

from __future__ import annotations

from typing import Final

import streamlit as st

from actions import creators as verbs
from actions import profiles
from actions.creator_fields import HOURS_MAX, NAME_LENGTH
from actions.profiles import NAMES, PLATFORMS, Profile
from components import feedback, gate, url
from components import format as written
from components.creator_view import category_names
from core.database import rows
from core.errors import Invalid
from core.identity import Viewer
from queries import creators

_ASKED: Final = "creators_adding"
_FIELDS: Final = ("add_text", "add_platform", "add_name", "add_category", "add_hours", "add_scrape")


def button() -> None:
    """Opens the form."""
    st.button("Add", icon=":material/person_add:", on_click=_ask, key="creators_add")


def dialog(viewer: Viewer) -> bool:
    """The form, if it is open; whether it was."""
    if _ASKED not in st.session_state or not viewer.can("creators"):
        return False

    @st.dialog("Add a creator", icon=":material/person_add:", on_dismiss=_forget)
    def opened() -> None:
        gate.require("creators")
        text = st.text_input(
            "Profile address or username", key="add_text", placeholder="https://www.tiktok.com/@name", max_chars=2_000
        )
        platform = st.selectbox(
            "Platform", PLATFORMS, index=None, format_func=lambda one: NAMES[one], key="add_platform",
            placeholder="As in the address",
        )  # fmt: skip
        profile = _read(text, platform)
        names = category_names(only_active=True)
        st.text_input("Name", key="add_name", max_chars=NAME_LENGTH, placeholder="As the platform shows it")
        left, right = st.columns(2)
        with left:
            st.selectbox("Category", list(names), index=None, format_func=lambda one: names[one], key="add_category",
                         placeholder="No category")  # fmt: skip
        with right:
            st.number_input("Scrape every (h)", 1, HOURS_MAX, 24, step=1, key="add_hours")
        st.checkbox("Scrape now for the first time", value=True, key="add_scrape")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Back", type="tertiary", on_click=_back, key="add_back")
            st.button("Add creator", type="primary", disabled=profile is None, on_click=_add, key="add_do")

    opened()
    return True


def _read(text: str, platform: str | None) -> Profile | None:
    """What the text means, said beside it; None while it cannot be added."""
    if not text.strip():
        st.caption("Any address of the profile will do.")
        return None
    try:
        profile = profiles.read(text, platform)
    except Invalid as error:
        st.caption(f":orange[:material/info:] {written.literal(str(error))}")
        return None
    known = rows(creators.named([(profile.platform, profile.username)]))
    if not known:
        st.caption(
            f":green[:material/check:] @{written.literal(profile.username)} on {NAMES[profile.platform]} "
            f"· {written.literal(profile.url)}"
        )
        return profile
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f":orange[:material/content_copy:] @{written.literal(known[0]['username'])} is there already.",
            width="content",
        )
        st.button(
            "Open it", type="tertiary", icon=":material/open_in_full:", on_click=_open, args=(known[0]["id"],),
            key="add_known",
        )  # fmt: skip
    return None


def _add() -> None:
    state = st.session_state
    with feedback.attempt():
        added = verbs.add(
            state.add_text,
            state.add_platform,
            gate.require("creators"),
            display_name=state.add_name,
            category_id=state.add_category,
            hours=state.add_hours,
            is_scraped=state.add_scrape,
        )
        if added.is_new:
            queued = "; its first scrape is queued" if added.is_queued else ""
            feedback.flash("success", f"1 creator added{queued}.")
        else:
            feedback.flash("info", "That creator is there already; nothing was added.")
        url.write(creator=str(added.id))
        _forget()
    st.rerun()


def _open(creator_id: str) -> None:
    url.write(creator=creator_id)
    _back()


def _ask() -> None:
    st.session_state[_ASKED] = True


def _back() -> None:
    _forget()
    st.rerun()


def _forget() -> None:
    for key in (_ASKED, *_FIELDS):
        st.session_state.pop(key, None)
