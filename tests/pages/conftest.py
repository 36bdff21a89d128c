"""The Streamlit script run in this process, as somebody who is signed in."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import sessions
from demo.places import ROOT
from tests.support.app import App, person
from tests.support.until import PATIENCE_S


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
