"""The list of projects: a page of rows, and the way to the next page."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from components.projects import filters
from components.projects.filters import View
from components.ui import exports, feedback, fmt, pager, records, url
from components.ui.exports import Export
from core.database import load, rows
from queries.projects import listing

PAGE_ROWS: Final = 50


def summary(shown: View) -> None:
    """How many projects the view holds, and all of them as a file."""
    [found] = rows(listing.total(shown.where))
    with st.container(horizontal=True, vertical_alignment="center"):
        number = fmt.count(found["projects"], is_floor=found["is_capped"])
        st.markdown(f"**{number}** {fmt.literal(shown.words)}", width="content")
        exports.csv_button("projects", listing.EXPORT_CAP, _export)


def _export(limit: int) -> Export:
    shown = filters.view()
    return Export(shown.words, listing.export(shown.where, limit))


def table(shown: View) -> None:
    """The page of projects that the view names; a project opens by its button."""
    found = load(listing.page(shown.where, *shown.order, shown.place, PAGE_ROWS))
    if found.empty:
        _nothing(shown)
        return
    config = st.column_config
    records.table(
        "projects",
        _displayed(found),
        {
            "Title": config.TextColumn("Title", width=356),
            "Account": config.TextColumn("Account", width=170),
            "Pieces": config.NumberColumn("Pieces", width=62),
            "People": config.NumberColumn("People", width=62, help="Collaborators"),
            "Archived": config.MultiselectColumn("Archived", options=["archived"], color=["gray"], width=84),
            "Opened": config.TextColumn("Opened (UTC)", width=146),
            "Created": config.TextColumn("Created (UTC)", width=100),
        },
        list(found["id"]),
        lambda project: url.write(project=project),
        alt=f"{shown.words.capitalize()}: {len(found)} rows",
    )
    pager.pager(found, shown)


def _displayed(found: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Project": found["id"].map(fmt.short_id),
            "Title": found["title"].map(fmt.plain),
            "Account": found["account_name"].fillna("(no account)").map(fmt.plain),
            "Pieces": found["pieces"],
            "People": found["collaborators"],
            "Archived": [["archived"] if archived is True else [] for archived in found["is_archived"].astype(object)],
            "Opened": fmt.times(found["last_accessed_at"]),
            "Created": [None if pd.isna(at) else f"{at:%Y-%m-%d}" for at in found["created_at"]],
        }
    )


def _nothing(shown: View) -> None:
    feedback.empty(f"No {shown.words}.", "Clear a filter.", "dashboard")
