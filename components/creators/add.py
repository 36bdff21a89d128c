"""Add one creator: from a pasted address or a username, unless it already exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from actions.creators import edits, profiles
from actions.creators.fields import HOURS_MAX, NAME_LENGTH
from actions.creators.profile_shapes import NAMES, PLATFORMS
from actions.creators.profiles import Profile
from components.creators.view import category_names
from components.ui import feedback, fmt, gate, records, url
from components.ui.dialogs import Pending
from core.database import rows
from core.errors import Invalid
from core.identity import Viewer
from queries.creators import listing

_ASKED: Final = Pending[str]("creators_adding")


def button() -> None:
    """Opens the form."""
    st.button("Add", icon=":material/person_add:", on_click=_ask, key="creators_add")


def dialog(viewer: Viewer) -> bool:
    """The form, if it is open; whether it was."""
    asked = _ASKED.waiting
    if asked is None or not viewer.can("creators"):
        return False

    @st.dialog("Add a creator", icon=":material/person_add:", on_dismiss=_ASKED.close)
    def opened() -> None:
        gate.require("creators")
        text = st.text_input(
            "Profile address or username", key=records.key("add_text", asked), max_chars=2_000,
            placeholder="https://www.tiktok.com/@name",
        )  # fmt: skip
        platform = st.selectbox(
            "Platform", PLATFORMS, index=None, format_func=lambda one: NAMES[one], placeholder="As in the address",
            key=records.key("add_platform", asked),
        )  # fmt: skip
        profile = _read(text, platform)
        names = category_names(only_active=True)
        name = records.key("add_name", asked)
        st.text_input("Name", key=name, max_chars=NAME_LENGTH, placeholder="As the platform shows it")
        left, right = st.columns(2)
        with left:
            st.selectbox("Category", list(names), index=None, format_func=lambda one: names[one],
                         key=records.key("add_category", asked), placeholder="No category")  # fmt: skip
        with right:
            st.number_input("Scrape every (h)", 1, HOURS_MAX, 24, step=1, key=records.key("add_hours", asked))
        st.checkbox("Scrape now for the first time", value=True, key=records.key("add_scrape", asked))
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Back", type="tertiary", on_click=_ASKED.back, key=records.key("add_back", asked))
            st.button("Add creator", type="primary", disabled=profile is None, on_click=_add, args=(asked,),
                      key=records.key("add_do", asked))  # fmt: skip

    opened()
    return True


def _read(text: str, platform: str | None) -> Profile | None:
    """What the text means, said beside it; None while it cannot be added."""
    if not text.strip():
        st.caption("Any address of the profile works.")
        return None
    try:
        profile = profiles.read(text, platform)
    except Invalid as error:
        st.caption(f":orange[:material/info:] {fmt.literal(str(error))}")
        return None
    known = rows(listing.named([(profile.platform, profile.username)]))
    if not known:
        st.caption(
            f":green[:material/check:] @{fmt.literal(profile.username)} on {NAMES[profile.platform]} "
            f"· {fmt.literal(profile.url)}"
        )
        return profile
    with st.container(horizontal=True, vertical_alignment="center"):
        told = fmt.literal(f"@{known[0]['username']} already exists{_as(known[0], profile)}.")
        st.caption(
            f":orange[:material/content_copy:] {told}",
            width="content",
        )
        st.button(
            "Open it", type="tertiary", icon=":material/open_in_full:", on_click=_open, args=(known[0]["id"],),
            key=records.key("add_known", known[0]["id"]),
        )  # fmt: skip
    return None


def _as(known: Mapping[str, Any], profile: Profile) -> str:
    """What the one who is there is, where the address is of somebody else with that name."""
    if not profiles.is_other(profile, known["profile_url"]):
        return ""
    who, other = profiles.kind(known["profile_url"]), profiles.kind(profile.url)
    is_told = who != other and bool(who and other)
    told = f" as {who}, and the address is of {other}" if is_told else " under another address"
    return f"{told}; AICON keeps one creator of a name for each platform"


def _add(asked: str) -> None:
    _ASKED.still(asked)
    text, platform, name, category, hours, scrape = (
        st.session_state[records.key(f"add_{field}", asked)]
        for field in ("text", "platform", "name", "category", "hours", "scrape")
    )
    with feedback.flash_errors():
        added = edits.add(
            text,
            platform,
            gate.require("creators"),
            display_name=name,
            category_id=category,
            hours=hours,
            is_scraped=scrape,
        )
        if added.is_new:
            queued = "; its first scrape is queued" if added.is_queued else ""
            feedback.flash("success", f"1 creator added{queued}.")
        else:
            feedback.flash("info", "That creator already exists; nothing was added.")
        url.write(creator=str(added.id))
        _ASKED.close()
    st.rerun()


def _open(creator_id: str) -> None:
    url.write(creator=creator_id)
    _ASKED.back()


def _ask() -> None:
    _ASKED.ask(records.question())
