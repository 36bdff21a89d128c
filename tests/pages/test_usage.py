"""What Usage & credits and API usage say: what they are narrowed to, what is behind, and to whom."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from components.ui import fmt
from demo.databases import Database
from tests.support import factories
from tests.support.app import App
from tests.support.clock import today


def texts(at: AppTest) -> str:
    """Everything the page says."""
    spoken = (*at.markdown, *at.caption, *at.warning, *at.info, *at.metric)
    # What has a meaning in Markdown is escaped.
    return "\n".join(f"{getattr(element, 'label', '')} {element.value}" for element in spoken).replace("\\", "")


@pytest.mark.parametrize("page", ["usage", "api_usage"])
def test_an_account_that_nobody_has_is_said_and_nothing_is_shown_for_it(
    app: App, database: Database, page: str
) -> None:
    at = app("sam", page, **{f"{page}_account": "no such account anywhere"})
    assert not at.exception
    assert "No account matches" in texts(at)
    assert not at.metric


@pytest.mark.parametrize("page", ["usage", "api_usage"])
def test_only_who_may_export_gets_a_file(app: App, database: Database, page: str) -> None:
    def files(who: str) -> list[str]:
        return [str(button.proto.label) for button in app(who, page).get("download_button")]

    assert files("sam") == ["CSV"]
    assert files("vera") == []


@pytest.mark.parametrize(
    ("chosen", "grain"), [("7d", "day"), ("30d", "week"), ("90d", "month"), ("month", "day"), ("last_month", "week")]
)
def test_every_range_of_usage_opens(app: App, database: Database, chosen: str, grain: str) -> None:
    at = app("ada", "usage", usage_range=chosen, usage_grain=grain, usage_feature="voice", usage_plan="team")
    assert not at.exception
    assert "could not be shown" not in texts(at)
    assert len(at.metric) == 4


@pytest.mark.parametrize(
    ("chosen", "whose"), [("24h", "plan"), ("48h", "account"), ("7d", "plan"), ("30d", "account"), ("90d", "nobody")]
)
def test_every_range_of_api_usage_opens(app: App, database: Database, chosen: str, whose: str) -> None:
    [account] = factories.values(
        database.owner_url,
        "SELECT account_id::text FROM api_usage_logs WHERE account_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC"
        " LIMIT 1",
    )
    narrow = {"plan": {"api_usage_plan": "team"}, "account": {"api_usage_account": account}}.get(whose, {})
    at = app("ada", "api_usage", api_usage_range=chosen, **narrow)
    assert not at.exception
    assert "could not be shown" not in texts(at)
    assert len(at.metric) == 4


def test_a_plans_latency_is_not_told_apart_and_the_page_says_so(app: App, database: Database) -> None:
    said = texts(app("ada", "api_usage", api_usage_plan="team"))
    assert "Latency is kept per endpoint, not per plan" in said


def test_statistics_that_stopped_are_said_to_be_unknown(app: App, fresh_database: Database) -> None:
    account = factories.row(fresh_database.owner_url, "accounts", name="a", created_at=factories.at("-1 year"))
    factories.row(
        fresh_database.owner_url,
        "account_usage_stats",
        account_id=account,
        stat_date=today() - timedelta(days=4),
        total_credits_used=5,
    )
    at = app("ada", "usage")
    assert not at.exception
    assert "statistics are behind" in texts(at)


def test_roll_ups_that_are_late_are_said_to_be(app: App, fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("UPDATE dashboard.rollup_state SET refreshed_at = now(), watermark = date_trunc('hour', now())")
    assert "roll-ups" not in texts(app("ada", "api_usage"))
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("UPDATE dashboard.rollup_state SET refreshed_at = now() - interval '20 minutes'")
    at = app("ada", "api_usage")
    at.button(key="api_usage_refresh").click().run()
    assert "The roll-ups were last refreshed" in texts(at)


def test_the_overview_names_spikes_silence_and_failing_endpoints(app: App, database: Database) -> None:
    said = texts(app("ada"))
    assert "Credit spike:" in said
    assert "gone quiet" in said
    assert "anthropic /v1/messages is failing" in said


@pytest.mark.parametrize("narrow", [{}, {"api_usage_plan": "team"}])
def test_calls_of_which_nobody_knows_how_they_ended_are_in_no_rate(
    app: App, fresh_database: Database, narrow: dict[str, str]
) -> None:
    account = factories.row(fresh_database.owner_url, "accounts", name="Mute", plan_type="team")
    call = {"service_name": "openai", "account_id": account, "created_at": factories.at("-2 hours")}
    unknown = {**call, "status_code": None, "error_message": None}
    factories.rows(fresh_database.owner_url, "api_usage_logs", [unknown] * 3)
    at = app("ada", "api_usage", **narrow)
    assert not at.exception
    told = texts(at)
    assert f"Error rate {fmt.EMPTY}" in told
    assert "Unknown: 3 calls with neither status nor message." in told
    tables = [one.value for one in at.dataframe if "Calls" in one.value]
    assert len(tables) >= 2
    assert all([*table["Unknown"]] == [3] for table in tables)
    factories.rows(fresh_database.owner_url, "api_usage_logs", [{**call, "status_code": 500}])
    assert "Error rate 100.0%" in texts(app("vera", "api_usage", **narrow, api_usage_range="48h"))
