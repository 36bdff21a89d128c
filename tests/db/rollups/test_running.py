"""The roll-ups run beside the app, by hand, and through the cache."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from threading import enumerate as enumerate_threads

import pytest
from sqlalchemy import select

from actions import rollups
from core import database as core_database
from core.errors import DatabaseBusy
from core.telemetry import registry
from demo import places
from demo.databases import Database
from queries.rollups import state as queries
from tests.support import factories
from web import background

COUNTED = "SELECT coalesce(sum(requests), 0)::int FROM dashboard.api_usage_hour"


def logged(database: Database) -> None:
    """Two calls, a week apart."""
    moments = [factories.at("-8 days"), factories.at("-1 hours")]
    factories.rows(
        database.owner_url, "api_usage_logs", [{"service_name": "openai", "created_at": moment} for moment in moments]
    )


def test_the_app_rolls_up_while_it_runs(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    logged(fresh_database)
    done = Event()
    monkeypatch.setattr(background, "CHORES", {"rollups": lambda stop: (rollups.refresh_due(stop), done.set())})

    async def app() -> bool:
        async with background.lifespan(None):
            return await asyncio.to_thread(done.wait, 20)

    # A thread of its own: a browser test before this one may have left its loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, app()).result()
    assert factories.values(fresh_database.owner_url, COUNTED) == [2]
    assert "rollups" not in [thread.name for thread in enumerate_threads()]


def test_a_chore_that_fails_is_tried_again_until_the_app_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "EVERY_S", 0.001)
    failures = iter([DatabaseBusy(), ValueError("a defect")])
    tries: list[bool] = []
    stop = Event()

    def chore(given: Event) -> None:
        tries.append(given is stop)
        for failure in failures:
            raise failure
        stop.set()

    thread = Thread(target=background.repeat, args=("test", chore, stop))
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    assert tries == [True, True, True]


def test_the_operator_backfills_audits_and_ticks(fresh_database: Database) -> None:
    logged(fresh_database)
    assert "api_usage: 2 rows in" in operated("--backfill", "--full-speed")
    assert factories.values(fresh_database.owner_url, COUNTED) == [2]
    factories.row(
        fresh_database.owner_url, "api_usage_logs", service_name="openai", created_at=factories.at("-20 days")
    )
    assert "api_usage: 1 hours differed, 1 rolled up again" in operated("--audit", "--days", "30")
    assert factories.values(fresh_database.owner_url, COUNTED) == [3]
    assert "api_usage: 1 rows up to" in operated("--once")


def operated(*options: str) -> str:
    """What `manage.py rollup` prints; it ends well."""
    command = [sys.executable, "manage.py", "rollup", *options]
    return subprocess.run(command, cwd=places.ROOT, check=True, capture_output=True, text=True).stdout


def test_a_kept_answer_counts_as_the_process_s(fresh_database: Database) -> None:
    state = queries.state().subquery()
    before = hits()
    for _ in range(3):
        core_database.load(select(state), ttl_s=60, domain="find")
    assert hits() == (before[0] + 2, before[1] + 1)


def hits() -> tuple[float, float]:
    """Reads that the process answered, and PostgreSQL."""
    kept, asked = (
        registry.get_sample_value("desk_cache_reads_total", {"answered_by": who}) or 0
        for who in ("process", "postgres")
    )
    return kept, asked
