"""Many people and many workers on the same jobs: nothing runs twice and nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest

from actions.bulk import Outcome
from core.database import ping
from demo.databases import Database
from tests.support import factories
from tests.support.factories import job
from tests.support.ordered import ordered
from tests.support.queue import work
from tests.support.until import until


@pytest.mark.usefixtures("waits_for_locks")
def test_twenty_people_and_ten_workers(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = factories.rows(
        url, "processing_queue", [job(status="failed", attempts=3, max_attempts=3) for _ in range(200)]
    )
    stop, claimed, disturbed = threading.Event(), list[UUID](), list[UUID]()
    workers = [threading.Thread(target=work, args=(url, stop, claimed, disturbed)) for _ in range(10)]
    for worker in workers:
        worker.start()
    ping("writer")
    gate = threading.Barrier(20)

    def person(number: int) -> Outcome:
        mine = ids[number * 10 :] + ids[: number * 10]
        gate.wait()
        return ordered("retry", mine, factories.viewer("support"), "all at once")

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(person, range(20)))
    try:
        until(lambda: len(claimed) >= len(ids))
    finally:
        stop.set()
    for worker in workers:
        worker.join()

    retried = Counter(one for outcome in outcomes for one in outcome.done)
    assert retried == Counter(ids), "every job retried exactly once"
    assert Counter(claimed) == Counter(ids), "every job claimed exactly once"
    assert disturbed == [], "no row that a worker held was changed"
    for outcome in outcomes:
        assert outcome.gone == outcome.unreached == ()
        answered = len(outcome.done) + len(outcome.busy) + sum(map(len, outcome.skipped.values()))
        assert answered == 200
    on_record = factories.values(url, "SELECT object_id FROM dashboard.audit_log WHERE action = 'job.retry'")
    assert Counter(on_record) == Counter(map(str, ids)), "audit rows equal retried rows"


def test_the_loser_of_a_race_changes_nothing(fresh_database: Database) -> None:
    """A worker claims between the statement's snapshot and its lock: the row must not go back to the queue."""
    url = fresh_database.owner_url
    one = factories.row(url, "processing_queue", **job())
    with psycopg.connect(url) as worker:
        worker.execute("UPDATE processing_queue SET status = 'processing' WHERE id = %s", [one])
        assert ordered("cancel", [one], factories.viewer("support")).busy == (one,)
    assert factories.values(url, "SELECT status FROM processing_queue") == ["processing"]
    assert ordered("cancel", [one], factories.viewer("support")).skipped == {"processing": (one,)}
