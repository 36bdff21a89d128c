"""Accounts & quotas and Account 360 with odd customers, run in this process."""

from __future__ import annotations

from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from actions.accounts import summary
from components.ui import exports
from core.database import load
from demo.databases import Database
from queries.accounts import listing
from queries.accounts.filters import AccountFilter
from tests.support import factories
from tests.support.app import App, said

LIMITS = ("creator_limit", "user_limit", "voice_model_limit", "storage_limit_gb")


def odd(url: str, kind: str) -> UUID:
    """An account as no sensible product would have it."""
    if kind == "nothing at all":
        return factories.row(
            url, "accounts", name="x", subscription_status=None, plan_type=None, **dict.fromkeys(LIMITS)
        )
    if kind == "zero limits":
        return factories.row(url, "accounts", name='=HYPERLINK("http://x")', **dict.fromkeys(LIMITS, 0))
    if kind == "negative and huge limits":
        return factories.row(
            url, "accounts", name="שלום [x](http://y) :red[z]", creator_limit=-5, storage_limit_gb=2**31 - 1
        )
    account = factories.row(url, "accounts", name="N" * 255, created_at=None)
    if kind == "5,000 creators":
        with_many = (
            "INSERT INTO creators (platform, username, profile_url) SELECT 'tiktok', 'c' || n, 'x' FROM "
            "generate_series(1, 5000) n RETURNING id"
        )
        creators = factories.values(url, with_many)
        factories.rows(url, "account_followed_creators", [{"account_id": account, "creator_id": c} for c in creators])
    return account


@pytest.mark.parametrize(
    "kind", ["nothing at all", "zero limits", "negative and huge limits", "a long name", "5,000 creators"]
)
def test_odd_accounts_are_listed_and_open(app: App, fresh_database: Database, kind: str) -> None:
    account = odd(fresh_database.owner_url, kind)
    assert summary.refresh()
    for page, query in (("accounts", {}), ("account", {"account": str(account)})):
        at = app("mona", page, **query)
        assert not at.exception
        assert len(at.title) == 1
        assert "could not be shown" not in said(at)
        assert not at.warning


@pytest.mark.parametrize("account", ["", "not-an-id", "ffffffff-ffff-4fff-8fff-ffffffffffff"])
def test_an_account_that_is_not_there(app: App, database: Database, account: str) -> None:
    at = app("mona", "account", account=account)
    assert not at.exception
    assert [title.value for title in at.title] == ["Account"]
    assert "This account does not exist" in said(at) or "Choose an account" in said(at)


def test_only_who_may_sees_the_form(app: App, database: Database) -> None:
    [account] = factories.values(database.owner_url, "SELECT id FROM accounts ORDER BY id LIMIT 1")

    def buttons(at: AppTest) -> set[str]:
        return {button.label for button in at.button}

    assert "Edit limits" in buttons(app("mona", "account", account=str(account)))
    assert "Edit limits" not in buttons(app("sam", "account", account=str(account)))
    assert "Edit limits" not in buttons(app("vera", "account", account=str(account)))


def test_a_formula_in_a_name_is_text_in_the_csv(fresh_database: Database) -> None:
    odd(fresh_database.owner_url, "zero limits")
    summary.refresh()
    text = exports.text(load(listing.export(AccountFilter())), "accounts", "mona@desk.example", 50_000)
    assert '"=HYPERLINK' not in text
    assert "\"'=HYPERLINK" in text


def test_a_tile_narrows_the_list_and_a_stale_place_is_harmless(app: App, database: Database) -> None:
    [over] = factories.values(database.owner_url, "SELECT count(*) FROM dashboard.account_summary WHERE worst_band = 4")
    at = app("mona", "accounts", accounts_band="over", accounts_after="after.nonsense", accounts_sort="x-desc")
    assert not at.exception
    assert f"**{over}** accounts, over" in said(at)
