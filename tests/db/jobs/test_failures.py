"""A failure stays one when its job is retried: in charts, rates, tiles and accounts, and in the roll-up of its hour."""

from __future__ import annotations

from uuid import UUID

import pytest

from actions import rollups
from actions.jobs import runs
from actions.jobs.changes import Snapshot
from actions.jobs.runs import Order
from core.database import rows
from demo.databases import Database
from queries import overview
from queries.accounts import detail
from queries.jobs import health
from queries.jobs.filters import JobFilter
from queries.jobs.preview import snapshots
from tests.support import clock, factories
from tests.support.factories import at, job


def retry(ids: list[UUID]) -> None:
    """Retry these jobs as support does."""
    now = [Snapshot(UUID(row["id"]), row["attempts"], row["run_start"]) for row in rows(snapshots(ids))]
    sam = factories.viewer("support")
    runs.carry_out(runs.start(Order("retry", tuple(now), "the provider answers again"), sam, len(now)), sam)


@pytest.mark.parametrize("hours", [2, 11 * 24], ids=["lately", "11 days ago"])
@pytest.mark.parametrize("is_of_account", [False, True], ids=["rolled", "by account"])
def test_a_retried_failure(fresh_database: Database, hours: int, is_of_account: bool) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="One")
    failed = job(
        status="failed", account_id=account, completed_at=at(f"-{hours} hours"), started_at=at(f"-{hours + 1} hours")
    )
    ids = factories.rows(url, "processing_queue", [failed] * 60)
    where = JobFilter(account_id=account if is_of_account else None)
    list(rollups.catch_up("jobs", rest=0))

    def told() -> dict[str, int]:
        found = rows(health.throughput(where, 30 * 24, 6))
        return {name: sum(row[name] for row in found) for name in ("completed", "failed", "retried", "cancelled")}

    assert told() == {"completed": 0, "failed": 60, "retried": 0, "cancelled": 0}
    [rate] = rows(health.failure_rates(where, 30 * 24))
    retry(ids[:40])
    assert rollups.tick("jobs")
    assert told() == {"completed": 0, "failed": 20, "retried": 40, "cancelled": 0}
    assert rows(health.failure_rates(where, 30 * 24)) == [rate]
    assert rollups.audit("jobs", days=30, is_deep=True).differing == 0
    if hours == 2:
        [tile] = rows(overview.failed_jobs(clock.now()))
        assert (tile["value"], tile["retried"]) == (60, 40)
        [pulse] = rows(detail.pulse(account))
        assert (pulse["jobs_failed_7d"], pulse["jobs_retried_7d"]) == (60, 40)
