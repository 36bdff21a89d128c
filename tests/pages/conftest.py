"""The Streamlit script run in this process, as somebody who is signed in."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.ui import feedback
from core import sessions
from demo.places import ROOT
from tests.support.app import App, person
from tests.support.until import PATIENCE_S


class Recorder:
    """A log that keeps which blocks failed, and why."""

    def __init__(self, log: Any) -> None:
        self._log, self.failed = log, list[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def exception(self, event: str, **told: object) -> None:
        """What `feedback.error_boundary` calls where it draws nothing but an id."""
        self.failed.append(f"{event} {told}: {traceback.format_exc(limit=-3)}")
        self._log.exception(event, **told)


@pytest.fixture(autouse=True)
def sound(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[Recorder]:
    """A block that fails alone fails the test, though its page lives; so does a table of values of several types."""
    recorder = Recorder(feedback.log)
    # Not the test's own patch, which would be taken back after a database's, and restore the one that is gone.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feedback, "log", recorder)
        yield recorder
    recorder.failed += [one.getMessage() for one in caplog.records if "Serialization of dataframe" in one.getMessage()]
    assert request.node.get_closest_marker("breaks_a_block") or recorder.failed == []


@pytest.fixture
def app() -> App:
    """Opens a page on the database that the test's other fixture provides, after its first run.

    `app("sam", "jobs", jobs_state="failed")` is what Sam sees at `/jobs?jobs_state=failed`.
    """

    def opened(who: str, page: str = "", **query: str) -> AppTest:
        found = AppTest.from_file(ROOT / "navigation.py", default_timeout=PATIENCE_S)
        found.user = {"session": sessions.reference(sessions.start(person(who)))}
        for name, value in query.items():
            found.query_params[name] = value
        if page:
            found.switch_page(f"pages/{page}.py")
        return found.run()

    return opened
