"""What the Accounts page is narrowed to, read from its URL and drawn as tiles and fields."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from components.ui import fields, url, views
from components.ui.params import Choice, Sort, Text
from components.ui.theme import BANDS
from core.database import rows
from queries import definitions
from queries.accounts import listing
from queries.accounts.filters import FILLING_DAYS, KINDS, AccountFilter

ALL: Final = "all"
TTL_S: Final = 15
DOMAIN: Final = "accounts"
QUOTAS: Final[dict[str, str]] = {
    "creators": "Creators",
    "users": "Users",
    "voice_models": "Voice models",
    "storage": "Storage",
}
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
    "past_due": "Past due, still active",
    "filling": f"Storage full in {FILLING_DAYS} days",
}
_SORTS: Final = {
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


class View(views.View, page="accounts"):
    """What the page shows."""

    joint = ", "

    search = Text("Search", "Name, e-mail or id", "search", 190, words="with “{}”")
    plan = Choice("Plan", _PLAN, "", 112, words=str, is_first=True)
    status = Choice("Status", _STATUS, "", 120, words="{}")
    band = Choice("Band", BANDS, words=str)
    quota = Choice("Quota", {"": "Worst quota", **QUOTAS}, "", 132, words="by {}")
    only = Choice("Concern", _ONLY, "", 172, words="{}")
    sort = Sort(_SORTS, "urgency-desc", 182, keys=KINDS)

    @cached_property
    def where(self) -> AccountFilter:
        """The accounts that are meant."""
        return views.filled(AccountFilter, self)


def view() -> View:
    """The view that the URL names."""
    return url.read(View)


def counted(view: View) -> dict[str, int]:
    """How many accounts are in each band under the other filters; under `all` their sum."""
    [row] = rows(listing.bands(view.where), ttl_s=TTL_S, domain=DOMAIN)
    counts = {band: row[band.replace(" ", "_")] for band in BANDS}
    return counts | {ALL: sum(counts.values())}


def tiles(view: View) -> None:
    """A clickable tile for every band with its count."""
    counts = counted(view)
    fields.tiles(
        view,
        "band",
        "Band",
        (ALL, *BANDS),
        lambda band: f"{counts[band]:,}",
        help=definitions.BANDS.help,
    )
