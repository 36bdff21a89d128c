"""Usage & credits, card by card."""

from __future__ import annotations

import streamlit as st

from components.ui import cards, feedback, freshness
from components.usage import charts, filters, tables, tiles
from components.usage.filters import View
from core.database import load
from queries.usage import figures as usage


def aside(view: View) -> None:
    """Through which day the product wrote statistics, and when it was asked."""
    with feedback.error_boundary("Freshness"):
        told = load(usage.last_recorded(view.today), ttl_s=freshness.TTL_S, domain=tiles.DOMAIN)
        day = told["complete_day"].iloc[0]
        through = f"Complete days through {day:%-d %b %Y}" if day else "No day recorded yet"
        freshness.line(tiles.DOMAIN, through, told.attrs["as_of"])


def figures(view: View) -> None:
    """Everything below the filters."""
    freshness.statistics_banner()
    freshness.rollup_banner()
    cards.row(tiles.tiles(view), height=cards.TILE_PX)
    left, right = st.columns([3, 2])
    with left, st.container(border=True, height="stretch"):
        cards.isolated("Credits", lambda: charts.credits(view), charts.HEIGHT)
    with right, st.container(border=True, height="stretch"):
        cards.isolated("Created", lambda: charts.counters(view), charts.HEIGHT)
    filters.picked(view)
    left, right = st.columns([5, 3])
    with left:
        cards.card("Top accounts", view.days, lambda: tables.top_accounts(view), height=300, is_stretched=True)
    with right:
        cards.card("By plan", view.days, lambda: tables.by_plan(view), height=160, is_stretched=True)
    left, right = st.columns(2)
    with left:
        cards.card("Spikes", "latest complete day", lambda: tables.spikes(view), height=160, is_stretched=True)
    with right:
        cards.card(
            "Gone quiet", "three latest complete days", lambda: tables.quiet(view), height=160, is_stretched=True
        )
    cards.card("Credits on record", view.days, lambda: tables.reconciled(view), height=64)
