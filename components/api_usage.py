"""API usage, card by card."""

from __future__ import annotations

import streamlit as st

from components import (
    api_usage_calls,
    api_usage_charts,
    api_usage_filters,
    api_usage_tables,
    api_usage_tiles,
    cards,
    feedback,
    freshness,
)
from components.api_usage_filters import DOMAIN, View
from core.database import load
from queries import rollups


def aside() -> None:
    """How far the roll-up is, and when it was asked."""
    with feedback.region("Freshness"):
        told = load(rollups.state(), ttl_s=freshness.TTL_S, domain=DOMAIN)
        reached = told.loc[told["source"] == "api_usage", "watermark"].dropna()
        through = f"Roll-up through {reached.iloc[0]:%H:%M}, then live" if len(reached) else "No roll-up yet, all live"
        freshness.line(DOMAIN, through, told.attrs["as_of"])


def figures(shown: View) -> None:
    """Everything below the filters."""
    freshness.rollup_banner()
    cards.row(api_usage_tiles.tiles(shown), height=api_usage_tiles.HEIGHT)
    left, right = st.columns([3, 2])
    with left, st.container(border=True, height="stretch"):
        cards.alone("Calls and errors", lambda: api_usage_charts.calls(shown), api_usage_charts.HEIGHT)
    with right, st.container(border=True, height="stretch"):
        cards.alone("Latency", lambda: api_usage_charts.latency(shown), api_usage_charts.HEIGHT)
    api_usage_filters.picked(shown)
    cards.card(
        "Services and endpoints",
        f"{shown.span}, failing ones first",
        lambda: api_usage_tables.endpoints(shown),
        height=300,
    )
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        cards.alone("Hour by weekday", lambda: api_usage_charts.heat(shown), api_usage_charts.HEIGHT)
    with right:
        cards.card(
            "Tokens and cost",
            "by service and endpoint",
            lambda: api_usage_tables.costs(shown),
            height=api_usage_charts.HEIGHT,
            is_stretched=True,
        )
    left, right = st.columns(2)
    with left:
        cards.card(
            "Top accounts",
            f"by calls, {shown.span}",
            lambda: api_usage_tables.top_accounts(shown),
            height=300,
            is_stretched=True,
        )
    with right:
        cards.card(
            "Failures by message", shown.span, lambda: api_usage_calls.groups(shown), height=300, is_stretched=True
        )
    cards.card("Calls", f"{shown.span}, newest first", lambda: api_usage_calls.calls(shown), height=400)
