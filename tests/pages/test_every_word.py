"""Whatever narrows a view is in its words: each value of each parameter of each page, none told by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import pytest

from components.accounts.filters import View as Accounts
from components.api_usage.filters import View as ApiUsage
from components.api_usage.filters import option
from components.audit.filters import View as Audit
from components.content.view import KINDS
from components.content.view import View as Content
from components.creators.view import View as Creators
from components.creators.view import without_state
from components.jobs.view import View as Jobs
from components.models.listing import View as Models
from components.projects.filters import View as Projects
from components.staff.table import View as Staff
from components.ui.params import AccountOf, Choice, Day, Range, Sort, Text
from components.ui.views import View
from components.usage.filters import View as Usage
from core.database import rows
from demo.databases import Database
from queries.api_usage import calls
from queries.content.conditions import clauses
from queries.creators import listing as creators
from tests.support import factories

PAGES: Final = (Accounts, ApiUsage, Audit, Content, Creators, Jobs, Models, Projects, Staff, Usage)
FREE: Final = {
    "run": str(UUID(int=5)), "ended": "2025-11-22T23/2", "bar": "2026-11-22T14", "signature": "gamma",
    "day": "2025-11-22", "object": "gamma", "request": "gamma", "project": str(UUID(int=6)), "feature": "gamma",
}  # fmt: skip
"""Parameters that say of no field what they may be."""
NOT_IN_WORDS: Final = {
    (Accounts, "quota"): "says which of the bands is meant, where one is",
    (ApiUsage, "bar"): "narrows the list alone, which says it above its rows",
    (Usage, "bar"): "narrows the list alone, which says it above its rows",
    **{(page, "grain"): "how wide a bar is narrows nothing" for page in (ApiUsage, Usage)},
}


def said(name: str, param: Any) -> Iterator[str]:
    """What a link may say of a parameter that is not its default."""
    match param:
        case Sort():
            pass
        case Choice():
            yield from (option for option in param.options if option != param.default)
        case Day():
            yield "2025-11-22"
        case Range():
            low, high = param.limits
            yield from (f"{low}..{(low + high) / 2}", f"{(low + high) / 2}..{high}")
        case Text():
            yield FREE.get(name, "gamma")
        case AccountOf():
            yield "zzz-nobody"
        case _:
            yield FREE[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.page)
def test_each_value_of_each_field_has_words_of_its_own(database: Database, page: type[View]) -> None:
    plain = page({}).words
    for name, param in page.params.items():
        if param.told.get("is_kept") or (page, name) in NOT_IN_WORDS:
            continue
        views: dict[str, Any] = {value: page({page.key(name): value}) for value in said(name, param)}
        if name == "range" and page is Usage:  # on some days two ranges are the same days: 30 days and last month
            views = {str(view.where): view for view in views.values() if view.where != Usage({}).where}
        told = {value: view.words for value, view in views.items()}
        assert plain not in told.values(), (name, told)
        assert len(set(told.values())) == len(told), (name, told)
        for value in {"gamma", "2025-11-22"} & told.keys():
            assert value in told[value], (name, told)


@pytest.mark.parametrize("tab", KINDS)
def test_words_and_filter_of_a_kind_change_together(database: Database, tab: str) -> None:
    plain = Content({"content_tab": tab})
    for name, param in Content.params.items():
        values = [*said(name, param), *(["ab"] if name == "text" else [])]
        for value in values if name not in {"tab", "look", "sort"} else []:
            view = Content({"content_tab": tab, Content.key(name): value})
            assert (view.words != plain.words) is bool(clauses(view.kind, view.where)), (name, value, view.words)


def test_without_a_category_and_in_one_is_nobody(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = factories.row(url, "creator_categories", name="One")
    creator = {"platform": "tiktok", "profile_url": "https://x"}
    for number in range(5):
        category = one if number < 3 else None
        factories.row(url, "creators", **creator, username=f"u{number}", category_id=category)
    view = Creators({"creators_state": "uncategorised", "creators_category": str(one)})
    [counts] = rows(creators.state_counts(without_state(view.where)))
    assert rows(creators.total(view.where))[0]["creators"] == 0
    assert (counts["all"], counts["uncategorised"]) == (3, 0)


def test_namesakes_are_told_apart(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    for page, param in ((Jobs, "account"), (Content, "project")):
        table, column = {"account": ("accounts", "name"), "project": ("projects", "title")}[param]
        one, other = (factories.row(url, table, **{column: f"Same {page.page}"}) for _ in range(2))
        told = {page({page.key(param): str(identity)}).words for identity in (one, other)}
        assert len(told) == 2, told


ODD_NAMES: Final = ("", " ", "-", "--", "-x", "(none)", "any", "anthropic")


def test_whatever_a_call_is_named_can_be_asked_for(fresh_database: Database) -> None:
    called = {"status_code": 200, "created_at": factories.at("-2 hours")}
    for name in ODD_NAMES:
        names = {"service_name": name, "endpoint": name, "request_type": name}
        factories.row(fresh_database.owner_url, "api_usage_logs", **called, **names)
    for param in ("service", "endpoint", "type"):
        options = [one for one in ApiUsage.params[param].options if one]  # pyright: ignore[reportAttributeAccessIssue]
        assert len(options) == len(ODD_NAMES)
        said = set[str]()
        for one in options:
            view = ApiUsage({f"api_usage_{param}": one})
            assert len(rows(calls.page(view.where, only_errors=False, signature="", cursor=None))) == 1, one
            said.add(view.words)
        assert len(said) == len(options)
        assert set(options) == set(map(option, ODD_NAMES))


def test_a_moment_has_its_year_and_both_its_days(database: Database) -> None:
    assert "2025-11-22 23:00 to 2025-11-23 01:00 UTC" in Jobs({"jobs_ended": "2025-11-22T23/2"}).words
    assert "2025-11-22 14:00 to 2025-11-23 14:00 UTC" in Jobs({"jobs_ended": "2025-11-22T14/24"}).words


def test_an_account_is_named(database: Database) -> None:
    [identity] = factories.values(database.owner_url, "SELECT id::text FROM accounts ORDER BY id LIMIT 1")
    [name] = factories.values(database.owner_url, "SELECT name FROM accounts WHERE id::text = %s", identity)
    for page in PAGES:
        if "account" in page.params:
            assert name in page({page.key("account"): identity}).words
