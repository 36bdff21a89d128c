"""What can be done to jobs: which verbs stand where, over which jobs, and the question that comes before each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

import streamlit as st

from actions.bulk import CAP
from actions.jobs.changes import ACTIONS, Snapshot, Verb
from components.jobs import table, view
from components.jobs.view import ACTIVE, View
from components.ui import exports, feedback, fmt, gate, records, url
from components.ui.dialogs import Pending
from components.ui.exports import Export
from core.database import rows
from core.errors import Invalid
from core.identity import Viewer
from queries.jobs import listing
from queries.jobs.preview import snapshots
from queries.sql.signatures import WINDOW

FITTING: Final[dict[str | None, tuple[Verb, ...]]] = {
    None: tuple(ACTIONS),
    ACTIVE: ("run_now", "reschedule", "change_priority", "cancel", "force_cancel"),
    **dict.fromkeys(("failed", "cancelled"), ("retry",)),
    **dict.fromkeys(("due", "stranded"), ("cancel", "reschedule", "change_priority")),
    **dict.fromkeys(("queued", "scheduled", "retrying"), ("run_now", "reschedule", "change_priority", "cancel")),
    "processing": ("force_cancel",),
    "stuck": ("rescue", "force_cancel"),
}
"""The verbs that the state on display allows, the likeliest first."""
_VISIBLE: Final = 2
PROBLEM: Final = "jobs_problem"
"""Where the question keeps what was wrong with its answer."""
_UNSEEN: Final = (
    f"Looked for among the newest {WINDOW:,} failures; older ones were not searched: choose a bar of the throughput to "
    "search them."
)


class PendingAction(NamedTuple):
    """A verb and the frozen list of jobs it was asked for: which they are in words, of how many, and since when."""

    verb: Verb
    jobs: tuple[Snapshot, ...]
    which: str
    matching: str
    since: str
    question: str


ASKED: Final = Pending[PendingAction]("jobs_asked", PROBLEM)


def ask(verb: Verb, ids: Sequence[UUID], which: str, matching: str = "", since: str = "") -> None:
    """Freeze these jobs as they are now and ask for a confirmation of the verb; in a callback.

    `which` says in words what they are, `matching` how many the filter holds, where one does, and `since` what became
    of it after its button was drawn.
    """
    with feedback.flash_errors():
        gate.require(ACTIONS[verb].permission)
        found = ((UUID(row["id"]), row["attempts"], row["run_start"]) for row in rows(snapshots(ids)))
        now = {job_id: Snapshot(job_id, attempts, run_start) for job_id, attempts, run_start in found}
        jobs = tuple(now.get(one, Snapshot(one)) for one in ids)
        ASKED.ask(PendingAction(verb, jobs, which, matching, since, records.question()))
    st.rerun()  # the whole page: pressed in a drawer, only the drawer would run again


def fitting(state: str | None, viewer: Viewer) -> tuple[Verb, ...]:
    """The verbs that this state allows and this person may use."""
    return tuple(verb for verb in FITTING.get(state, ()) if viewer.can(ACTIONS[verb].permission))


def of_job(status: str, state: str, viewer: Viewer) -> tuple[Verb, ...]:
    """The verbs for one job, by what it is: `run now` says nothing to a due job, `rescue` nothing to a healthy one."""
    return tuple(verb for verb in fitting(state, viewer) if status in ACTIONS[verb].allowed)


def toolbar(view: View, viewer: Viewer) -> None:
    """How many jobs the view holds, and what can be done with the selected ones or with all."""
    [row] = rows(listing.total(view.where))
    chosen = table.SELECTION.ids
    # On the left: above its right end a table draws its own tools when the mouse is near.
    with st.container(horizontal=True, vertical_alignment="center"):
        noted = f" :gray[· {len(chosen)} selected]" if chosen else ""
        number = fmt.count(row["jobs"], is_floor=row["is_floor"])
        st.markdown(f"**{number}** {fmt.literal(view.words_of(row['jobs']))}{noted}", width="content")
        verbs = fitting(view.state, viewer)
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if chosen:
                _for_selected(verbs, chosen)
                st.button("Unselect", type="tertiary", on_click=table.SELECTION.select, key="jobs_unselect")
            elif verbs and row["jobs"]:
                _for_all(verbs, row["jobs"], number)
            exports.csv_button("jobs", listing.EXPORT_CAP, _export)
    if row["has_unseen"]:
        st.caption(f":material/visibility_off: {_UNSEEN}")


def _export(limit: int) -> Export:
    shown = view.view()
    [row] = rows(listing.total(shown.where))
    return Export(
        f"{shown.words} ({_UNSEEN})" if row["has_unseen"] else shown.words, listing.export(shown.where, limit)
    )


def _for_selected(verbs: Sequence[Verb], chosen: Sequence[UUID]) -> None:
    which = f"{fmt.plural(len(chosen), 'job')}, selected by hand"
    for verb in verbs[:_VISIBLE]:
        button(verb, chosen, which, key=f"jobs_{verb}", is_primary=verb == verbs[0])
    if verbs[_VISIBLE:]:
        with st.popover("More", key="jobs_more"):
            for verb in verbs[_VISIBLE:]:
                button(verb, chosen, which, key=f"jobs_{verb}", is_primary=False)


def _for_all(verbs: Sequence[Verb], number: int, told: str) -> None:
    """One verb over everything that the filter holds, in the list's order, as far as the cap goes."""
    reach = min(number, CAP)
    seen = url.others("jobs_after")
    which = f"the first {reach:,}" if told.endswith("+") or number > CAP else f"all {reach:,}"
    if len(verbs) == 1:
        spec = ACTIONS[verbs[0]]
        st.button(
            f"{spec.label} {which}…",
            icon=f":material/{spec.icon}:",
            on_click=_freeze,
            args=(verbs[0], reach, seen),
            key="jobs_all",
        )
        return
    with st.popover(f"Act on {which}…", icon=":material/done_all:", key="jobs_all"):
        if number > CAP:
            st.caption(f"{CAP:,} at a time: as many as one person can answer for. Then the next.")
        for verb in verbs:
            spec = ACTIONS[verb]
            label = f"{spec.label} {fmt.plural(reach, 'job')}"
            st.button(
                label, icon=f":material/{spec.icon}:", on_click=_freeze, args=(verb, reach, seen),
                key=f"jobs_all_{verb}", type="tertiary",
            )  # fmt: skip


def _freeze(verb: Verb, told: int, seen: str) -> None:
    """Ask for the verb over what the view holds now; its button said `told`, under the URL `seen`."""
    with feedback.flash_errors():
        gate.require(ACTIONS[verb].permission)
        shown = view.view()
        if verb not in FITTING.get(shown.state, ()):
            raise Invalid(f"{ACTIONS[verb].label} does not fit {shown.words}, which the list shows now. Look again.")
        found = rows(listing.ids(shown.where, *shown.order, CAP))
        if not found:
            raise Invalid(f"No {shown.words} now, so nothing was done. Widen the time range, or clear a filter.")
        [total] = rows(listing.total(shown.where))
        since = fmt.since_then(told, len(found), is_other=url.others("jobs_after") != seen)
        number = fmt.count(total["jobs"], is_floor=total["is_floor"])
        ask(verb, [UUID(row["id"]) for row in found], shown.counted(len(found)), number, since)


def button(verb: Verb, ids: Sequence[UUID], which: str, *, key: str, is_primary: bool) -> None:
    """A button that asks for the verb over these ids, which the question calls `which`."""
    spec = ACTIONS[verb]
    st.button(
        f"{spec.label} {fmt.plural(len(ids), 'job')}",
        icon=f":material/{spec.icon}:",
        type="primary" if is_primary else "secondary",
        on_click=ask,
        args=(verb, ids, which),
        key=records.key(key, *ids),
    )
