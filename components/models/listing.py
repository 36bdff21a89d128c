"""Voice and avatar models: which need somebody, and one of them in a drawer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from components.ui import exports, feedback, fields, fmt, pager, records, url
from components.ui.exports import Export
from components.ui.statuses import COLORS
from core.database import load, rows
from queries.models import figures, listing
from queries.models.figures import STATES, Kind, ModelFilter, State
from queries.models.listing import EXPORT_CAP, PAGE_LIMIT, Sort
from queries.sql.keyset import Place

ALL: Final = "all"
KINDS: Final = {"": "Voices and avatars", "voice": "Voices", "avatar": "Avatars"}
SORTS: Final = {
    "urgency-asc": "Needs somebody first",
    "since-asc": "Longest in its state",
    "quality-asc": "Lowest quality",
    "quality-desc": "Highest quality",
    "uses-desc": "Most used",
    "uses-asc": "Least used",
    "name-asc": "Name, A to Z",
    "name-desc": "Name, Z to A",
    "account-asc": "Account, A to Z",
    "account-desc": "Account, Z to A",
    "state-asc": "State",
    "kind-asc": "Avatars, then voices",
    "kind-desc": "Voices, then avatars",
    "version-desc": "Highest version",
    "version-asc": "Lowest version",
    "since-desc": "Latest in its state",
    "created-desc": "Newest first",
    "created-asc": "Oldest first",
}
FIELDS: Final = ("models_name", "models_account", "models_kind", "models_sort")
KEYS: Final = (*FIELDS, "models_state", "models_after")
TTL_S: Final = 15
_STORED: Final = ("pending", "training", "completed", "failed", "unknown")
_BADGES: Final = {"stuck": "orange", **{name: COLORS[name] for name in _STORED}}


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows."""

    where: ModelFilter
    account: fields.Account
    sort: Sort
    descending: bool
    place: Place | None

    @property
    def words(self) -> str:
        """The view as a person would say it."""
        where = self.where
        noun = {"voice": "voice models", "avatar": "avatar models", None: "models"}[where.kind]
        parts = [f"{where.state} {noun}" if where.state else noun]
        if self.account.words:
            parts.append(self.account.words)
        if where.name:
            parts.append(f'called "{where.name}"')
        return " ".join(parts)


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    account = fields.account("models_account")
    sort, _, direction = url.value("models_sort", "urgency-asc", SORTS).partition("-")
    ordered = cast("Sort", sort)
    return View(
        ModelFilter(
            kind=cast("Kind | None", url.value("models_kind", "", KINDS) or None),
            state=cast("State | None", url.value("models_state", "", STATES) or None),
            account_id=account.only,
            name=url.value("models_name", "").strip()[:200],
        ),
        account,
        ordered,
        direction == "desc",
        listing.fits(Place.decode(url.value("models_after", "")), ordered),
    )


def tiles(shown: View) -> None:
    """A clickable tile for every state with its count under the other filters."""
    [counts] = rows(figures.counts(shown.where), ttl_s=TTL_S, domain="models")
    counts[ALL] = sum(counts[state] for state in _STORED)
    states = [ALL, *(state for state in STATES if state != "unknown" or counts[state] or shown.where.state == state)]
    st.pills(
        "State",
        states,
        key="models_state",
        format_func=lambda state: f"{state.capitalize()} **{counts[state]:,}**",
        on_change=url.bind("models_state", shown.where.state or ALL, ALL, also=_first_page),
        required=True,
        label_visibility="collapsed",
        help=f"Stuck: in training for over {figures.STUCK_HOURS} h. Unused: completed, and nothing was ever made with "
        f"it. Poor: quality under {figures.POOR_BELOW:.2f}.",
    )


def draw() -> None:
    """The filters in one row that wraps, and everything they match as a file."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(FIELDS):
            fields.text("models_name", "Name", "Model's name", "search", 200, _first_page)
            fields.text("models_account", "Account", "Account: name, e-mail or id", "apartment", 200, _first_page)
            fields.choice("models_kind", "Kind", KINDS, "", 160, _first_page)
            fields.choice("models_sort", "Order", SORTS, "urgency-asc", 185, _first_page)
        fields.clear(KEYS)
        exports.csv_button("models", EXPORT_CAP, _export)


def _export(limit: int) -> Export:
    shown = view()
    return Export(shown.words, listing.export(shown.where, limit))


def table(shown: View) -> None:
    """The page of models that the view names; a model opens by its button."""
    found = load(listing.page(shown.where, shown.sort, shown.descending, shown.place, PAGE_LIMIT))
    if found.empty:
        feedback.empty(f"No {shown.words}.", "Clear a filter.", "graphic_eq")
        return
    keys = list(zip(found["kind"], found["id"], strict=True))

    def open_row(one: tuple[str, str]) -> None:
        kind, identity = one
        url.write(voice=None, avatar=None)
        url.write(**{kind: identity})

    config = st.column_config
    st.dataframe(
        _displayed(found),
        key=records.key("models_rows", keys),
        hide_index=True,
        column_config={
            "Model": records.opener("models", keys, open_row, "Model", 88, alignment="left"),
            "Name": config.TextColumn("Name", width=190),
            "Kind": config.TextColumn("Kind", width=66),
            "State": config.MultiselectColumn("State", options=list(_BADGES), color=list(_BADGES.values()), width=100),
            "Since": config.TextColumn("In state for", width=86),
            "Quality": config.ProgressColumn("Quality", min_value=0, max_value=1, format="%.2f", width=110),
            "Account": config.TextColumn("Account", width=160),
            "Uses": config.TextColumn("Uses", width=130, help="Made with it, of which failed"),
            "Active": config.TextColumn("Version", width=120),
        },
        height="content",
        placeholder=fmt.EMPTY,
        alt=f"{shown.words.capitalize()}: {len(found)} rows",
    )
    pager.pager(found, shown.place, "models_after")


def _first_page() -> None:
    """A changed filter starts again at the first page."""
    url.write(models_after=None)


def _displayed(found: pd.DataFrame) -> pd.DataFrame:
    now = pd.Timestamp.now("UTC")
    return pd.DataFrame(
        {
            "Model": found["id"].map(fmt.short_id),
            "Name": found["name"].map(fmt.plain),
            "Kind": found["kind"],
            "State": [
                ["stuck"] if is_stuck else [status]
                for status, is_stuck in zip(found["status"], found["is_stuck"], strict=True)
            ],
            "Since": [None if pd.isna(at) else fmt.age(at, now).removesuffix(" ago") for at in found["updated_at"]],
            "Quality": found["quality"].astype("float64"),
            "Account": found["account_name"].fillna("(no account)").map(fmt.plain),
            "Uses": [_uses(row) for row in found.to_dict("records")],
            "Active": [
                f"{'' if pd.isna(version) else f'v{version} '}{'inactive' if active is False else ''}".strip() or None
                for version, active in zip(found["version"], found["is_active"].astype(object), strict=True)
            ],
        }
    )


def _uses(row: Any) -> str:
    if not row["uses"]:
        return "never used"
    failed = f" · {row['failures']:,} failed" if row["failures"] else ""
    return f"{row['uses']:,}{failed}"
