"""The one map of colours to meanings, read from the theme; badges, tiles, charts and tables share it."""

from __future__ import annotations

from typing import Final, Literal

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from components.ui.fmt import literal

STATES: Final[dict[str, str]] = {
    "scheduled": "violet",
    "due": "gray",
    "queued": "gray",
    "retrying": "yellow",
    "processing": "blue",
    "stuck": "orange",
    "stranded": "orange",
    "failed": "red",
    "completed": "green",
    "cancelled": "gray",
}
"""Job state to theme colour name."""

STATE_ICONS: Final[dict[str, str]] = {
    "scheduled": "schedule",
    "due": "hourglass_empty",
    "queued": "hourglass_empty",
    "retrying": "autorenew",
    "processing": "play_circle",
    "stuck": "running_with_errors",
    "stranded": "do_not_disturb_on",
    "failed": "error",
    "completed": "check_circle",
    "cancelled": "cancel",
}
"""Job state to Material icon, so that a state is never told by colour alone."""

BANDS: Final[dict[str, str]] = {
    "over": "red",
    "at limit": "orange",
    "near": "yellow",
    "ok": "green",
    "unknown": "gray",
}
"""Quota band to theme colour name, the most urgent first."""

BAND_ICONS: Final[dict[str, str]] = {
    "over": "error",
    "at limit": "block",
    "near": "warning",
    "ok": "check_circle",
    "unknown": "help",
}
"""Quota band to Material icon."""

SUBSCRIPTIONS: Final[dict[str, str]] = {
    "active": "green",
    "trialing": "blue",
    "past_due": "red",
    "cancelled": "gray",
}
"""Subscription status to theme colour name."""


def scheme() -> Literal["light", "dark"]:
    """The viewer's theme; light until the browser has said."""
    return "dark" if st.context.theme.type == "dark" else "light"


def hex_of(name: str) -> str:
    """A theme colour such as `green`, or a numbered series colour such as `series1`, in the viewer's scheme."""
    if name.startswith("series"):
        series: list[str] = st.get_option(f"theme.{scheme()}.chartCategoricalColors")
        return series[(int(name.removeprefix("series")) - 1) % len(series)]
    return str(st.get_option(f"theme.{scheme()}.{name}Color"))


def badge(state: str) -> str:
    """A state as a Markdown badge with its icon."""
    return f":{STATES.get(state, 'gray')}-badge[:material/{STATE_ICONS.get(state, 'help')}: {literal(state)}]"


def _template() -> go.layout.Template:
    axis = {"showgrid": False, "zeroline": False, "ticks": "", "fixedrange": False, "title": None}
    return go.layout.Template(
        layout={
            "font": {"family": "Inter, sans-serif", "size": 12},
            "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
            "hovermode": "x unified",
            "bargap": 0.25,
            "barmode": "stack",
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1.02,
                "yanchor": "bottom",
                "traceorder": "normal",
                "title": None,
                "itemsizing": "constant",
            },
            "xaxis": axis,
            "yaxis": {**axis, "showgrid": True, "rangemode": "tozero", "automargin": True, "nticks": 5},
        }
    )


pio.templates["desk"] = _template()

CHART_CONFIG: Final[dict[str, object]] = {
    "displaylogo": False,
    "modeBarButtons": [["resetScale2d", "toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}
"""No mode bar but zoom reset and download."""
