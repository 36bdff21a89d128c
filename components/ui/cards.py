"""Bordered cards, each loading and failing on its own, and metrics with their trend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import dropwhile
from math import isnan, nan
from typing import Final, Literal

import streamlit as st

from components.ui import feedback, gate
from components.ui.fmt import literal
from core.identity import Permission
from queries.definitions import Figure

TILE_PX: Final = 172
"""How high a figure with its trend is."""
NO_DAY: Final = "no complete day yet"
"""What is said of a month on its first day."""
_DELTA_COLORS: Final[dict[str, Literal["normal", "inverse", "off"]]] = {
    "up": "normal",
    "down": "inverse",
    "neither": "off",
}


def metric(
    figure: Figure,
    shown: str,
    *,
    exact: str,
    delta: str | int | None,
    good: Literal["up", "down", "neither"],
    trend: Sequence[float | None],
    versus: str,
    is_change: bool = True,
    label: str = "",
) -> None:
    """A figure with its change against the previous equal period and its trend; what it counts and its exact value on
    hover. The label is the figure's name, unless it says which range it is of.

    What is not known of the trend is a gap, and at its beginning nothing. Where `is_change` is False, what stands below
    the figure is no change, and no arrow says that it is one.
    """
    st.metric(
        literal(label or figure.name),
        shown,
        delta,
        delta_color=_DELTA_COLORS[good],
        delta_arrow="auto" if is_change else "off",
        delta_description=versus,
        help=literal(f"{figure.help} {exact}"),
        border=True,
        height=TILE_PX,
        chart_data=list(dropwhile(isnan, (nan if one is None else one for one in trend))),
        chart_type="area",
    )


def row(draws: Mapping[str, Callable[[], None]], *, height: int, least_px: int = 170) -> None:
    """Cards of equal width side by side, fewer where they would be narrower than `least_px`; each on its own."""
    with st.grid(len(draws), min_column_width=least_px):
        for name, draw in draws.items():
            isolated(name, draw, height)


def card(title: str, note: str, draw: Callable[[], None], *, height: int, is_stretched: bool = False) -> None:
    """A bordered card with a title that stays while its content loads; stretched, it ends where its neighbour does."""
    with st.container(border=True, height="stretch" if is_stretched else "content"):
        st.markdown(f"**{literal(title)}**" + (f" :gray[· {literal(note)}]" if note else ""))
        isolated(title, draw, height)


def isolated(name: str, draw: Callable[[], None], height: int) -> None:
    """Something that loads on its own, beside others, fails on its own, and asks what its page asks of who looks."""
    _alone(name, draw, height, gate.needed())


@st.fragment(parallel=True)
def _alone(name: str, draw: Callable[[], None], height: int, permission: Permission) -> None:
    gate.require(permission)
    with gate.page(permission), feedback.error_boundary(name), st.skeleton(height=height):
        draw()


def change(value: float, previous: float) -> str | int | None:
    """The change against before as a percentage; new where there was nothing before, and nothing where nothing is, or
    where before was less than nothing."""
    if previous <= 0:
        return "new" if value and not previous else None
    return 0 if value == previous else f"{value / previous - 1:+.1%}"
