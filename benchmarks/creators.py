"""`python -m benchmarks.creators`: 50,000 creators; what listing, searching, sorting and saving 200 edits take."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import psycopg

from actions import creators as verbs
from actions.creator_fields import Edit
from benchmarks import figures, ways
from core import database
from core.settings import settings
from demo import databases, places
from demo.personas import PERSONAS
from demo.servers import PostgreSQL
from queries import creators
from queries.creator_filters import CreatorFilter
from queries.tables.base import Rows

CREATORS: Final = """
INSERT INTO creators (platform, username, profile_url, display_name, follower_count, category_id, is_active,
    last_scraped_at, scrape_frequency_hours)
SELECT (ARRAY['instagram', 'tiktok', 'youtube', 'linkedin', 'twitter'])[1 + n % 5], 'creator' || md5(n::text),
    'https://www.tiktok.com/@' || md5(n::text), 'Name ' || md5((n * 7)::text), (random() * 1e6)::int,
    (SELECT id FROM creator_categories ORDER BY id OFFSET n % 9 LIMIT 1), n % 20 <> 0,
    now() - random() * interval '60 hours', 24
FROM generate_series(1, 50000) AS n
"""
QUESTIONS: Final[dict[str, Rows]] = {
    **{
        f"list, {sort}": creators.page(CreatorFilter(), sort, True, None)
        for sort in ("followers", "scraped", "username")
    },
    **{
        f"search {text}": creators.page(CreatorFilter(text=text), "followers", True, None)
        for text in ("q", "abc", "zzz")
    },
    "list, overdue": creators.page(CreatorFilter(is_overdue=True), "scraped", False, None),
    "tiles": creators.state_counts(CreatorFilter()),
}


def main() -> None:
    """Print milliseconds of PostgreSQL's own time, and seconds of one save."""
    home = Path(tempfile.mkdtemp(prefix="desk-bench-", dir=places.SOCKETS))
    home.chmod(0o755)
    try:
        with PostgreSQL(home / "pg", durable=False) as server:
            bench = databases.create(server, "bench")
            with psycopg.connect(bench.owner_url, autocommit=True) as owner:
                owner.execute(CREATORS)
                owner.execute("VACUUM ANALYZE")
                edited = owner.execute("SELECT id FROM creators LIMIT 200").fetchall()
            os.environ |= {"AUTH_MODE": "demo", "DATABASE_URL": bench.writer_url, "DATABASE_READ_URL": bench.reader_url}
            settings.cache_clear()
            for name, question in QUESTIONS.items():
                asked = ways.median_of(question)
                print(f"{name:20} {asked.planning_ms + asked.execution_ms:8.1f} ms")
            edits = [Edit(row[0], "scrape_frequency_hours", 24, 48) for row in edited]
            print(f"{'save 200 edits':20} {figures.timed_s(lambda: verbs.save(edits, PERSONAS[3])):8.3f} s")
            database.reset()
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
