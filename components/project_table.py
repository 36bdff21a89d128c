"""The list of projects: a page of rows, and the way to the next page."""

from __future__ import annotations

from hashlib import sha256
from typing import Final
from uuid import UUID

import pandas as pd
import streamlit as st

from components import exports, feedback, url
from components import format as written
from components.project_filters import View
from core.database import load, rows
from core.identity import Viewer
from queries import projects
from queries.keyset import Place

PAGE_ROWS: Final = 50


def summary(shown: View, viewer: Viewer) -> None:
    """How many projects the view holds, and all of them as a file."""
    [found] = rows(projects.total(shown.where))
    with st.container(horizontal=True, vertical_alignment="center"):
        number = written.count(found["projects"] + found["is_capped"])
        st.markdown(f"**{number}** {written.literal(shown.words)}", width="content")
        exports.csv_button(
            "projects", shown.words, lambda: load(projects.export(shown.where)), viewer, projects.EXPORT_CAP
        )


def table(shown: View) -> None:
    """The page of projects that the view names; a project opens by its button."""
    found = load(projects.page(shown.where, shown.sort, shown.descending, shown.place, PAGE_ROWS))
    if found.empty:
        _nothing(shown)
        return
    identities = list(found["id"])
    key = "projects_rows_" + sha256("".join(identities).encode()).hexdigest()[:12]

    def open_row() -> None:
        url.write(project=identities[st.session_state["projects_open"].row])

    config = st.column_config
    st.dataframe(
        _displayed(found),
        key=key,
        hide_index=True,
        column_config={
            "Project": config.ButtonColumn(
                "Project", key="projects_open", on_click=open_row, type="tertiary", pinned=True, width=88
            ),
            "Title": config.TextColumn("Title", width=356),
            "Account": config.TextColumn("Account", width=170),
            "Pieces": config.NumberColumn("Pieces", width=62),
            "People": config.NumberColumn("People", width=62, help="Collaborators"),
            "Archived": config.MultiselectColumn("Archived", options=["archived"], color=["gray"], width=84),
            "Opened": config.TextColumn("Opened (UTC)", width=146),
            "Created": config.TextColumn("Created (UTC)", width=100),
        },
        height="content",
        placeholder=written.EMPTY,
        alt=f"{shown.words.capitalize()}: {len(found)} rows",
    )
    _pager(found, shown)


def _displayed(found: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Project": found["id"].map(written.short_id),
            "Title": found["title"].map(written.plain),
            "Account": found["account_name"].fillna("(no account)").map(written.plain),
            "Pieces": found["pieces"],
            "People": found["collaborators"],
            "Archived": [["archived"] if archived is True else [] for archived in found["is_archived"].astype(object)],
            "Opened": _times(found["last_accessed_at"]),
            "Created": [None if pd.isna(at) else f"{at:%Y-%m-%d}" for at in found["created_at"]],
        }
    )


def _times(column: pd.Series) -> list[str | None]:
    now = pd.Timestamp.now("UTC")
    return [None if pd.isna(at) else f"{at:%m-%d %H:%M} · {written.age(at, now)}" for at in column]


def _pager(found: pd.DataFrame, shown: View) -> None:
    """Keyset pages: the place of the first or last row is the whole state."""

    def place(position: int, *, is_forward: bool) -> str:
        row = found.iloc[position]
        value = row["sort_key"]
        if isinstance(value, pd.Timestamp):
            value = value.to_pydatetime()
        return Place(None if pd.isna(value) else value, UUID(str(row["id"])), is_forward).encode()

    going_back = shown.place is not None and not shown.place.is_forward
    has_more = bool(found["has_more"].iloc[0])
    has_next = going_back or has_more
    has_previous = (going_back and has_more) or (shown.place is not None and not going_back)
    if not (has_next or has_previous):
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        for label, icon, is_there, position, is_forward in (
            ("Previous", "chevron_left", has_previous, 0, False),
            ("Next", "chevron_right", has_next, -1, True),
        ):
            st.button(
                label,
                icon=f":material/{icon}:",
                icon_position="left" if label == "Previous" else "right",
                disabled=not is_there,
                on_click=url.write,
                kwargs={"projects_after": place(position, is_forward=is_forward)},
                key=f"projects_{label.lower()}",
            )


def _nothing(shown: View) -> None:
    feedback.empty(f"No {shown.words}.", "Clear a filter.", "dashboard")
