"""`python benchmarks/content.py`: what every filter, sort, search, tile, queue and claim of Content costs PostgreSQL.

500,000 pieces, made once (some minutes) and kept beside the demo's data; `--scale medium` measures as many as the demo
has. Prints the median of several runs from EXPLAIN ANALYZE as `desk_reader`, writes those of the half million to
`benchmarks/results/content.md`, and fails above the budget.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from uuid import UUID

# Started by its path, Python looks for imports beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, create_engine, text

from actions.content import claims as review_claims
from benchmarks import content_data
from core import database
from core.database import driver_url
from core.settings import settings
from demo import databases, places
from demo.databases import Database
from demo.personas import PERSONAS
from demo.servers import PostgreSQL
from queries.content import conditions, listing, reviews, work
from queries.content.filters import ContentFilter, Kind
from queries.content.listing import Sort
from queries.tables.base import Rows

BUDGET_MS: Final = 60
RUNS: Final = 5
RESULT: Final = Path(__file__).with_name("results") / "content.md"
ME: Final = UUID(int=7)
WAITING: Final = ContentFilter(status="completed", judged="waiting")
ORDERS: Final[tuple[tuple[Sort, bool], ...]] = (
    ("created", True),
    ("created", False),
    ("sentiment", False),
    ("engagement", True),
)


def filters(connection: Connection) -> dict[str, ContentFilter]:
    """Every filter of the page; ids are those with the most content."""
    most = "SELECT {0} FROM content_pieces WHERE {0} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    creator, account, project = (
        connection.execute(text(most.format(name))).scalar_one() for name in ("creator_id", "account_id", "project_id")
    )
    return {
        "all": ContentFilter(),
        "failed": ContentFilter(status="failed"),
        "stuck": ContentFilter(status="stuck"),
        "tiktok": ContentFilter(platform="tiktok"),
        "failed, tiktok": ContentFilter(status="failed", platform="tiktok"),
        "audio": ContentFilter(content_type="audio"),
        "creator": ContentFilter(creator_id=creator),
        "account": ContentFilter(account_id=account),
        "project": ContentFilter(project_id=project),
        "remixes": ContentFilter(is_remix=True),
        "expiring, 7 d": ContentFilter(expiring_days=7),
        "engagement 90 to 100": ContentFilter(engagement_from=90),
        "sentiment -1 to -0.2": ContentFilter(sentiment_until=-0.2),
        "both scores": ContentFilter(engagement_from=80, sentiment_until=0),
        "model of today": ContentFilter(model="claude-3-haiku"),
        "model of last year": ContentFilter(model="gpt-4-0613"),
        "not judged": ContentFilter(judged="waiting"),
        "rejected": ContentFilter(judged="reject"),
        "added in 24 h": ContentFilter(added_hours=24),
        "one month": ContentFilter(since=_ago(60), until=_ago(30)),
        "text, one in 70": ContentFilter(text="zone 2 cardio"),
        "text, most": ContentFilter(text="the"),
        "text, none": ContentFilter(text="lower back pain"),
        "text, a word": ContentFilter(text="magnesium"),
    }


def reads(connection: Connection) -> Iterator[tuple[str, Rows]]:
    """Every list, total, tile and queue."""
    kinds: tuple[Kind, ...] = ("piece", "script", "media")
    for name, where in filters(connection).items():
        for kind in kinds:
            yield f"list, {kind}, {name}", listing.page(kind, where, "created", True, None, 50)
            yield f"total, {kind}, {name}", listing.total(kind, where)
        yield f"tiles, {name}", listing.status_counts("piece", where)
        for sort, descending in ORDERS[2:]:
            yield f"list by {sort}, {name}", listing.page("piece", where, sort, descending, None, 50)
            yield f"total by {sort}, {name}", listing.total("piece", where, sort)
    free = reviews.offered("piece", ME)
    for sort, descending in ORDERS:
        order = f"{sort} {'down' if descending else 'up'}"
        yield f"queue, {order}", listing.first("piece", WAITING, sort, descending, review_claims.CANDIDATES, free)
        yield f"n of N, {order}", listing.total("piece", WAITING, sort, free)
    chosen = reviews.sample("piece", conditions.clauses("piece", ContentFilter(status="completed")), 50)
    yield "queue, sample of 50 a day", reviews.of_sample("piece", chosen, "waiting", ME)
    for line in (work.failed, work.stuck, work.expiring, work.waiting):
        yield f"work list, {line.__name__}", line()


def measure(connection: Connection, statement: Rows) -> tuple[float, float, int, str]:
    """Milliseconds (median and best), rows, and the indexes of the plan, the most read first."""
    compiled = statement.compile(connection.engine, compile_kwargs={"render_postcompile": True})
    times: list[float] = []
    plan: dict[str, Any] = {}
    for _ in range(RUNS):
        answer: Any = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) {compiled}", dict(compiled.params)
        ).scalar_one()
        [told] = json.loads(answer) if isinstance(answer, str) else answer
        times.append(float(told["Execution Time"]))
        plan = told["Plan"]
    used = sorted(_indexes(plan), reverse=True)
    names = dict.fromkeys(name.removeprefix("idx_") for _, name in used)
    return statistics.median(times), min(times), int(plan["Actual Rows"]), ", ".join(list(names)[:2])


def _indexes(node: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """How many pages of each index were read, and its name."""
    if name := node.get("Index Name"):
        yield node["Shared Hit Blocks"] + node["Shared Read Blocks"], name
    for child in node.get("Plans", []):
        yield from _indexes(child)


def report(bench: Database, result: Path | None) -> int:
    """Print the table, and write it where it is kept; how many reads are above the budget."""
    engine = create_engine(driver_url(bench.reader_url), connect_args={"prepare_threshold": None})
    late, lines = 0, list[str]()

    def said(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    with engine.connect() as connection:
        pieces = connection.execute(text("SELECT count(*) FROM content_pieces")).scalar_one()
        judged = connection.execute(
            text("SELECT count(*) FROM dashboard.review WHERE verdict IS NOT NULL")
        ).scalar_one()
        said(
            f"{pieces:,} pieces, {judged:,} reviewed; milliseconds, median and best of {RUNS}; budget {BUDGET_MS} ms\n"
        )
        said(
            f"| {'read':44} | {'median':>6} | {'best':>6} | {'rows':>5} | indexes read most |\n|---|---:|---:|---:|---|"
        )
        for name, statement in reads(connection):
            ms, best, rows, indexes = measure(connection, statement)
            late += ms > BUDGET_MS
            above = " above" if ms > BUDGET_MS else ""
            said(f"| {name:44} | {ms:6.1f}{above} | {best:6.1f} | {rows:5,} | {indexes} |")
    engine.dispose()
    claims = sorted(_claims_ms(bench))
    whole = f"{statistics.median(claims):6.1f} | {claims[0]:6.1f}"
    said(f"| {'claim and give back, with both commits':44} | {whole} | {1:5} | review_pkey |")
    if result:
        result.write_text(
            "\n".join(
                [f"# Content, measured\n\nWritten by `make bench` on {datetime.now(UTC):%Y-%m-%d}.\n", *lines, ""]
            )
        )
    return late


def _claims_ms(bench: Database) -> Iterator[float]:
    """What a reviewer waits for an item: candidates, the claim and its commit."""
    os.environ |= {"AUTH_MODE": "demo", "DATABASE_URL": bench.writer_url, "DATABASE_READ_URL": bench.reader_url}
    settings.cache_clear()
    rita = next(person for person in PERSONAS if person.role == "reviewer")
    free = reviews.offered("piece", rita.user_id)
    for _ in range(RUNS):
        start = perf_counter()
        candidates = listing.first("piece", WAITING, "created", True, review_claims.CANDIDATES, free)
        if held := review_claims.claim("piece", candidates, rita):
            review_claims.release(held, rita)
        yield 1000 * (perf_counter() - start)
    database.reset()


def _ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def main() -> None:
    """Measure half a million pieces, or as many as the demo's scale has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=("medium", "half-a-million"), default="half-a-million")
    asked = parser.parse_args()
    pieces = content_data.PIECES if asked.scale == "half-a-million" else 0
    name = f"bench_content_{asked.scale.replace('-', '_')}"
    with PostgreSQL(places.home() / "bench-content") as server:
        if not databases.exists(server, name):
            print("Making the data, once ...", flush=True)
            content_data.create(server, name, pieces)
        bench = databases.at(server, name)
        databases.migrate_to_head(bench)
        late = report(bench, RESULT if pieces else None)
    sys.exit(late > 0)


if __name__ == "__main__":
    main()
