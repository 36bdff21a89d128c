"""Calls of which nobody knows how they ended are counted, and are in no rate; also in what was rolled up before."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.database import rows
from core.thresholds import Flags
from demo.databases import Database
from queries.api_usage import figures, trends
from queries.api_usage.filters import ApiFilter
from schema import migrate

DAYS = (3, 12, 40)
"""Days ago that have a call that went well, one that failed and two unknown ones."""
CALLS = """
INSERT INTO api_usage_logs (account_id, service_name, endpoint, status_code, error_message, created_at)
SELECT a.id, 'anthropic', '/v1', code, message, day
FROM unnest(%s::timestamptz[]) AS day, accounts AS a,
    (VALUES (200, NULL), (NULL, 'reset'), (NULL, NULL), (NULL, '')) AS kind(code, message)
"""
UNKNOWN = "SELECT bucket, errors, unknown FROM dashboard.{} ORDER BY bucket"


def fill(owner: psycopg.Connection[Any], hours: list[datetime]) -> None:
    owner.execute("INSERT INTO accounts (name) VALUES ('Bluebird')")
    owner.execute(CALLS, [hours])


def hours_ago(*days: int) -> list[datetime]:
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return [noon - timedelta(days=ago) for ago in days]


@pytest.fixture
def before(bare: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database without the revision that knows of unknown calls and of clocks that disagree."""
    with monkeypatch.context() as old:
        old.setattr(migrate, "MIGRATIONS", shutil.copytree(migrate.MIGRATIONS, tmp_path / "migrations"))
        (tmp_path / "migrations/versions/0002_failures.py").unlink()
        migrate.upgrade(bare.owner_url)
    return bare


def test_what_was_rolled_up_before_is_made_again_with_the_column(before: Database) -> None:
    purged = 60
    with psycopg.connect(before.owner_url, autocommit=True) as owner:
        fill(owner, hours_ago(*DAYS, purged))
        tick = "SELECT is_current FROM dashboard.rollup_tick('api_usage')"
        while not owner.execute(tick).fetchall()[0][0]:
            pass
        owner.execute("DELETE FROM api_usage_logs WHERE created_at < now() - interval '50 days'")
        owner.execute(
            "INSERT INTO dashboard.account_summary (account_id, name, storage_used_gb, storage_rate_7, storage_rate_28,"
            " creators_used, users_used, voice_models_used, credits_month, credits_previous, credits_course, is_quiet)"
            " SELECT id, name, 5, 1, 1, 0, 0, 0, 0, 0, '{}', false FROM accounts"
        )
        migrate.upgrade(before.owner_url)
        [full] = owner.execute("SELECT full_soonest_days, full_latest_days FROM dashboard.account_summary")
        assert full == (None, None)  # without a limit nothing fills
        for _ in DAYS:
            owner.execute(tick)
        assert owner.execute("SELECT * FROM dashboard.rollup_mark").fetchall() == []
        days = [at.date() for at in reversed(hours_ago(*DAYS))]
        for table in ("account_api_day", "account_call_day"):
            found = owner.execute(UNKNOWN.format(table)).fetchall()
            # Of what the product has no calls of any more, what was known stays.
            assert found == [(hours_ago(purged)[0].date(), 1, 0), *((day, 1, 2) for day in days)], table
        assert owner.execute(UNKNOWN.format("account_api_hour")).fetchall() == [(hours_ago(DAYS[0])[0], 1, 2)]


def test_waits_of_clocks_that_disagree_are_made_again(before: Database) -> None:
    waits = "SELECT sum(wait_n)::integer, sum(wait_ms)::integer FROM dashboard.job_hour"
    with psycopg.connect(before.owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO processing_queue (job_type, job_data, status, scheduled_at, started_at, completed_at)"
            " SELECT 'script_generation', '{}', 'completed', day - late * interval '1 second', day, day"
            " FROM unnest(%s::timestamptz[]) AS day, (VALUES (5), (-7)) AS clock(late)",
            [hours_ago(*DAYS)],
        )
        tick = "SELECT is_current FROM dashboard.rollup_tick('jobs')"
        while not owner.execute(tick).fetchall()[0][0]:
            pass
        assert owner.execute(waits).fetchall() == [(6, -6_000)]
        migrate.upgrade(before.owner_url)
        owner.execute(tick)
        assert owner.execute(waits).fetchall() == [(3, 15_000)]


def test_unknown_calls_are_in_no_rate(fresh_database: Database) -> None:
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    where = ApiFilter(hour - timedelta(hours=23), hour + timedelta(hours=1), "hour")
    with psycopg.connect(fresh_database.owner_url) as owner:
        fill(owner, [now - timedelta(hours=2)])
        owner.execute(
            "INSERT INTO api_usage_logs (service_name, created_at)"
            " SELECT 'silent', now() - interval '3 hours' FROM generate_series(1, 40)"
        )
    told = {row["service"]: row for row in rows(figures.endpoints(where, Flags()))}
    assert (told["anthropic"]["calls"], told["anthropic"]["unknown"], told["anthropic"]["share"]) == (4, 2, 0.5)
    assert (told["silent"]["calls"], told["silent"]["unknown"], told["silent"]["share"]) == (40, 40, None)
    assert not told["silent"]["is_flagged"]
    assert {row["service"]: row["share"] for row in rows(figures.services(where))} == {"anthropic": 0.5, "silent": None}
    assert {row["name"]: row["share"] for row in rows(figures.top_accounts(where))} == {"Bluebird": 0.5, None: None}
    assert sum(row["good"] for row in rows(trends.over_time(where))) == 1
