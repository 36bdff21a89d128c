"""Whatever the log, however its range is split, in whatever order rows arrive: the roll-ups say what the rows say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from actions import rollups
from core.database import rows as read
from demo.databases import Database
from queries.rollups import state
from queries.sql import histograms

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS: Final = 11
"""More than the week for which hours by account are kept."""
ACCOUNTS: Final = [UUID(int=n) for n in (1, 2)]
NOBODY: Final = UUID(int=0)

Call = dict[str, Any]
CALLS: Final = st.fixed_dictionaries({
    "ago_s": st.integers(0, DAYS * 86400 - 1) | st.sampled_from([0, 3600, 86400, 7 * 86400, 8 * 86400]),
    "account_id": st.sampled_from([*ACCOUNTS, None]),
    "service_name": st.sampled_from(["openai", "heygen"]),
    "endpoint": st.sampled_from(["/v1", "", None]),
    "request_type": st.sampled_from(["chat", None]),
    "tokens_used": st.none() | st.integers(0, 2**31 - 1),
    "credits_cost": st.none() | st.integers(0, 1000),
    "response_time_ms": st.none() | st.integers(-5, 5) | st.integers(1, 60_000) | st.just(2**31 - 1),
    "status_code": st.sampled_from([200, 301, 400, 429, 500, 503, None]),
    "error_message": st.sampled_from([None, "", "Timed out"]),
    "wave": st.integers(0, 2),
    "fate": st.sampled_from(["stays", "stays", "stays", "changes", "goes"]),
})  # fmt: skip


def recent(call: Call) -> Call:
    """The same within the hours that every tick looks at."""
    return call | {"ago_s": call["ago_s"] % (2 * 3600)}


COLUMNS: Final = (
    "account_id, service_name, endpoint, request_type, tokens_used, credits_cost, response_time_ms, status_code, "
    "error_message, created_at"
)
EXAMPLES: Final = settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def owner(fresh_database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        for account in ACCOUNTS:
            connection.execute("INSERT INTO accounts (id, name) VALUES (%s, 'a')", [account])
        yield connection


@EXAMPLES
@given(st.lists(CALLS, max_size=40), st.lists(st.integers(0, DAYS * 24), max_size=6), st.randoms(use_true_random=False))
def test_any_split_and_any_order_of_late_rows(
    owner: psycopg.Connection, calls: list[Call], cuts: list[int], random: Any
) -> None:
    end = emptied(owner)
    marks = sorted({end - DAYS * DAY, end, *(end - hours * HOUR for hours in cuts)})
    ranges = list(pairwise(marks))
    kept = []
    for wave in range(3):
        arrived = [dated(call, end) for call in calls if call["wave"] == wave]
        insert(owner, arrived)
        kept += arrived
        random.shuffle(ranges)
        for since, until in ranges:
            roll(owner, since, until)
        if wave == 1:
            kept = changed(owner, kept)
    for since, until in ranges:
        roll(owner, since, until)
    compare_tables(owner, kept)


@EXAMPLES
@given(st.lists(CALLS, min_size=1, max_size=40))
def test_ticks_and_an_audit_read_as_the_rows(owner: psycopg.Connection, calls: list[Call]) -> None:
    end = emptied(owner)
    kept = []
    for wave in range(3):
        arrived = [dated(call, end) for call in calls if call["wave"] == wave]
        insert(owner, arrived)
        kept += arrived
        list(rollups.catch_up("api_usage", rest=0))
        if wave == 1:
            kept = changed(owner, kept)
    rollups.audit("api_usage", days=DAYS + 1, is_deep=True)
    compare_reads(end, kept)


@EXAMPLES
@given(st.lists(CALLS.map(recent), min_size=1, max_size=40), st.lists(st.integers(0, 89), min_size=3, max_size=3))
def test_the_open_hour_may_be_rolled_up_to_any_minute(
    owner: psycopg.Connection, calls: list[Call], minutes: list[int]
) -> None:
    end = emptied(owner)
    kept = []
    for wave, minute in enumerate(sorted(minutes, reverse=True)):
        arrived = [dated(call, end) for call in calls if call["wave"] == wave]
        insert(owner, arrived)
        kept += arrived
        if wave == 1:
            kept = changed(owner, kept)
        mark = end - timedelta(minutes=minute)
        roll(owner, mark.replace(minute=0) - 2 * HOUR, mark)
        owner.execute("UPDATE dashboard.rollup_state SET watermark = %s WHERE source = 'api_usage'", [mark])
    compare_reads(end, kept)
    requests = sum(figures(kept)[:1])
    for found in (
        state.account_api_hours(end - 3 * HOUR, end),
        state.account_api_days((end - DAY).date(), end.date() + DAY),
        state.account_days((end - DAY).date(), end.date() + DAY),
        state.api_call_hours(end - 3 * HOUR, end),
        state.api_call_days((end - DAY).date(), end.date() + DAY),
    ):
        assert sum(row["requests"] for row in read(select(found.c.requests))) == requests


def emptied(owner: psycopg.Connection) -> datetime:
    """Forget the last example; the end of the open hour."""
    owner.execute(
        "TRUNCATE api_usage_logs, dashboard.api_usage_hour, dashboard.api_usage_day, dashboard.account_api_hour, "
        "dashboard.account_api_day, dashboard.account_call_day"
    )
    owner.execute("UPDATE dashboard.rollup_state SET watermark = NULL, refreshed_at = NULL, audited_at = NULL")
    [now] = owner.execute("SELECT now()").fetchone() or [datetime.now(UTC)]
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR


def dated(call: Call, end: datetime) -> Call:
    """The call so long before the end of the open hour; what would be ahead of now, which no read counts, an hour
    earlier."""
    at = end - timedelta(microseconds=1) - timedelta(seconds=call["ago_s"])
    return call | {"created_at": at if at < datetime.now(UTC) else at - HOUR}


def insert(owner: psycopg.Connection, calls: list[Call]) -> None:
    names = COLUMNS.split(", ")
    slots = ", ".join(f"%({name})s" for name in names)
    with owner.cursor() as cursor:
        cursor.executemany(f"INSERT INTO api_usage_logs ({COLUMNS}) VALUES ({slots})".encode(), calls)


def changed(owner: psycopg.Connection, calls: list[Call]) -> list[Call]:
    """Rows are deleted and rewritten behind the roll-up's back; what is left of them."""
    left = [
        call | {"tokens_used": 7, "status_code": 500, "response_time_ms": 77} if call["fate"] == "changes" else call
        for call in calls
        if call["fate"] != "goes"
    ]
    owner.execute("TRUNCATE api_usage_logs")
    insert(owner, left)
    return left


def roll(owner: psycopg.Connection, since: datetime, until: datetime) -> None:
    owner.execute("SELECT dashboard.roll_api_usage(%s, %s)", [since, until])


def hour_of(call: Call) -> datetime:
    return call["created_at"].replace(minute=0, second=0, microsecond=0)


def figures(calls: Iterable[Call]) -> tuple[int, ...]:
    """Requests, errors, 429, 5xx, unknown, tokens, credits, as the design defines them."""
    found: Counter[str] = Counter()
    for call in calls:
        code, told = call["status_code"], bool(call["error_message"])
        found["n"] += 1
        found["errors"] += code >= 400 if code is not None else told
        found["429"] += code == 429
        found["5xx"] += code is not None and code >= 500
        found["unknown"] += code is None and not told
        found["tokens"] += call["tokens_used"] or 0
        found["credits"] += call["credits_cost"] or 0
    return tuple(found[name] for name in ("n", "errors", "429", "5xx", "unknown", "tokens", "credits"))


def grouped(calls: Iterable[Call], *keys: Any) -> dict[tuple[Any, ...], list[Call]]:
    groups: dict[tuple[Any, ...], list[Call]] = defaultdict(list)
    for call in calls:
        groups[tuple(key(call) for key in keys)].append(call)
    return groups


def endpoint(call: Call) -> tuple[str, str, str]:
    return call["service_name"], call["endpoint"] or "", call["request_type"] or ""


def compare_tables(owner: psycopg.Connection, calls: list[Call]) -> None:
    names = "requests, errors, errors_429, errors_5xx, unknown, tokens, credits"
    for table, at in (("api_usage_hour", hour_of), ("api_usage_day", lambda c: c["created_at"].date())):
        expected = {(bucket, *key): figures(group) for (bucket, key), group in grouped(calls, at, endpoint).items()}
        found = owner.execute(
            f"SELECT bucket, service, endpoint, request_type, {names} FROM dashboard.{table}".encode()
        ).fetchall()
        assert {row[:4]: row[4:] for row in found} == expected
        compare_latencies(owner, table, calls)
    week = end_of_day(calls) - 8 * DAY
    for table, at, since in (
        ("account_api_hour", hour_of, week),
        ("account_api_day", lambda c: c["created_at"].date(), datetime.min.replace(tzinfo=UTC)),
    ):
        groups = grouped(
            [c for c in calls if c["created_at"] >= since], at, lambda c: (c["account_id"] or NOBODY, c["service_name"])
        )
        expected = {
            (bucket, *key): tuple(figures(group)[n] for n in (0, 1, 5, 6)) for (bucket, key), group in groups.items()
        }
        found = owner.execute(
            f"SELECT bucket, account_id, service, requests, errors, tokens, credits FROM dashboard.{table}".encode()
        ).fetchall()
        assert {row[:3]: row[3:] for row in found} == expected
    groups = grouped(calls, lambda c: c["created_at"].date(), lambda c: (c["account_id"] or NOBODY,))
    found = owner.execute(
        "SELECT bucket, account_id, requests, errors, tokens, credits FROM dashboard.account_call_day"
    ).fetchall()
    assert {row[:2]: row[2:] for row in found} == {
        (bucket, *key): tuple(figures(group)[n] for n in (0, 1, 5, 6)) for (bucket, key), group in groups.items()
    }


def end_of_day(calls: list[Call]) -> datetime:
    now = datetime.now(UTC)
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY


def compare_latencies(owner: psycopg.Connection, table: str, calls: list[Call]) -> None:
    timed = [call["response_time_ms"] for call in calls if call["response_time_ms"] is not None]
    found = owner.execute(
        f"SELECT coalesce(sum(lat_n), 0), coalesce(sum(lat_sum), 0), max(lat_max) FROM dashboard.{table}".encode()
    ).fetchone()
    assert found == (len(timed), sum(timed), max(timed, default=None))


def compare_reads(end: datetime, calls: list[Call]) -> None:
    """The same through what pages ask: closed hours from the roll-up, later ones from the rows."""
    since = (end - DAYS * DAY - DAY).replace(hour=0)
    hours = state.api_usage_hours(since, end)
    found = read(select(hours.c.bucket, hours.c.requests, hours.c.errors, hours.c.tokens, hours.c.credits))
    totals: Counter[tuple[datetime, str]] = Counter()
    for row in found:
        for name in ("requests", "errors", "tokens", "credits"):
            totals[row["bucket"], name] += row[name]
    expected: Counter[tuple[datetime, str]] = Counter()
    for (hour,), group in grouped(calls, hour_of).items():
        for name, n in zip(
            ("requests", "errors", "tokens", "credits"), [figures(group)[i] for i in (0, 1, 5, 6)], strict=True
        ):
            expected[hour, name] += n
    assert +totals == +expected
    days = state.api_usage_days(since.date(), end.date() + DAY)
    by_day = {row["bucket"]: row for row in read(histograms.percentiles(days, ["bucket"], ps=(0, 50, 95, 99, 100)))}
    exact = {
        day: sorted(max(c["response_time_ms"], 1) for c in group if c["response_time_ms"] is not None)
        for (day,), group in grouped(calls, lambda c: c["created_at"].date()).items()
    }
    assert {day: row["n"] for day, row in by_day.items()} == {day: len(ms) for day, ms in exact.items() if ms}
    for day, row in by_day.items():
        for p in (0, 50, 95, 99, 100):
            wanted = exact[day][max(ceil(p * len(exact[day]) / 100), 1) - 1]
            assert row[f"p{p}_ms"] == pytest.approx(wanted, rel=0.0200001)
