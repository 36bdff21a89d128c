"""The Overview's figures, counted by hand."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from psycopg import sql

from core.database import rows
from demo.databases import Database
from queries import overview
from queries.jobs import throughput, timings
from tests.support import factories
from tests.support.clock import hour, now
from tests.support.factories import at, job


def test_active_accounts(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    a, b, c = (factories.row(url, "accounts", name=name) for name in "abc")
    [today] = factories.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date")
    days = [(a, 1, 5), (a, 2, 5), (b, 7, 1), (c, 8, 9), (a, 14, 1), (b, 15, 9), (c, 0, 9), (c, 3, 0)]
    factories.rows(url, "account_usage_stats", [
        {"account_id": account, "stat_date": today - timedelta(days=ago), "total_credits_used": credits}
        for account, ago, credits in days
    ])  # fmt: skip
    [found] = rows(overview.active_accounts())
    assert (found["value"], found["previous"], found["through"]) == (2, 2, today - timedelta(days=1))
    assert list(found["series"]) == [1, *[None] * 5, 1, 1, *[None] * 3, 0, 1, 1]
    assert (found["days"], found["previous_days"]) == (4, 2)


def test_an_account_that_only_made_things_is_active(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a")
    [day] = factories.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date - 1")
    factories.row(
        url, "account_usage_stats", account_id=account, stat_date=day, total_credits_used=None, voice_generations=1
    )
    [found] = rows(overview.active_accounts())
    assert found["value"] == 1


def test_credits_compare_the_same_days(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a")
    with psycopg.connect(url) as owner:
        # Every day of the last 100 spent its own day of the month, so the sums can be told from the calendar.
        owner.execute(
            "INSERT INTO account_usage_stats (account_id, stat_date, total_credits_used)"
            " SELECT %s, d, extract(day FROM d) FROM generate_series(0, 100) n,"
            " LATERAL (SELECT (now() AT TIME ZONE 'UTC')::date - n AS d) x",
            [account],
        )
    [today] = factories.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date")
    last_of_month_before = today.replace(day=1) - timedelta(days=1)
    complete = today.day - 1
    same = min(complete, last_of_month_before.day)
    [found] = rows(overview.credits_this_month(now().date()))
    assert found["value"] == complete * (complete + 1) // 2
    assert found["previous"] == same * (same + 1) // 2
    assert found["today"] == today.day
    assert list(found["series"]) == [(today - timedelta(days=ago)).day for ago in range(30, 0, -1)]


def hours_ago(hours: int) -> sql.SQL:
    """The start of the hour so many before the running one, as the tests' figures know it."""
    start = hour() - timedelta(hours=hours)
    return sql.SQL(f"timestamptz '{start.isoformat()}'")  # pyright: ignore[reportArgumentType]  # the test's own


def test_api_error_rate(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    calls = [
        (-1, 500, None), (0, 200, None), (0, 429, None), (0, None, "reset"),
        (1, None, None), (24, 200, None),
        (25, 500, "boom"), (48, 399, "odd"), (49, 500, None),
    ]  # fmt: skip
    factories.rows(url, "api_usage_logs", [
        {"service_name": "openai", "created_at": hours_ago(ago), "status_code": code, "error_message": message}
        for ago, code, message in calls
    ])  # fmt: skip
    [found] = rows(overview.api_error_rate(now()))
    assert (found["value"], found["previous"]) == (2 / 4, 0.5)
    assert (found["requests"], found["errors"]) == (5, 2)
    assert found["unknown"] == 1  # the only call of its hour
    assert list(found["series"]) == [0.0, *[None] * 22, None, pytest.approx(2 / 3)]


def test_queue_wait(fresh_database: Database) -> None:
    def ended(ago: int, wait_s: int) -> dict[str, object]:
        at = hour() - timedelta(hours=ago)
        run = {"scheduled_at": at - timedelta(seconds=wait_s), "started_at": at, "completed_at": at}
        return job(status="completed", **run)

    waits = [*[ended(0, 10)] * 18, *[ended(1, 100)] * 2, *[ended(48, 50)] * 20, ended(49, 1), ended(-1, 1)]
    factories.rows(fresh_database.owner_url, "processing_queue", waits)
    [found] = rows(timings.queue_wait())
    assert found["jobs"] == 20
    assert found["value_s"] == pytest.approx(100, rel=0.02)
    assert found["previous_s"] == pytest.approx(50, rel=0.02)
    assert list(found["series"])[:-2] == [None] * 23
    assert list(found["series"])[-2:] == [pytest.approx(100, rel=0.02), pytest.approx(10, rel=0.02)]


def test_jobs_per_hour(fresh_database: Database) -> None:
    factories.rows(fresh_database.owner_url, "processing_queue", [
        job(status="failed", completed_at=hours_ago(0)),
        job(status="completed", completed_at=None, updated_at=hours_ago(48)),
        job(status="completed", completed_at=hours_ago(49)),
        job(status="queued"),
    ])  # fmt: skip
    found = rows(throughput.jobs_per_hour(now()))
    assert len(found) == 49
    assert (found[0]["completed"], found[-1]["failed"]) == (1, 1)
    assert sum(row["completed"] + row["failed"] + row["cancelled"] for row in found) == 2


def test_content_added(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a")
    [today] = factories.values(url, "SELECT (now() AT TIME ZONE 'UTC')::date")
    factories.rows(url, "account_usage_stats", [
        {"account_id": account, "stat_date": today - timedelta(days=ago), "content_pieces_added": 10 + ago}
        for ago in (0, 1, 7, 8, 15)
    ])  # fmt: skip
    [found] = rows(overview.content_added())
    assert (found["value"], found["previous"]) == (28, 18)
    assert list(found["series"]) == [*[None] * 6, 18, 17, *[None] * 5, 11]


def test_failed_jobs(fresh_database: Database) -> None:
    factories.rows(fresh_database.owner_url, "processing_queue", [
        job(status="failed", completed_at=hours_ago(0)),
        job(status="failed", completed_at=None, updated_at=hours_ago(24)),
        job(status="failed", completed_at=hours_ago(25)),
        job(status="failed", completed_at=hours_ago(48)),
        job(status="failed", completed_at=hours_ago(49)),
        job(status="failed", completed_at=at("5 minutes")),
        job(status="completed", completed_at=hours_ago(0)),
    ])  # fmt: skip
    [found] = rows(overview.failed_jobs(now()))
    assert (found["value"], found["complete"], found["previous"]) == (2, 1, 2)
    assert list(found["series"]) == [1] + [0] * 23 + [1]


def test_an_empty_product(fresh_database: Database) -> None:
    [active], [spent], [calls], [failed], [waited], [added] = (
        rows(statement)
        for statement in (
            overview.active_accounts(), overview.credits_this_month(now().date()), overview.api_error_rate(now()),
            overview.failed_jobs(now()), timings.queue_wait(), overview.content_added(),
        )
    )  # fmt: skip
    assert (active["value"], spent["value"], calls["value"], failed["value"]) == (0, 0, None, 0)
    assert (waited["value_s"], waited["jobs"], added["value"]) == (None, 0, 0)
    assert (len(active["series"]), len(spent["series"]), len(calls["series"])) == (14, 30, 25)
