"""The staff as a list, their open sessions, and what each role includes."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pandas as pd
import streamlit as st

from components.staff import verbs
from components.staff.words import MEANINGS, ROLES, browser, places, words
from components.ui import feedback, fields, fmt, records, url, views
from components.ui.params import Choice, Text
from core.database import load
from core.identity import PERMISSIONS
from core.settings import settings
from queries import staff


def idle() -> timedelta:
    """After how long without use a session has ended."""
    return timedelta(minutes=settings().session_idle_minutes)


class View(views.View, page="staff"):
    """What the list shows."""

    text = Text("Name", "Name or e-mail", "search", 230, called="words", words='with "{}" in name or e-mail')
    role = Choice("Role", {"": "Any role", **{role: words(role) for role in ROLES}}, "", 170, words="who are {}")
    state = Choice(
        "State", {"all": "Active or not", "active": "Active", "deactivated": "Deactivated"}, "all", 150,
        words="{}", is_first=True,
    )  # fmt: skip


def draw_table() -> None:
    """Everybody who matches the filters; a row opens."""
    view = url.read(View)
    fields.draw_filters(view)
    verbs.invitation()
    found = load(staff.people(view.text, view.role, cast("staff.State", view.state), idle()))
    rows = found.head(staff.LIMIT)
    if rows.empty:
        feedback.empty(f"No {view.words}.", "Clear a filter.", "group")
        return
    config = st.column_config
    records.table(
        "staff",
        _displayed(rows),
        {
            "E-mail": config.TextColumn("E-mail", width=250),
            "Role": config.MultiselectColumn(
                "Role", options=[words(role) for role in ROLES], color=list(ROLES.values()), width=140
            ),
            "State": config.MultiselectColumn(
                "State", options=["active", "deactivated"], color=["green", "gray"], width=110
            ),
            "Sessions": config.NumberColumn("Sessions", width=76, help="Open now", format="localized"),
            "Seen": config.TextColumn("Last seen (UTC)", width=160),
            "Since": config.TextColumn("Since", width=100),
        },
        list(rows["user_id"]),
        lambda person: url.write(person=person),
        alt=f"{fmt.plural(len(rows), 'person')} of the staff",
        button=("Name", 170),
    )
    if len(found) > len(rows):
        st.caption(f"The first {staff.LIMIT} by name. Filter to find others.")


def _displayed(found: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": found["name"].map(fmt.plain),
            "E-mail": found["email"].map(fmt.plain),
            "Role": [[words(role)] for role in found["role"]],
            "State": [["active"] if active else ["deactivated"] for active in found["is_active"]],
            "Sessions": found["sessions"],
            "Seen": fmt.times(found["last_seen_at"]),
            "Since": fmt.days(found["created_at"]),
        }
    )


def open_sessions() -> None:
    """Who is signed in from where, the most recently active first; a row's button ends its session."""
    rows = load(staff.open_sessions(idle()))
    mine = str(st.user.get("session") or "")
    references = list(rows["reference"])
    held = list(zip(references, rows["user_id"], strict=True))

    def end(one: tuple[str, str]) -> None:
        reference, user_id = one
        if reference == mine:
            feedback.flash("info", "That is the session you are in. Sign out to end it.")
            return
        verbs.ask("revoke", user_id, references=(reference,))

    config = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Revoke": ["this one" if reference == mine else "Revoke" for reference in references],
                "Name": rows["name"].map(fmt.plain),
                "Role": rows["role"].map(words),
                "Used": fmt.times(rows["last_seen_at"]),
                "Started": fmt.times(rows["created_at"]),
                "Ends": rows["expires_at"].map(fmt.minute),
                "Address": [
                    fmt.plain(places(*both))
                    for both in zip(rows["address"].fillna(""), rows["other_addresses"], strict=True)
                ],
                "Browser": rows["user_agent"].map(browser, na_action="ignore"),
            }
        ),
        key=records.key("staff_sessions", references),
        hide_index=True,
        column_config={
            "Revoke": records.opener("staff_sessions", held, end, "", 84, alignment="left"),
            "Name": config.TextColumn("Name", width=140),
            "Role": config.TextColumn("Role", width=120),
            "Used": config.TextColumn("Last used", width=150),
            "Started": config.TextColumn("Signed in", width=150),
            "Ends": config.TextColumn("Ends", width=94, help="At the latest: idle sessions end earlier"),
            "Address": config.TextColumn("Address", width=120),
            "Browser": config.TextColumn("Browser", width=150),
        },
        height="content",
        placeholder=fmt.EMPTY,
        alt=f"{fmt.plural(len(rows), 'open session')}",
    )
    if (total := 0 if rows.empty else int(rows["total"].iloc[0])) > len(rows):
        st.caption(f"The {len(rows):,} most recently used of {total:,}.")


def roles() -> None:
    """Each permission with the roles that include it."""
    included = {
        words(role).capitalize(): ["yes" if name in PERMISSIONS[role] else "" for name in MEANINGS] for role in ROLES
    }
    st.table({"May": list(MEANINGS.values())} | included, border="horizontal")
