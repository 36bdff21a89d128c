"""A verb over jobs while it goes on and when it is over: a bar, an outcome for each job, and what is left."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import pandas as pd
import streamlit as st

from actions.bulk import CAP
from actions.jobs import runs
from actions.jobs.changes import ACTIONS
from actions.jobs.runs import Order, Run
from components.jobs import table, view
from components.jobs.view import View
from components.ui import details, exports, feedback, fmt, gate, records, url
from components.ui.exports import Export
from core.database import rows
from core.errors import DeskError, NotFound
from core.identity import Viewer
from queries.jobs import runs as reads

_SHOWN: Final = "jobs_run_shown"
_LAST: Final = "jobs_run_last"
_LATELY: Final = timedelta(seconds=10)


def begin(order: Order, viewer: Viewer, typed: int | None) -> None:
    """Put the order on record and carry it out in sight; what became of a single job is a sentence."""
    run_id = runs.start(order, viewer, typed)
    st.session_state[_LAST] = (run_id, view.view().words)
    show(run_id)
    if len(order.jobs) == 1:
        with suppress(DeskError):  # it is tried again in sight, where it says so and can go on
            feedback.told(runs.carry_out(run_id, viewer).outcome())
            _forget()
            runs.close(run_id, viewer)


def show(run_id: UUID) -> None:
    """Carry this run out and show its outcome from the next run of the page on."""
    st.session_state[_SHOWN] = run_id


def is_shown() -> bool:
    """Whether a run is on display."""
    return _SHOWN in st.session_state


def dialog() -> bool:
    """The run on display, if there is one: it goes on while it is looked at; whether there was one."""
    run_id: UUID | None = st.session_state.get(_SHOWN)
    if run_id is None:
        return False

    @st.dialog("Progress and outcome", icon=":material/checklist:", width="medium", on_dismiss=partial(_seen, run_id))
    def opened() -> None:
        gate.require("jobs")
        with feedback.error_boundary("Run"):
            run = _carry_out(run_id)
            _outcome(run)
            if run.is_over:
                return
        st.caption("What was done is on record. Continue when the database is back.")
        st.button(
            "Continue", type="primary", icon=":material/play_arrow:", key=records.key("jobs_run_continue", run_id)
        )

    opened()
    return True


def _carry_out(run_id: UUID) -> Run:
    """Batch after batch, each by whoever looks then; closing the dialog or the page stops between two transactions."""
    with st.empty():
        bar = st.progress(0.0, "Starting")

        def moved(done: int, of: int) -> None:
            bar.progress(done / of, f"{done:,} of {of:,}")
            gate.require("jobs")

        run = runs.carry_out(run_id, gate.require("jobs"), moved)
        if run.is_over:
            moved(len(run.results), len(run.order.jobs))
    return run


def _outcome(run: Run) -> None:
    outcome = run.outcome()
    (st.warning if outcome.unreached else st.success if outcome.done else st.info)(outcome.summary())
    frame = _table(run)
    st.dataframe(
        frame,
        hide_index=True,
        height=min(300, 36 + 32 * len(frame)),
        alt=f"Outcome of {fmt.plural(len(frame), 'job')}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if outcome.busy:
            st.button(
                f"Select the {len(outcome.busy):,} busy again"
                if len(outcome.busy) > 1
                else "Select the busy one again",
                icon=":material/replay:",
                help="A worker or a colleague held them at that moment.",
                on_click=_again,
                args=(run.id, outcome.busy),
                key=records.key("jobs_run_again", run.id),
            )
        if outcome.done:
            _follow(f"Follow {'them' if len(outcome.ids) > 1 else 'it'} →", run.id)
        exports.csv_button("job-outcome", CAP, _export)
        if run.is_over:
            st.button(
                "Close", type="primary", on_click=_closed, args=(run.id,), key=records.key("jobs_run_close", run.id)
            )


def _export(_: int) -> Export:
    [row] = rows(reads.one(st.session_state[_SHOWN], gate.require("jobs").user_id)) or [None]
    if row is None:
        raise NotFound("That run is not on record any more. Close this and refresh the page.")
    run = runs.of_row(row)
    return Export(f"outcome of {_name(run).lower()}, begun {fmt.utc(run.started_at)}", _table(run))


def _table(run: Run) -> pd.DataFrame:
    """One row for each job, in the order of the list."""
    told = {"skipped": "left as it is: now ", "done": ACTIONS[run.order.verb].done}
    results = [run.results.get(one.id, "not tried").partition(":") for one in run.order.jobs]
    return pd.DataFrame(
        {
            "Job": [str(one.id) for one in run.order.jobs],
            "Outcome": [told.get(result, result) + state for result, _, state in results],
        }
    )


def banner(viewer: Viewer) -> None:
    """Runs that ended or stopped while nobody looked: what was and what was not done, and the way on."""
    found = rows(reads.open_runs(viewer.user_id))
    for row in found:
        run = runs.of_row(row)
        if run.id == st.session_state.get(_SHOWN):
            continue
        begun = f"{fmt.utc(run.started_at)} UTC ({fmt.age(run.started_at)})"
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            if run.is_over:
                summary = fmt.literal(run.outcome().summary())
                st.markdown(f":green[:material/check_circle:] **{_name(run)}** of {begun} is over: {summary}")
                _link("Outcome", "list", "outcome", run)
            else:
                st.markdown(f":orange[:material/pause_circle:] **{_name(run)}** of {begun} {_stopped(run)}")
                _link("Continue", "play_arrow", "continue", run)
                leave = records.key("jobs_leave", run.id)
                st.button("Leave the rest", type="tertiary", on_click=_close, args=(run.id,), key=leave)
    details.beyond(found)


def emptied(view: View, viewer: Viewer) -> bool:
    """Say that the person's last run emptied the list, if it did: it was asked for under these filters."""
    run_id, words = st.session_state.get(_LAST, (None, ""))
    found = rows(reads.one(run_id, viewer.user_id)) if run_id and words == view.words else []
    if not found:
        return False
    run = runs.of_row(found[0])
    spec, outcome = ACTIONS[run.order.verb], run.outcome()
    done, number = len(outcome.done), len(outcome.ids)
    if not done:
        return False
    those = f"All {number:,}" if done == number else f"{done:,} of {number:,}"
    were = f"{those} were" if number > 1 else "The job was"
    feedback.empty(
        f"{were} {spec.past or spec.done} at {fmt.lately(run.started_at)}.", f"No {view.words} now.", "task_alt"
    )
    _follow(f"See how {'they' if number > 1 else 'it'} ended", run.id)
    return True


def _follow(label: str, run_id: UUID) -> None:
    """The way to the list of the run's jobs, as they are by then."""
    st.button(label, on_click=_followed, args=(run_id,), key=records.key("jobs_run_follow", run_id, label))


def _followed(run_id: UUID) -> None:
    url.write(**dict.fromkeys(View.keys()) | {"jobs_run": str(run_id), "jobs_range": "all", "jobs_charts": "off"})
    _closed(run_id)


def _stopped(run: Run) -> str:
    summary = fmt.literal(run.outcome().summary())
    if datetime.now(UTC) - run.updated_at < _LATELY:
        return f"may still be going on in another window: {summary}"
    return f"stopped after {len(run.results):,} of {len(run.order.jobs):,}, each transaction whole: {summary}"


def _link(label: str, icon: str, name: str, run: Run) -> None:
    st.button(label, icon=f":material/{icon}:", on_click=show, args=(run.id,), key=records.key(f"jobs_{name}", run.id))


def _name(run: Run) -> str:
    return f"{ACTIONS[run.order.verb].label} {fmt.plural(len(run.order.jobs), 'job')}"


def _again(run_id: UUID, ids: tuple[UUID, ...]) -> None:
    table.SELECTION.select(ids)
    _close(run_id)


def _seen(run_id: UUID) -> None:
    """Who saw the outcome needs no reminder of it; what is not over waits in the banner."""
    with feedback.flash_errors():
        viewer = gate.require("jobs")
        if all(runs.of_row(row).is_over for row in rows(reads.one(run_id, viewer.user_id))):
            runs.close(run_id, viewer)
    _forget()


def _closed(run_id: UUID) -> None:
    _seen(run_id)
    st.rerun()


def _close(run_id: UUID) -> None:
    with feedback.flash_errors():
        runs.close(run_id, gate.require("jobs"))
    _forget()
    st.rerun()


def _forget() -> None:
    st.session_state.pop(_SHOWN, None)
