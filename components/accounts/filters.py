"""What the Accounts page is narrowed to, read from its URL and drawn as tiles and fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import streamlit as st

from components.ui import fields, fmt, url
from components.ui.theme import BANDS
from core.database import rows
from queries.accounts import listing
from queries.accounts.filters import ACTIVE_DAYS, FILLING_DAYS, AccountFilter, Only, Sort
from queries.accounts.quotas import Band, Quota
from queries.sql.keyset import Place

ALL: Final = "all"
TTL_S: Final = 15
DOMAIN: Final = "accounts"
QUOTAS: Final[dict[str, str]] = {
    "creators": "Creators",
    "users": "Users",
    "voice_models": "Voice models",
    "storage": "Storage",
}
_QUOTA: Final = {"": "Worst quota", **QUOTAS}
_PLAN: Final = {"": "Any plan", "individual": "Individual", "team": "Team", "agency": "Agency"}
_STATUS: Final = {
    "": "Any status",
    "active": "Active",
    "trialing": "Trialing",
    "past_due": "Past due",
    "cancelled": "Cancelled",
}
_ONLY: Final = {
    "": "No concern",
    "quiet": "Gone quiet",
    "past_due": "Past due but active",
    "filling": f"Storage full in {FILLING_DAYS} days",
}
SORTS: Final = {
    "urgency-desc": "Most urgent first",
    "urgency-asc": "Least urgent first",
    "name-asc": "Name, A to Z",
    "name-desc": "Name, Z to A",
    "plan-asc": "Plan, A to Z",
    "plan-desc": "Plan, Z to A",
    "status-asc": "Status, A to Z",
    "status-desc": "Status, Z to A",
    "creators-desc": "Creators, fullest first",
    "creators-asc": "Creators, emptiest first",
    "users-desc": "Users, fullest first",
    "users-asc": "Users, emptiest first",
    "voice_models-desc": "Voice, fullest first",
    "voice_models-asc": "Voice, emptiest first",
    "storage-desc": "Storage, fullest first",
    "storage-asc": "Storage, emptiest first",
    "full-asc": "Storage full soonest",
    "full-desc": "Storage full latest",
    "credits-desc": "Most credits this month",
    "credits-asc": "Fewest credits this month",
    "projected-desc": "Highest projection",
    "projected-asc": "Lowest projection",
    "active-desc": "Last active first",
    "active-asc": "Longest inactive first",
}
_DEFAULT: Final = "urgency-desc"
_AFTER: Final = "accounts_after"
FIELDS: Final = (
    "accounts_search", "accounts_plan", "accounts_status", "accounts_quota", "accounts_only", "accounts_sort",
)  # fmt: skip
KEYS: Final = (*FIELDS, "accounts_band", _AFTER)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: the filter, its order and the place in the list."""

    where: AccountFilter
    sort: Sort
    descending: bool
    place: Place | None

    @property
    def words(self) -> str:
        """The view as a person would say it: `team accounts, past due, over their storage`."""
        where = self.where
        parts = [f"{where.plan} accounts" if where.plan else "accounts"]
        if where.status:
            parts.append(_STATUS[where.status].lower())
        if where.band:
            of = f" by {QUOTAS[where.quota].lower()}" if where.quota else ""
            parts.append(f"{where.band}{of}")
        if where.only:
            parts.append(_ONLY[where.only].lower())
        if where.search:
            parts.append(f"with “{where.search}”")
        return ", ".join(parts)


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    sort, _, direction = url.value("accounts_sort", _DEFAULT, SORTS).partition("-")
    return View(
        AccountFilter(
            search=url.value("accounts_search", "").strip()[:320],
            plan=url.value("accounts_plan", "", _PLAN),
            status=url.value("accounts_status", "", _STATUS),
            band=cast("Band | None", url.value("accounts_band", "", BANDS) or None),
            quota=cast("Quota | None", url.value("accounts_quota", "", QUOTAS) or None),
            only=cast("Only | None", url.value("accounts_only", "", _ONLY) or None),
        ),
        sort=cast("Sort", sort),
        descending=direction == "desc",
        place=Place.decode(url.value(_AFTER, "")),
    )


def tiles(shown: View) -> dict[str, int]:
    """A clickable tile for every band with its count under the other filters; the counts, under `all` their sum."""
    [found] = rows(listing.bands(shown.where), ttl_s=TTL_S, domain=DOMAIN)
    counts = {band: found[band.replace(" ", "_")] for band in BANDS}
    counts[ALL] = sum(counts.values())
    changed = url.bind("accounts_band", shown.where.band or ALL, ALL, also=first_page)
    st.pills(
        "Band",
        (ALL, *BANDS),
        key="accounts_band",
        format_func=lambda band: f"{band.capitalize()} **{counts[band]:,}**",
        on_change=changed,
        required=True,
        label_visibility="collapsed",
        help="The most urgent of an account's four quotas, or the one that is chosen below.",
    )
    return counts


def draw() -> None:
    """The filters beside the band, in one row that wraps, and the way back to none."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(FIELDS):
            fields.text("accounts_search", "Search", "Name, e-mail or id", "search", 190, first_page)
            fields.choice("accounts_plan", "Plan", _PLAN, "", 112, first_page)
            fields.choice("accounts_status", "Status", _STATUS, "", 120, first_page)
            fields.choice("accounts_quota", "Quota", _QUOTA, "", 132, first_page)
            fields.choice("accounts_only", "Concern", _ONLY, "", 172, first_page)
            fields.choice("accounts_sort", "Order", SORTS, _DEFAULT, 182, first_page)
        fields.clear(KEYS)


def first_page() -> None:
    """Forget the place in the list: a changed filter starts again."""
    url.write(**{_AFTER: None})


def past_due_words() -> str:
    """What "past due but active" means."""
    return f"Active: signed in or used credits within {fmt.plural(ACTIVE_DAYS, 'day')}."
