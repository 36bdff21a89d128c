"""What holds for every page: it opens on full, empty and absent data, and only for whom it is meant."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from demo.databases import Database
from demo.places import ROOT
from tests.support.app import App, said
from tests.support.environment import forget
from tests.support.until import PATIENCE_S

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("page", PAGES)
def test_opens_on_demo_data(app: App, database: Database, page: str) -> None:
    at = app("ada", page)
    assert not at.exception
    assert len(at.title) == 1
    assert not at.warning
    assert not at.error


@pytest.mark.parametrize("page", PAGES)
def test_opens_on_an_empty_database(app: App, fresh_database: Database, page: str) -> None:
    at = app("ada", page)
    assert not at.exception
    assert len(at.title) == 1
    assert "could not be shown" not in said(at)


@pytest.mark.parametrize("page", PAGES)
def test_survives_foreign_values_in_its_url(app: App, database: Database, page: str) -> None:
    keys = ("state", "type", "account", "error", "range", "priority", "sort", "after", "platform", "band", "q", "tab")
    query = {f"{page}_{key}": "<script>%00'\"=cmd()" for key in keys} | {"job": "not-a-uuid", "refresh": "1 week"}
    at = app("ada", page, **query)
    assert not at.exception
    assert "could not be shown" not in said(at)


@pytest.mark.parametrize("page", PAGES)
def test_says_so_when_the_database_goes_away(
    app: App, database: Database, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = app("ada", page)
    monkeypatch.setenv("DATABASE_READ_URL", "postgresql://desk_reader@127.0.0.1:9/nothing")
    forget()
    at.run()
    assert not at.exception
    assert len(at.title) == 1
    assert "does not answer" in said(at)
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("page", PAGES)
def test_shows_nothing_to_nobody(database: Database, page: str) -> None:
    at = AppTest.from_file(ROOT / "navigation.py", default_timeout=PATIENCE_S)
    at.user = {"session": "no such session"}
    at.switch_page(f"pages/{page}.py")
    at.run()
    assert "You are signed out" in said(at)
    assert not at.title
    assert not at.dataframe


@pytest.mark.parametrize("page", PAGES)
def test_cold_and_without_navigation_the_gate_still_stands(database: Database, page: str) -> None:
    at = AppTest.from_file(ROOT / "pages" / f"{page}.py", default_timeout=PATIENCE_S)
    at.user = {"session": "no such session"}
    at.run()
    assert "You are signed out" in said(at)
    assert not at.title
    assert not at.dataframe
