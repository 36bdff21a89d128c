"""Is the queue healthy: four charts by time and type, each a way into the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from functools import partial
from typing import Any, Final, NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from components.jobs.view import ENDED_FORMAT, STEP_HOURS, View
from components.ui import cards, charts, fields, fmt
from components.ui.charts import Series
from components.ui.theme import STATES, hex_of
from core.database import load
from queries.jobs import health, states, timings
from queries.jobs.states import JOB_TYPES

TTL_S: Final = 15
HEIGHT: Final = 168
_SKELETON: Final = HEIGHT + 44
_SPANS: Final = {"24h": "24 h", "7d": "7 d", "30d": "30 d", "all": "30 d"}
_LOG_TICKS: Final = {1: "1s", 10: "10s", 60: "1m", 600: "10m", 3600: "1h", 86400: "1d"}


ENDS: Final = {
    "completed": Series("Completed", "green"),
    "failed": Series("Failed", "red"),
    "retried": Series("Failed, retried since", "red", is_past=True),
    "cancelled": Series("Cancelled", "gray"),
}
"""How jobs ended, as both charts of it draw them."""


class Mark(NamedTuple):
    """What a mark of a chart stands for."""

    type: str | None
    state: str | None


def charts_of(view: View) -> None:
    """Throughput, what is in hand, wait and run times, and failure rates, under the view's filters."""
    draws: Mapping[str, Callable[[View], None]] = {
        "Throughput": _throughput,
        "Open now": _in_hand,
        "Wait and run": _timings,
        "Failure rate": _rates,
    }
    with st.grid(2, min_column_width=340):
        for name, draw in draws.items():
            with st.container(border=True, height="stretch"):
                cards.isolated(name, partial(draw, view), _SKELETON)


def _throughput(view: View) -> None:
    step = STEP_HOURS[view.range]
    frame = _read(health.throughput(health.health_filter(view.where), view.hours, step))
    notes = [f"ended per {'hour' if step == 1 else f'{step} h'}, UTC, {_SPANS[view.range]}"]
    notes += [f"newest {health.ENDS:,} ends"] if frame["completed"].isna().any() else []
    failures, retried = int(frame[["failed", "retried"]].sum().sum()), int(frame["retried"].sum())
    charts.title("Throughput", " · ".join(notes), _table(frame), key="jobs_throughput")
    key = "jobs_throughput_chart"

    def select() -> None:
        if points := _points(key):
            at = pd.Timestamp(points[-1]["x"])
            state = states.ENDS[points[-1]["curve_number"]]
            if state == "retried":  # those are in other states by now
                return
            _go(
                jobs_ended=f"{at.to_pydatetime().astimezone(UTC) if at.tzinfo else at:{ENDED_FORMAT}}/{step}",
                jobs_state=state,
            )

    charts.over_time(
        frame,
        "at",
        ENDS,
        kind="bar",
        key=key,
        alt=f"Jobs that ended over the last {_SPANS[view.range]}: {_sum(frame['completed'])} completed, "
        f"{_sum(frame['failed'])} failed, {_sum(frame['retried'])} failed and were retried since, "
        f"{_sum(frame['cancelled'])} cancelled",
        open_from=frame["at"].iloc[-1],
        on_select=select,
        height=HEIGHT,
    )
    if retried:
        st.caption(f"{retried:,} of {fmt.plural(failures, 'failure')} were retried by staff since: outlined.")


def _in_hand(view: View) -> None:
    frame = _by_type(_read(health.in_hand(health.health_filter(view.where))))
    oldest = frame["oldest_due_at"].min()
    waited = "nothing is due" if pd.isna(oldest) else f"oldest due {fmt.age(oldest)}"
    charts.title("Open now", f"jobs by type now · {waited}", _table(frame), key="jobs_in_hand")
    running = frame["processing"].fillna(0) - frame["stuck"].fillna(0)
    parts = {"due": frame["due"], "processing": running, "stuck": frame["stuck"], "stranded": frame["stranded"]}
    names = {"processing": "Running"}  # those that are stuck are processing too
    figure = go.Figure(layout={"template": "desk"})
    for state, jobs in parts.items():
        hollow = {"pattern": {"shape": "/" if state == "stranded" else "", "size": 4, "solidity": 0.4}}
        figure.add_bar(
            y=_labels(frame),
            x=jobs.fillna(0).astype("float64"),
            orientation="h",
            name=names.get(state, state.capitalize()),
            marker={"color": hex_of(STATES[state]), **hollow},
            customdata=[[kind, state] for kind in frame["job_type"]],
            hovertemplate="%{x:,}",
        )
    _across(figure)
    _draw(figure, "jobs_in_hand_chart", f"Jobs due, running, stuck and stranded by type; {waited}")


def _timings(view: View) -> None:
    every = _read(timings.timings(health.health_filter(view.where), view.hours))
    of_all, frame = every.iloc[-1], _by_type(every)
    skewed, is_full = int(of_all["skewed"]), bool(of_all["is_window_full"])
    p95 = {name: of_all[f"{name}_p95_s"] for name in ("wait", "run")}
    notes = [f"{name} p95 {fmt.duration(seconds)}" for name, seconds in p95.items() if not pd.isna(seconds)]
    notes += [f"newest {timings.TIMED:,} ends"] if of_all["is_cut"] else []
    among = f" of the newest {timings.TIMED:,}" if is_full and not of_all["is_cut"] else ""
    notes += [f"{skewed:,}{among} left out, as their clocks disagree"] if skewed else []
    charts.title("Wait and run", " · ".join(notes), _table(frame), key="jobs_timings")
    figure = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.06)
    figure.update_layout(template="desk", hovermode="closest")
    for column, (name, means) in enumerate({"wait": "due to start", "run": "start to end"}.items(), start=1):
        for percent, color in ((50, "series1"), (95, "series2"), (99, "series3")):
            seconds = frame[f"{name}_p{percent}_s"].astype("float64")
            figure.add_scatter(
                y=_labels(frame),
                x=seconds.clip(lower=0.1),
                mode="markers",
                name=f"p{percent}",
                legendgroup=f"p{percent}",
                showlegend=column == 1,
                marker={"color": hex_of(color), "size": 9},
                customdata=[[kind, ""] for kind in frame["job_type"]],
                text=[fmt.duration(None if pd.isna(value) else value) for value in seconds],
                hovertemplate=f"%{{y}}: {name} p{percent} %{{text}}<extra></extra>",
                row=1,
                col=column,
            )
        title = {"text": f"{name.capitalize()}, {means}", "standoff": 4, "font": {"size": 11}}
        figure.update_xaxes(title=title, row=1, col=column)
    figure.update_xaxes(type="log", tickvals=list(_LOG_TICKS), ticktext=list(_LOG_TICKS.values()), showgrid=True)
    _rows(figure)
    _draw(figure, "jobs_timings_chart", "Wait and run time by job type: median, 95th and 99th percentile")


def _rates(view: View) -> None:
    frame = _by_type(_read(health.failure_rates(health.health_filter(view.where), view.hours)))
    is_cut = bool(frame["is_window_full"].fillna(False).any())
    notes = [f"failed of ended, {_SPANS[view.range]}", f"mark: the {_SPANS[view.range]} before"]
    notes += [f"newest {health.ENDS:,} ends"] if is_cut else []
    charts.title("Failure rate", " · ".join(notes), _table(frame), key="jobs_rates")
    figure = go.Figure(layout={"template": "desk"})
    about = [[kind, "failed"] for kind in frame["job_type"]]
    told = [f"{_n(row.failed)} of {_n(row.ended)}" for row in frame.itertuples()]
    was = [f"{_n(row.previous_failed)} of {_n(row.previous_ended)}" for row in frame.itertuples()]
    figure.add_bar(
        y=_labels(frame),
        x=frame["rate"].astype("float64"),
        orientation="h",
        name="This period",
        marker={"color": hex_of("red")},
        customdata=about,
        hovertext=told,
        hovertemplate="%{y}: %{x:.1%}, %{hovertext}<extra></extra>",
    )
    figure.add_scatter(
        y=_labels(frame),
        x=frame["previous_rate"].astype("float64"),
        mode="markers",
        name="Period before",
        marker={"color": hex_of("gray"), "symbol": "line-ns-open", "size": 16, "line": {"width": 3}},
        customdata=about,
        hovertext=was,
        hovertemplate="%{y}, period before: %{x:.1%}, %{hovertext}<extra></extra>",
    )
    _across(figure)
    figure.update_xaxes(tickformat=".0%")
    _draw(figure, "jobs_rates_chart", "Share of ended jobs that failed, by type, beside the equal period before")


def _draw(figure: go.Figure, key: str, alt: str) -> None:
    """The figure; a click on a mark narrows the list to its type and state."""

    def select() -> None:
        if points := _points(key):
            mark = Mark(*points[-1]["customdata"])
            _go(jobs_type=mark.type, **({"jobs_state": mark.state} if mark.state else {}))

    charts.draw(figure, key=key, alt=alt, on_select=select, height=HEIGHT)


def _go(**values: str | None) -> None:
    fields.narrow(View, **values)
    st.rerun()  # the whole page: a click in a card runs that card alone


def _points(key: str) -> list[dict[str, Any]]:
    return list(st.session_state[key].selection.points)


def _read(statement: Any) -> pd.DataFrame:
    return load(statement, ttl_s=TTL_S, domain="jobs")


def _by_type(frame: pd.DataFrame) -> pd.DataFrame:
    """A row for every job type in the same order, so that the charts line up."""
    kinds = pd.DataFrame({"job_type": list(JOB_TYPES)}).astype({"job_type": frame["job_type"].dtype})
    return kinds.merge(frame, on="job_type", how="left")


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    """The figures behind a chart, named as a person reads them: seconds stay seconds."""
    told = frame.drop(columns=["is_window_full", "is_cut"], errors="ignore")
    named = told.rename(columns=lambda name: str(name).replace("_", " ").removesuffix(" s").capitalize())
    return pd.DataFrame(named.to_dict("series"))  # without the time of the answer, which no table shows


def _labels(frame: pd.DataFrame) -> list[str]:
    return [str(kind).replace("_", " ") for kind in frame["job_type"]]


def _across(figure: go.Figure) -> None:
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(showgrid=True, rangemode="tozero", nticks=6)
    _rows(figure)


def _rows(figure: go.Figure) -> None:
    """One row for each type, all of them named, the first on top."""
    figure.update_yaxes(showgrid=False, autorange="reversed", rangemode="normal", tickmode="linear", tickfont_size=11)


def _sum(column: pd.Series[Any]) -> str:
    return f"{int(column.fillna(0).sum()):,}"


def _n(value: Any) -> str:
    return "0" if pd.isna(value) else f"{int(value):,}"
