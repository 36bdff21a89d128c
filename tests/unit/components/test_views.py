"""What a page's URL says is read without Streamlit: whatever is stale, foreign or odd is the default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from components.accounts.filters import View as Accounts
from components.api_usage.filters import View as ApiUsage
from components.audit.filters import View as Audit
from components.content.view import View as Content
from components.creators.view import View as Creators
from components.jobs.view import View as Jobs
from components.models.listing import View as Models
from components.projects.filters import View as Projects
from components.staff.table import View as Staff
from components.ui.params import Choice, Range, Sort
from components.ui.views import View
from components.usage.filters import View as Usage
from demo.places import ROOT
from queries.sql.keyset import Cursor

LISTS: tuple[type[View], ...] = (Accounts, Content, Creators, Jobs, Models, Projects)
PAGES: tuple[type[View], ...] = (*LISTS, ApiUsage, Audit, Staff, Usage)
ONE = UUID(int=1)
PLACES = {
    datetime: Cursor.of(datetime(2026, 11, 22, tzinfo=UTC), ONE, True, datetime),
    int: Cursor.of(5, ONE, True, int),
    str: Cursor.of("lumen", ONE, True),
}
ODD = (
    "",
    " ",
    "\x00",
    "nan",
    "--1",
    "9" * 40,
    "1e999..nan",
    "..",
    "active;",
    "0001-01-01",
    "9999-12-31T23/99",
    "x" * 999,
)


def of(kind: type[View], said: Mapping[str, str]) -> View:
    """The view that a query names."""
    return kind({kind.key(name): text for name, text in said.items()})


def sorts(kind: type[View]) -> Mapping[str, str]:
    """The orders of a list."""
    sort = kind.params["sort"]
    assert isinstance(sort, Sort)
    return sort.options


def test_every_view_is_tried() -> None:
    declared = re.compile(r"^class View\(views\.View, page=\"(\w+)\"", re.M)
    found = [page for path in (ROOT / "components").rglob("*.py") for page in declared.findall(path.read_text())]
    assert sorted(found) == sorted(kind.page for kind in PAGES)


def test_one_is_said_in_the_singular() -> None:
    assert of(Projects, {}).words_of(1) == "project"
    assert of(Projects, {}).words_of(2) == "projects"
    assert of(Content, {"tab": "script"}).words_of(1) == "script"


def test_a_table_is_called_by_its_words_as_they_are_written() -> None:
    view = of(Projects, {"title": "Lumen UTC"})
    assert view.table_name(2) == 'Projects with "Lumen UTC" in the title: 2 rows'
    assert view.table_name(1, "editable").endswith(", editable: 1 row")


@pytest.mark.parametrize(("kind", "sort"), [(kind, sort) for kind in LISTS for sort in sorts(kind)])
def test_a_place_is_one_of_its_own_order_and_list(kind: type[View], sort: str) -> None:
    found = {held: of(kind, {"sort": sort, "after": cursor.encode()}).cursor for held, cursor in PLACES.items()}
    assert [cursor for cursor in found.values() if cursor] == [PLACES[held] for held in found if found[held]]
    assert sum(cursor is not None for cursor in found.values()) == 1
    without = Cursor(None, ONE, is_forward=False)
    assert of(kind, {"sort": sort, "after": without.encode()}).cursor == without
    for text in (
        "after.7.t2026-11-22T00:00:00+00:00",
        "after.7.n5",
        f"after.{ONE}.n{'9' * 400}",
        f"after.{ONE}.s\x00",
        "5",
    ):
        assert of(kind, {"sort": sort, "after": text}).cursor is None


def test_the_logs_of_calls_and_of_the_audit_are_told_apart() -> None:
    call, entry = PLACES[datetime].encode(), replace(PLACES[datetime], id=7).encode()
    assert ApiUsage({"api_usage_after": call}).cursor
    assert ApiUsage({"api_usage_after": entry}).cursor is None
    assert Audit({"audit_after": entry}).cursor
    assert Audit({"audit_after": call}).cursor is None


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.page)
@pytest.mark.parametrize("text", ODD, ids=repr)
def test_an_odd_value_is_the_default_or_a_text(kind: type[View], text: str) -> None:
    free = {name for name, param in kind.params.items() if isinstance(param.default, str) and type(param) is not Choice}
    free.add("signature")
    for name in kind.params.keys() - {"account", "actor", "action", "category", "service", "endpoint", "creator"}:
        param = kind.params[name]
        if isinstance(param, Choice) and name in {"type", "model"} and kind in {Audit, ApiUsage, Content}:
            continue  # what the database holds
        value = of(kind, {name: text}).values[name]
        assert value == param.default or name in free, name


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.page)
def test_what_is_written_is_read_again(kind: type[View]) -> None:
    for name, param in kind.params.items():
        values: list[Any] = []
        if isinstance(param, Range):
            low, high = param.limits
            values = [(low, (low + high) / 2), ((low + high) / 2, high)]
        elif isinstance(param, Choice) and not callable(param._options):  # pyright: ignore[reportPrivateUsage]
            values = [option for option in param.options if option]
        for value in values:
            assert of(kind, {name: param.write(value)}).values[name] == value


def test_every_page_says_what_it_is_narrowed_to() -> None:
    assert (
        Projects({"projects_archived": "yes", "projects_title": "Q4"}).words
        == 'archived projects with "Q4" in the title'
    )
    assert Accounts({"accounts_plan": "team", "accounts_band": "over"}).words == "team accounts, over"


def test_clearing_keeps_what_narrows_nothing() -> None:
    assert not {"content_tab", "content_look"} & {*Content.keys()}
    assert {"content_from", "content_after", "content_verdict"} <= {*Content.keys()}
    assert Jobs.cleared("state") == {"jobs_signature": None, "jobs_after": None}


def test_the_order_of_jobs_is_called_what_it_is() -> None:
    def first(**query: str) -> tuple[str, list[str]]:
        labels = Jobs({f"jobs_{name}": value for name, value in query.items()}).orders
        return labels["auto"], [label for name, label in labels.items() if label == labels["auto"] and name != "auto"]

    assert first() == ("Newest first", [])
    assert first(state="failed") == ("Last ended first", [])
    assert first(state="due") == ("Next due first", [])
    assert first(state="due", sort="created-asc") == ("Default order", [])
