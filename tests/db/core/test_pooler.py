"""Through a pooler in transaction mode the Desk reads, writes, locks and rolls up; `make test-pooler` tries all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from actions import rollups, staff
from core import database
from core.database import rows, transaction
from core.identity import Operator
from core.settings import settings
from demo import databases
from demo.databases import Database
from demo.servers import PostgreSQL
from schema import migrate
from tests.support import factories
from tests.support.ordered import ordered
from tests.support.pooler import PgBouncer

THREADS = 8


@pytest.fixture
def pooled(
    fresh_database: Database, postgresql: PostgreSQL, server_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """An empty Desk that the app reaches through a pooler with two connections for each role."""
    with PgBouncer(server_directory / "short", postgresql, size=2) as pooler:
        found = pooler.before(databases.at(postgresql, urlsplit(fresh_database.owner_url).path[1:]))
        monkeypatch.setenv("DATABASE_URL", found.writer_url)
        monkeypatch.setenv("DATABASE_READ_URL", found.reader_url)
        settings.cache_clear()
        database.reset()
        yield found
        database.reset()


def test_eight_threads_share_two_connections_and_nothing_of_one_reaches_another(pooled: Database) -> None:
    viewer = factories.viewer("support")
    failed = factories.rows(
        pooled.owner_url,
        "processing_queue",
        [factories.job(status="failed", attempts=3, max_attempts=3, error_message="x") for _ in range(THREADS * 5)],
    )

    def work(number: int) -> list[int]:
        """Read, retry some jobs, wait for a lock, read again; the server's process of each read."""
        pids = [rows(text("SELECT pg_backend_pid() AS pid"))[0]["pid"]]
        for job in failed[number::THREADS]:
            assert ordered("retry", [job], viewer, "through a pooler").done == (job,)
        with transaction() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
            connection.execute(text("SET LOCAL statement_timeout = '7s'"))
        for _ in range(5):
            found = rows(text("SELECT pg_backend_pid() AS pid, current_setting('statement_timeout') AS most"))[0]
            assert found["most"] == "15s"
            pids.append(found["pid"])
        return pids

    with ThreadPoolExecutor(THREADS) as pool:
        seen = {pid for pids in pool.map(work, range(THREADS)) for pid in pids}
    assert len(seen) <= 2
    assert factories.values(pooled.owner_url, "SELECT DISTINCT status FROM processing_queue") == ["queued"]
    with transaction() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "15s"
        assert connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).scalar_one() == 0


def test_rollups_staff_and_migrations_need_no_session(pooled: Database, postgresql: PostgreSQL) -> None:
    assert rollups.tick("api_usage") is not None
    sam = rows(text("SELECT user_id, role FROM dashboard.staff WHERE role = 'support'"))[0]
    staff.change_role(UUID(sam["user_id"]), "support", "viewer", Operator("test"))
    with psycopg.connect(pooled.reader_url, prepare_threshold=None) as reader:
        assert reader.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
    migrate.upgrade(pooled.owner_url.replace(str(postgresql.sockets), _socket_of(pooled.reader_url)))


def _socket_of(url: str) -> str:
    return url.partition("host=")[2].partition("&")[0]
