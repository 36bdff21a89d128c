"""A question and a file name their whole filter: whatever narrows a view changes its words."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import sessions
from demo.databases import Database
from tests.support import factories
from tests.support.app import person
from tests.support.until import PATIENCE_S

MODULES = {
    "jobs": "jobs.view",
    "accounts": "accounts.filters",
    "usage": "usage.filters",
    "api_usage": "api_usage.filters",
    "content": "content.view",
    "models": "models.listing",
    "creators": "creators.view",
    "projects": "projects.filters",
    "audit": "audit.filters",
}
NARROWED = """
jobs      state=failed type=content_analysis range=7d error=gamma priority=high signature=gamma ended=2026-01-01T10/1
accounts  search=gamma plan=team status=active band=over only=filling
usage     plan=team feature=voice range=7d
api_usage plan=team range=7d calls=failed signature=gamma
content   tab=script text=gamma platform=tiktok type=video verdict=approve state=failed creator=gamma added=24
content   remix=yes expiring=1 engagement=10..20 sentiment=0..0.5 model=gamma from=2026-01-01 until=2026-01-02
content   project=00000000-0000-4000-8000-000000000001
models    name=gamma kind=voice state=failed
creators  q=gamma platform=tiktok verified=yes followers=0-10000 state=overdue
projects  title=gamma archived=yes accessed=quiet
audit     words=gamma actor=operator range=7d day=2026-01-01 object=gamma request=gamma
"""
NAMED = ("jobs", "usage", "api_usage", "content", "models", "creators", "projects", "audit")
"""Pages with a field for an account."""


def _script(module: str) -> None:
    import importlib

    import streamlit as st

    st.session_state["words"] = importlib.import_module(f"components.{module}").view().words


def words(page: str, **query: str) -> str:
    """The words of the view of a page that an URL names."""
    at = AppTest.from_function(_script, default_timeout=PATIENCE_S, kwargs={"module": MODULES[page]})
    at.user = {"session": sessions.reference(sessions.start(person("ada")))}
    for key, value in query.items():
        at.query_params[f"{page}_{key}"] = value
    at.run()
    assert not at.exception
    return str(at.session_state["words"])


@pytest.mark.parametrize("line", NARROWED.strip().splitlines())
def test_whatever_narrows_a_view_is_in_its_words(database: Database, line: str) -> None:
    page, *narrowed = line.split()
    plain = words(page)
    for one in narrowed:
        key, _, value = one.partition("=")
        told = words(page, **{key: value})
        assert told != plain, one
        assert value != "gamma" or "gamma" in told


@pytest.mark.parametrize("page", NAMED)
def test_an_account_is_named_or_said_to_be_none(database: Database, page: str) -> None:
    [name] = factories.values(
        database.owner_url, "SELECT name FROM accounts WHERE name ~ '^[A-Za-z ]+$' ORDER BY id LIMIT 1"
    )
    [account] = factories.values(database.owner_url, "SELECT id::text FROM accounts WHERE name = %s LIMIT 1", name)
    assert name in words(page, account=account)
    assert "“zzz-nobody”, which matches no single account" in words(page, account="zzz-nobody")
