"""Rows that no figure can use, what fails alone, and comparisons that are not there: said where somebody looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from actions import rollups
from actions.accounts import summary
from components.accounts import work as account_work
from components.system import work
from demo.databases import Database
from queries.rollups import state
from tests.support import clock, factories
from tests.support.app import App, keyed


@pytest.fixture
def account(fresh_database: Database) -> UUID:
    """A customer whose latest gauge is no number, and a call of 44 BC."""
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="Half Measured", storage_limit_gb=50)
    for ago, gauge in ((2, 20), (1, "NaN")):
        day = clock.today() - timedelta(days=ago)
        factories.row(url, "account_usage_stats", account_id=account, stat_date=day, storage_used_gb=gauge)
    factories.row(url, "api_usage_logs", service_name="openai", created_at="0044-03-15 BC")
    refreshed()
    return account


def refreshed() -> None:
    for source in state.SOURCES:
        assert list(rollups.catch_up(source, rest=0))[-1].is_current
    assert summary.refresh()


def said(at: AppTest) -> str:
    """Everything the page says, without what Markdown needs escaped."""
    spoken = (*at.markdown, *at.caption, *at.warning, *at.info, *at.success, *at.error, *at.metric)
    told = (f"{getattr(each, 'label', '')} {each.value} {getattr(each, 'delta', '')}" for each in spoken)
    return "\n".join(told).replace("\\", "")


def table(at: AppTest, column: str) -> dict[str, Any]:
    """A column of System's roll-ups, by source."""
    [found] = [each.value for each in at.dataframe if "Source" in each.value.columns]
    return dict(zip(found["Source"], found[column].fillna(""), strict=True))


def test_rows_left_out_are_said_where_they_are_missed_and_on_system(app: App, account: UUID) -> None:
    of_account = said(app("mona", "account", account=str(account)))
    assert "**20** of 50 GB" in of_account
    assert "1 newer row left out: no usable number" in of_account
    assert "1 row left out: it has no usable number (account_usage_stats.storage_used_gb)" in of_account
    usage = said(app("mona", "usage"))
    assert "1 row left out" in usage
    assert "Left out, with no usable number or date: 1 of api_usage_logs (created_at)" in usage
    system = app("ada", "system")
    assert not system.exception
    assert table(system, "Left") == {
        "accounts": "1 of account_usage_stats (storage_used_gb)",
        "api usage": "1 of api_usage_logs (created_at)",
        "jobs": "",
        "usage": "1 of account_usage_stats (storage_used_gb)",
    }


def test_a_limit_of_a_half_measured_account_is_said_to_be_saved(
    app: App, account: UUID, fresh_database: Database
) -> None:
    at = app("mona", "account", account=str(account))
    [edit] = [button for button in at.button if button.label == "Edit limits"]
    at = edit.click().run()
    keyed(at.number_input, "limits_storage").set_value(77).run()
    keyed(at.text_input, "limits_reason").set_value("asked for")
    [save] = [button for button in at.button if button.label == "Save 1 limit"]
    at = save.click().run()
    assert not at.exception
    assert "Limits saved: storage 50 → 77." in said(at)
    assert factories.values(fresh_database.owner_url, "SELECT storage_limit_gb FROM accounts") == [77]


@pytest.fixture
def broken(account: UUID, fresh_database: Database) -> UUID:
    """The account's figures fit no column any more, and no job can be rolled up."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE account_usage_stats ALTER storage_used_gb TYPE numeric")
        owner.execute("UPDATE account_usage_stats SET storage_used_gb = 1000000000000")
        owner.execute("ALTER TABLE dashboard.job_hour ADD CONSTRAINT never CHECK (false) NOT VALID")
    done = factories.job(status="completed", completed_at=factories.at("-5 minutes"))
    factories.row(fresh_database.owner_url, "processing_queue", **done)
    with pytest.raises(Exception, match="never"):
        rollups.tick("jobs")
    summary.refresh()
    return account


def test_what_fails_alone_is_a_line_of_work_that_leads_there(app: App, broken: UUID) -> None:
    overview = app("ada")
    assert not overview.exception
    told = said(overview)
    assert "**The roll-up of jobs cannot be refreshed**" in told
    assert "CheckViolation" in told
    assert "**Half Measured: its figures cannot be refreshed**" in told
    assert "NumericValueOutOfRange" in told
    [line] = account_work.failing()
    assert (line.page, line.query) == ("pages/account.py", {"account": str(broken)})
    system = app("ada", "system")
    assert table(system, "State")["jobs"] == ["failing"]
    assert "CheckViolation" in table(system, "Error")["jobs"]
    assert "**Half Measured** cannot be refreshed" in said(system)
    # Who may not open System is led to the page whose figures are concerned.
    assert "The roll-up of jobs cannot be refreshed" in said(app("vera"))
    assert {work.page for work in work.late_rollups()} == {"pages/api_usage.py"}


@pytest.mark.parametrize(("days", "is_there"), [(3, False), (30, True)])
def test_a_comparison_with_a_time_before_the_first_call_is_not_there(
    app: App, fresh_database: Database, days: int, *, is_there: bool
) -> None:
    calls = [{"service_name": "openai", "created_at": factories.at(f"-{ago} days")} for ago in range(1, days + 1)]
    factories.rows(fresh_database.owner_url, "api_usage_logs", calls)
    refreshed()
    told = said(app("mona", "api_usage", api_usage_range="7d", api_usage_grain="hour"))
    assert told.count("no comparison: the first call is of") == (0 if is_there else 4)
