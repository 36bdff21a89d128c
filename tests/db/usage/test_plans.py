"""No read behind Usage & credits and API usage scans a table that grows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection

from core.thresholds import Flags, Thresholds
from queries import overview
from queries.api_usage import calls, trends
from queries.api_usage import figures as api_usage
from queries.api_usage.filters import ApiFilter
from queries.jobs import throughput, timings
from queries.rollups import state
from queries.sql.keyset import Cursor
from queries.tables.base import Rows
from queries.usage import accounts, anomalies, month_end, reconciliation
from queries.usage import figures as usage
from queries.usage.filters import FEATURES, UsageFilter
from tests.support.plans import plan, scanned

GROWING = {
    "account_usage_stats", "api_usage_logs", "content_analysis", "generated_content", "generated_scripts",
    "processing_queue",
}  # fmt: skip
# Fixed: they stand in the tests' names, which every test process must give alike.
ID, NOW, TODAY = UUID(int=7), datetime(2026, 1, 2, 3, tzinfo=UTC), date(2026, 1, 2)
MONTH = UsageFilter(TODAY - timedelta(days=30), TODAY)
USAGE = {
    "all": MONTH,
    "account": UsageFilter(MONTH.since, MONTH.until, ID),
    **{f"plan {name}": UsageFilter(MONTH.since, MONTH.until, plan="team", feature=name) for name in FEATURES},
}
DAY = ApiFilter(NOW - timedelta(hours=24), NOW, "hour")
MONTHLY = ApiFilter(datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "day")
CALLS = {
    "all": DAY,
    "month": MONTHLY,
    "plan": ApiFilter(DAY.since, DAY.until, "hour", plan="team"),
    "account": ApiFilter(MONTHLY.since, MONTHLY.until, "day", ID),
    "endpoint": ApiFilter(DAY.since, DAY.until, "hour", service="openai", endpoint="/v1/x", request_type=""),
    "account and endpoint": ApiFilter(DAY.since, DAY.until, "hour", ID, endpoint=""),
}
PLACE = Cursor.of(NOW, ID, True)

READS: dict[str, Rows] = {
    **{f"features, {n}": usage.credits_by_feature(w, "week") for n, w in USAGE.items()},
    **{f"counters, {n}": usage.counters(w, "day") for n, w in USAGE.items()},
    **{f"comparison, {n}": usage.comparison(w) for n, w in USAGE.items()},
    **{f"storage, {n}": usage.storage(w, TODAY) for n, w in USAGE.items()},
    **{f"users, {n}": accounts.users(w) for n, w in USAGE.items()},
    **{f"export, {n}": accounts.export(w) for n, w in USAGE.items()},
    **{f"month, {n}": month_end.month_end(w, TODAY) for n, w in USAGE.items()},
    **{f"records, {n}": reconciliation.recorded_where(w) for n, w in USAGE.items()},
    "last recorded": usage.last_recorded(TODAY),
    "spikes": anomalies.spikes(TODAY, Thresholds()),
    "quiet": anomalies.gone_quiet(ID, "team"),
    **{f"endpoints, {n}": api_usage.endpoints(w, Flags()) for n, w in CALLS.items() if not w.plan},
    **{f"services, {n}": api_usage.services(w) for n, w in CALLS.items()},
    **{f"callers, {n}": api_usage.top_accounts(w) for n, w in CALLS.items()},
    **{f"totals, {n}": trends.totals(w, NOW) for n, w in CALLS.items()},
    **{f"calls, {n}": trends.over_time(w) for n, w in CALLS.items()},
    **{f"latency, {n}": trends.latency(w) for n, w in CALLS.items() if not w.plan},
    **{f"heat, {n}": trends.heat(w) for n, w in CALLS.items()},
    **{f"rows, {n}": calls.page(w, only_errors=False, signature="", cursor=PLACE) for n, w in CALLS.items()},
    **{f"failed, {n}": calls.page(w, only_errors=True, signature="x …", cursor=None) for n, w in CALLS.items()},
    **{f"messages, {n}": calls.failed_by_message(w) for n, w in CALLS.items()},
    **{f"file, {n}": calls.export(w, only_errors=True, signature="") for n, w in CALLS.items()},
    "names": api_usage.names(NOW),
    "state": state.state(),
    "wait": timings.queue_wait(),
    "jobs per hour": throughput.jobs_per_hour(NOW),
    "content": overview.content_added(),
}


@pytest.mark.parametrize("name", READS)
def test_no_sequential_scan_of_a_growing_table(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, READS[name]))) & GROWING == set()
