"""Keyset pages: the place of the first or last row is the whole state."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import url
from queries.keyset import Place


def pager(rows: pd.DataFrame, place: Place | None, key: str) -> None:
    """The ways to the page before and after; `rows` carry sort_key, id and has_more as `keyset.walk` makes them."""
    going_back = place is not None and not place.is_forward
    has_more = bool(rows["has_more"].iloc[0])
    has_next = going_back or has_more
    has_previous = (going_back and has_more) or (place is not None and not going_back)
    if not (has_next or has_previous):
        return

    def turn(position: int, *, is_forward: bool) -> None:
        row = rows.iloc[position]
        moment = None if pd.isna(row["sort_key"]) else row["sort_key"].to_pydatetime()
        url.write(**{key: Place.of(moment, str(row["id"]), is_forward).encode()})
        st.rerun()  # the whole page: in a card, only the card would run again

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
                on_click=turn,
                args=(position,),
                kwargs={"is_forward": is_forward},
                key=f"{key}_{label.lower()}",
            )
