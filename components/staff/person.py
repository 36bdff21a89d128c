"""One person of the staff in a drawer: what they may do, where they are signed in, what was decided about them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import streamlit as st

from components.staff import table, verbs
from components.staff.words import ROLES, browser, places, words
from components.ui import destinations, details, feedback, fmt, gate, url
from core.database import rows
from core.identity import Viewer
from queries import staff
from queries.audit import log
from queries.staff import Person, Session

WIDTH_PX: Final = 560


def drawer(viewer: Viewer) -> None:
    """The person whom the URL names, if it names one."""
    if "person" not in st.query_params:
        return
    user_id = url.uuid("person")

    @st.dialog("Person", width=WIDTH_PX, position="right", on_dismiss=_close)
    def opened() -> None:
        viewer = gate.require("admin")
        with feedback.error_boundary("Person"):
            found = rows(staff.one(user_id)) if user_id else []
            if found:
                _person(found[0], viewer)
            else:
                feedback.empty("This person is not on the staff.", "Close this and open one from the list.", "link_off")

    opened()


def _close() -> None:
    url.write(person=None)


def _person(person: Person, viewer: Viewer) -> None:
    user_id = UUID(person["user_id"])
    role, color = person["role"], ROLES[person["role"]]
    state = "" if person["is_active"] else " :gray-badge[:material/block: deactivated]"
    name, told = fmt.literal(person["name"]), fmt.literal(words(role))
    st.markdown(f"**{name}** :{color}-badge[:material/badge: {told}]{state}")
    st.code(person["email"], language=None)
    held = rows(staff.open_sessions(table.idle(), user_id))
    if user_id == viewer.user_id:
        st.caption(":material/info: This is you. Only another admin can change your role.")
    else:
        _buttons(person, [session["reference"] for session in held])
    seen, since = person["last_seen_at"], person["created_at"]
    st.table(
        {
            "Last seen": fmt.dated(seen),
            "On the staff since": fmt.dated(since),
        },
        border="horizontal",
    )
    _sessions(held)
    with feedback.error_boundary("Changes"):
        _decisions(user_id)


def _buttons(person: Person, references: list[str]) -> None:
    user_id = person["user_id"]
    with st.container(horizontal=True):
        if person["is_active"]:
            verbs.button("role", user_id)
            verbs.button("deactivate", user_id)
        else:
            verbs.button("reactivate", user_id)
        if references:
            verbs.button("revoke", user_id, references=tuple(references))


def _sessions(held: list[Session]) -> None:
    st.markdown(f"**Open sessions** :gray[· {fmt.total(held)}]")
    for session in held:
        where = fmt.literal(places(session["address"], session["other_addresses"]))
        what = fmt.literal(browser(session["user_agent"] or "unknown browser"))
        is_this = " :blue-badge[this one]" if session["reference"] == st.user.get("session") else ""
        st.markdown(
            f"{what} at {where}{is_this}  \n"
            f":gray[used {fmt.age(session['last_seen_at'])} · since {fmt.utc(session['created_at'])} UTC]"
        )


def _decisions(user_id: UUID) -> None:
    st.markdown("**Changes** :gray[· to this person]")
    entries = rows(log.history("staff", str(user_id), 20))
    if not entries:
        st.caption("None yet.")
    for entry in entries:
        who, why = fmt.literal(entry["actor_email"] or "somebody"), entry["reason"]
        told = f": {fmt.literal(why)}" if why else ""
        st.markdown(
            f"**{fmt.literal(entry['action'])}** by {who}{told}  \n"
            f":gray[{fmt.utc(entry['at'])} · {fmt.age(entry['at'])}]"
        )
    details.beyond(entries)
    st.page_link(
        "pages/audit.py",
        label="What this person did",
        icon=":material/history:",
        query_params=destinations.actor_of(user_id),
    )
