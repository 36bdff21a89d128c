"""Where in the Desk a record is at home: the page that opens it, or the nearest that the viewer may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

import streamlit as st

from components.ui import fmt

_PAGES: Final = "_pages"


class Destination(NamedTuple):
    """A page and what its address says there."""

    page: str
    query: dict[str, str]


def announce(pages: Iterable[str]) -> None:
    """Which pages there are for this viewer (their script names, such as `jobs`); navigation says so on every run."""
    st.session_state[_PAGES] = frozenset(pages)


def has(page: str) -> bool:
    """Whether the viewer may open the page of that script name, such as `jobs`."""
    there: frozenset[str] = st.session_state.get(_PAGES, frozenset())
    return page in there


def of(kind: str, row: Mapping[str, Any]) -> Destination | None:
    """The best page for a record of that table; None when nothing near it can be opened.

    `row` has id and, where known, account_id, project_id, piece_id, creator_id (text or None).
    """
    there: frozenset[str] = st.session_state.get(_PAGES, frozenset())
    for offer in (*_HOMES.get(kind, ()), *_NEAREST):
        found = offer(row)
        if found and found.page in there and all(found.query.values()):
            return Destination(f"pages/{found.page}.py", found.query)
    return None


def _at(page: str, *keys: tuple[str, str]) -> Callable[[Mapping[str, Any]], Destination]:
    """The page with query keys filled from the row's columns."""

    def offer(row: Mapping[str, Any]) -> Destination:
        return Destination(page, {key: str(row.get(column) or "") for key, column in keys})

    return offer


def _on_canvas(column: str) -> Callable[[Mapping[str, Any]], Destination]:
    return _at("projects", ("project", "project_id"), ("item", column))


_HOMES: Final = {
    "accounts": (_at("account", ("account", "id")), _at("accounts", ("accounts_search", "id"))),
    "creators": (_at("creators", ("creator", "id")),),
    "creator_categories": (_at("creators", ("creators_category", "id")),),
    "projects": (_at("projects", ("project", "id")),),
    "canvas_folders": (_on_canvas("id"),),
    "chat_interfaces": (_on_canvas("id"),),
    "content_pieces": (_at("content", ("piece", "id")), _on_canvas("id")),
    "content_analysis": (_at("content", ("piece", "piece_id")), _on_canvas("piece_id")),
    "content_annotations": (_at("content", ("piece", "piece_id")), _on_canvas("piece_id")),
    "generated_scripts": (_at("content", ("script", "id")), _on_canvas("piece_id")),
    "generated_content": (_at("content", ("media", "id")),),
    "canvas_folder_items": (_on_canvas("piece_id"),),
    "voice_models": (_at("models", ("voice", "id")),),
    "avatar_models": (_at("models", ("avatar", "id")),),
    "processing_queue": (_at("jobs", ("job", "id")),),
}
"""For each table that has a page of its own, or a place on one, the pages in order of preference."""

_NEAREST: Final = (
    _at("projects", ("project", "project_id")),
    _at("account", ("account", "account_id")),
    _at("jobs", ("jobs_account", "account_id")),
    _at("creators", ("creator", "creator_id")),
)
"""Failing that: its project, its account, its creator."""


def actor_of(user_id: str | UUID) -> dict[str, str]:
    """The query under which the log shows what one person did."""
    return {"audit_actor": str(user_id), "audit_range": "all"}


def homes(links: Mapping[str, tuple[str, Mapping[str, Any]]]) -> None:
    """Links to the records around this one that the viewer may open: a label each, its table and its row."""
    with st.container(horizontal=True, gap="small"):
        for label, (kind, row) in links.items():
            home = of(kind, row) if row.get("id") else None
            if home:
                st.page_link(
                    home.page, label=fmt.literal(label), icon=":material/arrow_outward:", query_params=home.query
                )
