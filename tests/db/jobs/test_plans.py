"""No read behind Jobs and the Overview scans a table that grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from sqlalchemy import Connection, Subquery, select

from core.fingerprint import fingerprint
from core.thresholds import StuckAfter
from queries import overview
from queries.accounts import lookup
from queries.audit import log
from queries.jobs import groups, health, links, listing, neighbours, preview, runs, timings
from queries.jobs.filters import JobFilter
from queries.jobs.listing import Sort
from queries.jobs.states import State
from queries.rollups import state as rollups
from queries.sql import histograms
from queries.sql.keyset import Cursor
from queries.tables.base import Rows
from tests.support import factories
from tests.support.plans import plan, scanned

GROWING = {
    *("processing_queue", "api_usage_logs", "content_pieces", "account_usage_stats", "audit_log"),
    *factories.ROLLUPS,
}
# A fixed moment: it stands in the tests' names, which every test process must give alike.
ID, NOW = UUID(int=7), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY, MONTH = NOW - timedelta(days=1), NOW - timedelta(days=30)
STATES: tuple[State, ...] = get_args(State)
SORTS: tuple[Sort, ...] = get_args(Sort)
PLACES = [Cursor.of(value, ID, is_forward) for value in (DAY, None) for is_forward in (True, False)]

FILTERS: dict[str, JobFilter] = {
    "all": JobFilter(),
    "account": JobFilter(account_id=ID),
    "type": JobFilter(job_types=("voice_generation",)),
    "error": JobFilter(states=("failed",), error="timed out"),
    "signature": JobFilter(signature="Request timed out after …"),
    "run": JobFilter(run=ID),
    "priority": JobFilter(priority="high", since=DAY),
    "ended": JobFilter(ended_from=DAY, ended_until=NOW),
    "since": JobFilter(since=MONTH),
    "by type": JobFilter(states=("stuck",), stuck_after=StuckAfter(30, {"avatar_generation": 90})),
    **{state: JobFilter(states=(state,)) for state in STATES},
    **{f"{state} since": JobFilter(states=(state,), since=DAY) for state in STATES},
}

WEEK = (NOW.replace(minute=0, second=0, microsecond=0) - timedelta(days=7), NOW)
DAYS = (MONTH.date(), NOW.date() + timedelta(days=1))
ROLLED: dict[str, Subquery] = {
    "calls by hour": rollups.api_usage_hours(*WEEK),
    "calls by day": rollups.api_usage_days(*DAYS),
    "accounts' calls by hour": rollups.account_api_hours(*WEEK),
    "accounts' calls by day": rollups.account_api_days(*DAYS),
    "all accounts' calls by day": rollups.account_days(*DAYS),
    "jobs by hour": rollups.job_hours(*WEEK),
}

READS: dict[str, Rows] = {
    **{f"counts, {name}": listing.state_counts(where) for name, where in FILTERS.items()},
    **{f"total, {name}": listing.total(where) for name, where in FILTERS.items()},
    **{f"page, {name}, {sort}": listing.page(w, sort, True, None) for name, w in FILTERS.items() for sort in SORTS},
    **{
        f"page, {place.encode()}, {sort}, {descending}": listing.page(JobFilter(), sort, descending, place)
        for sort in SORTS
        for descending in (True, False)
        for place in PLACES
    },
    **{f"groups, {name}": groups.failed_by_signature(where) for name, where in FILTERS.items()},
    **{f"ids, {name}, {sort}": listing.ids(w, sort, True, 1_000) for name, w in FILTERS.items() for sort in SORTS},
    **{
        f"{read.__name__}, {name}, {hours}": read(health.health_filter(where), hours)
        for read in (timings.timings, health.failure_rates)
        for name, where in FILTERS.items()
        for hours in (24, 720)
    },
    **{f"throughput, {n}": health.throughput(health.health_filter(w), 720, 6) for n, w in FILTERS.items()},
    **{f"in hand, {name}": health.in_hand(health.health_filter(w)) for name, w in FILTERS.items()},
    "neighbours": neighbours.of_account(ID, ID, DAY, StuckAfter()),
    "same signature": neighbours.of_signature(ID),
    "api errors": neighbours.api_errors(ID, DAY),
    "snapshots": preview.snapshots([ID]),
    "open runs": runs.open_runs(ID),
    "one run": runs.one(ID, ID),
    "export": listing.export(FILTERS["failed"]),
    "failed recently": groups.failed_recently(),
    "one": listing.one(ID),
    "linked": links.linked(ID),
    "preview": preview.preview([ID], ("failed", "cancelled")),
    "accounts": lookup.matching("media"),
    "account": lookup.name(ID),
    "history": log.history("job", str(ID)),
    "active accounts": overview.active_accounts(),
    "credits": overview.credits_this_month(NOW.date()),
    "error rate": overview.api_error_rate(NOW),
    "failed": overview.failed_jobs(datetime(2026, 1, 2, 3, tzinfo=UTC)),
    **{name: select(rolled) for name, rolled in ROLLED.items()},
    "percentiles": histograms.percentiles(ROLLED["calls by day"], ["bucket"]),
    "roll-ups' state": rollups.state(),
    "roll-ups due": rollups.due(),
}


@pytest.mark.parametrize("name", READS)
def test_no_sequential_scan_of_a_growing_table(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, READS[name]))) & GROWING == set()


def test_a_cache_tells_every_read_from_every_other(reader: Connection) -> None:
    known: dict[str, set[str]] = {}
    for read in READS.values():
        compiled = read.compile(reader.engine)
        asked = f"{compiled}\n{sorted(compiled.params.items(), key=str)}"
        assert fingerprint(read) == fingerprint(read)
        known.setdefault(fingerprint(read), set()).add(asked)
    assert len(known) > 200
    assert all(len(asked) == 1 for asked in known.values())
    assert len(set().union(*known.values())) == len(known)
