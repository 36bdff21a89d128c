"""What happened to a job, drawn: how long each run was planned ahead, waited and ran, and what staff did in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import plotly.graph_objects as go
import streamlit as st

from components.ui import charts, fmt
from components.ui.theme import STATES, hex_of
from core.loaders import moment

_ROW_PX: Final = 30
_FRAME_PX: Final = 60
_LEAST: Final = 0.006
"""The smallest share of the drawing that a phase gets: two seconds within a day are still seen."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a job, as far as the product or our own record tells."""

    label: str
    state: str
    created_at: datetime | None
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class Phase(NamedTuple):
    """A stretch of a run."""

    name: str
    color: str
    since: datetime
    until: datetime


def drawn(job: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> None:
    """The runs of the job, the present one last, over UTC time; then its times in words."""
    st.markdown("**Timeline** :gray[· UTC]")
    runs = [*earlier(history), _present(job)]
    phases = [(run, phase) for run in runs for phase in phases_of(run, datetime.now(UTC))]
    if phases:
        _figure(runs, phases, history)
    _words(job)


def earlier(history: Sequence[Mapping[str, Any]]) -> list[Ran]:
    """Runs before the present one: what staff's retries and rescues found, oldest first."""
    found: list[Ran] = []
    for entry in sorted(history, key=lambda entry: entry["at"]):
        before: Mapping[str, Any] = entry["before"]
        started, ended = (_known(moment(before.get(name))) for name in ("started_at", "completed_at"))
        if started:
            state = str(before.get("status") or "failed")
            found.append(Ran(f"Run {len(found) + 1}", state, None, None, started, ended or entry["at"]))
    return found


def phases_of(run: Ran, now: datetime) -> Iterator[Phase]:
    """The stretches of a run; one that would be negative (clocks that disagree) is left out."""
    due = run.scheduled_at
    if run.created_at and due and due > run.created_at:
        yield Phase("planned ahead", STATES["scheduled"], run.created_at, due)
    if due:
        until = run.started_at or run.ended_at or now
        if until > due:
            yield Phase("waited", STATES["due"], due, until)
    if run.started_at:
        until = run.ended_at or now
        if until > run.started_at:
            yield Phase(f"ran, {run.state}", STATES.get(run.state, "gray"), run.started_at, until)


def _figure(runs: Sequence[Ran], phases: Sequence[tuple[Ran, Phase]], history: Sequence[Mapping[str, Any]]) -> None:
    first = min(phase.since for _, phase in phases)
    last = max([*(phase.until for _, phase in phases), *(entry["at"] for entry in history)])
    least_ms = (last - first).total_seconds() * 1000 * _LEAST
    figure = go.Figure(layout={"template": "desk", "barmode": "overlay", "showlegend": False, "hovermode": "closest"})
    for run, phase in phases:
        length_s = (phase.until - phase.since).total_seconds()
        figure.add_bar(
            y=[run.label],
            x=[max(length_s * 1000, least_ms)],
            base=[phase.since],
            orientation="h",
            marker={"color": hex_of(phase.color)},
            text=f"{phase.name} {fmt.duration(length_s)}",
            textposition="inside",
            insidetextanchor="middle",
            constraintext="both",
            hovertemplate="%{y} %{text}<extra></extra>",
        )
    figure.add_scatter(
        y=[runs[-1].label] * len(history),
        x=[entry["at"] for entry in history],
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": hex_of("series1")},
        hovertext=[f"{entry['action']} by {entry['actor_email']}" for entry in history],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_xaxes(type="date", nticks=5)
    figure.update_yaxes(showgrid=False, autorange="reversed", rangemode="normal")
    told = "; ".join(
        f"{run.label} {phase.name} {fmt.duration((phase.until - phase.since).total_seconds())}" for run, phase in phases
    )
    charts.draw(figure, key="job_timeline", alt=told, height=_FRAME_PX + _ROW_PX * len(runs))


def _present(job: Mapping[str, Any]) -> Ran:
    ended = job["ended_at"]
    times = map(_known, (job["created_at"], job["scheduled_at"], job["started_at"], ended))
    return Ran(f"Attempt {job['attempts'] or 0:,}", str(job["state"]), *times)


def _words(job: Mapping[str, Any]) -> None:
    waited = f"after {fmt.duration(job['wait_s'])}" if job["wait_s"] is not None else ""
    ran = f"ran {fmt.duration(job['run_s'])}" if job["run_s"] is not None else ""
    steps = [
        ("Created", job["created_at"], ""),
        ("Scheduled", job["scheduled_at"], ""),
        ("Started", job["started_at"], waited),
        (fmt.literal(str(job["status"] or "").capitalize()), job["completed_at"], ran),
    ]
    st.table(
        {label: fmt.dated(at, note) for label, at, note in steps if at},
        border="horizontal",
    )
    if job["is_clock_skewed"]:
        st.caption(
            ":material/schedule: Clocks disagree: a step is dated before the one it follows, so its length is unknown."
        )


def _known(at: datetime | None) -> datetime | None:
    """The moment if it can be drawn: beyond all years there is no place for it."""
    return None if at is None or fmt.is_far(at) else at
