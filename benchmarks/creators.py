"""`python -m benchmarks.creators`: 50,000 creators; what listing, searching, counting and saving 200 edits take.

Prints a table from EXPLAIN (ANALYZE, BUFFERS) as `desk_reader`, the best of five, and fails above the budget.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import psycopg
from sqlalchemy import create_engine

from actions import creators as verbs
from actions.creator_fields import Edit
from benchmarks import figures, ways
from core import database
from core.database import driver_url
from core.settings import settings
from demo import databases, places
from demo.personas import PERSONAS
from demo.servers import PostgreSQL
from queries import creators
from queries.creator_filters import CreatorFilter
from queries.tables.base import Rows

BUDGET_MS: Final = 50
GENERATED: Final = """
INSERT INTO creators (platform, username, profile_url, display_name, follower_count, category_id, is_active,
    is_verified, last_scraped_at, scrape_frequency_hours)
SELECT (ARRAY['instagram', 'tiktok', 'youtube', 'linkedin', 'twitter'])[1 + n % 5], 'creator' || md5(n::text),
    'https://www.tiktok.com/@' || md5(n::text), 'Name ' || md5((n * 7)::text), (random() * 1e6)::int,
    CASE WHEN n % 15 > 0 THEN (SELECT id FROM creator_categories ORDER BY id OFFSET n % 9 LIMIT 1) END, n % 20 <> 0,
    n % 9 = 0, now() - random() * interval '60 hours', 24
FROM generate_series(1, 50000) AS n;
INSERT INTO accounts (name) SELECT 'Account ' || n FROM generate_series(1, 1000) AS n;
INSERT INTO account_followed_creators (account_id, creator_id, is_active)
SELECT a.id, c.id, random() < 0.9
FROM (SELECT id, row_number() OVER () AS n FROM accounts) AS a
JOIN (SELECT id, row_number() OVER () AS n FROM creators) AS c ON c.n % 500 = a.n % 500 AND c.n % 10 > 0;
INSERT INTO content_pieces (creator_id, account_id, source_url, platform, content_type)
SELECT c.id, (SELECT id FROM accounts LIMIT 1), 'https://x.example/' || k, 'tiktok', 'video'
FROM creators AS c, generate_series(1, 4) AS k;
"""
STATES: Final = ("overdue", "inactive", "unfollowed", "uncategorised")
SEARCHES: Final = {
    "one letter": "q",
    "typical": "abc",
    "one": "c4ca4238a0b9",
    "nothing": "zzz",
    "every username": "creator",
    "every name": "name",
    "every address": "tiktok.com",
}


def reads() -> Iterator[tuple[str, Rows]]:
    """Every read of the page, under the filters that make it dearest."""
    everything = CreatorFilter()
    for sort in get_args(creators.Sort):
        for word, descending in (("falling", True), ("rising", False)):
            yield f"list by {sort}, {word}", creators.page(everything, sort, descending, None)
    narrowed = {
        "overdue": CreatorFilter(is_overdue=True),
        "inactive": CreatorFilter(is_active=False),
        "unfollowed": CreatorFilter(is_active=True, is_followed=False),
        "uncategorised": CreatorFilter(is_active=True, category="none"),
        "platform": CreatorFilter(platform="tiktok"),
        "verified": CreatorFilter(is_verified=True),
        "follower range": CreatorFilter(followers_from=10_000, followers_until=100_000),
        **{f"search, {name}": CreatorFilter(text=text) for name, text in SEARCHES.items()},
    }
    for name, where in narrowed.items():
        for sort in ("followers", "scraped"):
            yield f"{name} by {sort}", creators.page(where, sort, True, None)
        yield f"{name}, total", creators.total(where)
        if not name.startswith(STATES):  # a tile's state is no part of what the tiles count
            yield f"{name}, tiles", creators.state_counts(where)
    yield "total", creators.total(everything)
    yield "tiles", creators.state_counts(everything)
    yield "work: overdue", creators.overdue()
    yield "work: neglected", creators.neglected()


def main() -> None:
    """Print milliseconds of PostgreSQL's own time, and seconds of one save."""
    home = Path(tempfile.mkdtemp(prefix="desk-bench-", dir=places.SOCKETS))
    home.chmod(0o755)
    try:
        with PostgreSQL(home / "pg", durable=False) as server:
            bench = databases.create(server, "bench")
            with psycopg.connect(bench.owner_url, autocommit=True) as owner:
                owner.execute(f"SET session_replication_role = replica; {GENERATED}".encode())
                owner.execute("VACUUM ANALYZE")
                edited = owner.execute("SELECT id FROM creators LIMIT 200").fetchall()
            os.environ |= {"AUTH_MODE": "demo", "DATABASE_URL": bench.writer_url, "DATABASE_READ_URL": bench.reader_url}
            settings.cache_clear()
            late = report(bench.reader_url)
            edits = [Edit(row[0], "scrape_frequency_hours", 24, 48) for row in edited]
            print(f"\nsave 200 edits: {figures.timed_s(lambda: verbs.save(edits, PERSONAS[3])):.3f} s")
            database.reset()
    finally:
        shutil.rmtree(home)
    sys.exit(late > 0)


def report(reader_url: str) -> int:
    """Print the table; how many reads are above the budget."""
    late = 0
    engine = create_engine(driver_url(reader_url), connect_args={"prepare_threshold": None})
    print(f"50,000 creators; budget {BUDGET_MS} ms\n\n{'read':36}{'ms':>9}{'buffers':>10}")
    with engine.connect() as connection:
        for name, statement in reads():
            asked = ways.best_of(connection, statement)
            ms = asked.planning_ms + asked.execution_ms
            late += ms > BUDGET_MS
            print(f"{name:36}{ms:9.1f}{asked.buffers:10,}{'  above' if ms > BUDGET_MS else ''}", flush=True)
    engine.dispose()
    return late


if __name__ == "__main__":
    main()
