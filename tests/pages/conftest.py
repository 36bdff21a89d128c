"""The Streamlit script run in this process, as somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from core import sessions
from demo.personas import PERSONAS
from demo.places import ROOT

RUN_S = 15  # the first run imports pandas and plotly

App = Callable[..., AppTest]


@pytest.fixture
def app() -> App:
    """Opens a page on the database that the test's other fixture provides, after its first run.

    `app("sam", "jobs", jobs_state="failed")` is what Sam sees at `/jobs?jobs_state=failed`.
    """

    def opened(who: str, page: str = "", **query: str) -> AppTest:
        found = AppTest.from_file(ROOT / "navigation.py", default_timeout=RUN_S)
        found.user = {"session": sessions.reference(sessions.start(person(who)))}
        for name, value in query.items():
            found.query_params[name] = value
        if page:
            found.switch_page(f"pages/{page}.py")
        return found.run()

    return opened


def keyed(elements: Iterable[Any], name: str) -> Any:
    """The only one of these elements whose key is that name with a record."""
    [found] = [element for element in elements if str(element.key).startswith(f"{name}_")]
    return found


def person(who: str) -> UUID:
    """The id of the persona with that first name."""
    return next(persona.user_id for persona in PERSONAS if persona.name.lower() == who)
