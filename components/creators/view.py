"""What the Creators page is narrowed to, read from its URL."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from actions.creators import profiles
from components.ui import gate, records, url, views
from components.ui.params import AccountOf, Choice, Sort, Text
from core.database import rows
from core.errors import Invalid
from queries.creators import categories, listing
from queries.creators.filters import CreatorFilter

TABS: Final = {"creators": "Creators", "categories": "Categories"}
STATES: Final = {
    "all": "All",
    "overdue": "Overdue",
    "unfollowed": "Unfollowed",
    "uncategorised": "Uncategorised",
    "active": "Active",
    "inactive": "Inactive",
}
VERIFIED: Final = {"": "Verified or not", "yes": "Verified", "no": "Not verified"}
FOLLOWERS: Final = {
    "": "Any followers",
    "0-10000": "Under 10k",
    "10000-100000": "10k to 100k",
    "100000-1000000": "100k to 1M",
    "1000000-": "1M and more",
}
SORTS: Final = {
    "followers-desc": "Most followers",
    "followers-asc": "Fewest followers",
    "scraped-asc": "Longest unscraped",
    "scraped-desc": "Last scraped",
    "username-asc": "Username A to Z",
    "username-desc": "Username Z to A",
    "created-desc": "Newest first",
}
TTL_S: Final = 60
_LARGEST: Final = 2**31 - 1
_OF_STATE: Final[dict[str, dict[str, Any]]] = {
    "overdue": {"is_overdue": True},
    "unfollowed": {"is_active": True, "is_followed": False},
    "uncategorised": {"is_active": True, "is_uncategorised": True},
    "active": {"is_active": True},
    "inactive": {"is_active": False},
}
_WORDS: Final = {
    "unfollowed": "unfollowed active creators",
    "uncategorised": "active creators without a category",
}


def category_names(*, only_active: bool = False) -> dict[str, str]:
    """Id to name of every category in their order; one that is no longer offered says so."""
    found = rows(categories.names(), ttl_s=TTL_S, domain="categories")
    if only_active:
        found = [row for row in found if row["is_active"]]
    names = records.told_apart({row["id"]: row["name"] for row in found})
    return {row["id"]: names[row["id"]] if row["is_active"] else f"{names[row['id']]} (inactive)" for row in found}


def without_state(where: CreatorFilter) -> CreatorFilter:
    """The same filter for every state, as the tiles count them."""
    return replace(where, is_active=None, is_overdue=False, is_followed=None, is_uncategorised=False)


def _ends(said: str) -> tuple[int | None, int | None]:
    """`10000-100000` as two numbers, either of which may be left out."""
    match = re.fullmatch(r"(\d{0,10})-(\d{0,10})", said)
    low, high = match.groups() if match else ("", "")
    return min(int(low), _LARGEST) if low else None, min(int(high), _LARGEST) if high else None


def _followers(said: str) -> str:
    low, high = _ends(said)
    return f"with {low or 0:,} to {high or _LARGEST:,} followers"


class View(views.View, page="creators"):
    """What the page shows."""

    q = Text("Search", "Name, @name, URL", "search", 160, longest=200, words='with "{}"')
    account = AccountOf(150, "Followed by", words=lambda of: of.words and f"followed by {of.words.removeprefix('of ')}")
    state = Choice("State", STATES, "all", words=lambda state: "" if state in _WORDS else state, is_first=True)
    platform = Choice(
        "Platform", {"": "Any platform", **profiles.NAMES}, "", 125, words=lambda one: f"on {profiles.NAMES[one]}"
    )
    category = Choice(
        "Category", lambda: {"": "Any category", **category_names()}, "", 140,
        words=lambda one: f"in {category_names()[one]}",
    )  # fmt: skip
    verified = Choice("Verified", VERIFIED, "", 142, words="that are {}")
    followers = Choice("Followers", FOLLOWERS, "", 130, others=lambda said: any(_ends(said)), words=_followers)
    sort = Sort(SORTS, "followers-desc", 135, keys=listing.KINDS)
    mode = Choice("Mode", {"view": "View", "edit": "Edit"}, "view", is_kept=True)

    @cached_property
    def where(self) -> CreatorFilter:
        """The creators that are meant."""
        since, until = _ends(self.followers)
        text = self.q
        if profiles.is_url(text):
            with suppress(Invalid):  # an address of something else is looked for as it stands
                text = profiles.read(text).username
        where = views.filled(
            CreatorFilter,
            self,
            category=UUID(self.category) if self.category else None,
            is_verified={"yes": True, "no": False}.get(self.verified),
            followers_from=since,
            followers_until=until,
            followed_by=self.account.only,
            text=text.removeprefix("@"),
        )
        return replace(where, **_OF_STATE.get(self.state, {}))

    @property
    def words(self) -> str:
        """The view as a person would say it: `overdue creators on TikTok in Science followed by Lumen Media`."""
        return super().words.replace("creators", _WORDS.get(self.state, "creators"), 1)

    @property
    def is_editing(self) -> bool:
        """Whether the page is a form, for a viewer who may change creators."""
        return self.mode == "edit" and gate.viewer().can("creators")


def view() -> View:
    """The view that the URL names."""
    return url.read(View)
