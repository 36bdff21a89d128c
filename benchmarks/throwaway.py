"""A Desk that a benchmark fills and that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from core import database
from core.settings import settings
from demo import databases, places
from demo.databases import Database
from demo.servers import PostgreSQL


@contextmanager
def directory() -> Generator[Path]:
    """A directory for servers, removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="desk-bench-", dir=places.SHARED))
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home)


@contextmanager
def desk(filling: str = "") -> Generator[Database]:
    """An empty Desk, or one filled by these statements as its owner, that the settings point at."""
    with directory() as home, PostgreSQL(home / "pg", durable=False) as server:
        bench = databases.create(server, "bench")
        os.environ |= {"AUTH_MODE": "demo", "DATABASE_URL": bench.writer_url, "DATABASE_READ_URL": bench.reader_url}
        settings.cache_clear()
        if filling:
            with psycopg.connect(bench.owner_url, autocommit=True) as owner:
                owner.execute(f"SET session_replication_role = replica; {filling}".encode())
                owner.execute("VACUUM ANALYZE")
        yield bench
        database.reset()
