"""What credits went into and what was made, over time."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from components.ui import charts, feedback
from components.ui.charts import Series
from components.ui.freshness import TTL_S
from components.usage import filters
from components.usage.filters import FEATURE_NAMES, GRAINS, View
from components.usage.tiles import DOMAIN
from core.database import load
from queries.usage import figures

FEATURES: Final = {
    name: Series(FEATURE_NAMES[name], f"series{number}") for number, name in enumerate(FEATURE_NAMES, start=1)
}
"""Each feature's colour, the same wherever it is drawn."""
COUNTERS: Final = {
    "pieces": Series("Content pieces", "series6"),
    "scripts": Series("Scripts", "series2"),
    "voice": Series("Voice", "series3"),
    "avatar": Series("Avatar", "series4"),
    "projects": Series("Projects", "series7"),
}
OF_FEATURE: Final = {"analysis": "pieces", "scripts": "scripts", "voice": "voice", "avatar": "avatar"}
"""The counter that belongs to a feature."""
HEIGHT: Final = charts.HEIGHT + 48
_HOVER: Final = {"day": "%a %d %b %Y", "week": "Week from %d %b %Y", "month": "%B %Y"}


def credits(view: View) -> None:
    """Credits over time, stacked by feature; a bar narrows the tables below."""
    frame = _dated(load(figures.credits_by_feature(view.charted, view.by), ttl_s=TTL_S, domain=DOMAIN))
    series = {name: kind for name, kind in FEATURES.items() if view.where.feature in (None, name)}
    charts.title(
        f"Credits {GRAINS[view.grain].lower()} by feature",
        "by what they paid for, UTC",
        _table(frame, series),
        key="usage_credits",
    )
    if not frame[list(series)].to_numpy(dtype="float64").any():
        feedback.empty("No credits in this range.", "Widen the range, or clear a filter.", "bar_chart")
        return
    draw_credits(frame, series, view, key="usage_credits")
    st.caption("Click a bar to narrow the tables below to it; double-click for the whole range.")


def draw_credits(frame: pd.DataFrame, series: dict[str, Series], view: View, *, key: str) -> None:
    """The stacked bars; a click picks one."""
    charts.over_time(
        frame,
        "bucket",
        series,
        kind="bar",
        key=key,
        hover=_HOVER[view.grain],
        alt=f"Credits {GRAINS[view.grain].lower()}, stacked by feature; the last bar is incomplete.",
        open_from=view.open_from,
        on_select=lambda: filters.pick(key),
    )


def counters(view: View) -> None:
    """What was made over time; days that are not recorded are gaps."""
    frame = _dated(load(figures.counters(view.charted, view.by), ttl_s=TTL_S, domain=DOMAIN))
    kept = OF_FEATURE.get(view.where.feature or "")
    series = {name: kind for name, kind in COUNTERS.items() if kept in (None, name)}
    charts.title(
        f"Created {GRAINS[view.grain].lower()}", "daily statistics, UTC", _table(frame, series), key="usage_made"
    )
    if not frame["recorded"].any():
        feedback.empty("No statistics in this range.", "Widen the range.", "bar_chart")
        return
    charts.over_time(
        frame,
        "bucket",
        series,
        kind="line",
        key="usage_made",
        hover=_HOVER[view.grain],
        alt=f"How much was created {GRAINS[view.grain].lower()}; days that are not recorded are gaps.",
    )
    missing = int((frame["days"] - frame["recorded"]).sum())
    st.caption(
        f"{missing:,} of {int(frame['days'].sum()):,} days are not recorded, with statistics of fewer than half of the "
        "usual accounts: unknown, not 0."
        if missing
        else f"{GRAINS[view.grain]}, the last one so far incomplete."
    )


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its buckets as moments, as charts compare them."""
    return frame.assign(bucket=pd.to_datetime(frame["bucket"], utc=True))


def _table(frame: pd.DataFrame, series: dict[str, Series]) -> pd.DataFrame:
    names = {name: one.label for name, one in series.items()}
    return frame.assign(bucket=frame["bucket"].dt.date)[["bucket", *series]].rename(columns={"bucket": "From", **names})
