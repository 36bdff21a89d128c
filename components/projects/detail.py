"""One project: whose it is, who works on it, and what the product keeps about it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import pandas as pd
import streamlit as st

from actions.projects import chats
from components.projects import canvas
from components.ui import destinations, details, feedback, fmt, gate, records, url
from core import jsontext
from core.database import rows
from core.identity import Viewer
from queries.projects import listing
from queries.projects.listing import Project

LEVELS: Final = {"owner": "violet", "editor": "blue", "viewer": "gray"}
_REVEALED: Final = "projects_revealed_data"


def shown(project_id: UUID | None, viewer: Viewer) -> None:
    """The project that the URL names, block by block; each may fail alone."""
    with st.container(horizontal=True):
        st.button("All projects", icon=":material/arrow_back:", type="tertiary", on_click=_back, key="projects_back")
    found = rows(listing.one(project_id)) if project_id else []
    if not project_id:
        feedback.empty("That is not a valid project id.", "Go back to the list and open a project.", "link_off")
        return
    if not found:
        feedback.empty(
            "This project does not exist.",
            "It may have been deleted with its account. Go back to the list.",
            "link_off",
        )
        return
    [project] = found
    _head(project)
    with feedback.error_boundary("Canvas"):
        scene = canvas.load(project_id)
        canvas.card(project_id, scene)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            canvas.findings(scene)
        with right, feedback.error_boundary("Collaborators"):
            _collaborators(project_id)
    with feedback.error_boundary("Canvas data"):
        _data(project_id, project, viewer)


def _back() -> None:
    url.write(project=None, item=None)
    st.session_state.pop(_REVEALED, None)


def _head(project: Project) -> None:
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(fmt.literal(project["title"]), anchor=False, width="content")
            if project["is_archived"]:
                st.badge("archived", icon=":material/inventory_2:", color="gray")
        st.caption(f"`{UUID(project['id'])}`")
        if project["description"]:
            st.text(fmt.plain(project["description"]))
    with st.grid(4, min_column_width=190, border=False):
        _account(project)
        _fact("Opened", project["last_accessed_at"], project["last_accessed_by"])
        _fact("Created", project["created_at"], project["created_by"])
        _fact("Changed", project["updated_at"], None)


def _account(project: Project) -> None:
    name = fmt.literal(project["account_name"] or "(no account)")
    home = destinations.of("accounts", {"id": project["account_id"], "account_id": project["account_id"]})
    with st.container(gap="xxsmall"):
        st.caption("Account")
        if home and project["account_id"]:
            st.page_link(home.page, label=name, query_params=home.query)
        else:
            st.markdown(name)


def _fact(label: str, at: Any, who: str | None) -> None:
    """When and by whom: `2026-11-22 16:54 · 2h ago`, and the e-mail below."""
    with st.container(gap="xxsmall"):
        st.caption(f"{label} (UTC)")
        st.markdown(fmt.EMPTY if at is None else f"{fmt.minute(at)} :gray[· {fmt.age(at)}]")
        if who:
            # As text: Markdown makes a link of every e-mail address.
            st.text(fmt.plain(who))


def _collaborators(project_id: UUID) -> None:
    found = rows(listing.collaborators(project_id))
    st.markdown(f"**Collaborators** :gray[· {fmt.total(found)}]")
    if not found:
        st.caption("Only the account's own users.")
        return
    config = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Person": [fmt.plain(row["email"] or "(gone)") for row in found],
                "May": [[row["permission_level"] or "unknown"] for row in found],
                "Note": [_note(row) for row in found],
            }
        ),
        hide_index=True,
        column_config={
            "Person": config.TextColumn("Person", width=195, pinned=True),
            "May": config.MultiselectColumn("May", options=[*LEVELS], color=[*LEVELS.values()], width=76),
            "Note": config.TextColumn("Note", width=130),
        },
        placeholder=fmt.EMPTY,
        height="content" if len(found) < 9 else 330,
        alt=f"{len(found)} collaborators with their permission level",
    )


def _note(row: dict[str, Any]) -> str | None:
    notes = [fmt.plain(row["name"])] if row["name"] else []
    if row["is_active"] is False:
        notes.append("inactive")
    if row["is_outside"] and row["user_id"]:
        notes.append(f"of {fmt.plain(row['account_name'] or 'no account')}")
    return ", ".join(notes) or None


def _data(project_id: UUID, project: Project, viewer: Viewer) -> None:
    size = project["stored_bytes"]
    st.markdown(f"**Canvas data** :gray[· {fmt.EMPTY if size is None else f'{size:,} bytes'}]")
    if not size or size <= len("{}"):
        st.caption("Nothing is stored here.")
    elif size > listing.STORED_SHOWN_BYTES:
        st.caption(f"Too large to draw here (above {listing.STORED_SHOWN_BYTES // 1024} kB).")
    elif st.session_state.get(_REVEALED) == project_id and chats.may_reveal(viewer):
        [stored] = rows(listing.stored(project_id))
        details.draw_json(jsontext.loads(stored["canvas_data"]), expanded=2)
    elif chats.may_reveal(viewer):
        st.button(
            "Show canvas data",
            icon=":material/visibility:",
            help="It may hold what a customer wrote. Viewing it is recorded in the audit log.",
            on_click=_reveal,
            args=(project_id,),
            key=records.key("projects_reveal", project_id),
        )
    else:
        st.caption("Hidden: it may hold what a customer wrote.")


def _reveal(project_id: UUID) -> None:
    with feedback.flash_errors():
        chats.reveal_canvas(project_id, gate.require("read"))
        st.session_state[_REVEALED] = project_id
