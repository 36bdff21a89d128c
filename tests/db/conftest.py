"""What the database tests share, and what is left out where a program of Debian's is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text

from core import database as core_database
from core.database import driver_url
from demo import databases
from demo.databases import Database
from demo.servers import PostgreSQL
from schema import product
from tests.support.pooler import PROGRAM
from tests.support.until import PATIENCE_S

# Programs around the database, which its version does not change: once is enough.
_ANY_VERSION = ("ops/test_deploy.py", "ops/test_people.py", "core/test_redis_tls.py", "demo/test_servers.py")

collect_ignore = [
    *([] if PROGRAM else ["core/test_pooler.py"]),
    *([] if shutil.which("redis-server") else ["core/test_redis_tls.py"]),
    *(_ANY_VERSION if os.environ.get("TEST_PG", "18") != "18" else []),
]


@pytest.fixture(scope="session")
def reader(database: Database) -> Iterator[Connection]:
    """A reader's connection on which a table is read from end to end only where no index would do."""
    engine = create_engine(driver_url(database.reader_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        yield connection
    engine.dispose()


@pytest.fixture
def bare(postgresql: PostgreSQL) -> Iterator[Database]:
    """The product's tables and nothing of the Desk."""
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
    database = databases.at(postgresql, "bare")
    product.create(database.owner_url)
    yield database
    databases.drop(postgresql, "bare")


@pytest.fixture
def waits_for_locks(fresh_database: Database) -> None:
    """Whoever waits for another in this database waits, as on a machine with nothing else to do; roles give up soon."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        role = f"ALTER ROLE desk_writer IN DATABASE {owner.info.dbname}"
        for name in ("lock_timeout", "statement_timeout"):
            owner.execute(f"{role} SET {name} = '{PATIENCE_S}s'".encode())
    core_database.reset()
