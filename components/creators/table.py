"""The list of creators: a page of rows to look at, or the same page to edit."""

from __future__ import annotations

from typing import Final
from uuid import UUID

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
_SELECTED: Final = "creators_selected"
_SELECTED_AS: Final = "creators_selected_as"
_TIMES: Final = "creators_selected_times"


def selected() -> list[UUID]:
    """The ids that are selected, on this page of the list or another."""
    return [UUID(identity) for identity in st.session_state.get(_SELECTED, {})]


def selected_as() -> str:
    """What is selected, in words; nothing where it was picked one by one."""
    return st.session_state.get(_SELECTED_AS, "")


def select(ids: list[str], which: str = "") -> None:
    """Select exactly these, which are `which` in words where they were not picked one by one."""
    st.session_state[_SELECTED] = dict.fromkeys(ids)
    st.session_state[_SELECTED_AS] = which
    # The browser marks rows by itself: only a new table shows, and reports from then on, what is selected now.
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1


def table(shown: View) -> None:
    """The page of creators that the view names, to look at or to edit."""
    found = load(listing.page(shown.where, shown.sort, shown.descending, shown.place))
    if found.empty:
        feedback.empty(f"No {shown.words}.", "Clear a filter, or add a creator.", "person_search")
        return
    if shown.is_editing:
        editor.editor(found, shown)
    else:
        _list(found, shown)
    pager.pager(found, shown.place, "creators_after")


def _list(found: pd.DataFrame, shown: View) -> None:
    config = st.column_config
    chosen: dict[str, None] = st.session_state.setdefault(_SELECTED, {})
    identities = list(found["id"])
    # A new key when the rows change: Streamlit keeps positions, and a position would now be another creator.
    key = records.key("creators_rows", identities, st.session_state.get(_TIMES, 0))
    marked = [n for n, identity in enumerate(identities) if identity in chosen]

    def pick() -> None:
        picked = {identities[row] for row in st.session_state[key].selection.rows}
        kept = {identity: None for identity in st.session_state[_SELECTED] if identity not in identities}
        st.session_state[_SELECTED] = kept | {identity: None for identity in identities if identity in picked}
        if chosen.keys() != st.session_state[_SELECTED].keys():
            st.session_state[_SELECTED_AS] = ""

    def open_row(creator: str) -> None:
        url.write(creator=creator)

    st.dataframe(
        _listed(found),
        key=key,
        hide_index=True,
        on_select=pick,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": marked}},
        column_order=SHOWN,
        column_config={
            "Open": records.opener("creators", identities, open_row, "", 52),
            "Creator": columns.username_column(130),
            "Platform": columns.platform_column(),
            "Name": config.TextColumn("Name", width=170),
            "Category": config.TextColumn("Category", width=190),
            "Flags": config.MultiselectColumn("Flags", options=list(FLAGS), color=list(FLAGS.values()), width=130),
            "Followers": config.NumberColumn("Followers", format="compact", width=72),
            "Accounts": config.NumberColumn("Accts", help="Accounts that follow the creator", width=48),
            "Pieces": config.TextColumn("Pieces", help="Content pieces", width=54, alignment="right"),
            "Every": config.NumberColumn("Every h", help="Hours between two scrapes", width=56),
            "Scraped": config.TextColumn("Last scraped (UTC)", width=140),
        },
        height="content",
        placeholder=fmt.EMPTY,
        alt=f"{shown.words.capitalize()}: {len(found)} rows",
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
