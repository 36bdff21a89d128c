"""`python -m benchmarks.creators`: 50,000 creators; what listing, searching, counting and saving 200 edits take.

Prints a table from EXPLAIN (ANALYZE, BUFFERS) as `desk_reader`, the best of five, and fails above the budget.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final, get_args

import psycopg

from actions.creators import edits as verbs
from actions.creators.fields import Edit
from benchmarks import figures, throwaway, ways
from demo.personas import PERSONAS
from queries.creators import listing
from queries.creators.filters import CreatorFilter
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
    for sort in get_args(listing.Sort):
        for word, descending in (("falling", True), ("rising", False)):
            yield f"list by {sort}, {word}", listing.page(everything, sort, descending, None)
    narrowed = {
        "overdue": CreatorFilter(is_overdue=True),
        "inactive": CreatorFilter(is_active=False),
        "unfollowed": CreatorFilter(is_active=True, is_followed=False),
        "uncategorised": CreatorFilter(is_active=True, is_uncategorised=True),
        "platform": CreatorFilter(platform="tiktok"),
        "verified": CreatorFilter(is_verified=True),
        "follower range": CreatorFilter(followers_from=10_000, followers_until=100_000),
        **{f"search, {name}": CreatorFilter(text=text) for name, text in SEARCHES.items()},
    }
    for name, where in narrowed.items():
        for sort in ("followers", "scraped"):
            yield f"{name} by {sort}", listing.page(where, sort, True, None)
        yield f"{name}, total", listing.total(where)
        if not name.startswith(STATES):  # a tile's state is no part of what the tiles count
            yield f"{name}, tiles", listing.state_counts(where)
    yield "total", listing.total(everything)
    yield "tiles", listing.state_counts(everything)
    yield "work: overdue", listing.overdue()
    yield "work: neglected", listing.neglected()


def main() -> None:
    """Print milliseconds of PostgreSQL's own time, and seconds of one save."""
    with throwaway.desk(GENERATED) as bench:
        late = ways.report("50,000 creators", reads(), BUDGET_MS)
        with psycopg.connect(bench.owner_url) as owner:
            edited = owner.execute("SELECT id FROM creators LIMIT 200").fetchall()
        edits = [Edit(row[0], "scrape_frequency_hours", 24, 48) for row in edited]
        print(f"\nsave 200 edits: {figures.timed_s(lambda: verbs.save(edits, PERSONAS[3])):.3f} s")
    sys.exit(late > 0)


if __name__ == "__main__":
    main()
