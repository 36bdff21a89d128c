"""What can be decided about a person: each asked for once more, with what it would do."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, cast
from uuid import UUID

import streamlit as st

from actions import staff as verbs
from components.staff.words import MEANINGS, words
from components.ui import feedback, fmt, gate, records, url
from components.ui.dialogs import Pending
from core.database import rows
from core.identity import PERMISSIONS, Role, Viewer
from queries import staff
from queries.staff import Person

Verb = Literal["role", "deactivate", "reactivate", "revoke"]
LABELS: Final[dict[Verb, tuple[str, str]]] = {
    "role": ("Change role", "badge"),
    "deactivate": ("Deactivate", "block"),
    "reactivate": ("Reactivate", "how_to_reg"),
    "revoke": ("Sign out", "logout"),
}
_INVITING: Final = "staff_inviting"


class Asked(NamedTuple):
    """A verb about a person, waiting for its confirmation; for sessions, which ones."""

    verb: Verb
    user_id: str
    references: tuple[str, ...]
    question: str


_ASKED: Final = Pending[Asked]("staff_asked")


def button(verb: Verb, user_id: str, references: tuple[str, ...] = ()) -> None:
    """A button that asks for the verb."""
    label, icon = LABELS[verb]
    noted = f" of {fmt.plural(len(references), 'session')}" if references else ""
    st.button(
        f"{label}{noted}",
        icon=f":material/{icon}:",
        on_click=ask,
        args=(verb, user_id),
        kwargs={"references": references},
        key=records.key(f"staff_do_{verb}", user_id, *references),
    )


def ask(verb: Verb, user_id: str, references: tuple[str, ...] = ()) -> None:
    """Ask for a confirmation; in a callback."""
    _ASKED.ask(Asked(verb, user_id, references, records.question()))
    st.rerun()  # the whole page: pressed in a drawer or a card, only that would run again


def confirmation(viewer: Viewer) -> bool:
    """The confirmation or the invitation that is waiting, if one is; whether there was one."""
    if _INVITING in st.session_state:
        _inviting(st.session_state[_INVITING])
        return True
    asked = _ASKED.waiting
    if asked is None:
        return False
    found = rows(staff.one(UUID(asked.user_id)))
    if not found or not viewer.can("admin"):
        _ASKED.close()
        return False
    [person] = found
    label, icon = LABELS[asked.verb]

    @st.dialog(f"{label}: {fmt.literal(person['name'])}", icon=f":material/{icon}:", on_dismiss=_ASKED.close)
    def dialog() -> None:
        gate.require("admin")
        with feedback.error_boundary("Confirmation"):
            _form(asked, person)

    dialog()
    return True


def _form(asked: Asked, person: Person) -> None:
    label = LABELS[asked.verb][0]
    if asked.verb == "role":
        others: list[Role] = [role for role in verbs.ROLES if role != person["role"]]
        role = st.selectbox("New role", others, format_func=words, key=records.key("staff_new_role", asked.question))
        st.markdown(_gains(person["role"], role))
    else:
        st.markdown(_effect(asked, person))
    with st.form(records.key("staff_confirm", asked.question), border=False):
        st.text_input(
            "Reason", key=records.key("staff_reason", asked.question), max_chars=500, required=True,
            help="Kept in the audit log.",
        )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button("Back", type="tertiary", on_click=_ASKED.back)
            st.form_submit_button(label, type="primary", on_click=_do, args=(asked, person["role"]))


def _gains(was: Role, becomes: Role) -> str:
    """What the person may and may not do any more."""
    told: list[str] = []
    for sign, names in (
        ("Gains", PERMISSIONS[becomes] - PERMISSIONS[was]),
        ("Loses", PERMISSIONS[was] - PERMISSIONS[becomes]),
    ):
        if names:
            told.append(f"**{sign}** " + ", ".join(MEANINGS[name].lower() for name in MEANINGS if name in names) + ".")
    return "  \n".join([*told, ":gray[Pages that are open follow within half a minute.]"])


def _effect(asked: Asked, person: Person) -> str:
    name = fmt.literal(person["name"])
    if asked.verb == "deactivate":
        return f"{name} is signed out everywhere at once and cannot sign in. What they did stays on record."
    if asked.verb == "reactivate":
        return f"{name} may sign in again, as {fmt.literal(words(person['role']))}."
    return (
        f"{fmt.plural(len(asked.references), 'session').capitalize()} of {name} "
        f"{'ends' if len(asked.references) == 1 else 'end'} at once. They can sign in again."
    )


def _do(asked: Asked, seen: str) -> None:
    _ASKED.still(asked)
    reason = str(st.session_state.get(records.key("staff_reason", asked.question), "")).strip()
    if not reason:
        return  # the form says so
    user_id = UUID(asked.user_id)
    with feedback.flash_errors():
        viewer = gate.require("admin")
        if asked.verb == "role":
            role = cast("Role", st.session_state[records.key("staff_new_role", asked.question)])
            said = verbs.change_role(user_id, seen, role, viewer, reason)
        elif asked.verb == "deactivate":
            said = verbs.deactivate(user_id, viewer, reason)
        elif asked.verb == "reactivate":
            said = verbs.reactivate(user_id, viewer, reason)
        else:
            said = f"{fmt.plural(verbs.revoke(asked.references, viewer, reason), 'session')} ended."
        feedback.flash("success", said)
        url.write(person=None)
    _ASKED.back()
    st.session_state.pop(_INVITING, None)


def invitation() -> None:
    """The button that invites somebody, where the way of signing in knows invitations."""
    if verbs.can_invite():
        st.button("Invite", icon=":material/person_add:", type="primary", on_click=_ask_invite, key="staff_invite")


def _ask_invite() -> None:
    st.session_state[_INVITING] = records.question()


@st.dialog("Invite to the Desk", icon=":material/person_add:", on_dismiss=_ASKED.close)
def _inviting(asked: str) -> None:
    gate.require("admin")
    with st.form(records.key("staff_invitation", asked), border=False):
        st.text_input("E-mail", key=records.key("staff_email", asked), max_chars=320, required=True)
        st.text_input("Name", key=records.key("staff_name", asked), max_chars=200, required=True)
        st.selectbox("Role", verbs.ROLES, format_func=words, key=records.key("staff_invited_role", asked))
        st.text_input(
            "Reason (optional)", key=records.key("staff_reason", asked), max_chars=500, help="Kept in the audit log."
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button("Back", type="tertiary", on_click=_ASKED.back)
            st.form_submit_button("Send invitation", type="primary", on_click=_invite, args=(asked,))


def _invite(asked: str) -> None:
    records.still(st.session_state.get(_INVITING), asked)
    email, name, invited, reason = (
        st.session_state[records.key(f"staff_{field}", asked)] for field in ("email", "name", "invited_role", "reason")
    )
    email, name = str(email).strip(), str(name).strip()
    if not (email and name):
        return  # the form says so
    with feedback.flash_errors():
        viewer = gate.require("admin")
        role = cast("Role", invited)
        verbs.invite(email, name, role, viewer, str(reason))
        feedback.flash("success", f"{email} is invited, as {words(role)}.")
    _ASKED.back()
