"""What the Creators page is narrowed to, read from its URL."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from actions.creators import profiles
from components.ui import fields, gate, records, url
from core.database import rows
from core.errors import Invalid
from queries.creators import categories, listing
from queries.creators.filters import CreatorFilter
from queries.sql.keyset import Place

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
FIELDS: Final = (
    "creators_q", "creators_account", "creators_platform", "creators_category", "creators_verified",
    "creators_followers", "creators_sort",
)  # fmt: skip
KEYS: Final = (*FIELDS, "creators_state", "creators_after")
TTL_S: Final = 60
_PLACES: Final[dict[str, type]] = {"followers": int, "scraped": datetime, "username": str, "created": datetime}
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: the filter, its order, the place in the list, and the account that was meant."""

    where: CreatorFilter
    state: str
    sort: listing.Sort
    descending: bool
    place: Place | None
    account: fields.Account
    is_editing: bool
    words: str


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    state = url.value("creators_state", "all", STATES)
    sort, _, direction = url.value("creators_sort", "followers-desc", SORTS).partition("-")
    place = Place.decode(url.value("creators_after", ""))
    if place and place.value is not None and not isinstance(place.value, _PLACES[sort]):
        place = None
    account = fields.account("creators_account")
    names = category_names()
    where = _of_state(_narrowed(account, names), state)
    return View(
        where=where,
        state=state,
        sort=cast("listing.Sort", sort),
        descending=direction == "desc",
        place=place,
        account=account,
        is_editing=url.value("creators_mode", "view", ("view", "edit")) == "edit" and gate.viewer().can("creators"),
        words=_words(where, state, account, names),
    )


def category_names(*, only_active: bool = False) -> dict[str, str]:
    """Id to name of every category in their order; one that is no longer offered says so."""
    found = rows(categories.names(), ttl_s=TTL_S, domain="categories")
    if only_active:
        found = [row for row in found if row["is_active"]]
    names = records.told_apart({row["id"]: row["name"] for row in found})
    return {row["id"]: names[row["id"]] if row["is_active"] else f"{names[row['id']]} (inactive)" for row in found}


def without_state(where: CreatorFilter) -> CreatorFilter:
    """The same filter for every state, as the tiles count them."""
    is_uncategorised = where.category == "none"
    return replace(
        where, is_active=None, is_overdue=False, is_followed=None, category=None if is_uncategorised else where.category
    )


def _of_state(where: CreatorFilter, state: str) -> CreatorFilter:
    changes: dict[str, dict[str, Any]] = {
        "overdue": {"is_overdue": True},
        "unfollowed": {"is_active": True, "is_followed": False},
        "uncategorised": {"is_active": True, "category": "none"},
        "active": {"is_active": True},
        "inactive": {"is_active": False},
    }
    return replace(where, **changes.get(state, {}))


def _narrowed(account: fields.Account, names: dict[str, str]) -> CreatorFilter:
    category = url.value("creators_category", "", names)
    since, until = _range(url.value("creators_followers", ""))
    text, platform = url.value("creators_q", "").strip()[:200], url.value("creators_platform", "", profiles.PLATFORMS)
    if profiles.is_url(text):
        with suppress(Invalid):  # an address of something else is looked for as it stands
            text = profiles.read(text).username
    return CreatorFilter(
        platform=platform,
        category=UUID(category) if category else None,
        is_verified={"yes": True, "no": False}.get(url.value("creators_verified", "")),
        followers_from=since,
        followers_until=until,
        followed_by=account.only,
        text=text.removeprefix("@"),
    )


def _range(said: str) -> tuple[int | None, int | None]:
    """`10000-100000` as two numbers, either of which may be left out."""
    match = re.fullmatch(r"(\d{0,10})-(\d{0,10})", said)
    if not match:
        return None, None
    low, high = (min(int(part), _LARGEST) if part else None for part in match.groups())
    return low, high


def _words(where: CreatorFilter, state: str, account: fields.Account, names: dict[str, str]) -> str:
    """The view as a person would say it: `overdue creators on TikTok in Science followed by Lumen Media`."""
    told = {"all": "", "unfollowed": "active ", "uncategorised": "active ", "active": "active "}.get(state, f"{state} ")
    parts = [f"{told}creators"]
    if where.platform:
        parts.append(f"on {profiles.NAMES[where.platform]}")
    if state == "uncategorised":
        parts.append("without a category")
    elif where.category:
        parts.append(f"in {names[str(where.category)]}")
    if state == "unfollowed":
        parts.append("that nobody follows")
    if account.words:
        parts.append(f"followed by {account.words.removeprefix('of ')}")
    if where.is_verified is not None:
        parts.append("that are verified" if where.is_verified else "that are not verified")
    if where.followers_from or where.followers_until:
        parts.append(f"with {where.followers_from or 0:,} to {where.followers_until or _LARGEST:,} followers")
    if where.text:
        parts.append(f'with "{where.text}"')
    return " ".join(parts)
