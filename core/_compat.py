"""Every private name of Streamlit and SQLAlchemy that the Desk rests on: an upgrade fails here and nowhere else.

`tests/unit/core/test_compat.py` has a test for what is assumed of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests as ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType as ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import SCRIPT_RUN_CONTEXT_ATTR_NAME

DIALECT = PGDialect_psycopg()
CONTEXT_OF_THREAD = SCRIPT_RUN_CONTEXT_ATTR_NAME
SCRIPT_THREAD = "ScriptRunner.scriptThread"
"""How Streamlit calls a thread that runs a page."""
FORGETS = "_remove_orphaned_deferred_callables"
"""What Streamlit calls, with the manager's lock held, to forget the files that no page offers any more."""

GIVES_WAY, GOES_ON = "on_scriptrunner_yield", "on_scriptrunner_ready"
"""What Streamlit asks in nearly every `st.` call, and after a run: whether there is another to begin."""


def finish_callbacks() -> None:
    """Let a press that follows at once wait until the callbacks of the one before are over.

    Streamlit ends them at their next `st.` call: a verb is carried out and says nothing, what was typed is never
    written to the URL. From when a run gives way to when the next begins, its callbacks count as ahead.
    """
    give_way, go_on = getattr(ScriptRequests, GIVES_WAY), getattr(ScriptRequests, GOES_ON)

    def asked(requests: ScriptRequests, ask: Callable[[ScriptRequests], Any]) -> Any:
        run = get_script_run_ctx(suppress_warning=True)
        if run is None or not has_next(run):
            return ask(requests)
        before, run._has_script_started = run._has_script_started, False  # pyright: ignore[reportPrivateUsage]
        found = ask(requests)
        if found is None:
            run._has_script_started = before  # pyright: ignore[reportPrivateUsage]
        return found

    def once_they_are_over(requests: ScriptRequests) -> Any:
        run = get_script_run_ctx(suppress_warning=True)
        return None if run and are_callbacks_running(run) else asked(requests, give_way)

    setattr(ScriptRequests, GIVES_WAY, once_they_are_over)
    setattr(ScriptRequests, GOES_ON, lambda requests: asked(requests, go_on))


def are_callbacks_running(run: ScriptRunContext) -> bool:
    """Whether callbacks are being told what the browser sent."""
    return run.session_state._state._current_interaction_widget_states is not None  # pyright: ignore[reportPrivateUsage]


def has_next(run: ScriptRunContext) -> bool:
    """Whether another run of the tab waits for this one to give way."""
    requests = run.script_requests
    return requests is not None and requests._state is ScriptRequestType.RERUN  # pyright: ignore[reportPrivateUsage]


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
