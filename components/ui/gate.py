"""Who looks at this page, and whether they may: the first thing that every page, fragment and callback asks."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn

import streamlit as st

from components.ui import feedback
from components.ui.fmt import literal
from core import sessions
from core.errors import DeskError, Forbidden
from core.identity import Permission, Viewer
from core.telemetry import logger

log = logger(__name__)

_needed: ContextVar[Permission | None] = ContextVar("needed", default=None)
_asked: ContextVar[Permission] = ContextVar("asked", default="admin")
"""What was asked for last: by a page itself, where Streamlit runs one without `navigation.py`."""


def require(permission: Permission) -> Viewer:
    """Who looks, if they may; otherwise says why not, with the next step, and ends the run."""
    looking = viewer()
    _asked.set(permission)
    try:
        looking.require(permission)
    except Forbidden as error:
        log.warning("denied", permission=permission, role=looking.role)
        _end("lock", "You cannot open this page", str(error), "/", "Go to the overview")
    return looking


def viewer() -> Viewer:
    """Who looks; ends the run with a way to sign in when the session has ended.

    `st.user` holds what the gate middleware put there, the name of the session; whether it still lives is asked anew.
    """
    session = str(st.user.get("session") or "")
    try:
        found = sessions.find(session)
    except DeskError as error:
        feedback.problem(str(error), is_outage=True)
        _retry()
        st.stop()
    if found is None:
        _end("logout", "You are signed out", "Sign in again to continue where you were.", "/login?ended=1", "Sign in")
    return found


@contextmanager
def page(permission: Permission) -> Generator[None]:
    """A page that asks this of who looks: what it draws now and runs again alone asks the same."""
    token = _needed.set(permission)
    try:
        yield
    finally:
        _needed.reset(token)


def needed() -> Permission:
    """What the page that is being drawn asks of who looks."""
    return _needed.get() or _asked.get()


def who(looking: Viewer) -> None:
    """Who is signed in, as what, and the way out."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{literal(looking.name)}** :gray[{literal(looking.role.replace('_', ' '))}]", width="content")
        _link("Sign out", "/logout")


def _link(label: str, href: str) -> None:
    """A link that leaves Streamlit in this tab; its own link elements always open another."""
    link = f'<a href="{href}" target="_self">{label}</a>'
    st.markdown(link, unsafe_allow_html=True, width="content")  # both parts of the HTML are constants of ours


@st.fragment(run_every=5)
def _retry() -> None:
    """Run the page again when the database is back."""
    try:
        sessions.find(str(st.user.get("session") or ""))
    except DeskError:
        return
    st.rerun(scope="app")


def _end(icon: str, title: str, sentence: str, href: str, link: str) -> NoReturn:
    with st.container(border=True, horizontal_alignment="center", gap="xxsmall"):
        st.space("small")
        st.markdown(f":gray[:material/{icon}:] **{literal(title)}**", width="content")
        st.caption(literal(sentence), width="content")
        _link(link, href)
        st.space("small")
    st.stop()
