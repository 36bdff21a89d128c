"""What each verb does to a job, to whom it is refused, and what it leaves on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from actions.bulk import Outcome
from actions.jobs.changes import ACTIONS, Snapshot, Verb
from core.database import rows
from core.errors import Forbidden, Invalid
from core.identity import Viewer
from demo.databases import Database
from queries.jobs.preview import snapshots
from queries.jobs.states import Status
from tests.support import clock, factories
from tests.support.factories import at, job
from tests.support.ordered import ordered

SAM, ADA = factories.viewer("support"), factories.viewer("admin")
STATUSES: tuple[Status, ...] = get_args(Status)
VERBS: tuple[Verb, ...] = get_args(Verb)


def _job(database: Database, job_id: UUID) -> dict[str, Any]:
    with psycopg.connect(database.owner_url) as connection:
        cursor = connection.execute("SELECT * FROM processing_queue WHERE id = %s", [job_id])
        [found] = cursor.fetchall()
        return dict(zip([column.name for column in cursor.description or []], found, strict=True))


def _audit(database: Database) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(
            "SELECT action, object_id, actor_email, reason, before, after, account_id"
            " FROM dashboard.audit_log ORDER BY id"
        ).fetchall()


def _seen(database: Database, job_id: UUID) -> Snapshot:
    [row] = rows(snapshots([job_id]))
    return Snapshot(job_id, row["attempts"], row["run_start"])


def test_retry_keeps_the_history_and_leaves_room_for_an_attempt(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="Lumen")
    [failed] = factories.rows(
        url,
        "processing_queue",
        [
            job(
                account_id=account, status="failed", attempts=3, max_attempts=3, error_message="timeout",
                job_data={"a": 1}, estimated_credits=5, actual_credits=4, scheduled_at=at("-3 hours"),
                started_at=at("-2 hours"), completed_at=at("-1 hour"), updated_at=at("-1 hour"),
            )
        ],
    )  # fmt: skip
    before = _job(fresh_database, failed)
    outcome = ordered("retry", [failed], SAM, "provider is back")
    after = _job(fresh_database, failed)
    assert outcome.done == (failed,)
    assert outcome.summary() == "1 job is queued again."
    assert (after["status"], after["started_at"], after["completed_at"], after["max_attempts"]) == (
        "queued",
        None,
        None,
        4,
    )
    assert after["scheduled_at"] == after["updated_at"] > before["updated_at"]
    kept = ("attempts", "error_message", "estimated_credits", "actual_credits", "job_data", "priority", "created_at")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    [(action, object_id, actor, reason, was, now, account_id)] = _audit(fresh_database)
    assert (action, object_id, actor, reason) == ("job.retry", str(failed), SAM.email, "provider is back")
    assert account_id == account
    assert set(was) == set(now) == {"status", "scheduled_at", "started_at", "completed_at", "max_attempts"}
    assert (was["status"], now["status"], was["max_attempts"], now["max_attempts"]) == ("failed", "queued", 3, 4)


def test_retry_of_a_job_with_nulls(fresh_database: Database) -> None:
    bare = job(
        status="failed", attempts=None, max_attempts=None, priority=None, scheduled_at=None, estimated_credits=None,
        actual_credits=None, created_at=None, updated_at=None,
    )  # fmt: skip
    bare_id = factories.row(fresh_database.owner_url, "processing_queue", **bare)
    assert ordered("retry", [bare_id], SAM).done == (bare_id,)
    after = _job(fresh_database, bare_id)
    assert (after["status"], after["attempts"], after["max_attempts"]) == ("queued", None, 3)
    assert after["updated_at"] is not None


def test_the_same_five_again_are_not_failed_any_more(fresh_database: Database) -> None:
    five = factories.rows(fresh_database.owner_url, "processing_queue", [job(status="failed") for _ in range(5)])
    assert ordered("retry", five, SAM).summary() == "5 jobs are queued again."
    again = ordered("retry", five, SAM)
    assert again.skipped == {"queued": tuple(five)}
    assert again.summary() == "0 jobs are queued again, 5 skipped (now queued)."
    assert len(_audit(fresh_database)) == 5


def test_every_id_is_answered_once(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    failed, running, done = factories.rows(
        url, "processing_queue", [job(status=status) for status in ("failed", "processing", "completed")]
    )
    held, gone = factories.row(url, "processing_queue", **job(status="failed")), uuid4()
    with psycopg.connect(url) as worker:
        worker.execute("SELECT FROM processing_queue WHERE id = %s FOR UPDATE", [held])
        outcome = ordered("retry", [failed, failed, running, done, held, gone], SAM)
    assert outcome.done == (failed,)
    assert outcome.skipped == {"processing": (running,), "completed": (done,)}
    assert (outcome.busy, outcome.gone, outcome.unreached) == ((held,), (gone,), ())
    assert outcome.summary() == "1 job is queued again, 2 skipped (now 1 completed, 1 processing), 1 busy, 1 gone."
    assert _job(fresh_database, held)["status"] == "failed"


def test_run_now_wants_a_future(fresh_database: Database) -> None:
    later, due = factories.rows(
        fresh_database.owner_url, "processing_queue", [job(scheduled_at=at("2 hours")), job(scheduled_at=at("-1 hour"))]
    )
    before = _job(fresh_database, due)
    outcome = ordered("run_now", [later, due], SAM)
    assert (outcome.done, outcome.skipped) == ((later,), {"due": (due,)})
    assert _job(fresh_database, later)["scheduled_at"] < clock.now() + timedelta(hours=1)
    assert _job(fresh_database, due) == before


def test_cancel_ends_a_queued_job(fresh_database: Database) -> None:
    queued = factories.row(fresh_database.owner_url, "processing_queue", **job())
    assert ordered("cancel", [queued], SAM).summary() == "1 job is cancelled."
    after = _job(fresh_database, queued)
    assert after["status"] == "cancelled"
    assert after["completed_at"] == after["updated_at"]


def test_reschedule_and_priority_change_that_column_only(fresh_database: Database) -> None:
    queued = factories.row(fresh_database.owner_url, "processing_queue", **job(priority=None))
    before = _job(fresh_database, queued)
    soon = clock.now() + timedelta(hours=1)
    ordered("reschedule", [queued], SAM, at=soon)
    ordered("change_priority", [queued], SAM, priority=9)
    after = _job(fresh_database, queued)
    assert {k for k in after if after[k] != before[k]} == {"scheduled_at", "priority", "updated_at"}
    assert (after["scheduled_at"], after["priority"]) == (soon, 9)
    assert [row[4:6] for row in _audit(fresh_database)][1] == ({"priority": None}, {"priority": 9})


def test_rescue_takes_only_the_stuck_run_that_was_seen(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    left, spent, fresh, moved = factories.rows(
        url,
        "processing_queue",
        [
            job(status="processing", attempts=1, started_at=at("-2 hours")),
            job(status="processing", attempts=3, started_at=at("-2 hours")),
            job(status="processing", attempts=1, started_at=at("-1 minute")),
            job(status="processing", attempts=1, started_at=at("-2 hours")),
        ],
    )
    seen = [_seen(fresh_database, one) for one in (left, spent, fresh, moved)]
    with psycopg.connect(url) as worker:
        worker.execute("UPDATE processing_queue SET attempts = 2 WHERE id = %s", [moved])
    outcome = ordered("rescue", seen, ADA)
    assert outcome.done == (left, spent)
    assert outcome.skipped == {"processing": (fresh,), "another run": (moved,)}
    again, failed = _job(fresh_database, left), _job(fresh_database, spent)
    assert (again["status"], again["started_at"], again["error_message"]) == ("queued", None, None)
    assert (failed["status"], failed["error_message"]) == ("failed", "Rescued by staff")
    assert failed["completed_at"] is not None


def test_force_cancel_compares_the_run(fresh_database: Database) -> None:
    running = factories.row(
        fresh_database.owner_url, "processing_queue", **job(status="processing", started_at=at("-1 hour"))
    )
    seen = _seen(fresh_database, running)
    stale = Snapshot(running, 7, seen.run_start)
    assert ordered("force_cancel", [stale], ADA).skipped == {"another run": (running,)}
    assert ordered("force_cancel", [seen], ADA).done == (running,)


@pytest.mark.parametrize("start", ["-infinity", "0044-03-15 BC", "infinity", "20000-01-01"])
def test_a_run_that_began_at_no_time_of_ours_is_still_told_from_others(fresh_database: Database, start: str) -> None:
    began = sql.SQL(f"timestamptz '{start}'")  # pyright: ignore[reportArgumentType]  # a test's own
    running = factories.row(
        fresh_database.owner_url, "processing_queue", **job(status="processing", attempts=2**31 - 1, started_at=began)
    )
    seen = _seen(fresh_database, running)
    assert ordered("force_cancel", [Snapshot(running, seen.attempts, "0")], ADA).skipped == {"another run": (running,)}
    assert ordered("force_cancel", [seen], ADA).done == (running,)
    assert ordered("retry", [Snapshot(running)], ADA).done == (running,)


def one(verb: Verb, job_id: UUID, viewer: Viewer) -> Outcome:
    """A verb over a job that no worker took yet."""
    return ordered(verb, [Snapshot(job_id, 0)], viewer, at=clock.now() + timedelta(hours=1), priority=1)


def test_verbs_work_from_the_allowed_statuses_only(fresh_database: Database) -> None:
    for verb in VERBS:
        old = {"attempts": 0, "scheduled_at": at("1 day"), "updated_at": at("-1 day")}
        columns = [job(status=status, **old) for status in STATUSES]
        ids = factories.rows(fresh_database.owner_url, "processing_queue", columns)
        worked = {
            status for status, job_id in zip(STATUSES, ids, strict=True) if one(verb, job_id, ADA).done == (job_id,)
        }
        assert worked == set(ACTIONS[verb].allowed), verb


def test_roles_without_the_permission_are_refused(fresh_database: Database) -> None:
    columns = [job(status=ACTIONS[verb].allowed[0]) for verb in VERBS]
    ids = dict(zip(VERBS, factories.rows(fresh_database.owner_url, "processing_queue", columns), strict=True))
    before = {verb: _job(fresh_database, one) for verb, one in ids.items()}
    for role in ("viewer", "account_manager", "reviewer", "support"):
        for verb in ("force_cancel", "rescue") if role == "support" else VERBS:
            with pytest.raises(Forbidden):
                one(verb, ids[verb], factories.viewer(role))
    assert {verb: _job(fresh_database, one) for verb, one in ids.items()} == before
    assert _audit(fresh_database) == []


def test_a_reason_is_required_above_ten(fresh_database: Database) -> None:
    eleven = factories.rows(fresh_database.owner_url, "processing_queue", [job(status="failed") for _ in range(11)])
    with pytest.raises(Invalid, match="more than 10"):
        ordered("retry", eleven, SAM, "  ")
    assert len(ordered("retry", eleven[:10], SAM).done) == 10
    assert len(ordered("retry", eleven, SAM, "again").done) == 1


def test_input_that_cannot_be_used(fresh_database: Database) -> None:
    with pytest.raises(Invalid, match="1,001 jobs are too many"):
        ordered("retry", [uuid4() for _ in range(1_001)], SAM, "all")
    with pytest.raises(Invalid, match="501 characters"):
        ordered("retry", [uuid4()], SAM, "x" * 501)
    with pytest.raises(Invalid, match="no zone"):
        ordered("reschedule", [uuid4()], SAM, at=datetime(2026, 1, 1))  # noqa: DTZ001  # the fault under test
    with pytest.raises(Invalid, match="priority"):
        ordered("change_priority", [uuid4()], SAM, priority=2**31)
    with pytest.raises(Invalid, match="Nothing is selected"):
        ordered("retry", [], SAM)
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.bulk_run") == [0]


def test_a_thousand_ids_in_five_transactions(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = factories.rows(url, "processing_queue", [job(status="failed") for _ in range(1_000)])
    assert len(ordered("retry", ids, SAM, "outage is over").done) == 1_000
    assert factories.values(url, "SELECT count(DISTINCT xmin::text) FROM dashboard.audit_log") == [5]
