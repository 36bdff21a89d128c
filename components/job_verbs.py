"""What can be done to jobs: which verbs stand where, what each would do, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

import streamlit as st

from actions import jobs as verbs
from actions.job_changes import Verb
from components import exports, feedback, gate, job_table
from components import format as written
from components.job_filters import View
from core.database import load, rows
from core.identity import Viewer
from queries import jobs
from queries.job_preview import preview


class Offer(NamedTuple):
    """A verb as a person meets it."""

    label: str
    icon: str
    run: Callable[[Sequence[UUID], Viewer, str | None], verbs.Outcome]
    effect: str
    spends: bool


OFFERS: Final[dict[Verb, Offer]] = {
    "retry": Offer(
        "Retry", "replay", verbs.retry, "go back to the queue now. Attempts, error and credits stay on record.", True
    ),
    "run_now": Offer("Run now", "bolt", verbs.run_now, "become due now instead of at their scheduled time.", False),
    "cancel": Offer("Cancel", "cancel", verbs.cancel, "leave the queue. They can be retried later.", False),
}
_ASKED: Final = "jobs_asked"


class Asked(NamedTuple):
    """A verb and the frozen list of ids it was asked for, waiting for a confirmation."""

    verb: Verb
    ids: tuple[UUID, ...]


def reason_to_wait() -> str | None:
    """Why the page must not refresh by itself now."""
    if _ASKED in st.session_state:
        return "confirming"
    chosen = job_table.selected()
    return f"{len(chosen)} selected" if chosen else None


def ask(verb: Verb, ids: Sequence[UUID]) -> None:
    """Ask for a confirmation of the verb over these ids; in a callback."""
    st.session_state[_ASKED] = Asked(verb, tuple(ids))
    st.rerun()  # the whole page: pressed in a drawer, only the drawer would run again


def toolbar(shown: View, viewer: Viewer) -> None:
    """How many jobs the view holds, and what can be done with the selected ones."""
    [found] = rows(jobs.total(shown.where))
    chosen = job_table.selected()
    # On the left: above its right end a table draws its own tools when the mouse is near.
    with st.container(horizontal=True, vertical_alignment="center"):
        noted = f" :gray[· {len(chosen)} selected]" if chosen else ""
        st.markdown(
            f"**{written.count(found['jobs'] + found['is_capped'])}** {written.literal(shown.words)}{noted}",
            width="content",
        )
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if chosen and viewer.can("jobs"):
                for name in _fitting(shown):
                    button(name, chosen, key=f"jobs_{name}", is_primary=name == _fitting(shown)[0])
            if chosen:
                st.button("Unselect", type="tertiary", on_click=job_table.unselect, key="jobs_unselect")
            exports.csv_button("jobs", shown.words, lambda: load(jobs.export(shown.where)), viewer, jobs.EXPORT_CAP)


def button(name: Verb, ids: Sequence[UUID], *, key: str, is_primary: bool) -> None:
    """A button that asks for the verb over these ids."""
    offer = OFFERS[name]
    st.button(
        f"{offer.label} {written.plural(len(ids), 'job')}",
        icon=f":material/{offer.icon}:",
        type="primary" if is_primary else "secondary",
        on_click=ask,
        args=(name, ids),
        key=key,
    )


def confirmation(viewer: Viewer) -> bool:
    """The confirmation that is waiting, if one is; whether there was one."""
    asked: Asked | None = st.session_state.get(_ASKED)
    if asked is None:
        return False
    if not viewer.can("jobs"):
        _forget()
        return False
    offer = OFFERS[asked.verb]

    @st.dialog(
        f"{offer.label} {written.plural(len(asked.ids), 'job')}", icon=f":material/{offer.icon}:", on_dismiss=_forget
    )
    def dialog() -> None:
        with feedback.region("Preview"):
            _consequences(asked, offer)
        _form(asked, offer)

    dialog()
    return True


def _consequences(asked: Asked, offer: Offer) -> None:
    [reach] = rows(preview(asked.ids, verbs.ALLOWED[asked.verb]))
    eligible, left_out = reach["eligible"], len(asked.ids) - reach["eligible"]
    of_accounts = written.plural(reach["accounts"], "account")
    st.markdown(f"**{written.plural(eligible, 'job')}** of {of_accounts} {offer.effect}")
    if offer.spends:
        st.markdown(
            f":material/payments: About **{reach['estimated_credits']:,}** credits may be spent again; "
            f"{reach['actual_credits']:,} were already charged."
        )
    if reach["duplicates"]:
        st.warning(
            f"{written.plural(reach['duplicates'], 'job')} may be a duplicate: the same account, type and data is "
            "already queued or running.",
            icon=":material/content_copy:",
        )
    if left_out:
        states = " or ".join(verbs.ALLOWED[asked.verb])
        st.info(
            f"{left_out:,} of {len(asked.ids):,} are not {states} any more and will be left as they are.",
            icon=":material/info:",
        )


def _form(asked: Asked, offer: Offer) -> None:
    is_required = len(asked.ids) > verbs.REASON_ABOVE
    with st.form("jobs_confirm", border=False):
        st.text_input(
            "Reason" if is_required else "Reason (optional)",
            key="jobs_reason",
            max_chars=500,
            required=is_required,
            help="Kept in the audit log beside every job.",
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button("Back", type="tertiary", on_click=_back)
            st.form_submit_button(
                f"{offer.label} {written.plural(len(asked.ids), 'job')}",
                type="primary",
                icon=f":material/{offer.icon}:",
                on_click=_do,
                args=(asked,),
            )


def _do(asked: Asked) -> None:
    reason = str(st.session_state.jobs_reason).strip() or None
    with feedback.attempt():
        viewer = gate.require("jobs")
        outcome = OFFERS[asked.verb].run(asked.ids, viewer, reason)
        feedback.flash("success" if outcome.done else "info", outcome.summary())
        job_table.unselect()
        _back()


def _back() -> None:
    _forget()
    st.rerun()


def _forget() -> None:
    st.session_state.pop(_ASKED, None)


def _fitting(shown: View) -> tuple[Verb, ...]:
    """The verbs that the state on display allows, the likeliest first."""
    if shown.state is None:
        return tuple(OFFERS)
    if shown.state in {"failed", "cancelled"}:
        return ("retry",)
    return ("run_now", "cancel") if shown.state in {"due", "scheduled", "queued", "retrying", "stranded"} else ()
