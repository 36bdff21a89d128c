"""Limits are changed if they are what the person saw, on record, and by whom it may."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.accounts import limits, summary
from core.database import rows
from core.errors import Forbidden, Invalid, NotFound
from demo.databases import Database
from queries.accounts import listing
from queries.accounts.filters import AccountFilter
from queries.accounts.quotas import LIMITS, Quota
from tests.support import factories

SEEN: dict[Quota, int | None] = {"creators": 5, "users": 1, "voice_models": 10, "storage": 50}


def account(database: Database, **columns: Any) -> UUID:
    """An account with the product's default limits, in the summary."""
    made_id = factories.row(database.owner_url, "accounts", name="Northwind", **columns)
    summary.refresh()
    return made_id


def now(database: Database) -> dict[str, Any]:
    """What the product's row says."""
    columns = ", ".join(LIMITS.values())
    [found] = factories.values(database.owner_url, f"SELECT row_to_json(a) FROM (SELECT {columns} FROM accounts) a")
    return found


def audited(database: Database) -> list[tuple[Any, ...]]:
    """What the audit log says, oldest first."""
    return factories.values(
        database.owner_url,
        "SELECT json_build_array(action, reason, before, after) FROM dashboard.audit_log ORDER BY id",
    )


def test_a_change_is_saved_on_record_and_in_the_summary(fresh_database: Database) -> None:
    account_id = account(fresh_database)
    done = limits.change(
        account_id, SEEN, {**SEEN, "users": 8, "storage": 0}, factories.viewer("account_manager"), " more seats "
    )
    assert done.conflict == ()
    assert dict(done.now) == {**SEEN, "users": 8, "storage": 0}
    assert now(fresh_database) == {
        "creator_limit": 5, "user_limit": 8, "voice_model_limit": 10, "storage_limit_gb": 0,
    }  # fmt: skip
    assert audited(fresh_database) == [
        [
            "account.limits", "more seats",
            {"user_limit": 1, "storage_limit_gb": 50}, {"user_limit": 8, "storage_limit_gb": 0},
        ]
    ]  # fmt: skip
    [row] = rows(listing.page(AccountFilter(), "name", False, None))
    assert (row["user_limit"], row["storage_limit_gb"]) == (8, 0)


def test_the_second_of_two_managers_sees_the_first_ones_change(fresh_database: Database) -> None:
    account_id = account(fresh_database)
    mona, max_ = factories.viewer("account_manager"), factories.viewer("admin")
    limits.change(account_id, SEEN, {**SEEN, "users": 8}, mona, "seats")
    late = limits.change(account_id, SEEN, {**SEEN, "users": 3, "creators": 7}, max_, "trim")
    assert late.conflict == ("users",)
    assert dict(late.now) == {**SEEN, "users": 8}
    assert now(fresh_database)["user_limit"] == 8
    assert now(fresh_database)["creator_limit"] == 5
    assert audited(fresh_database) == [
        ["account.limits", "seats", {"user_limit": 1}, {"user_limit": 8}],
        [
            "account.limits_refused", "trim",
            {"creator_limit": 5, "user_limit": 8}, {"creator_limit": 7, "user_limit": 3},
        ],
    ]  # fmt: skip
    chosen = limits.change(account_id, late.now, {**late.now, "users": 3, "creators": 7}, max_, "trim")
    assert chosen.conflict == ()
    assert audited(fresh_database)[-1][2:] == [
        {"creator_limit": 5, "user_limit": 8},
        {"creator_limit": 7, "user_limit": 3},
    ]


def test_a_change_of_another_limit_is_no_conflict(fresh_database: Database) -> None:
    account_id = account(fresh_database)
    viewer = factories.viewer("account_manager")
    limits.change(account_id, SEEN, {**SEEN, "users": 8}, viewer, "seats")
    done = limits.change(account_id, SEEN, {**SEEN, "creators": 9}, viewer, "creators")
    assert done.conflict == ()
    assert dict(done.now) == {**SEEN, "users": 8, "creators": 9}


def test_limits_that_were_never_set_can_be(fresh_database: Database) -> None:
    account_id = account(fresh_database, **dict.fromkeys(LIMITS.values()))
    unset: dict[Quota, int | None] = dict.fromkeys(LIMITS)
    done = limits.change(account_id, unset, {**unset, "users": 2}, factories.viewer("admin"), "first contract")
    assert dict(done.now) == {**unset, "users": 2}


@pytest.mark.parametrize(
    ("quota", "value"), [("users", -1), ("storage", 10**12), ("creators", 2**31), ("voice_models", None)]
)
def test_impossible_limits_are_refused(fresh_database: Database, quota: Quota, value: int | None) -> None:
    account_id = account(fresh_database)
    with pytest.raises(Invalid, match=quota.replace("_", " ")):
        limits.change(account_id, SEEN, {**SEEN, quota: value}, factories.viewer("admin"), "why not")
    assert now(fresh_database)["user_limit"] == 1
    assert audited(fresh_database) == []


@pytest.mark.parametrize("reason", [None, "", "  ", "\x00"])
def test_a_reason_is_required(fresh_database: Database, reason: str | None) -> None:
    account_id = account(fresh_database)
    with pytest.raises(Invalid, match="Say why"):
        limits.change(account_id, SEEN, {**SEEN, "users": 2}, factories.viewer("admin"), reason)


def test_nothing_to_change_is_said(fresh_database: Database) -> None:
    with pytest.raises(Invalid, match="as they were"):
        limits.change(account(fresh_database), SEEN, SEEN, factories.viewer("admin"), "nothing")


def test_support_and_reviewers_may_not(fresh_database: Database) -> None:
    account_id = account(fresh_database)
    for role in ("viewer", "support", "reviewer"):
        with pytest.raises(Forbidden):
            limits.change(account_id, SEEN, {**SEEN, "users": 2}, factories.viewer(role), "please")
    assert now(fresh_database)["user_limit"] == 1


def test_an_account_that_is_gone(fresh_database: Database) -> None:
    with pytest.raises(NotFound):
        limits.change(uuid4(), SEEN, {**SEEN, "users": 2}, factories.viewer("admin"), "why")
    assert audited(fresh_database) == []
