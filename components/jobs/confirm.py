"""The question before a verb: what it would do, what speaks against it, and the form that says yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import streamlit as st

from actions.jobs import runs
from actions.jobs import verbs as jobs
from actions.jobs.changes import ALLOWED, PERMISSION, STAGGERED
from actions.jobs.runs import SPREAD_MINUTES, TYPED_ABOVE, Order
from actions.policy import stuck_after
from components.jobs import run, table
from components.jobs import verbs as job_verbs
from components.jobs.verbs import OFFERS, Asked, Offer
from components.ui import feedback, fmt, gate, records
from core.database import rows
from core.errors import DeskError
from core.identity import Viewer
from queries.jobs.preview import preview

_PROBLEM: Final = "jobs_problem"


def reason_to_wait() -> str | None:
    """Why the page must not refresh by itself now."""
    if job_verbs.waiting():
        return "confirming"
    if run.is_shown():
        return "showing an outcome"
    chosen = table.SELECTION.ids
    return f"{len(chosen)} selected" if chosen else None


def dialog(viewer: Viewer) -> bool:
    """The question that waits for an answer, if one does; whether there was one."""
    asked = job_verbs.waiting()
    if asked is None:
        return False
    if not viewer.can(PERMISSION[asked.verb]):
        job_verbs.forget()
        return False
    offer = OFFERS[asked.verb]

    @st.dialog(f"{_label(asked)}", icon=f":material/{offer.icon}:", on_dismiss=_forget)
    def question() -> None:
        gate.require(PERMISSION[asked.verb])
        with feedback.region("Preview"):
            _consequences(asked, offer)
        _form(asked, offer)

    question()
    return True


def _label(asked: Asked) -> str:
    return f"{OFFERS[asked.verb].label} {fmt.plural(len(asked.seen), 'job')}"


def _consequences(asked: Asked, offer: Offer) -> None:
    allowed = ALLOWED[asked.verb]
    st.caption(fmt.literal(asked.which))
    if asked.since:
        st.info(asked.since, icon=":material/filter_alt:")
    [reach] = rows(preview([one.id for one in asked.seen], allowed))
    eligible, left_out = reach["eligible"], len(asked.seen) - reach["eligible"]
    of_accounts = fmt.plural(reach["accounts"], "account")
    st.markdown(f"**{fmt.plural(eligible, 'job')}** of {of_accounts} {offer.effect}")
    if len(asked.seen) == jobs.CAP and asked.matching:
        st.caption(
            f"The first {jobs.CAP:,} of {asked.matching} that match: as many as one person can answer for. "
            "Ask again for the next."
        )
    if asked.verb == "retry":
        st.markdown(
            f":material/payments: About **{reach['estimated_credits']:,}** credits may be spent again; "
            f"{reach['actual_credits']:,} were already charged."
        )
    if offer.warning:
        st.warning(offer.warning, icon=":material/warning:")
    if reach["duplicates"]:
        st.warning(
            f"{fmt.plural(reach['duplicates'], 'job')} may be a duplicate: the same account, type and data is "
            "already queued or running.",
            icon=":material/content_copy:",
        )
    if left_out:
        states = " or ".join(allowed)
        st.info(
            f"{left_out:,} of {len(asked.seen):,} are not {states} any more and will be left as they are.",
            icon=":material/info:",
        )


def _form(asked: Asked, offer: Offer) -> None:
    number = len(asked.seen)
    is_required = number > jobs.REASON_ABOVE
    with st.form(records.key("jobs_confirm", asked.question), border=False):
        _details(asked)
        st.text_input(
            "Reason" if is_required else "Reason (optional)",
            key=records.key("jobs_reason", asked.question),
            max_chars=500,
            required=is_required,
            help="Kept in the audit log beside every job.",
        )
        if number > TYPED_ABOVE:
            st.text_input(
                f"Type {number} to confirm",
                key=records.key("jobs_typed", asked.question),
                validate=(f"^{number}$", f"Type {number}"),
            )
        if problem := st.session_state.pop(_PROBLEM, None):
            feedback.problem(problem)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button("Back", type="tertiary", on_click=_back)
            st.form_submit_button(
                _label(asked), type="primary", icon=f":material/{offer.icon}:", on_click=_do, args=(asked,)
            )


def _details(asked: Asked) -> None:
    """What this verb needs to know."""
    if asked.verb == "reschedule":
        soon = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0) + timedelta(hours=1)
        at = records.key("jobs_at", asked.question)
        st.datetime_input("Due at (UTC)", soon, key=at, step=timedelta(minutes=5))
    if asked.verb == "change_priority":
        urgency = records.key("jobs_urgency", asked.question)
        st.number_input("Priority", value=0, step=1, key=urgency, help="0 is usual; the highest runs first.")
    if asked.verb in STAGGERED and len(asked.seen) > 1:
        st.number_input(
            "Stagger over minutes",
            value=0,
            min_value=0,
            max_value=SPREAD_MINUTES,
            step=5,
            key=records.key("jobs_spread", asked.question),
            help="Makes the jobs due one after the other, to spare the providers. 0: all at once.",
        )


def _do(asked: Asked) -> None:
    """One job is done at once; more are a run, with a bar and an outcome for each."""
    records.still(job_verbs.waiting(), asked)
    try:
        viewer = gate.require(PERMISSION[asked.verb])
        order = _order(asked)
        if len(asked.seen) == 1:
            outcome = jobs.carry_out(order.change(), order.asked, viewer, order.reason)
            feedback.flash("success" if outcome.done else "info", outcome.summary())
        else:
            typed = str(_said(asked, "jobs_typed") or "").strip()
            run.show(runs.start(order, viewer, int(typed) if typed.isdecimal() else None))
    except DeskError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    table.SELECTION.select()
    _back()


def _order(asked: Asked) -> Order:
    at: datetime | None = _said(asked, "jobs_at")
    return Order(
        asked.verb,
        asked.seen,
        reason=str(_said(asked, "jobs_reason") or "").strip() or None,
        at=at.replace(tzinfo=UTC) if asked.verb == "reschedule" and at else None,
        priority=int(_said(asked, "jobs_urgency")) if asked.verb == "change_priority" else None,
        stuck_after=stuck_after() if asked.verb == "rescue" else None,
        spread_minutes=int(_said(asked, "jobs_spread") or 0) if asked.verb in STAGGERED else 0,
    )


def _said(asked: Asked, name: str) -> Any:
    return st.session_state.get(records.key(name, asked.question))


def _back() -> None:
    _forget()
    st.rerun()


def _forget() -> None:
    job_verbs.forget()
    st.session_state.pop(_PROBLEM, None)
