"""What the list of projects is narrowed to, read from its URL and drawn as fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, cast

import streamlit as st

from components.ui import fields, url
from queries.projects import listing
from queries.projects.listing import Archived, ProjectFilter
from queries.sql.keyset import Place

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
FIELDS: Final = ("projects_title", "projects_account", "projects_archived", "projects_accessed", "projects_sort")
KEYS: Final = (*FIELDS, "projects_after")


@dataclass(frozen=True, slots=True)
class View:
    """What the list shows: the filter, its order, the place in it, and accounts that a person may have meant."""

    where: ProjectFilter
    sort: listing.Sort
    descending: bool
    place: Place | None
    account: fields.Account = field(default_factory=fields.Account)
    accessed: str = "any"

    @property
    def words(self) -> str:
        """The view as a person would say it: `archived projects of Lumen Media with "Q4" in the title`."""
        parts = [{"yes": "archived projects", "no": "projects not archived", "any": "projects"}[self.where.archived]]
        if self.account.words:
            parts.append(self.account.words)
        if self.where.title:
            parts.append(f'with "{self.where.title}" in the title')
        if self.accessed != "any":
            parts.append(ACCESSED[self.accessed].lower())
        return " ".join(parts)


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    sort, _, direction = url.value("projects_sort", "accessed-desc", SORTS).partition("-")
    ordered = cast("listing.Sort", sort)
    accessed = url.value("projects_accessed", "any", ACCESSED)
    account = fields.account("projects_account")
    today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    month = today - timedelta(days=30)
    since = {"7d": today - timedelta(days=7), "30d": month}.get(accessed)
    return View(
        where=ProjectFilter(
            title=url.value("projects_title", "").strip()[:255],
            account_id=account.only,
            archived=cast("Archived", url.value("projects_archived", "any", ARCHIVED)),
            accessed_from=since,
            accessed_until=month if accessed == "quiet" else None,
        ),
        sort=ordered,
        descending=direction == "desc",
        place=listing.fits(Place.decode(url.value("projects_after", "")), ordered),
        account=account,
        accessed=accessed,
    )


def drawn(shown: View) -> bool:
    """The filters in one row that wraps; whether the account that was typed, if any, is clear."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(FIELDS):
            fields.text("projects_title", "Title", "Title", "search", 230, _first_page)
            fields.text("projects_account", "Account", "Account: name, e-mail or id", "apartment", 210, _first_page)
            fields.choice("projects_archived", "Archived", ARCHIVED, "any", 160, _first_page)
            fields.choice("projects_accessed", "Opened", ACCESSED, "any", 190, _first_page)
            fields.choice("projects_sort", "Order", SORTS, "accessed-desc", 180, _first_page)
        fields.clear(KEYS)
    return fields.which_account("projects_account", shown.account)


def _first_page() -> None:
    url.write(projects_after=None)
