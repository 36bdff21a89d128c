"""The question before a verb: what it would do, what speaks against it, and the form that says yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from actions import policy
from actions.bulk import CAP
from actions.jobs.changes import ACTIONS, STAGGERED
from actions.jobs.runs import REASON_ABOVE, SPREAD_MINUTES, TYPED_ABOVE, Order
from components.jobs import run, table, verbs
from components.jobs.verbs import PendingAction
from components.ui import feedback, fmt, gate, records
from core.database import rows
from core.errors import DeskError
from core.identity import Viewer
from queries.jobs.preview import preview


def reason_to_wait() -> str | None:
    """Why the page must not refresh by itself now."""
    if verbs.ASKED.waiting:
        return "confirming"
    if run.is_shown():
        return "showing an outcome"
    chosen = table.SELECTION.ids
    return f"{len(chosen)} selected" if chosen else None


def dialog(viewer: Viewer) -> bool:
    """The question that waits for an answer, if one does; whether there was one."""
    pending = verbs.ASKED.waiting
    if pending is None:
        return False
    spec = ACTIONS[pending.verb]
    if not viewer.can(spec.permission):
        verbs.ASKED.close()
        return False

    @st.dialog(f"{_label(pending)}", icon=f":material/{spec.icon}:", on_dismiss=verbs.ASKED.close)
    def question() -> None:
        gate.require(spec.permission)
        with feedback.error_boundary("Preview"):
            _consequences(pending)
        _form(pending)

    question()
    return True


def _label(pending: PendingAction) -> str:
    return f"{ACTIONS[pending.verb].label} {fmt.plural(len(pending.jobs), 'job')}"


def _consequences(pending: PendingAction) -> None:
    spec, number = ACTIONS[pending.verb], len(pending.jobs)
    st.caption(fmt.literal(pending.which))
    if pending.since:
        st.info(pending.since, icon=":material/filter_alt:")
    [reach] = rows(preview([one.id for one in pending.jobs], spec.allowed))
    eligible = reach["eligible"]
    of_accounts = f" of {fmt.plural(reach['accounts'], 'account')}" if reach["accounts"] else ""
    subject = "**This job**" if number == 1 else f"**{fmt.plural(eligible, 'job')}**{of_accounts}"
    if eligible or number > 1:
        st.markdown(f"{subject} {spec.one if eligible == 1 else spec.many}")
    if number == CAP and pending.matching not in {"", f"{CAP:,}"}:
        st.caption(
            f"The first {CAP:,} of {pending.matching} that match: as many as one person can answer for. "
            "Ask again for the next."
        )
    if pending.verb == "retry":
        st.markdown(f":material/payments: {_credits(reach['estimated_credits'], reach['actual_credits'])}")
    if spec.warning:
        st.warning(spec.warning, icon=":material/warning:")
    if reach["duplicates"]:
        st.warning(
            f"{fmt.plural(reach['duplicates'], 'job')} may be a duplicate: the same account, type and data is "
            "already queued or running.",
            icon=":material/content_copy:",
        )
    if left_out := number - eligible:
        those = f"{left_out:,} of {number:,} are" if number > 1 else "This job is"
        left = "they are" if number > 1 else "it is"
        states = " or ".join(spec.allowed)
        st.info(f"{those} not {states} any more and will be left as {left}.", icon=":material/info:")


def _credits(estimated: int, charged: int) -> str:
    """What the jobs may cost again, and what they cost before where that is anything."""
    before = f"; {fmt.plural(charged, 'credit')} {'was' if charged == 1 else 'were'} already charged" if charged else ""
    return f"About **{estimated:,}** {'credit' if estimated == 1 else 'credits'} may be spent again{before}."


def _form(pending: PendingAction) -> None:
    number = len(pending.jobs)
    is_required = number > REASON_ABOVE
    with st.form(records.key("jobs_confirm", pending.question), border=False):
        _details(pending)
        st.text_input(
            "Reason" if is_required else "Reason (optional)",
            key=records.key("jobs_reason", pending.question),
            max_chars=500,
            required=is_required,
            help="Kept in the audit log beside every job.",
        )
        if number > TYPED_ABOVE:
            st.text_input(
                f"Type {number} to confirm",
                key=records.key("jobs_typed", pending.question),
                validate=(f"^{number}$", f"Type {number}"),
            )
        if problem := st.session_state.pop(verbs.PROBLEM, None):
            feedback.problem(problem)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button("Back", type="tertiary", on_click=verbs.ASKED.back)
            st.form_submit_button(
                _label(pending), type="primary", icon=f":material/{ACTIONS[pending.verb].icon}:", on_click=_do,
                args=(pending,),
            )  # fmt: skip


def _details(pending: PendingAction) -> None:
    """What this verb needs to know."""
    if pending.verb == "reschedule":
        soon = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0) + timedelta(hours=1)
        at = records.key("jobs_at", pending.question)
        st.datetime_input("Due at (UTC)", soon, key=at, step=timedelta(minutes=5))
    if pending.verb == "change_priority":
        urgency = records.key("jobs_urgency", pending.question)
        st.number_input("Priority", value=0, step=1, key=urgency, help="0 is usual; the highest runs first.")
    if pending.verb in STAGGERED and len(pending.jobs) > 1:
        st.number_input(
            "Stagger over minutes",
            value=0,
            min_value=0,
            max_value=SPREAD_MINUTES,
            step=5,
            key=records.key("jobs_spread", pending.question),
            help="Makes the jobs due one after the other, to spare the providers. 0: all at once.",
        )


def _do(pending: PendingAction) -> None:
    """Put the order on record; from there it is carried out."""
    verbs.ASKED.still(pending)
    try:
        viewer = gate.require(ACTIONS[pending.verb].permission)
        typed = str(_said(pending, "jobs_typed") or "").strip()
        run.begin(_order(pending), viewer, int(typed) if typed.isdecimal() else None)
    except DeskError as error:
        st.session_state[verbs.PROBLEM] = str(error)
        return
    table.SELECTION.select()
    verbs.ASKED.back()


def _order(pending: PendingAction) -> Order:
    at: datetime | None = _said(pending, "jobs_at")
    return Order(
        pending.verb,
        pending.jobs,
        reason=str(_said(pending, "jobs_reason") or "").strip() or None,
        at=at.replace(tzinfo=UTC) if pending.verb == "reschedule" and at else None,
        priority=int(_said(pending, "jobs_urgency")) if pending.verb == "change_priority" else None,
        stuck_after=policy.stuck_after() if pending.verb == "rescue" else None,
        spread_minutes=int(_said(pending, "jobs_spread") or 0) if pending.verb in STAGGERED else 0,
    )


def _said(pending: PendingAction, name: str) -> Any:
    return st.session_state.get(records.key(name, pending.question))
