"""Edit an account's four limits: what is used, what would change, and what to do when somebody else was faster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import streamlit as st

from actions.accounts import limits
from components.accounts import quota_cells
from components.accounts.filters import QUOTAS
from components.ui import feedback, fmt, gate, records
from components.ui.dialogs import Pending
from core.database import rows
from core.errors import DeskError
from core.identity import Viewer
from queries.accounts import lookup
from queries.accounts import quotas as quota_queries
from queries.accounts.quotas import LIMITS, USED, Quota, Quotas, band
from queries.audit import log

_NAMES: Final[dict[Quota, str]] = {quota: QUOTAS[quota] for quota in LIMITS}


@dataclass
class Asked:
    """An edit under way: whose, the limits as the person saw them, and after a conflict what was wanted."""

    account_id: UUID
    seen: dict[Quota, int | None]
    base: dict[Quota, int | None] | None = None
    mine: dict[Quota, int | None] | None = None
    conflict: tuple[Quota, ...] = ()
    problem: str | None = None
    question: str = field(default_factory=records.question)


_ASKED: Final = Pending[Asked]("limits_asked")


def ask(account_id: UUID) -> None:
    """Open the form over this account; in a callback."""
    with feedback.flash_errors():
        gate.require("limits")
        for current in rows(quota_queries.current(account_id)):
            seen: dict[Quota, int | None] = {quota: current[column] for quota, column in LIMITS.items()}
            asked = Asked(account_id, seen)
            _ASKED.ask(asked)
            for quota, value in seen.items():
                st.session_state[_key(asked, quota)] = value


def dialog(viewer: Viewer) -> None:
    """The form that is open, if one is."""
    asked = _ASKED.waiting
    if asked is None or not viewer.can("limits"):
        return

    @st.dialog("Edit limits", icon=":material/tune:", width="medium", on_dismiss=_ASKED.close)
    def opened() -> None:
        gate.require("limits")
        with feedback.error_boundary("Limits"):
            found = rows(quota_queries.current(asked.account_id))
            named = rows(lookup.name(asked.account_id))
            if not found or not named:
                feedback.empty("That account does not exist any more.", "Close this and refresh.", "link_off")
                return
            st.markdown(f"**{fmt.literal(named[0]['name'])}**")
            with st.container():  # always there, so that the fields below keep their place and what was typed
                if asked.conflict:
                    _conflict(asked)
            _fields(asked, found[0])
            _save(asked)

    opened()


def _fields(asked: Asked, current: Quotas) -> None:
    """A field per limit with what is used, and beside it what would change."""
    for quota, label in _NAMES.items():
        entered, effect = st.columns([2, 3], vertical_alignment="bottom")
        with entered:
            st.number_input(
                f"{label}{' (GB)' if quota == 'storage' else ''}",
                value=None,
                min_value=min(0, asked.seen[quota] or 0),
                max_value=limits.HIGHEST,
                step=1,
                key=_key(asked, quota),
                placeholder="none on record",
            )
        with effect:
            st.markdown(_effect(asked.seen[quota], st.session_state[_key(asked, quota)], current[USED[quota]]))
    for quota, stored in asked.seen.items():
        if stored is not None and stored < 0:
            st.caption(
                f":orange[:material/info:] {_NAMES[quota]}: {stored:,} is stored, so whatever is used is over it. "
                "Enter a number from 0, or leave it and change the others."
            )
    below = [
        f"{label}: {quota_cells.amount(current[USED[quota]])} used, {st.session_state[_key(asked, quota)]:,} allowed"
        for quota, label in _NAMES.items()
        if _is_edited(asked, quota)
        and current[USED[quota]] is not None
        and st.session_state[_key(asked, quota)] is not None
        and st.session_state[_key(asked, quota)] < current[USED[quota]]
    ]
    with st.container():
        if below:
            st.warning(
                f"Below what is used. {'; '.join(below)}. The customer keeps what is there and can add no more.",
                icon=":material/warning:",
            )


def _effect(before: int | None, after: int | None, used: float | None) -> str:
    """One limit before and after, with the band that follows."""
    using = f":gray[{quota_cells.amount(used)} used]"
    was = quota_cells.badge(band(used, before))
    if after == before:
        return f"{using} · {was}"
    becomes = quota_cells.badge(band(used, after))
    return f"{using} · {quota_cells.amount(before)} {was} → **{quota_cells.amount(after)}** {becomes}"


def _conflict(asked: Asked) -> None:
    """What it was, what a colleague made of it, what was wanted; one press takes either."""
    base, mine = asked.base or asked.seen, asked.mine or asked.seen
    who = fmt.literal(_who_changed(asked.account_id) or "somebody")
    st.warning(
        f"Not saved: {who} changed {_listed(asked.conflict)} after you opened this. Choose, then save.",
        icon=":material/call_split:",
    )
    st.table(
        {
            _NAMES[quota]: {
                "When you opened it": quota_cells.amount(base[quota]),
                "Now (theirs)": quota_cells.amount(asked.seen[quota]),
                "Yours": quota_cells.amount(mine[quota]),
            }
            for quota in asked.conflict
        },
        border="horizontal",
    )
    with st.container(horizontal=True):
        st.button(
            "Take theirs", on_click=_take, args=(asked, asked.seen), key=records.key("limits_theirs", asked.question)
        )
        st.button("Take mine", on_click=_take, args=(asked, mine), key=records.key("limits_mine", asked.question))


def _save(asked: Asked) -> None:
    with st.form(records.key("limits_save", asked.question), border=False):
        reason = records.key("limits_reason", asked.question)
        st.text_input("Reason", key=reason, max_chars=500, placeholder="Kept in the audit log beside the change")
        with st.container():
            if asked.problem:
                feedback.problem(asked.problem)
        edited = [quota for quota in _NAMES if _is_edited(asked, quota)]
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button("Back", type="tertiary", on_click=_ASKED.back)
            st.form_submit_button(
                f"Save {fmt.plural(len(edited), 'limit')}" if edited else "Save limits",
                type="primary",
                icon=":material/save:",
                key=records.key("limits_do", asked.question, *asked.seen.values()),
                on_click=_do,
                args=(asked, asked.seen),
            )


def _do(asked: Asked, seen: dict[Quota, int | None]) -> None:
    if _ASKED.waiting is not asked or asked.seen is not seen:
        return  # pressed before it said what a colleague made of them meanwhile
    reason = records.key("limits_reason", asked.question)
    wanted: dict[Quota, int | None] = {quota: st.session_state[_key(asked, quota)] for quota in _NAMES}
    asked.problem = None
    try:
        viewer = gate.require("limits")
        done = limits.change(asked.account_id, asked.seen, wanted, viewer, st.session_state[reason])
    except DeskError as error:
        asked.problem = str(error)  # said inside the form, where nothing typed is lost
        return
    if done.conflict:
        asked.base, asked.mine, asked.conflict = asked.seen, wanted, done.conflict
        asked.seen = dict(done.now)
        st.session_state[reason] = str(st.session_state[reason])
        # What the person did not touch follows the colleague's change instead of undoing it.
        for quota in _NAMES:
            if wanted[quota] == asked.base[quota]:
                st.session_state[_key(asked, quota)] = done.now[quota]
        return
    changes = ", ".join(
        f"{label.lower()} {quota_cells.amount(asked.seen[quota])} → {quota_cells.amount(wanted[quota])}"
        for quota, label in _NAMES.items()
        if wanted[quota] != asked.seen[quota]
    )
    feedback.flash("success", f"Limits saved: {changes}.")
    _ASKED.back()


def _take(asked: Asked, values: Mapping[Quota, int | None]) -> None:
    for quota in asked.conflict:
        st.session_state[_key(asked, quota)] = values[quota]


def _who_changed(account_id: UUID) -> str | None:
    """Whose change of limits is the last on record."""
    entries = rows(log.history("account", str(account_id)))
    return next((entry["actor_email"] for entry in entries if entry["action"] == "account.limits"), None)


def _is_edited(asked: Asked, quota: Quota) -> bool:
    return st.session_state[_key(asked, quota)] != asked.seen[quota]


def _listed(quotas: tuple[Quota, ...]) -> str:
    return " and ".join(_NAMES[quota].lower() for quota in quotas)


def _key(asked: Asked, quota: Quota) -> str:
    return records.key(f"limits_{quota}", asked.question)
