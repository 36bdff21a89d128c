"""Jobs counted by hand: states, filters, pages in both directions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from core.database import rows
from core.thresholds import StuckAfter
from demo.databases import Database
from queries.jobs import listing
from queries.jobs.filters import JobFilter
from queries.jobs.listing import Sort
from queries.jobs.states import State
from queries.sql.keyset import Cursor
from tests.support import factories
from tests.support.factories import at, job


def _ids(statement: Any) -> list[UUID]:
    return [UUID(str(found["id"])) for found in rows(statement)]


def _all(where: JobFilter) -> set[UUID]:
    return set(_ids(listing.page(where, "created", True, None)))


EACH: dict[str, dict[str, Any]] = {
    "due": job(scheduled_at=at("-1 minute")),
    "due, no time": job(scheduled_at=None),
    "scheduled": job(scheduled_at=at("1 hour")),
    "retrying": job(attempts=1, scheduled_at=at("-1 minute")),
    "retrying later": job(attempts=1, scheduled_at=at("1 hour")),
    "stranded": job(attempts=3, scheduled_at=at("-1 minute")),
    "stranded, no limit": job(attempts=3, max_attempts=None),
    "processing": job(status="processing", started_at=at("-29 minutes")),
    "stuck": job(status="processing", started_at=at("-31 minutes")),
    "stuck, no start": job(status="processing", started_at=None, updated_at=at("-2 hours")),
    "slow by nature": job(status="processing", job_type="avatar_generation", started_at=at("-50 minutes")),
    "failed": job(status="failed", completed_at=at("-1 hour")),
    "completed": job(status="completed", completed_at=at("-1 hour")),
    "cancelled": job(status="cancelled", completed_at=at("-1 hour")),
    "no status": job(status=None),
}
SLOW = StuckAfter(30, {"avatar_generation": 60})


def test_states_are_counted_as_they_are_listed(fresh_database: Database) -> None:
    ids = dict(
        zip(EACH, factories.rows(fresh_database.owner_url, "processing_queue", list(EACH.values())), strict=True)
    )
    expected: dict[State, set[str]] = {
        "queued": {name for name in EACH if name.startswith(("due", "sched", "retr", "strand"))},
        "due": {"due", "due, no time", "retrying"},
        "scheduled": {"scheduled", "retrying later"},
        "retrying": {"retrying", "retrying later", "stranded", "stranded, no limit"},
        "stranded": {"stranded", "stranded, no limit"},
        "processing": {"processing", "stuck", "stuck, no start", "slow by nature"},
        "stuck": {"stuck", "stuck, no start"},
        "failed": {"failed"},
        "completed": {"completed"},
        "cancelled": {"cancelled"},
        "unknown": {"no status"},
    }
    counts = {found["state"]: found["jobs"] for found in rows(listing.state_counts(JobFilter(stuck_after=SLOW)))}
    assert counts == {state: len(names) for state, names in expected.items()}
    for state, names in expected.items():
        where = JobFilter(states=(state,), stuck_after=SLOW)
        assert _all(where) == {ids[name] for name in names}, state
        [total] = rows(listing.total(where))
        assert (total["jobs"], total["is_floor"]) == (len(names), False)
    told = {
        UUID(str(r["id"])): r["state"] for r in rows(listing.page(JobFilter(stuck_after=SLOW), "created", True, None))
    }
    assert {name: told[one] for name, one in ids.items()} == {
        "due": "due", "due, no time": "due", "scheduled": "scheduled", "retrying": "retrying",
        "retrying later": "scheduled", "stranded": "stranded", "stranded, no limit": "stranded",
        "processing": "processing", "stuck": "stuck", "stuck, no start": "stuck", "slow by nature": "processing",
        "failed": "failed", "completed": "completed", "cancelled": "cancelled", "no status": "unknown",
    }  # fmt: skip


def test_counts_stop_at_their_cap(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute(
            "INSERT INTO processing_queue (job_type, job_data, status)"
            " SELECT 'content_scraping', '{}', s FROM generate_series(1, 10001), unnest('{completed,queued}'::text[]) s"
        )
    found = {row["state"]: (row["jobs"], row["is_floor"]) for row in rows(listing.state_counts(JobFilter()))}
    assert found["completed"] == found["queued"] == found["due"] == (10_000, True)
    assert found["failed"] == (0, False)
    [total] = rows(listing.total(JobFilter(states=("completed",))))
    assert (total["jobs"], total["is_floor"]) == (10_000, True)


def test_filters(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    lumen, other = (factories.row(url, "accounts", name=name) for name in ("Lumen", "Other"))
    noon, minute = datetime(2026, 6, 1, 12, tzinfo=UTC), timedelta(minutes=1)
    a, b, c, d = factories.rows(
        url,
        "processing_queue",
        [
            job(account_id=lumen, status="failed", error_message="100% of <b>quota</b>", created_at=noon,
                completed_at=None, updated_at=noon + minute, priority=5),
            job(account_id=other, status="failed", error_message="100 of quota", created_at=noon + minute,
                completed_at=noon + 2 * minute, priority=None),
            job(account_id=None, status="completed", job_type="voice_generation", created_at=noon + 2 * minute,
                completed_at=noon + 3 * minute, priority=-1),
            job(account_id=lumen, created_at=None, scheduled_at=at("-1 hour")),
        ],
    )  # fmt: skip
    cases: list[tuple[JobFilter, set[UUID]]] = [
        (JobFilter(), {a, b, c, d}),
        (JobFilter(account_id=lumen), {a, d}),
        (JobFilter(account_id=uuid4()), set()),
        (JobFilter(job_types=("voice_generation", "content_scraping")), {c}),
        (JobFilter(error="QUOTA"), {a, b}),
        (JobFilter(error="100%"), {a}),
        (JobFilter(error="1__"), set()),
        (JobFilter(error="<b>\x00"), {a}),
        (JobFilter(priority="high"), {a}),
        (JobFilter(priority="normal"), {b, d}),
        (JobFilter(priority="low"), {c}),
        (JobFilter(ended_from=noon + minute, ended_until=noon + 3 * minute), {a, b}),
        (JobFilter(since=noon + 2 * minute), {b, c, d}),
        (JobFilter(states=("failed",), since=noon + 2 * minute), {b}),
        (JobFilter(states=("due", "completed")), {c, d}),
        (JobFilter(states=("failed",), account_id=lumen, error="quota"), {a}),
    ]
    for where, expected in cases:
        assert _all(where) == expected, where
        assert set(_ids(listing.export(where))) == expected, where
        assert rows(listing.total(where))[0]["jobs"] == len(expected), where


TIES = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("sort", ["created", "scheduled", "ended"])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_forward_and_back(sort: Sort, descending: bool, limit: int, paged: dict[UUID, datetime | None]) -> None:
    ids = sorted(paged, reverse=descending)
    valued = sorted((one for one in ids if paged[one]), key=lambda one: (paged[one], one), reverse=descending)
    expected = valued + [one for one in ids if not paged[one]]
    walked, place, steps = list[UUID](), None, list[list[UUID]]()
    while True:
        found = rows(listing.page(JobFilter(), sort, descending, place, limit))
        steps.append([UUID(str(row["id"])) for row in found])
        walked += steps[-1]
        if not found[0]["has_more"]:
            break
        place = Cursor.decode(Cursor.of(found[-1]["sort_key"], found[-1]["id"], True).encode())
    assert walked == expected
    for page, following in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        key = paged[following[0]]
        back = rows(listing.page(JobFilter(), sort, descending, Cursor.of(key, following[0], False), limit))
        assert [UUID(str(row["id"])) for row in back] == page
        assert back[0]["has_more"] is (page is not steps[0])


@pytest.fixture
def paged(fresh_database: Database) -> dict[UUID, datetime | None]:
    """Eleven jobs with ties and without times; their sort value, the same for every sort."""
    times = [TIES + timedelta(hours=hour) for hour in (0, 1, 1, 1, 2, 3, 3)] + [None] * 4
    columns = [
        job(status="failed" if time else None, created_at=time, scheduled_at=time, completed_at=time) for time in times
    ]
    return dict(zip(factories.rows(fresh_database.owner_url, "processing_queue", columns), times, strict=True))
