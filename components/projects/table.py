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


def summary(view: View) -> None:
    """How many projects the view holds, and all of them as a file."""
    [row] = rows(listing.total(view.where))
    with st.container(horizontal=True, vertical_alignment="center"):
        number = fmt.count(row["projects"], is_floor=row["is_capped"])
        st.markdown(f"**{number}** {fmt.literal(view.words_of(row['projects']))}", width="content")
        exports.csv_button("projects", listing.EXPORT_CAP, _export)


def _export(limit: int) -> Export:
    shown = filters.view()
    return Export(shown.words, listing.export(shown.where, limit))


def draw_table(view: View) -> None:
    """The page of projects that the view names; a project opens by its button."""
    rows = load(listing.page(view.where, *view.order, view.cursor, PAGE_ROWS))
    if rows.empty:
        _nothing(view)
        return
    config = st.column_config
    records.table(
        "projects",
        _displayed(rows),
        {
            "Title": config.TextColumn("Title", width=356),
            "Account": config.TextColumn("Account", width=170),
            "Pieces": config.NumberColumn("Pieces", width=62, format="localized"),
            "People": config.NumberColumn("People", width=62, help="Collaborators", format="localized"),
            "Archived": config.MultiselectColumn("Archived", options=["archived"], color=["gray"], width=84),
            "Opened": config.TextColumn("Opened (UTC)", width=146),
            "Created": config.TextColumn("Created (UTC)", width=100),
        },
        list(rows["id"]),
        lambda project: url.write(project=project),
        alt=view.table_name(len(rows)),
    )
    pager.pager(rows, view)


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
            "Created": fmt.days(found["created_at"]),
        }
    )


def _nothing(view: View) -> None:
    feedback.empty(f"No {view.words}.", "Clear a filter.", "dashboard")
