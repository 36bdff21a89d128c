"""The queue's health counted by hand: throughput, times, what is in hand, failure rates, and a job's neighbours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from core.database import load, rows
from core.thresholds import StuckAfter
from demo.databases import Database
from queries.jobs import health, listing, neighbours, timings
from queries.jobs.filters import JobFilter
from tests.support import factories
from tests.support.factories import at, job


def test_throughput_has_a_row_for_each_step(fresh_database: Database) -> None:
    hour = "date_trunc('hour', now())"
    ended = {"completed": 3, "failed": 2, "cancelled": 1, "processing": 4}
    with psycopg.connect(fresh_database.owner_url) as owner:
        for status, count in ended.items():
            owner.execute(
                "INSERT INTO processing_queue (job_type, job_data, status, completed_at, updated_at)"
                f" SELECT 'content_scraping', '{{}}', %s, {hour} - interval '90 minutes', now()"
                " FROM generate_series(1, %s)",
                [status, count],
            )
    found = rows(health.throughput(JobFilter(), 24, 1))
    assert [row["at"] for row in found] == [found[0]["at"] + timedelta(hours=step) for step in range(25)]
    counts = [(row["completed"], row["failed"], row["cancelled"]) for row in found]
    assert counts == [(0, 0, 0)] * 22 + [(3, 2, 1), (0, 0, 0), (0, 0, 0)]
    assert found[-1]["at"] == datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    six_hourly = rows(health.throughput(JobFilter(job_types=("content_scraping",)), 720, 6))
    assert len(six_hourly) == 30 * 4 + 1 + six_hourly[-1]["at"].hour // 6
    assert sum(row["failed"] for row in six_hourly) == 2
    other = rows(health.throughput(JobFilter(job_types=("voice_generation",)), 24, 1))
    assert sum(row["completed"] for row in other) == 0


def test_throughput_shows_a_gap_before_its_window(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    lumen = factories.row(fresh_database.owner_url, "accounts", name="Lumen")
    factories.rows(
        fresh_database.owner_url,
        "processing_queue",
        [job(status="completed", account_id=lumen, completed_at=at(f"-{hours} hours")) for hours in (1, 2, 3, 4)],
    )
    monkeypatch.setattr(health, "ENDS", 2)
    found = rows(health.throughput(JobFilter(account_id=lumen), 24, 1))
    assert [row["completed"] for row in found][-3:] == [None, 1, 0]
    [rate] = rows(health.failure_rates(JobFilter(account_id=lumen), 24))
    assert (rate["ended"], rate["is_window_full"]) == (2, True)
    [rate] = rows(health.failure_rates(JobFilter(), 24))
    assert (rate["ended"], rate["is_window_full"]) == (4, False)


@pytest.mark.parametrize("where", [JobFilter(), JobFilter(job_types=("content_analysis",))])
def test_rolled_up_figures_are_the_jobs_own(database: Database, where: JobFilter) -> None:
    counted = rows(health.throughput(where, 720, 6))
    with psycopg.connect(database.reader_url) as reader:
        found = reader.execute(
            "SELECT status, count(*) FROM processing_queue WHERE (%(all)s OR job_type = 'content_analysis')"
            " AND coalesce(completed_at, updated_at) BETWEEN"
            " date_trunc('day', now(), 'UTC') - interval '720 hours' AND now() GROUP BY 1",
            {"all": not where.job_types},
        )
        expected = dict(found.fetchall())
    for name in ("completed", "failed", "cancelled"):
        assert sum(row[name] for row in counted) == expected.get(name, 0)


def test_percentiles_leave_out_clocks_that_disagree(fresh_database: Database) -> None:
    def ran(wait_s: int, run_s: int, kind: str) -> dict[str, object]:
        return job(
            status="completed",
            job_type=kind,
            scheduled_at=at("-1 hour"),
            started_at=at(f"-1 hour {wait_s} seconds"),
            completed_at=at(f"-1 hour {wait_s + run_s} seconds"),
        )

    steady = [ran(second, 10 * second, "voice_generation") for second in range(1, 102)]
    skewed = [ran(-300, 60, "voice_generation"), ran(5, -30, "script_generation")]
    factories.rows(fresh_database.owner_url, "processing_queue", [*steady, *skewed])
    script, voice, of_all = rows(timings.timings(JobFilter(), 24))
    assert (of_all["job_type"], of_all["jobs"], of_all["skewed"]) == (None, 102, 2)
    assert (voice["job_type"], voice["jobs"], voice["skewed"]) == ("voice_generation", 102, 1)
    assert [voice[f"wait_p{part}_s"] for part in (50, 95, 99)] == pytest.approx([51, 96, 100], rel=0.02)
    assert voice["run_p50_s"] == pytest.approx(500, rel=0.03)
    assert (script["skewed"], script["wait_p50_s"], script["run_p50_s"]) == (1, pytest.approx(5, rel=0.02), None)
    assert script["wait_p95_s"] is None, "one job says nothing about the slowest twentieth"
    assert not voice["is_window_full"]


def test_in_hand_by_type(fresh_database: Database) -> None:
    factories.rows(
        fresh_database.owner_url,
        "processing_queue",
        [
            job(scheduled_at=at("-20 minutes")),
            job(scheduled_at=at("-5 minutes")),
            job(scheduled_at=at("1 hour")),
            job(attempts=3, scheduled_at=at("-2 days")),
            job(status="processing", started_at=at("-1 minute")),
            job(status="processing", started_at=at("-1 hour")),
            job(status="processing", job_type="avatar_generation", started_at=at("-1 hour")),
        ],
    )
    avatar, analysis = rows(health.in_hand(JobFilter(stuck_after=StuckAfter(30, {"avatar_generation": 90}))))
    assert [analysis[name] for name in ("due", "scheduled", "processing", "stuck", "stranded")] == [2, 1, 2, 1, 1]
    waited = datetime.now(UTC) - analysis["oldest_due_at"]
    assert timedelta(minutes=20) <= waited < timedelta(minutes=21), "a stranded job does not hide how long others wait"
    assert (avatar["processing"], avatar["stuck"], avatar["oldest_due_at"]) == (1, 0, None)


def test_failure_rates_beside_the_equal_period_before(fresh_database: Database) -> None:
    def ended(status: str, hours: int, count: int, kind: str = "content_analysis") -> list[dict[str, object]]:
        return [job(status=status, job_type=kind, completed_at=at(f"-{hours} hours"))] * count

    many = [
        *ended("failed", 1, 1), *ended("completed", 2, 3), *ended("cancelled", 2, 9),
        *ended("failed", 30, 1), *ended("completed", 30, 9), *ended("failed", 60, 5),
        *ended("completed", 3, 2, "file_processing"),
        *ended("failed", 40, 2, "voice_generation"),
    ]  # fmt: skip
    factories.rows(fresh_database.owner_url, "processing_queue", many)
    analysis, files, voice = rows(health.failure_rates(JobFilter(), 24))
    assert (analysis["ended"], analysis["failed"], analysis["rate"]) == (4, 1, 0.25)
    assert (analysis["previous_ended"], analysis["previous_failed"], analysis["previous_rate"]) == (10, 1, 0.1)
    assert (files["rate"], files["previous_rate"]) == (0, None)
    assert (voice["rate"], voice["previous_rate"]) == (None, 1)


def test_the_charts_follow_type_account_and_priority_only(fresh_database: Database) -> None:
    where = JobFilter(
        states=("failed",), error="x", signature="y", job_types=("file_processing",), since=datetime.now(UTC)
    )
    assert health.health_filter(where) == JobFilter(job_types=("file_processing",))
    assert load(health.in_hand(where)).empty


def test_neighbours_and_api_errors(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    lumen, other = (factories.row(url, "accounts", name=name) for name in ("Lumen", "Other"))
    failed = {"status": "failed", "account_id": lumen, "completed_at": at("-1 hour")}
    one, near, _far, same, _else = factories.rows(
        url,
        "processing_queue",
        [
            job(**failed, error_message="No file 7", created_at=at("-2 hours")),
            job(account_id=lumen, created_at=at("-2 hours 9 minutes")),
            job(account_id=lumen, created_at=at("-3 hours")),
            job(status="failed", account_id=other, error_message="No file 8", completed_at=at("-3 hours")),
            job(status="failed", account_id=other, error_message="Another", created_at=at("-2 hours")),
        ],
    )
    [row] = rows(listing.one(one))
    assert row["created_at"]
    assert row["ended_at"]
    beside = rows(neighbours.of_account(one, lumen, row["created_at"], StuckAfter()))
    assert [UUID(found["id"]) for found in beside] == [near]
    [alike] = rows(neighbours.of_signature(one))
    assert (UUID(alike["id"]), alike["jobs"], alike["account_name"]) == (same, 1, "Other")
    assert alike["signature"] == "No file …"
    call = {"account_id": lumen, "service_name": "openai"}
    factories.rows(
        url,
        "api_usage_logs",
        [
            {**call, "status_code": 529, "created_at": at("-70 minutes")},
            {**call, "status_code": None, "error_message": "reset", "created_at": at("-59 minutes")},
            {**call, "status_code": 200, "created_at": at("-1 hour")},
            {**call, "status_code": 500, "created_at": at("-3 hours")},
            {**call, "account_id": other, "status_code": 500, "created_at": at("-1 hour")},
        ],
    )
    errors = rows(neighbours.api_errors(lumen, row["ended_at"]))
    assert [(error["status_code"], error["calls"]) for error in errors] == [(None, 2), (529, 2)]


def test_all_that_match_are_frozen_in_the_lists_order(fresh_database: Database) -> None:
    ids = factories.rows(
        fresh_database.owner_url,
        "processing_queue",
        [job(status="failed", completed_at=at(f"-{minutes} minutes")) for minutes in range(5)],
    )
    where = JobFilter(states=("failed",))
    assert [UUID(row["id"]) for row in rows(listing.ids(where, "ended", True, 3))] == ids[:3]
    assert [UUID(row["id"]) for row in rows(listing.ids(where, "ended", False, 9))] == ids[::-1]
