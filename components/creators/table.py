"""The list of creators: a page of rows to look at, or the same page to edit."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from components.creators import columns, editor
from components.creators.view import View
from components.ui import feedback, fmt, pager, records, url
from core.database import load
from queries.creators import listing
from queries.sql.keyset import COUNT_CAP

FLAGS: Final = {"overdue": "orange", "inactive": "gray", "verified": "blue"}
SHOWN: Final = ("Open", "Creator", "Platform", "Name", "Category", "Flags", "Followers", "Accounts", "Scraped")
"""The others are a click away, in the table's own choice of columns."""
SELECTION: Final = records.Selection("creators")


def draw_table(view: View) -> None:
    """The page of creators that the view names, to look at or to edit."""
    rows = load(listing.page(view.where, *view.order, view.cursor))
    if rows.empty:
        feedback.empty(f"No {view.words}.", "Clear a filter, or add a creator.", "person_search")
        return
    if view.is_editing:
        editor.editor(rows, view)
    else:
        _list(rows, view)
    pager.pager(rows, view)


def _list(found: pd.DataFrame, view: View) -> None:
    config = st.column_config
    records.table(
        "creators",
        _listed(found),
        {
            "Creator": columns.username_column(130),
            "Platform": columns.platform_column(),
            "Name": config.TextColumn("Name", width=170),
            "Category": config.TextColumn("Category", width=190),
            "Flags": config.MultiselectColumn("Flags", options=list(FLAGS), color=list(FLAGS.values()), width=130),
            "Followers": config.NumberColumn("Followers", format="compact", width=72),
            "Accounts": config.NumberColumn(
                "Accts", help="Accounts that follow the creator", width=48, format="localized"
            ),
            "Pieces": config.TextColumn("Pieces", help="Content pieces", width=54, alignment="right"),
            "Every": config.NumberColumn("Every h", help="Hours between two scrapes", width=56, format="localized"),
            "Scraped": config.TextColumn("Last scraped (UTC)", width=140),
        },
        list(found["id"]),
        lambda creator: url.write(creator=creator),
        alt=view.table_name(len(found)),
        button=("", 52),
        selection=SELECTION,
        shows=SHOWN,
    )


def _listed(found: pd.DataFrame) -> pd.DataFrame:
    pieces = [f"{COUNT_CAP:,}+" if n > COUNT_CAP else f"{n:,}" for n in found["pieces"]]
    return pd.DataFrame(
        {
            "Open": ["Open"] * len(found),
            "Creator": columns.profiles(found),
            "Platform": found["platform"].map(lambda platform: [platform]),
            "Name": found["display_name"].map(fmt.plain, na_action="ignore"),
            "Category": found["category_name"].map(fmt.plain, na_action="ignore"),
            "Flags": [
                [name for name, is_set in (("overdue", late), ("inactive", not on), ("verified", checked)) if is_set]
                for late, on, checked in zip(
                    found["is_overdue"].fillna(False), found["is_active"].fillna(True),
                    found["is_verified"].fillna(False), strict=True,
                )
            ],
            "Followers": found["follower_count"],
            "Accounts": found["accounts"],
            "Pieces": pieces,
            "Every": found["scrape_frequency_hours"],
            "Scraped": columns.scraped(found),
        }
    )  # fmt: skip
