"""How fresh a page's figures are, what is behind, and the button that asks anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd
import streamlit as st

from components.ui import feedback, fmt, left_out
from core import cache
from core.database import load
from queries.rollups import state
from queries.usage import figures

TTL_S: Final = 60
"""How long an answer about usage is kept: the roll-ups move once a minute."""


NAMES: Final = {
    "api_usage": "The roll-up of API calls",
    "jobs": "The roll-up of jobs",
    "usage": "The roll-up of daily statistics",
    "accounts": "The summary of accounts",
}
"""What is refreshed in the background, in words."""


def line(domain: str, through: str, as_of: datetime) -> None:
    """What the figures reach to and when they were asked for; the button makes every process ask again."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.caption(f"{through} · as of {as_of:%H:%M:%S} UTC", width="content")
        st.button(
            "Refresh now",
            icon=":material/refresh:",
            type="tertiary",
            on_click=cache.invalidate,
            args=(domain,),
            key=f"{domain}_refresh",
            help=f"Figures are cached for up to {TTL_S + 20} s; this reads the database again, for everybody.",
        )


def statistics_banner() -> None:
    """Say so when the product's daily statistics are behind: yesterday's are due today."""
    with feedback.error_boundary("Freshness"):
        today = datetime.now(UTC).date()
        told = load(figures.last_recorded(today), ttl_s=TTL_S, domain="usage")
        last = told["last_day"].iloc[0]
        if last is not None and last < today - timedelta(days=1):
            feedback.problem(
                f"The product's daily statistics are behind: the latest day with those of half of the usual accounts "
                f"is {last:%-d %b %Y}. Figures of later days are unknown, not 0. Tell the product's developers."
            )


def rollup_banner() -> None:
    """Say what is behind, what fails and what is left out; figures stay right, only slower, since raw rows fill the
    gap."""
    with feedback.error_boundary("Freshness"):
        known = load(state.state(), ttl_s=TTL_S, domain="api_usage")
        told = known[known["source"] != state.SUMMARY]
        failing = told.dropna(subset="last_error")
        for _, row in failing.iterrows():
            feedback.problem(
                f"{NAMES[row['source']]} cannot be refreshed since {fmt.utc(row['failing_since'])} UTC: "
                f"{row['last_error']} Late and changed rows may be missing. An admin finds more on System."
            )
        _late(told.query("behind"))
        if rows := [words for words in map(left_out.by_table, told["left_out"]) if words]:
            st.caption(f"Left out, with no usable number or date: {fmt.literal(', '.join(rows))}.")


def _late(late: pd.DataFrame) -> None:
    if late.empty:
        return
    refreshed, reached = late["refreshed_at"].min(), late["watermark"].min()
    has_begun = not pd.isna(refreshed) and not pd.isna(reached)
    if has_begun and refreshed > pd.Timestamp.now("UTC") - pd.Timedelta(minutes=state.BEHIND_MINUTES):
        st.info(
            f"The roll-ups are being filled and have reached {reached:%-d %b %Y %H:%M} UTC. Figures are right, "
            "but slow until that is done.",
            icon=":material/sync:",
        )
        return
    since = f"were last refreshed {fmt.age(refreshed)}" if has_begun else "have never been refreshed"
    said = f"The roll-ups {since}. Figures are still right, but slower."
    st.info(
        f"{fmt.literal(said)} An admin can run `python manage.py rollup --once` and look at the log.",
        icon=":material/sync_problem:",
    )
