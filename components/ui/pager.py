"""Keyset pages: the cursor of the first or last row is the whole state."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.ui import records, url
from components.ui.views import AFTER, View
from queries.sql.keyset import Cursor


def pager(rows: pd.DataFrame, view: View, *, identity: str = "id", in_card: bool = False) -> None:
    """The ways to the page before and after; `rows` carry sort_key, has_more and an id as `keyset_page` makes them."""
    cursor, key = view.cursor, view.key(AFTER)
    going_back = cursor is not None and not cursor.is_forward
    has_more = bool(rows["has_more"].iloc[0])
    has_next = going_back or has_more
    has_previous = (going_back and has_more) or (cursor is not None and not going_back)
    if not (has_next or has_previous):
        return
    seen = url.others(key)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        for label, icon, is_there, position, is_forward in (
            ("Previous", "chevron_left", has_previous, 0, False),
            ("Next", "chevron_right", has_next, -1, True),
        ):
            row = rows.iloc[position]
            to = Cursor.of(row["sort_key"], row[identity], is_forward, view.key_kind).encode()
            st.button(
                label,
                icon=f":material/{icon}:",
                icon_position="left" if label == "Previous" else "right",
                disabled=not is_there,
                on_click=_turn,
                args=(key, to, seen, in_card),
                key=records.key(f"{key.removesuffix('_after')}_{label.lower()}", to),
            )


def _turn(key: str, cursor: str, seen: str, in_card: bool) -> None:
    """Turn the page, or begin at the first where the list is another by now: the cursor is none of its."""
    url.write(**{key: cursor if url.others(key) == seen else None})
    if in_card:
        st.rerun()  # the whole page: in a card, only the card would run again
