"""What the list of projects is narrowed to, read from its URL and drawn as fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from uuid import UUID

import streamlit as st

from components import format as written
from components import url
from core.database import rows
from queries import accounts, projects
from queries.keyset import Place
from queries.projects import Archived, ProjectFilter

ARCHIVED: Final = {"no": "Not archived", "yes": "Archived", "any": "Archived or not"}
ACCESSED: Final = {
    "any": "Opened any time",
    "7d": "Opened in 7 days",
    "30d": "Opened in 30 days",
    "quiet": "Not opened for 30 days",
}
SORTS: Final = {
    "accessed-desc": "Last opened first",
    "accessed-asc": "Longest unopened first",
    "created-desc": "Newest first",
    "created-asc": "Oldest first",
    "title-asc": "Title A to Z",
    "title-desc": "Title Z to A",
}
KEYS: Final = (
    "projects_title", "projects_account", "projects_archived", "projects_accessed", "projects_sort", "projects_after",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What the list shows: the filter, its order, the place in it, and accounts that a person may have meant."""

    where: ProjectFilter
    sort: projects.Sort
    descending: bool
    place: Place | None
    account_name: str | None = None
    unmatched_account: str | None = None
    candidates: Mapping[str, str] | None = None
    accessed: str = "any"

    @property
    def words(self) -> str:
        """The view as a person would say it: `archived projects of Lumen Media with "Q4" in the title`."""
        parts = [{"yes": "archived projects", "no": "projects not archived", "any": "projects"}[self.where.archived]]
        if self.account_name:
            parts.append(f"of {self.account_name}")
        if self.where.title:
            parts.append(f'with "{self.where.title}" in the title')
        if self.accessed != "any":
            parts.append(ACCESSED[self.accessed].lower())
        return " ".join(parts)


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    sort, _, direction = url.value("projects_sort", "accessed-desc", SORTS).partition("-")
    ordered = cast("projects.Sort", sort)
    accessed = url.value("projects_accessed", "any", ACCESSED)
    typed = url.value("projects_account", "").strip()[:320]
    candidates = _accounts(typed) if typed else {}
    account = next(iter(candidates)) if len(candidates) == 1 else None
    today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    month = today - timedelta(days=30)
    since = {"7d": today - timedelta(days=7), "30d": month}.get(accessed)
    return View(
        where=ProjectFilter(
            title=url.value("projects_title", "").strip()[:255],
            account_id=UUID(account) if account else None,
            archived=cast("Archived", url.value("projects_archived", "any", ARCHIVED)),
            accessed_from=since,
            accessed_until=month if accessed == "quiet" else None,
        ),
        sort=ordered,
        descending=direction == "desc",
        place=projects.fits(Place.decode(url.value("projects_after", "")), ordered),
        account_name=candidates.get(account) if account else None,
        unmatched_account=typed if typed and not candidates else None,
        candidates=candidates if len(candidates) > 1 else None,
        accessed=accessed,
    )


def fields(shown: View) -> None:
    """The filters in one row that wraps, the way back to none, and which account is meant when several fit."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _text("projects_title", "Title", "Title", "search", 230)
        _text("projects_account", "Account", "Account: name, e-mail or id", "apartment", 210)
        _select("projects_archived", "Archived", ARCHIVED, "any", 160)
        _select("projects_accessed", "Opened", ACCESSED, "any", 190)
        _select("projects_sort", "Order", SORTS, "accessed-desc", 180)
        if any(key in st.query_params for key in KEYS):
            st.button("Clear", icon=":material/close:", type="tertiary", on_click=clear, key="projects_clear")
    if shown.candidates:
        _which(shown.candidates)


def clear() -> None:
    """Show the list as it opens."""
    url.write(**dict.fromkeys(KEYS))


def _which(candidates: Mapping[str, str]) -> None:
    def choose() -> None:
        url.write(projects_account=st.session_state.projects_which, projects_after=None)

    st.pills(
        f"Which account? {len(candidates)} match"
        + (", of which the first 20 are shown" if len(candidates) == accounts.MATCHES else ""),
        list(candidates),
        key="projects_which",
        format_func=lambda identity: written.literal(candidates[identity]),
        on_change=choose,
    )


def _accounts(typed: str) -> dict[str, str]:
    return {row["id"]: row["name"] for row in rows(accounts.matching(typed), ttl_s=60, domain="accounts")}


def _first_page() -> None:
    url.write(projects_after=None)


def _text(key: str, label: str, placeholder: str, icon: str, width: int) -> None:
    changed: Callable[[], None] = url.bind(key, url.value(key, ""), "", also=_first_page)
    st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        icon=f":material/{icon}:",
        on_change=changed,
        max_chars=320,
        width=width,
        label_visibility="collapsed",
    )


def _select(key: str, label: str, options: Mapping[str, str], default: str, width: int) -> None:
    changed = url.bind(key, url.value(key, default, options), default, also=_first_page)
    st.selectbox(
        label,
        list(options),
        key=key,
        format_func=lambda option: options[option],
        on_change=changed,
        width=width,
        label_visibility="collapsed",
    )
