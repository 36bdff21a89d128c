"""Calls, failures and latency over time, and when in the week they happen."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.api_usage import filters
from components.api_usage.filters import DOMAIN, View
from components.ui import charts, feedback, fmt
from components.ui.charts import Series
from components.ui.freshness import TTL_S
from components.ui.theme import hex_of, scheme
from core.database import load
from queries.api_usage import trends
from queries.api_usage.figures import P95_CALLS, P99_CALLS

HEIGHT: Final = charts.HEIGHT + 76
GOOD: Final = Series("OK", "series2")
SPLIT: Final = {
    "errors_429": Series("429", "yellow"),
    "errors_5xx": Series("5xx", "red"),
    "errors_other": Series("Other errors", "orange"),
}
PERCENTILES: Final = {
    "p50_ms": Series("p50", "series3"),
    "p95_ms": Series("p95", "series4"),
    "p99_ms": Series("p99", "series5"),
}
UNKNOWN: Final = Series("Unknown", "gray")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOVER: Final = {"hour": "%a %d %b %Y %H:%M UTC", "day": "%a %d %b %Y"}


def calls(view: View) -> None:
    """Calls over time with their failures; a bar narrows the tables below."""
    frame = load(trends.over_time(view.where), ttl_s=TTL_S, domain=DOMAIN)
    is_split = frame["errors_429"].notna().any()
    series = {"good": GOOD, **(SPLIT if is_split else {"errors": Series("Errors", "red")})}
    if unknown := int(frame["unknown"].sum()):
        series["unknown"] = UNKNOWN
    charts.title(
        f"Calls and errors per {view.where.grain}", "UTC", _table(frame, "at", series), key="api_usage_calls_chart"
    )
    if not frame["calls"].any():
        feedback.empty("No calls in this range.", "Widen the range, or clear a filter.", "bar_chart")
        return
    key = "api_usage_calls_chart"
    charts.over_time(
        frame,
        "at",
        series,
        kind="bar",
        key=key,
        hover=_HOVER[view.where.grain],
        alt=f"API calls per {view.where.grain}, failures by kind stacked on top; the last bar is incomplete.",
        open_from=view.open_from,
        on_select=lambda: filters.pick(key),
    )
    said = f" Unknown: {fmt.plural(unknown, 'call')} with neither status nor message." if unknown else ""
    st.caption(f"Click a bar to narrow the tables below to it; double-click for the whole range.{said}")


def latency(view: View) -> None:
    """Latency percentiles over time, from merged histograms."""
    if view.is_by_service:
        charts.title("Latency", "not kept by plan", None, key="api_usage_latency")
        feedback.empty("Latency is kept per endpoint, not per plan.", "Clear the plan, or choose one account.", "timer")
        return
    timed = view.timed
    frame = load(trends.latency(timed), ttl_s=TTL_S, domain=DOMAIN)
    charts.title(
        f"Latency per {timed.grain}", "ms, within 2 %", _table(frame, "at", PERCENTILES), key="api_usage_latency"
    )
    if not frame["p50_ms"].notna().any():
        feedback.empty("No timed calls in this range.", "Widen the range, or clear a filter.", "timer")
        return
    charts.over_time(
        frame,
        "at",
        PERCENTILES,
        kind="line",
        key="api_usage_latency",
        unit=" ms",
        hover=_HOVER[timed.grain],
        alt=f"Latency per {timed.grain}: 50th, 95th and 99th percentile in milliseconds.",
    )
    st.caption(f"p95 needs {P95_CALLS} timed calls, p99 {P99_CALLS}; gaps have fewer.")


def heat(view: View) -> None:
    """When in the week calls are made: hour of the UTC day by weekday, over a week at least."""
    since = trends.heat_since(view.where)
    where = view.where.over(since, view.where.until)
    frame = load(trends.heat(where), ttl_s=TTL_S, domain=DOMAIN)
    charts.title("Hour by weekday", f"calls since {since:%-d %b %Y}, UTC", _heat_table(frame), key="api_usage_heat")
    if frame.empty:
        feedback.empty("No calls in this range.", "Widen the range, or clear a filter.", "calendar_view_week")
        return
    known = frame["calls"] - frame["unknown"]
    shares = (frame["errors"] / known.where(known > 0)).astype("Float64")
    grid = frame.assign(failed=[fmt.percent(None if pd.isna(share) else share) for share in shares])
    figure = go.Figure(layout={"template": "desk", "hovermode": "closest"})
    cells, failed = (
        grid.pivot(index="weekday", columns="hour", values=name).reindex(index=range(1, 8), columns=range(24))
        for name in ("calls", "failed")
    )
    figure.add_heatmap(
        z=cells.astype("float64"),
        x=[f"{hour:02d}" for hour in range(24)],
        y=list(_DAYS),
        customdata=failed,
        xgap=2,
        ygap=2,
        zmin=0,
        colorscale=[[0, _faint()], [1, hex_of("series1")]],
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{y} %{x}:00 UTC<br>%{z:,} calls, %{customdata} failed<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, dtick=1)
    figure.update_xaxes(type="category", nticks=12)
    charts.draw(figure, key="api_usage_heat", alt="API calls by hour of the UTC day and weekday; darker is more.")


def _faint() -> str:
    return str(st.get_option(f"theme.{scheme()}.secondaryBackgroundColor"))


def _table(frame: pd.DataFrame, time: str, series: dict[str, Series]) -> pd.DataFrame:
    names = {name: one.label for name, one in series.items()}
    moments = frame[time].dt.strftime("%Y-%m-%d %H:%M")
    return frame.assign(**{time: moments})[[time, *series]].rename(columns={time: "From (UTC)", **names})


def _heat_table(frame: pd.DataFrame) -> pd.DataFrame:
    ordered = frame.sort_values(["weekday", "hour"])
    return pd.DataFrame(
        {
            "Weekday": [_DAYS[int(day) - 1] for day in ordered["weekday"]],
            "Hour (UTC)": ordered["hour"],
            "Calls": ordered["calls"],
            "Errors": ordered["errors"],
            **({"Unknown": ordered["unknown"]} if ordered["unknown"].any() else {}),
        }
    )
