"""A file waits for what was done in its tab before it was asked for, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import SCRIPT_RUN_CONTEXT_ATTR_NAME

from components.ui import later
from core.errors import DeskError


@pytest.fixture
def script() -> Iterator[Thread]:
    """A thread as Streamlit runs scripts in, which goes on until the test is over."""
    over = Event()
    thread = Thread(target=over.wait, name="ScriptRunner.scriptThread")
    thread.start()
    yield thread
    over.set()
    thread.join()


def in_run(thread: Thread, session_id: str, *, is_drawing: bool, has_next: bool = False) -> None:
    """Let the thread run a session's script: its callbacks first, then the page; another run may wait for it."""
    requests = ScriptRequests()
    if has_next:
        requests.request_rerun(RerunData())
    run = SimpleNamespace(session_id=session_id, has_script_started=is_drawing, script_requests=requests)
    setattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME, run)


def test_callbacks_are_waited_for(script: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        in_run(script, "mine", is_drawing=len(waits) > 2)

    monkeypatch.setattr(later.time, "sleep", wait)
    later.settled("mine")
    assert len(waits) == 3


def test_callbacks_of_a_run_that_waits_are_waited_for(script: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        in_run(script, "mine", is_drawing=True, has_next=len(waits) < 2)

    in_run(script, "mine", is_drawing=True, has_next=True)
    monkeypatch.setattr(later.time, "sleep", wait)
    later.settled("mine")
    assert len(waits) == 2


def test_another_tabs_callbacks_are_not(script: Thread) -> None:
    in_run(script, "theirs", is_drawing=False)
    later.settled("mine")


def test_a_tab_that_never_rests_is_told(script: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    in_run(script, "mine", is_drawing=False)
    monkeypatch.setattr(later, "LONGEST_S", 0)
    with pytest.raises(DeskError, match="still loading"):
        later.settled("mine")
