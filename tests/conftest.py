"""Real servers for the tests: one PostgreSQL and one Valkey per test process, and a database for each that writes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from demo import databases, places
from demo.databases import Database
from demo.servers import PostgreSQL, Valkey
from tests.support import clock
from tests.support.environment import forget, in_use
from tests.support.pooler import PROGRAM, PgBouncer
from tests.support.until import until

DEBIAN = Path("/usr/lib/postgresql")
MEMORY, WANTED_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108  # copies of databases cost a sixth there
EMPTY, DEMO = "template_empty", "template_demo"
_number = count(1)


@pytest.fixture(autouse=True)
def _forgets_what_it_set(request: pytest.FixtureRequest) -> Iterator[None]:
    """Once its environment is as it was, a test that changed it leaves no settings and no connections behind."""
    yield
    if "monkeypatch" in request.fixturenames:
        forget()


@pytest.fixture(autouse=True)
def _within_an_hour() -> None:
    """What a test makes in one hour or day it is not asked about in the next."""
    until(clock.has_room)


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """A short directory that the servers' user can reach, removed at the end."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > WANTED_BYTES
    path = Path(tempfile.mkdtemp(prefix="desk-test-", dir=MEMORY if roomy else places.SOCKETS))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def postgresql(server_directory: Path) -> Iterator[PostgreSQL]:
    """The PostgreSQL that TEST_PG names: 18 (embedded) or a version that Debian has installed."""
    version = os.environ.get("TEST_PG", "18")
    binaries = None if version == "18" else DEBIAN / version / "bin"
    if binaries and not binaries.is_dir():
        pytest.exit(f"TEST_PG={version}, but there is no {binaries}. Install postgresql-{version}, or use TEST_PG=18.")
    with PostgreSQL(server_directory / "pg", binaries=binaries, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def pooler(postgresql: PostgreSQL, server_directory: Path) -> Iterator[PgBouncer | None]:
    """With TEST_POOLER=1 a pooler in transaction mode, through which every test's reader and writer then go."""
    if os.environ.get("TEST_POOLER") != "1":
        yield None
        return
    if PROGRAM is None:
        pytest.exit("TEST_POOLER=1, but there is no pgbouncer. Install it: apt-get install pgbouncer.")
    with PgBouncer(server_directory / "pooler", postgresql) as running:
        yield running


@pytest.fixture(scope="session")
def valkey(server_directory: Path) -> Iterator[Valkey]:
    """A Valkey; `.url` is for REDIS_URL, which a test that wants it sets itself."""
    with Valkey(server_directory / "valkey") as server:
        yield server


@pytest.fixture(scope="session")
def empty_template(postgresql: PostgreSQL) -> str:
    """The name of an empty Desk to copy; nobody connects to it."""
    databases.create(postgresql, EMPTY)
    return EMPTY


@pytest.fixture(scope="session")
def demo_template(postgresql: PostgreSQL) -> str:
    """The name of a Desk with small demo data to copy; nobody connects to it."""
    databases.create(postgresql, DEMO, "small")
    return DEMO


@pytest.fixture(scope="session")
def database(postgresql: PostgreSQL, demo_template: str, pooler: PgBouncer | None) -> Iterator[Database]:
    """A Desk with small demo data that every test only reads."""
    with _copied(postgresql, demo_template, pooler) as copy:
        before = _stored(copy)
        yield copy
        assert _stored(copy) == before, "a test changed what all others read; one that writes has a copy of its own"


@pytest.fixture
def demo_copy(postgresql: PostgreSQL, demo_template: str, pooler: PgBouncer | None) -> Iterator[Database]:
    """A Desk with small demo data for one test to change."""
    with _copied(postgresql, demo_template, pooler) as copy:
        yield copy


@pytest.fixture
def fresh_database(postgresql: PostgreSQL, empty_template: str, pooler: PgBouncer | None) -> Iterator[Database]:
    """An empty Desk, with the personas as staff, for one test to change."""
    with _copied(postgresql, empty_template, pooler) as copy:
        yield copy


@contextmanager
def _copied(server: PostgreSQL, template: str, pooler: PgBouncer | None) -> Generator[Database]:
    name = f"test_{next(_number)}"
    copy = databases.copy(server, template, name)
    if pooler:
        copy = pooler.before(copy)
    with in_use(copy):
        yield copy
    databases.drop(server, name)


def _stored(database: Database) -> list[tuple[object, ...]]:
    """How many rows each table has and which was written last; to be signed in and on record leaves other traces."""
    with psycopg.connect(database.owner_url) as owner:
        tables = owner.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'dashboard')"
            " AND NOT tablename IN ('staff', 'staff_session', 'attempt', 'audit_log', 'audit_chain') ORDER BY 1"
        ).fetchall()
        told = "SELECT %s, count(*), max(xmin::text::bigint) FROM "
        return [row for [name] in tables for row in owner.execute(f"{told}{name}".encode(), [name]).fetchall()]
