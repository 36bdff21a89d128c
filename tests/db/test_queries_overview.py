"""The Overview's figures, counted by hand."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from core.database import rows
from demo.databases import Database
from queries import overview
from tests.db import made
from tests.db.made import at, job


def test_active_accounts(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    a, b, c = (made.row(url, "accounts", name=name) for name in "abc")
    [today] = made.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date")
    days = [(a, 1, 5), (a, 2, 5), (b, 7, 1), (c, 8, 9), (a, 14, 1), (b, 15, 9), (c, 0, 9), (c, 3, 0)]
    made.rows(url, "account_usage_stats", [
        {"account_id": account, "stat_date": today - timedelta(days=ago), "total_credits_used": credits}
        for account, ago, credits in days
    ])  # fmt: skip
    [found] = rows(overview.active_accounts())
    assert (found["value"], found["previous"], found["through"]) == (2, 2, today - timedelta(days=1))
    assert list(found["series"]) == [1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1]


def test_an_account_that_only_made_things_is_active(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = made.row(url, "accounts", name="a")
    [day] = made.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date - 1")
    made.row(
        url, "account_usage_stats", account_id=account, stat_date=day, total_credits_used=None, voice_generations=1
    )
    [found] = rows(overview.active_accounts())
    assert found["value"] == 1


def test_credits_compare_the_same_days(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = made.row(url, "accounts", name="a")
    with psycopg.connect(url) as owner:
        # Every day of the last 100 spent its own day of the month, so the sums can be told from the calendar.
        owner.execute(
            "INSERT INTO account_usage_stats (account_id, stat_date, total_credits_used)"
            " SELECT %s, d, extract(day FROM d) FROM generate_series(0, 100) n,"
            " LATERAL (SELECT (now() AT TIME ZONE 'UTC')::date - n AS d) x",
            [account],
        )
    [today] = made.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date")
    last_of_month_before = today.replace(day=1) - timedelta(days=1)
    complete = today.day - 1
    same = min(complete, last_of_month_before.day)
    [found] = rows(overview.credits_this_month())
    assert found["value"] == complete * (complete + 1) // 2
    assert found["previous"] == same * (same + 1) // 2
    assert found["today"] == today.day
    assert list(found["series"]) == [(today - timedelta(days=ago)).day for ago in range(30, 0, -1)]


def test_api_error_rate(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    calls = [
        ("-10 minutes", 200, None), ("-10 minutes", 429, None), ("-10 minutes", None, "reset"),
        ("-2 hours", None, None),
        ("-25 hours", 500, "boom"), ("-47 hours", 399, "odd"), ("-49 hours", 500, None),
    ]  # fmt: skip
    made.rows(url, "api_usage_logs", [
        {"service_name": "openai", "created_at": at(when), "status_code": code, "error_message": message}
        for when, code, message in calls
    ])  # fmt: skip
    [found] = rows(overview.api_error_rate())
    assert (found["value"], found["previous"]) == (0.5, 0.5)
    assert (found["requests"], found["errors"]) == (4, 2)
    assert list(found["series"])[-3:] == [0.0, None, pytest.approx(2 / 3)]
    assert list(found["series"])[:-3] == [None] * 21


def test_failed_jobs(fresh_database: Database) -> None:
    made.rows(fresh_database.owner_url, "processing_queue", [
        job(status="failed", completed_at=at("-10 minutes")),
        job(status="failed", completed_at=None, updated_at=at("-90 minutes")),
        job(status="failed", completed_at=at("-30 hours")),
        job(status="failed", completed_at=at("-50 hours")),
        job(status="completed", completed_at=at("-10 minutes")),
    ])  # fmt: skip
    [found] = rows(overview.failed_jobs())
    assert (found["value"], found["previous"]) == (2, 1)
    assert list(found["series"]) == [0] * 22 + [1, 1]


def test_an_empty_product(fresh_database: Database) -> None:
    [active], [spent], [calls], [failed] = (
        rows(question())
        for question in (
            overview.active_accounts, overview.credits_this_month, overview.api_error_rate, overview.failed_jobs,
        )
    )  # fmt: skip
    assert (active["value"], spent["value"], calls["value"], failed["value"]) == (0, 0, None, 0)
    assert (len(active["series"]), len(spent["series"]), len(calls["series"])) == (14, 30, 24)
