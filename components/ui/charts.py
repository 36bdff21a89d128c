"""Charts with one look: bars and lines over time, each with its table behind one click."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final, Literal, NamedTuple, cast

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.ui.fmt import literal
from components.ui.theme import CHART_CONFIG, hex_of

HEIGHT: Final = 230
_TEXTS: Final = ("name", "text", "hovertext", "x", "y")


class Series(NamedTuple):
    """A column of the frame, how it is named and its theme colour; `is_past` draws what is no more as an outline."""

    label: str
    color: str
    is_past: bool = False


def over_time(
    frame: pd.DataFrame,
    time: str,
    series: Mapping[str, Series],
    *,
    kind: Literal["bar", "line"],
    key: str,
    alt: str,
    unit: str = "",
    hover: str = "%a %d %b %Y %H:%M UTC",
    open_from: pd.Timestamp | None = None,
    on_select: Callable[[], None] | None = None,
    height: int = HEIGHT,
) -> None:
    """Columns of a frame over UTC time; bars from `open_from` on are hatched as incomplete; gaps stay gaps."""
    figure = go.Figure(layout={"template": "desk"})
    for column, (label, color, is_past) in series.items():
        values = frame[column].astype("float64")
        shown = {"x": frame[time], "y": values, "name": label, "hovertemplate": f"%{{y:,.2~f}}{unit}"}
        if kind == "bar":
            hatch = ["" if open_from is None or at < open_from else "/" for at in frame[time]]
            hatch = ["x" if is_past else one for one in hatch]
            marker = {"color": hex_of(color), "pattern": {"shape": hatch, "size": 4, "solidity": 0.4}}
            figure.add_bar(**shown, marker=marker)
        else:
            figure.add_scatter(**shown, mode="lines", line={"color": hex_of(color), "width": 2}, connectgaps=False)
    figure.update_xaxes(hoverformat=hover)
    draw(figure, key=key, alt=alt, on_select=on_select, height=height)


def draw(
    figure: go.Figure, *, key: str, alt: str, on_select: Callable[[], None] | None = None, height: int = HEIGHT
) -> None:
    """A figure in the Desk's template, named for screen readers; its texts are shown as written.

    A hover template is no text: what it tells of the data it takes from them (`%{text}`), never from an f-string.
    """
    for trace in cast("tuple[Any, ...]", figure.data):
        for name in _TEXTS:
            if name in trace:
                trace[name] = _literal(trace[name])
    figure.update_layout(height=height)  # or it is drawn taller for a moment, and stays so on a busy machine
    st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        height=height,
        config=CHART_CONFIG,
        on_select=on_select or "ignore",
        selection_mode="points",
    )


def _literal(value: Any) -> Any:
    """Text as Plotly shows it as written: it reads links, line breaks and bold print of HTML."""
    if isinstance(value, str):
        return escape(value, quote=False)
    is_column = isinstance(value, list | tuple) or str(getattr(value, "dtype", "")) == "object"
    return [_literal(one) for one in value] if is_column else value


def title(text: str, note: str, frame: pd.DataFrame | None, *, key: str) -> None:
    """A chart's title with its unit, and the same figures as a table behind one click."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{literal(text)}**{f' :gray[· {literal(note)}]' if note else ''}", width="content")
        if frame is not None:
            frame.attrs.clear()  # when it was asked, which Streamlit cannot send
            with st.popover("Table", icon=":material/table_rows:", type="tertiary", key=f"{key}_table"):
                st.dataframe(frame, hide_index=True, alt=f"{text} as a table")
