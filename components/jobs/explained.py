"""What stuck and stranded mean, where such jobs are looked at, and what can be done about them."""

from __future__ import annotations

from typing import Final

import streamlit as st

from actions.policy import stuck_after
from components.jobs.view import View
from components.ui import fmt

_STRANDED: Final = (
    "**Stranded** jobs are queued, but have used up their attempts: workers take only jobs with attempts left, so "
    "these will never run. Cancel them, then retry them: a retry makes room for one attempt more."
)


def state(view: View) -> None:
    """What the state on display means, where its name alone does not say it."""
    if sentence := of_state(view.state):
        st.info(sentence, icon=":material/help:")


def of_state(name: str | None) -> str | None:
    """The explanation of a state, or None where its name says it."""
    return {"stuck": _stuck(), "stranded": _STRANDED}.get(name or "")


def _stuck() -> str:
    limits = stuck_after()
    told = [fmt.duration(limits.minutes * 60)]
    told += [f"{fmt.literal(kind)} {fmt.duration(minutes * 60)}" for kind, minutes in limits.by_type.items()]
    return (
        f"**Stuck** jobs are in processing for longer than their type should need ({', '.join(told)}). Their worker "
        "has probably died. An admin can rescue them, which puts them back into the queue while attempts are left, or "
        "force-cancel them."
    )
