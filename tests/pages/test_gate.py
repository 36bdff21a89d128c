"""What a page shows to somebody it is not for."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.ui.fmt import literal
from core import database as core_database
from core import sessions
from core.settings import settings
from demo.databases import Database
from tests.support.app import App, person
from tests.support.until import PATIENCE_S


def page() -> None:
    """A page for admins."""
    import streamlit as st

    from components.ui import gate

    gate.require("admin")
    st.title("Staff")


def page_with_a_verb() -> None:
    """A page for everybody with a verb for admins."""
    import streamlit as st

    from components.ui import gate

    def act() -> None:
        gate.require("admin")
        st.session_state["done"] = True

    gate.require("read")
    st.button("Act", on_click=act)
    st.title("Done" if "done" in st.session_state else "Not done")


def opened(script: object, session: str) -> AppTest:
    """The script after its first run with what the gate middleware would have put into `st.user`."""
    found = AppTest.from_function(script, default_timeout=PATIENCE_S)  # pyright: ignore[reportArgumentType]
    found.user = {"session": session} if session else {}
    return found.run()


def session_of(who: str) -> str:
    """The reference of a new session."""
    return sessions.reference(sessions.start(person(who)))


def texts(found: AppTest) -> str:
    """Everything the page says."""
    return "\n".join(str(element.value) for element in (*found.markdown, *found.caption, *found.warning, *found.title))


def test_a_role_without_the_permission_is_told_so(fresh_database: Database) -> None:
    found = opened(page, session_of("vera"))
    assert not found.exception
    assert "You cannot open this page" in texts(found)
    assert literal("Your role (viewer)") in texts(found)
    assert not found.title


def test_a_role_with_the_permission_sees_the_page(fresh_database: Database) -> None:
    assert opened(page, session_of("ada")).title[0].value == "Staff"


@pytest.mark.parametrize("session", ["", "x", "ab" * 32])
def test_without_a_living_session_there_is_a_way_to_sign_in(fresh_database: Database, session: str) -> None:
    found = opened(page, session)
    assert not found.exception
    assert "You are signed out" in texts(found)
    assert 'href="/login?ended=1"' in texts(found), "the way that leads back here"
    assert not found.title


def test_a_callback_that_may_not_does_nothing(fresh_database: Database) -> None:
    found = opened(page_with_a_verb, session_of("sam"))
    found.button[0].click().run()
    assert not found.exception
    assert "You cannot open this page" in texts(found)
    assert "done" not in found.session_state
    admin = opened(page_with_a_verb, session_of("ada"))
    assert admin.button[0].click().run().title[0].value == "Done"


def test_while_the_database_is_down_nobody_new_gets_in(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of("ada")
    sessions.forget()
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk_writer@127.0.0.1:1/desk")
    settings.cache_clear()
    core_database.reset()
    found = opened(page, session)
    assert not found.exception
    assert "does not answer" in texts(found)
    assert not found.title


def test_the_navigation_says_who_looks(fresh_database: Database, app: App) -> None:
    found = app("mona")
    assert any("Mona" in line.value and "account manager" in line.value for line in found.sidebar.markdown)
