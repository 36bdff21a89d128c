"""`python -m benchmarks.accounts`: 50,000 accounts; what every order, search, tile and chart of /accounts takes.

Prints a table from EXPLAIN (ANALYZE, BUFFERS) as `desk_reader`, the best of five, and fails above the budget.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import psycopg

from benchmarks import figures, throwaway, ways
from demo import databases
from queries.accounts import listing, lookup
from queries.accounts.filters import ONLY, SORTS, AccountFilter
from queries.tables.base import Rows

ACCOUNTS: Final = 50_000
BUDGET_MS: Final = 100
PAGE_ROWS: Final = 50
# Accounts with limits, use and members of every kind; the Desk's own refresh then counts them.
GENERATED: Final = f"""
INSERT INTO accounts (id, name, subscription_status, plan_type, billing_email, created_at, creator_limit, user_limit,
    voice_model_limit, storage_limit_gb)
SELECT md5(n::text)::uuid, 'Account ' || md5('n' || n),
    (ARRAY['active', 'past_due', 'cancelled', 'trialing'])[1 + n % 4],
    (ARRAY['individual', 'team', 'agency'])[1 + n % 3], 'billing@b' || n || '.example', now() - interval '90 days',
    1 + n % 4, 1 + n % 5, 10, 20 + n % 80
FROM generate_series(1, {ACCOUNTS}) AS n;
INSERT INTO users (account_id, email, is_active, last_login_at)
SELECT md5(n::text)::uuid, md5('u' || n || k) || '@m' || n || '.example', k <> 3 OR n % 2 = 0,
    now() - n * interval '1 minute'
FROM generate_series(1, {ACCOUNTS}) AS n, generate_series(1, 3) AS k;
INSERT INTO account_usage_stats (account_id, stat_date, total_credits_used, storage_used_gb)
SELECT md5(n::text)::uuid, (now() AT TIME ZONE 'UTC')::date - d, (n * (d + 1)) % 300, 10 + n % 100 - d * 0.1
FROM generate_series(1, {ACCOUNTS}) AS n, (VALUES (0), (1), (2), (7), (28)) AS day (d);
"""  # noqa: S608  # made of this module's own number
SEARCHES: Final = {
    "rare": "Account 1a2b",
    "one": "m4711.example",
    "typical": "b123",
    "very common": "example",
    "every name": "account",
    "two letters": "ac",
    "nothing": "zzzz nobody",
    "an id": "00000000-0000-0000-0000-000000000007",
}


def reads() -> Iterator[tuple[str, Rows]]:
    """Every read of the page."""
    everything = AccountFilter()
    for sort in SORTS:
        for word, descending in (("falling", True), ("rising", False)):
            yield f"list by {sort}, {word}", listing.page(everything, sort, descending, None, PAGE_ROWS)
    for only in ONLY:
        yield f"list, only {only}", listing.page(AccountFilter(only=only), "urgency", True, None, PAGE_ROWS)
    for name, text in SEARCHES.items():
        where = AccountFilter(search=text)
        yield f"search, {name}", listing.page(where, "urgency", True, None, PAGE_ROWS)
        yield f"search, {name}: tiles", listing.bands(where)
        yield f"account field, {name}", lookup.matching(text)
    yield "tiles", listing.bands(everything)
    yield "distribution", listing.distribution(everything)
    yield "distribution, very common search", listing.distribution(AccountFilter(search="example"))


def main() -> None:
    """Print milliseconds of PostgreSQL's own time, and what one pass over all accounts takes."""
    with throwaway.desk(GENERATED) as bench:
        took_s = figures.timed_s(lambda: databases.summarise(bench))
        with psycopg.connect(bench.owner_url, autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE dashboard.account_summary")
        late = ways.report(f"{ACCOUNTS:,} accounts", reads(), BUDGET_MS)
        print(f"\none pass over {ACCOUNTS:,} accounts: {took_s:.1f} s")
    sys.exit(late > 0)


if __name__ == "__main__":
    main()
