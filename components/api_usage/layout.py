"""API usage, card by card."""

from __future__ import annotations

import streamlit as st

from components.api_usage import calls, charts, filters, tables, tiles
from components.api_usage.filters import DOMAIN, View
from components.ui import cards, feedback, fmt, freshness
from core.database import load
from queries.rollups import state


def aside() -> None:
    """How far the roll-up is, and when it was asked."""
    with feedback.error_boundary("Freshness"):
        told = load(state.state(), ttl_s=freshness.TTL_S, domain=DOMAIN)
        reached = told.loc[told["source"] == "api_usage", "watermark"].dropna()
        through = "No roll-up yet, all live"
        if len(reached):
            through = f"Roll-up through {fmt.lately(reached.iloc[0])}, then live"
        freshness.line(DOMAIN, through, told.attrs["as_of"])


def figures(view: View) -> None:
    """Everything below the filters."""
    freshness.rollup_banner()
    cards.row(tiles.tiles(view), height=cards.TILE_PX)
    left, right = st.columns([3, 2])
    with left, st.container(border=True, height="stretch"):
        cards.isolated("Calls and errors", lambda: charts.calls(view), charts.HEIGHT)
    with right, st.container(border=True, height="stretch"):
        cards.isolated("Latency", lambda: charts.latency(view), charts.HEIGHT)
    filters.picked(view)
    cards.card(
        "Services and endpoints",
        f"{view.span}, failing ones first",
        lambda: tables.endpoints(view),
        height=300,
    )
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        cards.isolated("Hour by weekday", lambda: charts.heat(view), charts.HEIGHT)
    with right:
        cards.card(
            "Tokens and cost",
            "by service and endpoint",
            lambda: tables.costs(view),
            height=charts.HEIGHT,
            is_stretched=True,
        )
    left, right = st.columns(2)
    with left:
        cards.card(
            "Top accounts",
            f"by calls, {view.span}",
            lambda: tables.top_accounts(view),
            height=300,
            is_stretched=True,
        )
    with right:
        cards.card("Failures by message", view.span, lambda: calls.groups(view), height=300, is_stretched=True)
    cards.card("Calls", f"{view.span}, newest first", lambda: calls.calls(view), height=400)
