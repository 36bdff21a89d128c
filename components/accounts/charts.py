"""How far the quotas are used over all accounts: one small chart each, whose bars lead to their accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.accounts import filters
from components.accounts.filters import QUOTAS, View
from components.ui import charts, fields
from components.ui.theme import BANDS, hex_of
from core.database import rows
from queries.accounts import listing

HEIGHT: Final = 112
CARD_PX: Final = 212
_SHORT: Final = {"voice_models": "Voice"}
_LABELS: Final = (*(f"{10 * tenth} to {10 * tenth + 10} %" for tenth in range(10)), "at limit", "over")
_TTL_S: Final = 60


def distributions(view: View) -> dict[str, Callable[[], None]]:
    """A chart per quota, by its name."""

    def chart(quota: str) -> Callable[[], None]:
        return lambda: _distribution(view, quota)

    return {label: chart(quota) for quota, label in QUOTAS.items()}


def _distribution(view: View, quota: str) -> None:
    found = rows(listing.distribution(view.where), ttl_s=_TTL_S, domain=filters.DOMAIN)
    counts = [0] * listing.BINS
    for row in found:
        if row["quota"] == quota:
            counts[row["bin"]] += row["accounts"]
    figure = go.Figure(layout={"template": "desk", "margin": {"l": 4, "r": 4, "t": 4, "b": 4}, "bargap": 0.12})
    figure.add_bar(
        x=list(_LABELS),
        y=counts,
        marker={"color": [hex_of(BANDS[_band(number)]) for number in range(listing.BINS)]},
        hovertemplate="%{y:,} accounts<extra></extra>",
    )
    figure.update_xaxes(tickvals=[_LABELS[0], _LABELS[8], _LABELS[-1]], ticktext=["0 %", "80 %", "over"], tickangle=0)
    figure.update_yaxes(nticks=3)
    key = f"accounts_{quota}_chart"
    with st.container(border=True, gap="xxsmall"):
        table = pd.DataFrame({"Used": list(_LABELS), "Accounts": counts})
        charts.title(_SHORT.get(quota, QUOTAS[quota]), "", table, key=key)
        st.caption(f"{counts[-1]:,} over, {counts[-2]:,} at the limit")
        charts.draw(
            figure,
            key=key,
            alt=f"Accounts by use of {QUOTAS[quota].lower()}: {_told(counts)}",
            height=HEIGHT,
            on_select=lambda: _picked(quota, st.session_state[key]),
        )


def _told(counts: list[int]) -> str:
    return ", ".join(f"{label} {count:,}" for label, count in zip(_LABELS, counts, strict=True) if count)


def _band(number: int) -> str:
    if number >= len(_LABELS) - 2:
        return "over" if number == len(_LABELS) - 1 else "at limit"
    return "near" if number >= 8 else "ok"


def _picked(quota: str, event: Any) -> None:
    """A bar leads to the accounts of its band."""
    points = event.selection.points
    if points:
        fields.narrow(View, accounts_quota=quota, accounts_band=_band(points[0]["point_index"]))
