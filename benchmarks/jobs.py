"""What every card and list of the Jobs page costs PostgreSQL, on a million jobs: `make bench-jobs`.

Prints a table from EXPLAIN (ANALYZE, BUFFERS) as `desk_reader`, the best of several runs, and fails above the budget.
The data are made once (some minutes) and kept beside the demo's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

# Started by its path, Python looks for imports beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, create_engine, text

from actions import rollups
from core.database import driver_url
from core.thresholds import StuckAfter
from demo import databases, places
from demo.databases import Database
from demo.servers import PostgreSQL
from queries.accounts import lookup
from queries.audit import log
from queries.jobs import groups, health, links, listing, neighbours, preview, runs, timings
from queries.jobs.filters import JobFilter
from queries.tables.base import Rows

BUDGET_MS: Final = 50
RUNS: Final = 5
DAY: Final = timedelta(days=1)


def reads(connection: Connection) -> Iterator[tuple[str, Rows]]:
    """Every read of the page, under the filters that make it dearest."""
    now = datetime.now(UTC)
    everything, failed = JobFilter(), JobFilter(states=("failed",))
    [signature] = connection.execute(groups.failed_by_signature(failed).limit(1)).mappings()
    in_group = JobFilter(states=("failed",), signature=signature["hash"])
    month = JobFilter(since=now - 30 * DAY)
    yield "tiles", listing.state_counts(everything)
    yield "tiles, 30 d", listing.state_counts(month)
    for hours, step in ((24, 1), (168, 1), (720, 6)):
        yield f"throughput, {hours} h", health.throughput(everything, hours, step)
        yield f"wait and run, {hours} h", timings.timings(everything, hours)
        yield f"failure rate, {hours} h", health.failure_rates(everything, hours)
    yield "in hand", health.in_hand(everything)
    yield "failure groups", groups.failed_by_signature(everything)
    yield "failure groups, 24 h", groups.failed_by_signature(JobFilter(since=now - DAY))
    for name, where in {"all": everything, "30 d": month, "failed": failed, "group": in_group}.items():
        yield f"list, {name}", listing.page(where, "ended", True, None, 50)
        yield f"total, {name}", listing.total(where)
        yield f"all matching, {name}", listing.ids(where, "ended", True, 1_000)
    yield from _of_one(connection, now)


def _of_one(connection: Connection, now: datetime) -> Iterator[tuple[str, Rows]]:
    """The drawer, the account filter and the confirmation."""
    [job] = connection.execute(listing.page(JobFilter(states=("failed",)), "ended", True, None, 1)).mappings()
    identity, account = UUID(str(job["id"])), UUID(str(job["account_id"]))
    thousand = [row.id for row in connection.execute(listing.ids(JobFilter(states=("failed",)), "ended", True, 1_000))]
    yield "account by text", lookup.matching(str(job["account_name"])[:4])
    yield "list, one account", listing.page(JobFilter(account_id=account), "created", True, None, 50)
    yield (
        "still running, one account",
        listing.page(JobFilter(states=("queued", "processing"), account_id=account), "scheduled", False, None, 50),
    )
    yield "one job", listing.one(identity)
    yield "linked records", links.linked(identity)
    yield "around it", neighbours.of_account(identity, account, job["created_at"], StuckAfter())
    yield "failed the same way", neighbours.of_signature(identity)
    yield "API errors", neighbours.api_errors(account, job["ended_at"] or now)
    yield "history", log.history("job", str(identity))
    yield "snapshots, 1,000 jobs", preview.snapshots(thousand)
    yield "preview, 1,000 jobs", preview.preview(thousand, ("failed", "cancelled"))
    yield "open runs", runs.open_runs(identity)


def measure(connection: Connection, statement: Rows) -> tuple[float, int, int]:
    """Milliseconds of the best run, its buffers (8 kB each), and rows."""
    compiled = statement.compile(connection.engine, compile_kwargs={"render_postcompile": True})
    best: tuple[float, int, int] | None = None
    for _ in range(RUNS):
        answer: Any = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {compiled}", dict(compiled.params)
        ).scalar_one()
        [told] = json.loads(answer) if isinstance(answer, str) else answer
        plan = told["Plan"]
        buffers = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        run = (float(told["Execution Time"]), int(buffers), int(plan["Actual Rows"]))
        best = run if best is None else min(best, run)
    assert best is not None  # noqa: S101  # RUNS is not zero
    return best


def report(reader_url: str) -> int:
    """Print the table; how many reads are above the budget."""
    engine = create_engine(driver_url(reader_url), connect_args={"prepare_threshold": None})
    late = 0
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM public.processing_queue")).scalar_one()
        print(f"{count:,} jobs; best of {RUNS}; budget {BUDGET_MS} ms\n")
        print(f"{'read':32}{'ms':>9}{'buffers':>10}{'rows':>8}")
        for name, statement in reads(connection):
            ms, buffers, rows = measure(connection, statement)
            late += ms > BUDGET_MS
            print(f"{name:32}{ms:9.1f}{buffers:10,}{rows:8,}{'  above' if ms > BUDGET_MS else ''}", flush=True)
    engine.dispose()
    return late


def _roll_up(database: Database) -> None:
    """As the app does once a minute."""
    os.environ |= {"AUTH_MODE": "demo", "DATABASE_URL": database.writer_url, "DATABASE_READ_URL": database.reader_url}
    for _ in rollups.catch_up("jobs", rest=0):
        pass


def main() -> None:
    """Measure a database that is there, or the kept one of a scale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=("small", "medium", "large"), default="large")
    parser.add_argument("--url", help="measure this database as desk_reader instead")
    asked = parser.parse_args()
    if asked.url:
        sys.exit(report(asked.url) > 0)
    with PostgreSQL(places.home() / "bench") as server:
        name = f"bench_{asked.scale}"
        if not databases.exists(server, name):
            print(f"Making {asked.scale} demo data, once ...", flush=True)
            databases.create(server, name, asked.scale)
        database = databases.at(server, name)
        databases.migrate_to_head(database)
        _roll_up(database)
        late = report(database.reader_url)
    sys.exit(late > 0)


if __name__ == "__main__":
    main()
