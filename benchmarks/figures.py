"""What keeping the roll-ups costs, and how true they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import psycopg
from sqlalchemy import func, select

from actions import rollups
from benchmarks import ways
from benchmarks.questions import PERCENTILES, month
from core import thresholds
from demo.databases import Database
from queries.api_usage import calls, trends
from queries.api_usage import figures as api_usage
from queries.rollups import state
from queries.sql import histograms
from queries.sql.time import utc_day
from queries.tables import api_usage_logs as logs
from queries.tables.base import Rows
from queries.usage import accounts, anomalies, month_end, reconciliation
from queries.usage import figures as usage
from queries.usage.filters import UsageFilter

TABLES = (
    "api_usage_hour",
    "api_usage_day",
    "account_api_hour",
    "account_api_day",
    "account_call_day",
    "job_hour",
    "usage_day",
)


def timed_s(do: Callable[[], Any]) -> float:
    """How long it takes."""
    start = perf_counter()
    do()
    return perf_counter() - start


def backfill() -> tuple[int, float]:
    """Roll up the whole log at full speed: how many calls, in how many seconds."""
    start = perf_counter()
    counted = sum(done.counted for done in rollups.catch_up("api_usage", rest=0))
    return counted, perf_counter() - start


def upkeep(bench: Database) -> list[tuple[str, str, str]]:
    """Figure, measured, aimed at: of ticks, audits and sizes."""
    tick_ms = sorted(1000 * timed_s(lambda: rollups.tick("api_usage")) for _ in range(5))[2]
    before = _one(bench, "SELECT pg_current_wal_insert_lsn()::text")
    rollups.tick("api_usage")
    wal = _one(bench, f"SELECT pg_current_wal_insert_lsn() - '{before}'::pg_lsn")
    shallow_s = timed_s(lambda: rollups.audit("api_usage"))
    deep_s = timed_s(lambda: rollups.audit("api_usage", is_deep=True))
    raw = _one(bench, "SELECT pg_total_relation_size('api_usage_logs')")
    kept = sum(_one(bench, f"SELECT pg_total_relation_size('dashboard.{name}')") for name in TABLES)
    return [
        ("tick (open hour and two before)", f"{tick_ms:.0f} ms", "≤ 250 ms"),
        ("WAL of a tick without news", f"{wal / 1000:.1f} kB", "< 10 kB"),
        ("audit of 7 days, counting", f"{shallow_s:.2f} s", ""),
        ("audit of 7 days, deep", f"{deep_s:.2f} s", ""),
        ("roll-ups against the raw log", f"{kept / 1e6:,.0f} of {raw / 1e6:,.0f} MB ({kept / raw:.1%})", ""),
    ]


def truth(bench: Database) -> list[tuple[str, str, str]]:
    """Figure, measured, aimed at: of equality with raw rows and the percentiles' error."""
    days = month(datetime.now(UTC))
    rolled = state.api_usage_days(days.since.date(), days.until.date())
    names = ("requests", "errors", "tokens", "credits")
    told = ways.rows(select(*(func.sum(rolled.c[name]) for name in names)))
    within = (logs.c.created_at >= days.since) & (logs.c.created_at < days.until)
    failed = func.count().filter(func.dashboard.is_error(logs.c.status_code, logs.c.error_message))
    exact = ways.rows(
        select(func.count(), failed, func.sum(logs.c.tokens_used), func.sum(logs.c.credits_cost)).where(within)
    )
    keys = (utc_day(logs.c.created_at), logs.c.service_name)
    raw = {(day, name): ms for day, name, ms in ways.rows(select(*keys, PERCENTILES).where(within).group_by(*keys))}
    merged = ways.rows(histograms.percentiles(rolled, ["bucket", "service"]))
    worst = max(
        abs(got / max(wanted, 1) - 1)
        for day, service, _, *found in merged
        for got, wanted in zip(found, raw[day, service], strict=True)
    )
    return [
        ("requests, errors, tokens, credits of 30 days", "equal" if told == exact else f"{told} ≠ {exact}", "equal"),
        (f"largest percentile error of {3 * len(merged)}", f"{worst:.2%}", "≤ 2.0 %"),
    ]


def pages() -> list[tuple[str, str, str]]:
    """Figure, measured, aimed at: of all reads of a page over thirty days, one after the other."""
    now = datetime.now(UTC)
    days, today = month(now), now.date()
    month_ago = UsageFilter(today - timedelta(days=30), today)
    limits = thresholds.Thresholds()
    return [
        _page(
            "/api_usage",
            *(trends.totals(days, now), trends.over_time(days), trends.latency(days)),
            *(trends.heat(days), api_usage.endpoints(days, thresholds.Flags()), api_usage.top_accounts(days)),
            *(api_usage.names(now), state.state()),
            calls.page(days, only_errors=True, signature="", cursor=None),
        ),
        _page(
            "/usage",
            *(usage.last_recorded(today), month_end.month_end(month_ago, today), usage.comparison(month_ago)),
            *(usage.storage(month_ago, today), usage.credits_by_feature(month_ago, "day")),
            *(usage.counters(month_ago, "day"), accounts.users(month_ago)),
            reconciliation.recorded_where(month_ago),
            *(anomalies.spikes(today, limits), anomalies.gone_quiet()),
        ),
    ]


def _page(name: str, *reads: Rows) -> tuple[str, str, str]:
    asked = [ways.median_of(read) for read in reads]
    execution, planning = sum(one.execution_ms for one in asked), sum(one.planning_ms for one in asked)
    return f"all reads of {name}, 30 days, warm", f"{execution:.0f} ms, and {planning:.0f} ms to plan", "< 60 ms"


def _one(bench: Database, question: str) -> Any:
    with psycopg.connect(bench.owner_url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None
