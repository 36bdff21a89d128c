"""Every private name of Streamlit and SQLAlchemy that the Desk rests on: an upgrade fails here and nowhere else.

`tests/unit/core/test_compat.py` has a test for what is assumed of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from threading import Lock, RLock
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager as get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig as ComponentConfig
from streamlit.components.v2.manifest_scanner import ComponentManifest as ComponentManifest
from streamlit.components.v2.types import ComponentRenderer as ComponentRenderer
from streamlit.elements.lib.column_types import ButtonColumnResult as ButtonColumnResult
from streamlit.elements.lib.column_types import ColumnConfig as ColumnConfig
from streamlit.proto.BackMsg_pb2 import BackMsg as BackMsg
from streamlit.proto.ClientState_pb2 import ClientState as ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg as ForwardMsg
from streamlit.runtime.media_file_manager import MediaFileManager as MediaFileManager
from streamlit.runtime.pages_manager import PagesManager as PagesManager
from streamlit.runtime.scriptrunner import RerunException as RerunException
from streamlit.runtime.scriptrunner import ScriptRunContext as ScriptRunContext
from streamlit.runtime.scriptrunner import StopException as StopException
from streamlit.runtime.scriptrunner import add_script_run_ctx as add_script_run_ctx
from streamlit.runtime.scriptrunner import get_script_run_ctx as get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner as ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import SCRIPT_RUN_CONTEXT_ATTR_NAME
from streamlit.runtime.state.session_state import SessionState as SessionState

DIALECT = PGDialect_psycopg()
CONTEXT_OF_THREAD = SCRIPT_RUN_CONTEXT_ATTR_NAME
SCRIPT_THREAD = "ScriptRunner.scriptThread"
"""How Streamlit calls a thread that runs a page."""
FORGETS = "_remove_orphaned_deferred_callables"
"""What Streamlit calls, with the manager's lock held, to forget the files that no page offers any more."""

GIVES_WAY = "_maybe_handle_execution_control_request"
"""What Streamlit calls, in nearly every `st.` call, to end a run that the next press has overtaken."""
RUNS = "_run_script"
CALLS_BACK = "on_script_will_rerun"
_is_calling_back = ContextVar("is_calling_back", default=False)
_turns = WeakValueDictionary[str, Any]()
_turns_lock = Lock()


def finish_callbacks() -> None:
    """Let callbacks come to their end, and the next press of the tab wait for them.

    Streamlit begins the next run at once, in a thread beside, gives the URL the browser's, and ends this run at its
    next `st.` call: a verb is carried out and says nothing, what was typed is never written to the URL.
    """
    give_way, run = getattr(ScriptRunner, GIVES_WAY), getattr(ScriptRunner, RUNS)
    call_back = getattr(SessionState, CALLS_BACK)

    def once_they_are_over(runner: ScriptRunner) -> None:
        if not _is_calling_back.get():
            give_way(runner)

    def after_them(runner: ScriptRunner, *given: Any) -> None:
        with _turn():
            pass
        run(runner, *given)

    def in_turn(state: SessionState, *given: Any, **named: Any) -> None:
        with _turn():
            before = _is_calling_back.set(True)
            try:
                call_back(state, *given, **named)
            finally:
                _is_calling_back.reset(before)

    setattr(ScriptRunner, GIVES_WAY, once_they_are_over)
    setattr(ScriptRunner, RUNS, after_them)
    setattr(SessionState, CALLS_BACK, in_turn)


def _turn() -> AbstractContextManager[Any]:
    """The one of this tab, kept while a run needs it."""
    run = get_script_run_ctx()
    with _turns_lock:
        return _turns.setdefault(run.session_id if run else "", RLock())


def on_forgetting(forget: Callable[[MediaFileManager], None]) -> None:
    """Forget the files that no page offers in another way than Streamlit's."""
    setattr(MediaFileManager, FORGETS, forget)


def made_on_demand(manager: MediaFileManager) -> dict[str, str]:
    """The files that are made when they are asked for, each with the tab that it was offered to."""
    known = manager._deferred_callables  # pyright: ignore[reportPrivateUsage]
    return {file: entry["session_id"] for file, entry in known.items()}


def offered(manager: MediaFileManager) -> Iterator[str]:
    """The files that pages offer now."""
    for files in manager._files_by_session_and_coord.values():  # pyright: ignore[reportPrivateUsage]
        yield from files.values()


def forget(manager: MediaFileManager, file: str) -> None:
    """Forget how a file is made."""
    manager._drop_deferred_id(file)  # pyright: ignore[reportPrivateUsage]


def cache_key(statement: Executable) -> Any:
    """SQLAlchemy's own: `key` tells the statement's structure, `bindparams` its values."""
    return statement._generate_cache_key()  # pyright: ignore[reportAttributeAccessIssue]


def compiled(statement: Executable) -> str:
    """The statement as psycopg gets it."""
    return str(statement.compile(dialect=DIALECT))  # pyright: ignore[reportAttributeAccessIssue]  # Executable lacks it
