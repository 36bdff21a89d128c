"""Find anything: one field for ids, e-mails, names, usernames, profile addresses and titles, on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from components.find.answers import Answer, answered
from components.ui import browser, destinations, feedback, fmt, gate, records, url
from queries import find

LONGEST: Final = 500
TITLE_SHOWN: Final = 24
_TEXT: Final = "find_text"
_SAID: Final = "find_said"
_ASKED: Final = "find_asked"
_DRAWN_ON: Final = "find_drawn_on"

KINDS: Final[dict[str, tuple[str, str]]] = {
    "accounts": ("Account", "apartment"),
    "users": ("User", "person"),
    "user_profiles": ("User profile", "badge"),
    "creators": ("Creator", "alternate_email"),
    "creator_categories": ("Creator category", "category"),
    "account_followed_creators": ("Followed creator", "person_add"),
    "projects": ("Project", "dashboard"),
    "project_collaborators": ("Collaborator", "group"),
    "canvas_folders": ("Canvas folder", "folder"),
    "canvas_folder_items": ("Folder item", "folder_open"),
    "canvas_connections": ("Canvas connection", "conversion_path"),
    "chat_interfaces": ("Chat", "forum"),
    "content_pieces": ("Content piece", "movie"),
    "content_analysis": ("Content analysis", "analytics"),
    "content_annotations": ("Annotation", "sticky_note_2"),
    "generated_scripts": ("Script", "description"),
    "generated_content": ("Generated media", "auto_awesome"),
    "voice_models": ("Voice model", "graphic_eq"),
    "avatar_models": ("Avatar model", "account_circle"),
    "processing_queue": ("Job", "checklist"),
    "api_usage_logs": ("API call", "api"),
    "account_usage_stats": ("Daily usage", "bar_chart"),
}
"""For each of the product's tables what one of its records is called, and its icon."""

_NOTHING: Final = {
    "id": "No record has this id.",
    "e-mail": "No user or account has this e-mail.",
    "username": "No creator has this username.",
    "text": "No match for “{}”. Try fewer words, an id or an e-mail.",
}
_SHORT: Final = f"Short words are looked for in the newest {find.NEWEST:,} of each kind."
"""Said with what was found, too: there may be more."""


def field() -> None:
    """The field with what it found; a text that names exactly one thing opens that thing's page."""
    # A fragment: a search runs this again and not the page under it.
    _field()


@st.fragment
def _field() -> None:
    gate.require("read")
    st.text_input(
        "Find anything",
        key=_TEXT,
        type="search",
        placeholder="Find anything  ( / )",
        on_change=_ask,
        label_visibility="collapsed",
    )
    # The field's own value is forgotten when the page changes, though it goes on showing the text.
    text: str = st.session_state.get(_SAID, "")
    browser.part("slash")(
        key="find_slash", data={"field": _TEXT, "said": text}, on_again_change=_ask_on_this_page, height=1
    )
    page = st.session_state[_DRAWN_ON] = url.page()
    is_asked_here = st.session_state.pop(_ASKED, None) == page
    if not text:
        return
    with feedback.error_boundary("Find"):
        answer = answered(text)
        _results(answer, text)
        if is_asked_here and answer.is_exact and len(answer.results) == 1:
            [result] = answer.results
            if home := destinations.of(result["kind"], result):
                st.switch_page(home.page, query_params=home.query)


def _ask() -> None:
    """Answer a new text; with every page the browser sends the field's text again, which is nobody's question."""
    text = str(st.session_state[_TEXT] or "").strip()[:LONGEST]
    if text != st.session_state.get(_SAID, ""):
        st.session_state[_SAID] = text
        _ask_on_this_page()


def _ask_on_this_page() -> None:
    """Lead to what the text names, unless the person has gone to another page meanwhile."""
    st.session_state[_ASKED] = st.session_state[_DRAWN_ON]


def _results(answer: Answer, text: str) -> None:
    short = f" {_SHORT}" if find.is_short(text.strip("@ ")) else ""
    if not answer.results:
        nothing = _NOTHING.get(answer.taken_for, answer.taken_for).replace("{}", text[:TITLE_SHOWN])
        st.caption(fmt.literal(nothing + short))
        return
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for result in answer.results:
        by_kind.setdefault(result["kind"], []).append(result)
    with st.container(gap="xxsmall", key="find_results"):
        for kind, results in by_kind.items():
            _group(kind, results)
        if short:
            st.caption(short.strip())


def _group(kind: str, results: Sequence[dict[str, Any]]) -> None:
    noun, icon = KINDS[kind]
    st.caption(noun if len(results) == 1 else _plural(noun))
    for result in results[: find.SHOWN]:
        title = fmt.literal(_short(result["title"] or "Untitled"))
        home = destinations.of(kind, result)
        if not home:
            st.markdown(f":material/{icon}: {title}")
            continue
        # A button: a link to the page that is open would look as if it were open itself.
        pressed = st.button(
            title,
            icon=f":material/{icon}:",
            type="tertiary",
            help=_whole(result),
            key=records.key("find", kind, result["id"]),
        )
        if pressed:
            st.switch_page(home.page, query_params=home.query)
    if len(results) > find.SHOWN:
        st.caption(f"More than {find.SHOWN} match. Type more to narrow.")


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _whole(result: dict[str, Any]) -> str:
    """What does not fit into the sidebar: the whole title, what the record is, and whose."""
    owner = result["account_name"] if result["kind"] != "accounts" else None
    return fmt.literal(" · ".join(filter(None, (result["title"], result["note"], owner))) or "Untitled")


def _short(text: str) -> str:
    return text if len(text) <= TITLE_SHOWN else f"{text[: TITLE_SHOWN - 1].rstrip()}…"
