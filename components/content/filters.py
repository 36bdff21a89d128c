"""The content lists' filters, drawn as tiles and fields."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from components.content.view import MORE, OF_KINDS, View, number, used_models
from components.ui import fields, fmt
from core.database import rows
from queries import definitions
from queries.content import listing
from queries.content.filters import DERIVED, STATUSES, TEXT_FROM

ALL: Final = "all"
TTL_S: Final = 15


def kinds(view: View) -> None:
    """Pieces, scripts or generated media; list or gallery."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        fields.switch(view, "tab")
        if not view.is_statistics:
            fields.switch(view, "look")


def tiles(view: View) -> None:
    """A clickable tile for every processing status with its count under the other filters."""
    found = rows(listing.status_counts(view.kind, view.where, view.order.name), ttl_s=TTL_S, domain="content")
    none: dict[str, Any] = {"items": 0, "is_floor": any(row["is_floor"] for row in found)}
    counts: dict[str, Any] = {state: none for state in (*STATUSES, *DERIVED)} | {row["status"]: row for row in found}
    states = (ALL, *STATUSES, *(state for state in DERIVED if counts[state]["items"] or view.where.status == state))
    of_all = [counts[state] for state in (*STATUSES, "unknown")]
    is_floor, total = any(row["is_floor"] for row in of_all), sum(row["items"] for row in of_all)
    # Of a sum in which one part is cut short, nothing beyond the cap is known.
    counts[ALL] = {"items": min(total, fmt.COUNT_CAP) if is_floor else total, "is_floor": is_floor}
    fields.tiles(
        view, "state", "Status", states, lambda state: number(counts[state]), help=definitions.CONTENT_STATES.help
    )


def draw_filters(view: View) -> bool:
    """The filters, the rarer ones behind a button; whether the account that was typed, if any, is clear."""
    without = [name for name, kinds in OF_KINDS.items() if view.kind not in kinds]
    more = [name for name in MORE if name not in without]
    options = {} if "model" in without else {"model": used_models(view)}
    if view.kind == "media":
        options["content_type"] = {"": "Any type", "audio": "audio", "video": "video"}
    is_clear = fields.draw_filters(view, without=(*MORE, *without), more=more, options=options)
    if 0 < len(view.text) < TEXT_FROM:
        st.caption(f"Type at least {TEXT_FROM} letters to search.")
    return is_clear
