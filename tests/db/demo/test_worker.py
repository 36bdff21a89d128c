"""The demo worker takes due jobs, leaves the others alone, and outlives a lost server."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from demo import worker
from demo.databases import Database
from tests.support.until import until

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in milliseconds, and no job fails by chance."""
    monkeypatch.setattr(worker, "TICK_S", 0.01)
    monkeypatch.setattr(worker, "RECONNECT_S", 0.05)
    monkeypatch.setattr(worker, "WORK_S", (0.0, 0.05))
    monkeypatch.setattr(worker, "FAILURE_SHARE", 0.0)


@pytest.fixture
def owner(fresh_database: Database) -> Iterator[Connection]:
    """The owner's connection to an empty Desk."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        yield connection


@contextmanager
def _working(database: Database, *, enqueues: bool = False) -> Generator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(database.owner_url, stop), kwargs={"enqueues": enqueues})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)
        assert not thread.is_alive()


def _enqueue(connection: Connection, **values: object) -> str:
    """A job that is due, or what `values` make of it; its id."""
    columns = {"job_type": "content_scraping", "job_data": "{}", "estimated_credits": 7} | values
    statement = (
        f"INSERT INTO processing_queue ({', '.join(columns)})"
        f" VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id::text"
    )
    row = connection.execute(statement.encode(), list(columns.values())).fetchone()
    assert row
    return row[0]


def _seen(connection: Connection, job: str, columns: str) -> tuple[Any, ...]:
    row = connection.execute(f"SELECT {columns} FROM processing_queue WHERE id = %s".encode(), [job]).fetchone()
    assert row
    return row


def _until_status(connection: Connection, job: str, status: str) -> None:
    until(lambda: _seen(connection, job, "status") == (status,))


def test_due_jobs_are_completed(fresh_database: Database, owner: Connection) -> None:
    job = _enqueue(owner, error_message="failed before", attempts=1)
    with _working(fresh_database):
        _until_status(owner, job, "completed")
    assert _seen(owner, job, "attempts, actual_credits, error_message") == (2, 7, None)
    assert _seen(owner, job, "scheduled_at <= started_at AND started_at <= completed_at") == (True,)


def test_urgent_jobs_come_first_then_the_oldest(
    fresh_database: Database, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "CONCURRENCY", 1)
    late = _enqueue(owner, scheduled_at="2026-01-02")
    early = _enqueue(owner, scheduled_at="2026-01-01")
    urgent = _enqueue(owner, priority=5)
    with _working(fresh_database):
        _until_status(owner, late, "completed")
    begun = [_seen(owner, job, "started_at")[0] for job in (urgent, early, late)]
    assert begun == sorted(begun)


def test_jobs_that_are_not_due_are_left_alone(fresh_database: Database, owner: Connection) -> None:
    alone = [
        _enqueue(owner, status="processing", started_at="2026-01-01", attempts=1),
        _enqueue(owner, attempts=3),
        _enqueue(owner, scheduled_at="2999-01-01"),
        _enqueue(owner, status="failed", attempts=1),
        _enqueue(owner, status="cancelled"),
        _enqueue(owner, status=None),
    ]
    before = [_seen(owner, job, "*") for job in alone]
    due = [_enqueue(owner) for _ in range(5)]
    with _working(fresh_database):
        for job in due:
            _until_status(owner, job, "completed")
    assert [_seen(owner, job, "*") for job in alone] == before


def test_a_failure_is_tried_again_later_and_in_the_end_final(
    fresh_database: Database, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FAILURE_SHARE", 1.0)
    first = _enqueue(owner, job_type="avatar_generation")
    last = _enqueue(owner, job_type="content_analysis", attempts=2)
    with _working(fresh_database):
        until(lambda: _seen(owner, first, "error_message IS NOT NULL") == (True,))
        _until_status(owner, last, "failed")
    assert _seen(owner, first, "status, attempts, started_at, scheduled_at > now()") == ("queued", 1, None, True)
    assert f"HeyGen video {first} failed" in _seen(owner, first, "error_message")[0]
    assert _seen(owner, last, "attempts, completed_at >= started_at, actual_credits") == (3, True, 0)
    assert "overloaded_error" in _seen(owner, last, "error_message")[0]


def test_a_locked_job_is_passed_over(fresh_database: Database, owner: Connection) -> None:
    locked = _enqueue(owner, priority=9)
    free = _enqueue(owner)
    with psycopg.connect(fresh_database.owner_url) as other:
        other.execute("SELECT FROM processing_queue WHERE id = %s FOR UPDATE", [locked])
        with _working(fresh_database):
            _until_status(owner, free, "completed")
            assert _seen(owner, locked, "status") == ("queued",)
            other.rollback()
            _until_status(owner, locked, "completed")


def test_a_job_that_somebody_cancelled_stays_cancelled(
    fresh_database: Database, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WORK_S", (0.5, 0.5))
    job = _enqueue(owner)
    with _working(fresh_database):
        _until_status(owner, job, "processing")
        owner.execute("UPDATE processing_queue SET status = 'cancelled' WHERE id = %s", [job])
        other = _enqueue(owner)
        _until_status(owner, other, "completed")
    assert _seen(owner, job, "status") == ("cancelled",)


def test_jobs_in_hand_go_back_at_the_end(
    fresh_database: Database, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WORK_S", (600, 600))
    job = _enqueue(owner, attempts=1)
    with _working(fresh_database):
        _until_status(owner, job, "processing")
        assert _seen(owner, job, "attempts") == (2,)
    assert _seen(owner, job, "status, attempts, started_at") == ("queued", 1, None)


def test_what_another_worker_had_in_hand_is_finished(fresh_database: Database, owner: Connection) -> None:
    job = _enqueue(owner, status="processing", attempts=1)
    owner.execute("UPDATE processing_queue SET started_at = now() - interval '3 minutes' WHERE id = %s", [job])
    with _working(fresh_database):
        _until_status(owner, job, "completed")
    assert _seen(owner, job, "attempts") == (1,)


def test_it_comes_back_after_a_lost_connection_and_finishes_what_it_had(
    fresh_database: Database, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WORK_S", (0.5, 0.5))
    held = _enqueue(owner)
    with _working(fresh_database):
        _until_status(owner, held, "processing")
        killed = owner.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = %s
            """,
            [worker.ROLE],
        ).fetchall()
        assert killed == [(True,)]
        after = _enqueue(owner)
        _until_status(owner, held, "completed")
        _until_status(owner, after, "completed")
    assert _seen(owner, held, "attempts") == (1,)


def test_it_works_as_the_service_and_not_as_the_owner(fresh_database: Database, owner: Connection) -> None:
    with _working(fresh_database):
        job = _enqueue(owner)
        _until_status(owner, job, "completed")
        rows = owner.execute(
            """
            SELECT usename FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
            """
        ).fetchall()
    assert rows == [(worker.ROLE,)]
    role = owner.execute(
        """
        SELECT rolsuper, rolcreaterole, rolbypassrls, pg_has_role(rolname, 'service_role', 'MEMBER')
        FROM pg_roles WHERE rolname = %s
        """,
        [worker.ROLE],
    ).fetchone()
    assert role == (False, False, False, True)


def test_new_jobs_arrive_when_wanted(
    fresh_database: Database, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ENQUEUE_SHARE", 1.0)

    def jobs() -> int:
        row = owner.execute("SELECT count(*) FROM processing_queue").fetchone()
        assert row
        return row[0]

    with _working(fresh_database, enqueues=True):
        done = _enqueue(owner)  # an empty queue has nothing to copy, and that is no error
        _until_status(owner, done, "completed")
        until(lambda: jobs() > 3)
    before = jobs()
    with _working(fresh_database, enqueues=False):
        job = _enqueue(owner)
        _until_status(owner, job, "completed")
    assert jobs() == before + 1
