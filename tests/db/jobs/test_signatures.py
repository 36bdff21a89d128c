"""Failures of one signature are looked for among the newest; every count of them says so where older ones were left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from core.database import rows
from demo.databases import Database
from queries.api_usage import calls
from queries.api_usage.filters import ApiFilter
from queries.jobs import groups, listing, neighbours
from queries.jobs.filters import JobFilter
from queries.sql.signatures import WINDOW, of_text

ACCOUNT = uuid4()
WHERE = JobFilter(states=("failed",), signature=of_text("rare"))
_JOBS = """
    INSERT INTO processing_queue (job_type, job_data, status, error_message, completed_at, created_at)
    SELECT 'content_analysis', '{}', 'failed', CASE WHEN n <= 3 OR n > %(window)s THEN 'rare' ELSE 'usual' END,
        now() - n * interval '1 second', now() - n * interval '1 second'
    FROM generate_series(1, %(number)s) n
"""
_CALLS = """
    INSERT INTO api_usage_logs (account_id, service_name, endpoint, request_type, status_code, error_message,
        created_at)
    SELECT %(account)s, 'openai', '/v1', 'x', 500, CASE WHEN n <= 3 OR n > %(window)s THEN 'rare' ELSE 'usual' END,
        now() - n * interval '1 second'
    FROM generate_series(1, %(number)s) n
"""


def fill(database: Database, statement: str, number: int) -> None:
    """So many failures a second apart, of which the newest three and all beyond the window are rare."""
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("INSERT INTO accounts (id, name) VALUES (%s, 'One')", [ACCOUNT])
        given = {"window": WINDOW, "number": number, "account": ACCOUNT}
        psycopg.ClientCursor(owner).execute(statement.encode(), given)


@pytest.mark.parametrize(("older", "is_floor"), [(100, True), (0, False)])
def test_jobs_of_a_signature(fresh_database: Database, older: int, is_floor: bool) -> None:
    fill(fresh_database, _JOBS, WINDOW + older)
    [found] = rows(listing.total(WHERE))
    assert found == {"jobs": 3, "is_floor": is_floor, "has_unseen": is_floor}
    page = {row["id"] for row in rows(listing.page(WHERE, "ended", True, None, 5_000))}
    assert len(page) == 3
    assert {row["id"] for row in rows(listing.export(WHERE))} == page
    assert {str(row["id"]) for row in rows(listing.ids(WHERE, "ended", True, 5_000))} == page
    by_cause = {row["signature"]: row for row in rows(groups.failed_by_signature(JobFilter()))}
    assert (by_cause["rare"]["jobs"], by_cause["rare"]["is_window_full"]) == (3, is_floor)
    others = rows(neighbours.of_signature(UUID(next(iter(page)))))
    assert (others[0]["jobs"], others[0]["is_floor"]) == (2, is_floor)
    # Without a signature nothing is left out, and the way that the notice names leads to the older ones.
    everything = {"jobs": WINDOW + older, "is_floor": False, "has_unseen": False}
    assert rows(listing.total(JobFilter(states=("failed",)))) == [everything]
    if older:
        until = datetime.now(UTC) - timedelta(seconds=WINDOW)
        [found] = rows(listing.total(JobFilter(states=("failed",), signature=of_text("rare"), ended_until=until)))
        assert (found["jobs"], found["is_floor"]) == (older, False)


def test_the_overview_counts_every_failure_of_the_day(fresh_database: Database) -> None:
    fill(fresh_database, _JOBS, WINDOW + 100)
    [found] = rows(groups.failed_recently())
    assert (found["failed"], found["is_capped"]) == (WINDOW + 100, False)
    assert (found["signature"], found["jobs"], found["is_window_full"]) == ("usual", WINDOW - 3, True)


@pytest.mark.parametrize(("older", "is_floor"), [(100, True), (0, False)])
def test_calls_of_a_message(fresh_database: Database, older: int, is_floor: bool) -> None:
    fill(fresh_database, _CALLS, WINDOW + older)
    now = datetime.now(UTC)
    where = ApiFilter(now - timedelta(hours=2), now + timedelta(hours=1), "hour")
    groups = {row["signature"]: row for row in rows(calls.failed_by_message(where))}
    assert (groups["rare"]["calls"], groups["rare"]["is_window_full"], groups["rare"]["groups"]) == (3, is_floor, 2)
    assert rows(calls.has_unseen(where)) == [{"has_unseen": is_floor}]
    page = rows(calls.page(where, only_errors=True, signature=of_text("rare"), cursor=None, limit=5_000))
    file = rows(calls.export(where, only_errors=True, signature=of_text("rare")))
    assert {row["id"] for row in page} == {row["id"] for row in file}
    assert len(page) == 3
