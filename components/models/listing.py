"""Voice and avatar models: which need somebody, and one of them in a drawer."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import pandas as pd
import streamlit as st

from components.ui import exports, feedback, fields, fmt, pager, records, url, views
from components.ui.exports import Export
from components.ui.params import AccountOf, Choice, Sort, Text
from components.ui.statuses import COLORS
from core.database import load, rows
from queries import definitions
from queries.models import figures, listing
from queries.models.figures import STATES, ModelFilter
from queries.models.listing import EXPORT_CAP, PAGE_LIMIT

ALL: Final = "all"
KINDS: Final = {"": "Voices and avatars", "voice": "Voices", "avatar": "Avatars"}
SORTS: Final = {
    "urgency-asc": "Most urgent first",
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
TTL_S: Final = 15
_STORED: Final = ("pending", "training", "completed", "failed", "unknown")
_BADGES: Final = {"stuck": "orange", **{name: COLORS[name] for name in _STORED}}


class View(views.View, page="models"):
    """What the page shows."""

    name = Text("Name", "Model's name", "search", 200, longest=200, words='called "{}"')
    account = AccountOf(200)
    state = Choice("State", {name: name for name in STATES}, words="{}", is_first=True)
    kind = Choice("Kind", KINDS, "", 160)
    sort = Sort(SORTS, "urgency-asc", 185, keys=listing.KINDS)

    @cached_property
    def where(self) -> ModelFilter:
        """The models that are meant."""
        return views.filled(ModelFilter, self, account_id=self.account.only)

    @property
    def words(self) -> str:
        """The view as a person would say it."""
        said = super().words
        return said.replace("models", f"{self.kind} models", 1) if self.kind else said


def view() -> View:
    """The view that the URL names."""
    return url.read(View)


def tiles(view: View) -> None:
    """A clickable tile for every state with its count under the other filters."""
    [counts] = rows(figures.counts(view.where), ttl_s=TTL_S, domain="models")
    counts[ALL] = sum(counts[state] for state in _STORED)
    states = [ALL, *(state for state in STATES if state != "unknown" or counts[state] or view.where.state == state)]
    fields.tiles(
        view,
        "state",
        "State",
        states,
        lambda state: f"{counts[state]:,}",
        help=definitions.MODEL_STATES.help,
    )


def draw_filters(view: View) -> bool:
    """The filters, and everything they match as a file; whether the account that was typed, if any, is clear."""
    return fields.draw_filters(view, after=lambda: exports.csv_button("models", EXPORT_CAP, _export))


def _export(limit: int) -> Export:
    shown = view()
    return Export(shown.words, listing.export(shown.where, limit))


def draw_table(view: View) -> None:
    """The page of models that the view names; a model opens by its button."""
    rows = load(listing.page(view.where, *view.order, view.cursor, PAGE_LIMIT))
    if rows.empty:
        feedback.empty(f"No {view.words}.", "Clear a filter.", "graphic_eq")
        return
    config = st.column_config
    records.table(
        "models",
        _displayed(rows),
        {
            "Name": config.TextColumn("Name", width=190),
            "Kind": config.TextColumn("Kind", width=66),
            "State": config.MultiselectColumn("State", options=list(_BADGES), color=list(_BADGES.values()), width=100),
            "Since": config.TextColumn("In state for", width=86),
            "Quality": config.ProgressColumn("Quality", min_value=0, max_value=1, format="%.2f", width=110),
            "Account": config.TextColumn("Account", width=160),
            "Uses": config.TextColumn("Uses", width=130, help="Media generated with it, and how many failed"),
            "Active": config.TextColumn("Version", width=120),
        },
        list(zip(rows["kind"], rows["id"], strict=True)),
        _open,
        alt=view.table_name(len(rows)),
    )
    pager.pager(rows, view)


def _open(one: tuple[str, str]) -> None:
    kind, identity = one
    url.write(voice=None, avatar=None)
    url.write(**{kind: identity})


def _displayed(found: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Model": found["id"].map(fmt.short_id),
            "Name": found["name"].map(fmt.plain),
            "Kind": found["kind"],
            "State": [
                ["stuck"] if is_stuck else [status]
                for status, is_stuck in zip(found["status"], found["is_stuck"], strict=True)
            ],
            "Since": [at and at.removesuffix(" ago") for at in fmt.ages(found["updated_at"])],
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
