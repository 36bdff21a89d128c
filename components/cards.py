"""Bordered cards: metrics with their trend, and the work list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import streamlit as st

from components import feedback
from components.format import literal

_DELTA_COLORS: Final[dict[str, Literal["normal", "inverse", "off"]]] = {
    "up": "normal",
    "down": "inverse",
    "neither": "off",
}


class Work(NamedTuple):
    """One row of the work list: what is wrong, how far it reaches, and the link to its rows."""

    icon: str
    severity: Literal["red", "orange", "yellow", "gray"]
    headline: str
    detail: str
    page: str
    query: dict[str, str]
    label: str


def metric(
    label: str,
    shown: str,
    *,
    exact: str,
    delta: str | int | None,
    good: Literal["up", "down", "neither"],
    trend: Sequence[float],
    versus: str,
) -> None:
    """A figure with its change against the previous equal period and its trend; the exact value on hover."""
    st.metric(
        label,
        shown,
        delta,
        delta_color=_DELTA_COLORS[good],
        delta_description=versus,
        help=literal(exact),
        border=True,
        chart_data=list(trend),
        chart_type="area",
    )


def work(rows: Sequence[Work]) -> None:
    """The ranked work list; each row leads to what it is about."""
    for row in rows:
        text, link = st.columns([5, 2], vertical_alignment="center", gap="small")
        with text, st.container(gap="xxsmall"):
            st.markdown(f":{row.severity}[:material/{row.icon}:] **{literal(row.headline)}**")
            st.caption(literal(row.detail))
        with link, st.container(horizontal_alignment="right"):
            st.page_link(
                row.page,
                label=row.label,
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params=row.query,
            )


def row(draws: Mapping[str, Callable[[], None]], *, height: int) -> None:
    """Cards of equal width side by side, each loading and failing on its own."""
    with st.grid(len(draws), min_column_width=170):
        for name, draw in draws.items():
            _alone(name, draw, height)


def card(title: str, note: str, draw: Callable[[], None], *, height: int) -> None:
    """A bordered card with a title that stays while its content loads."""
    with st.container(border=True):
        st.markdown(f"**{title}** :gray[· {note}]")
        _alone(title, draw, height)


@st.fragment(parallel=True)
def _alone(name: str, draw: Callable[[], None], height: int) -> None:
    with feedback.region(name), st.skeleton(height=height):
        draw()
