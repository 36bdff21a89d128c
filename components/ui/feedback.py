"""What the Desk says: results, empty and error states, each with the next step."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple

import streamlit as st

from actions.bulk import Outcome
from components.ui.fmt import literal
from core._compat import get_script_run_ctx
from core.errors import DatabaseDown, DeskError
from core.telemetry import logger, request_id

log = logger(__name__)

Kind = Literal["success", "info", "warning", "error"]
_ICONS: Final[dict[Kind, str]] = {"success": "check_circle", "info": "info", "warning": "warning", "error": "error"}


class Message(NamedTuple):
    """One result waiting to be shown."""

    kind: Kind
    text: str


@contextmanager
def error_boundary(name: str) -> Generator[None]:
    """Everything drawn inside may fail alone: its place says why and what to do, and the rest of the page lives."""
    try:
        yield
    except DeskError as error:
        problem(str(error), is_outage=isinstance(error, DatabaseDown))
    except Exception as error:  # the last guard before a person: any fault of one card must not take the page
        log.exception("card_failed", card=name, error=type(error).__name__)
        problem(
            f"{name} could not be shown. Reload the page; if that does not help, give an admin this id: {request_id()}."
        )


def problem(text: str, *, is_outage: bool = False) -> None:
    """A fault in its place, with the next step in the sentence."""
    st.warning(literal(text), icon=":material/cloud_off:" if is_outage else ":material/error:")


def empty(title: str, next_step: str, icon: str = "inbox") -> None:
    """Nothing to show, said with what to do about it."""
    with st.container(border=True, horizontal_alignment="center", gap="xxsmall"):
        st.space("small")
        st.markdown(f":gray[:material/{icon}:] **{literal(title)}**", width="content")
        st.caption(literal(next_step), width="content")
        st.space("small")


_WAITING: Final = "_flashes"


def flash(kind: Kind, text: str) -> None:
    """Keep a result for the next run, so that it survives the rerun that an action causes."""
    waiting: list[Message] = st.session_state.setdefault(_WAITING, [])
    waiting.append(Message(kind, text))


def flashes() -> None:
    """Show the results that are waiting: in every run until one comes to its end, since a press ends one early."""
    for message in st.session_state.get(_WAITING, []):
        show = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}[message.kind]
        show(literal(message.text), icon=f":material/{_ICONS[message.kind]}:")


def forget_flashes() -> None:
    """This run has shown them and came to its end."""
    st.session_state.pop(_WAITING, None)


def flashes_of_block() -> None:
    """The same where a verb runs its block again and not the page's head."""
    run = get_script_run_ctx()
    if run and run.fragment_ids_this_run:
        flashes()
        forget_flashes()


def told(outcome: Outcome, about: str = "") -> None:
    """Keep what became of a verb for the next run, also what stopped it."""
    kind: Kind = "warning" if outcome.unreached else "success" if outcome.done else "info"
    flash(kind, f"{about}{outcome.summary()}")


@contextmanager
def flash_errors() -> Generator[None]:
    """An action inside a callback: what went wrong is shown on the next run, and nothing typed is lost."""
    try:
        yield
    except DeskError as error:
        flash("error", str(error))
