"""A verb over many jobs: whole transactions, an outcome for each id, and the way on after an interruption."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

from actions.jobs import runs as job_runs
from actions.jobs.changes import Snapshot
from actions.jobs.runs import Order, Run
from core.database import ping, rows
from core.errors import DatabaseBusy, DatabaseMisconfigured, Forbidden, Invalid, NotFound
from demo.databases import Database
from queries.jobs import runs as reads
from queries.jobs.preview import snapshots
from tests.support import factories
from tests.support.factories import at, job
from tests.support.queue import work
from tests.support.until import until

SAM, ADA = factories.viewer("support"), factories.viewer("admin")


def _failed(database: Database, count: int) -> list[UUID]:
    return factories.rows(database.owner_url, "processing_queue", [job(status="failed") for _ in range(count)])


def _order(ids: list[UUID], **more: object) -> Order:
    return Order("retry", tuple(Snapshot(one) for one in ids), reason="the outage is over", **more)  # pyright: ignore[reportArgumentType]  # a test's keywords


class Closed(BaseException):
    """What ends a run of the script when the page is closed between two transactions."""


def _closed(done: int, of: int) -> None:
    raise Closed(done, of)


def test_a_run_goes_on_batch_by_batch(fresh_database: Database) -> None:
    ids = _failed(fresh_database, 450)
    run_id = job_runs.start(_order(ids), SAM, typed=450)
    assert factories.values(fresh_database.owner_url, "SELECT DISTINCT status FROM processing_queue") == ["failed"]
    steps: list[tuple[int, int, int]] = []

    def told(done: int, of: int) -> None:
        [row] = rows(reads.open_runs(SAM.user_id))
        steps.append((done, of, len(job_runs.of_row(row).results)))

    assert job_runs.carry_out(run_id, SAM, told).is_over
    assert steps == [(200, 450, 200), (400, 450, 400), (450, 450, 450)], "each transaction with its part of the record"
    again = job_runs.carry_out(run_id, SAM, told)
    assert len(steps) == 3, "what is over stays as it is"
    [row] = rows(reads.open_runs(SAM.user_id))
    for run in (again, job_runs.of_row(row)):
        assert run.outcome().summary() == "450 jobs are queued again."
    assert factories.values(fresh_database.owner_url, "SELECT count(DISTINCT xmin::text) FROM dashboard.audit_log") == [
        3
    ]
    job_runs.close(run_id, SAM)
    assert rows(reads.open_runs(SAM.user_id)) == []


def test_every_result_is_told(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    done, busy = _failed(fresh_database, 2)
    claimed, gone = factories.row(url, "processing_queue", **job(status="processing")), uuid4()
    with psycopg.connect(url) as worker:
        worker.execute("SELECT FROM processing_queue WHERE id = %s FOR UPDATE", [busy])
        run = job_runs.carry_out(job_runs.start(_order([gone, claimed, busy, done]), SAM), SAM)
    assert run.results == {done: "done", busy: "busy", claimed: "skipped:processing", gone: "gone"}
    assert run.outcome().summary() == "1 job is queued again, 1 skipped (now processing), 1 busy, 1 gone."


def test_an_interrupted_run_tells_what_was_done_and_goes_on(fresh_database: Database) -> None:
    ids = _failed(fresh_database, 300)
    run_id = job_runs.start(_order(ids), SAM, typed=300)

    def revoked(done: int, of: int) -> None:
        with psycopg.connect(fresh_database.owner_url) as owner:
            # The second batch finds the audit log closed to it: it must leave nothing behind.
            owner.execute("REVOKE INSERT ON dashboard.audit_log FROM desk_writer")

    run = job_runs.carry_out(run_id, SAM, revoked)
    assert not run.is_over
    assert run.outcome().summary() == f"200 jobs are queued again, 100 not tried. {DatabaseMisconfigured()}"
    [row] = rows(reads.open_runs(SAM.user_id))
    stopped = job_runs.of_row(row)
    assert stopped.results == run.results
    assert stopped.outcome().summary() == "200 jobs are queued again, 100 not tried."
    states = "SELECT count(*) FROM processing_queue GROUP BY status ORDER BY status"
    assert factories.values(fresh_database.owner_url, states) == [100, 200]
    again = job_runs.carry_out(run_id, SAM)
    assert again.results == run.results, "nothing more was done, and what was is told"
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("GRANT INSERT ON dashboard.audit_log TO desk_writer")
    assert job_runs.carry_out(run_id, SAM).outcome().summary() == "300 jobs are queued again."
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.audit_log") == [300]


def test_a_closed_page_stops_between_two_transactions(fresh_database: Database) -> None:
    run_id = job_runs.start(_order(_failed(fresh_database, 300)), SAM, typed=300)
    with pytest.raises(Closed):
        job_runs.carry_out(run_id, SAM, _closed)
    [row] = rows(reads.open_runs(SAM.user_id))
    assert job_runs.of_row(row).outcome().summary() == "200 jobs are queued again, 100 not tried."
    assert job_runs.carry_out(run_id, SAM).outcome().summary() == "300 jobs are queued again."
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.audit_log") == [300]


def test_a_run_of_one_is_a_run(fresh_database: Database) -> None:
    [one] = _failed(fresh_database, 1)
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("REVOKE INSERT ON dashboard.audit_log FROM desk_writer")
        owner.commit()
        run_id = job_runs.start(_order([one]), SAM)
        with pytest.raises(DatabaseMisconfigured):
            job_runs.carry_out(run_id, SAM)
        owner.execute("GRANT INSERT ON dashboard.audit_log TO desk_writer")
    [row] = rows(reads.open_runs(SAM.user_id))
    assert job_runs.of_row(row).outcome().unreached == (one,)
    assert job_runs.carry_out(run_id, SAM).outcome().summary() == "1 job is queued again."


@pytest.mark.usefixtures("waits_for_locks")
def test_two_windows_on_one_run_do_each_batch_once(fresh_database: Database) -> None:
    ids = _failed(fresh_database, 1_000)
    run_id = job_runs.start(_order(ids), SAM, typed=1_000)
    ping("writer")
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: job_runs.carry_out(run_id, SAM), range(2)))
    assert [run.outcome().summary() for run in both] == ["1,000 jobs are queued again."] * 2
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.audit_log") == [1_000]


def test_a_locked_run_is_busy_and_nobody_elses(fresh_database: Database) -> None:
    run_id = job_runs.start(_order(_failed(fresh_database, 2)), SAM)
    with pytest.raises(NotFound):
        job_runs.carry_out(run_id, ADA)
    with psycopg.connect(fresh_database.owner_url) as other:
        other.execute("SELECT FROM dashboard.bulk_run FOR UPDATE")
        with pytest.raises(DatabaseBusy):
            job_runs.carry_out(run_id, SAM)
    job_runs.close(run_id, ADA)
    assert len(rows(reads.one(run_id, SAM.user_id))) == len(rows(reads.open_runs(SAM.user_id))) == 1


def test_staggered_over_ten_minutes(fresh_database: Database) -> None:
    ids = _failed(fresh_database, 5)
    job_runs.carry_out(job_runs.start(_order(ids, spread_minutes=10), SAM), SAM)
    later = "SELECT round(extract(epoch FROM scheduled_at - updated_at)) FROM processing_queue WHERE id = %s"
    assert [int(factories.values(fresh_database.owner_url, later, one)[0]) for one in ids] == [0, 120, 240, 360, 480]


def test_a_stuck_job_is_rescued_as_it_was_seen(fresh_database: Database) -> None:
    stuck = job(status="processing", attempts=1, started_at=at("-2 hours"))
    one, moved = factories.rows(fresh_database.owner_url, "processing_queue", [stuck, stuck])
    frozen = tuple(
        Snapshot(UUID(row["id"]), row["attempts"], row["run_start"]) for row in rows(snapshots([one, moved]))
    )
    run_id = job_runs.start(Order("rescue", frozen), ADA)
    with psycopg.connect(fresh_database.owner_url) as worker:
        worker.execute("UPDATE processing_queue SET attempts = 2 WHERE id = %s", [moved])
    assert job_runs.carry_out(run_id, ADA).results == {one: "done", moved: "skipped:another run"}


@pytest.mark.parametrize(
    ("count", "typed", "reason", "spread", "said"),
    [
        (51, 50, "why", 0, "Type 51"),
        (51, None, "why", 0, "Type 51"),
        (11, None, None, 0, "Say why"),
        (1_001, 1_001, "why", 0, "1,001 jobs are too many"),
        (0, None, "why", 0, "Nothing is selected"),
        (2, None, "why", 241, "at most 240"),
        (2, None, "why", -1, "at most 240"),
    ],
)
def test_what_is_refused(
    fresh_database: Database, count: int, typed: int | None, reason: str | None, spread: int, said: str
) -> None:
    asked = tuple(Snapshot(uuid4()) for _ in range(count))
    with pytest.raises(Invalid, match=said):
        job_runs.start(Order("retry", asked, reason, spread_minutes=spread), SAM, typed)
    assert rows(reads.open_runs(SAM.user_id)) == []


def test_roles_without_the_permission_start_nothing(fresh_database: Database) -> None:
    seen_job = (Snapshot(uuid4()),)
    with pytest.raises(Forbidden):
        job_runs.start(Order("retry", seen_job), factories.viewer("viewer"))
    with pytest.raises(Forbidden):
        job_runs.start(Order("rescue", seen_job), SAM)
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.bulk_run") == [0]


@pytest.mark.usefixtures("waits_for_locks")
def test_two_sessions_overlapping_thousands_and_ten_workers(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = factories.rows(
        url, "processing_queue", [job(status="failed", attempts=3, max_attempts=3) for _ in range(1_500)]
    )
    stop, claimed, disturbed = threading.Event(), list[UUID](), list[UUID]()
    workers = [threading.Thread(target=work, args=(url, stop, claimed, disturbed)) for _ in range(10)]
    for worker in workers:
        worker.start()
    ping("writer")
    gate = threading.Barrier(2)

    def session(mine: list[UUID]) -> Run:
        run_id = job_runs.start(_order(mine), SAM, typed=1_000)
        gate.wait()
        return job_runs.carry_out(run_id, SAM)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(session, [ids[:1_000], ids[500:]])
    try:
        until(lambda: len(claimed) >= len(ids))
    finally:
        stop.set()
    for worker in workers:
        worker.join()

    retried = Counter(job_id for run in (one, two) for job_id, result in run.results.items() if result == "done")
    assert retried == Counter(ids), "every job is retried exactly once"
    assert Counter(claimed) == retried, "every retried job ran exactly once"
    assert disturbed == [], "no row that a worker held was changed"
    for run in (one, two):
        outcome = run.outcome()
        answered = len(outcome.done) + len(outcome.busy) + sum(map(len, outcome.skipped.values()))
        assert (answered, outcome.gone, outcome.unreached) == (1_000, (), ())
    on_record = factories.values(url, "SELECT object_id FROM dashboard.audit_log WHERE action = 'job.retry'")
    assert Counter(on_record) == Counter(map(str, retried)), "audit rows equal retried rows"
