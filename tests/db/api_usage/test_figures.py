"""The figures of API usage equal plain SQL on the logs, rolled up or not, and hand-made calls counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from actions import rollups as refresh
from core.database import rows
from core.thresholds import Flags
from demo.databases import Database
from queries.api_usage import calls as api_calls
from queries.api_usage import figures, trends
from queries.api_usage.figures import NOBODY
from queries.api_usage.filters import ApiFilter
from queries.rollups import state
from queries.sql.keyset import Cursor
from tests.support import factories
from tests.support.clock import hour, now

IS_UNKNOWN = "(status_code IS NULL AND coalesce(error_message, '') = '')"
IS_ERROR = "(status_code >= 400 OR (status_code IS NULL AND coalesce(error_message, '') <> ''))"
LEAST = {"p50_ms": 1, "p95_ms": 20, "p99_ms": 100}


def a_day() -> ApiFilter:
    """24 hours and the running one."""
    return ApiFilter(hour() - timedelta(hours=24), hour() + timedelta(hours=1), "hour")


def a_month() -> ApiFilter:
    """30 days and the running one."""
    start = hour().replace(hour=0)
    return ApiFilter(start - timedelta(days=30), start + timedelta(days=1), "day")


@pytest.fixture
def plain(demo_copy: Database) -> Iterator[psycopg.Cursor[dict[str, Any]]]:
    with (
        psycopg.connect(demo_copy.owner_url, autocommit=True) as connection,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        cursor.execute("SET timezone = 'UTC'")
        yield cursor


def asked(plain: psycopg.Cursor[dict[str, Any]], statement: str, *values: object) -> list[dict[str, Any]]:
    return plain.execute(statement.encode(), values).fetchall()


def kept(where: ApiFilter) -> tuple[str, list[object]]:
    """The filter as plain SQL."""
    clauses = ["created_at >= %s", "created_at < %s"]
    values: list[object] = [where.since, where.until]
    for column, said in (
        ("account_id", where.account_id),
        ("service_name", where.service),
        ("endpoint", where.endpoint),
        ("request_type", where.request_type),
    ):
        if said is not None:
            clauses.append(f"{column} = %s")
            values.append(said)
    if where.plan:
        clauses.append("account_id IN (SELECT id FROM accounts WHERE plan_type = %s)")
        values.append(where.plan)
    return " AND ".join(clauses), values


def check(plain: psycopg.Cursor[dict[str, Any]], where: ApiFilter) -> None:
    """Every question about the filter, against plain SQL."""
    clauses, values = kept(where)
    grain = where.grain
    counts = (
        f"count(*) AS calls, count(*) FILTER (WHERE {IS_ERROR}) AS errors,"
        f" count(*) FILTER (WHERE {IS_UNKNOWN}) AS unknown,"
        " coalesce(sum(tokens_used), 0) AS tokens, coalesce(sum(credits_cost), 0) AS credits"
    )
    [whole] = asked(plain, f"SELECT {counts} FROM api_usage_logs WHERE {clauses}", *values)
    [told] = rows(trends.totals(where, now()))
    assert {name: told[name] or 0 for name in whole} == whole
    per_bucket = asked(
        plain, f"SELECT date_trunc('{grain}', created_at) AS at, {counts} FROM api_usage_logs WHERE {clauses}"
        " GROUP BY 1 ORDER BY 1", *values,
    )  # fmt: skip
    series = rows(trends.over_time(where))
    assert [{name: row[name] for name in per_bucket[0]} for row in series if row["calls"]] == per_bucket
    assert len(series) == (where.until - where.since) / where.step
    if not (where.plan and not where.account_id):
        check_endpoints(plain, where)
    week = asked(
        plain, f"SELECT extract(isodow FROM created_at)::int AS weekday, extract(hour FROM created_at)::int AS hour,"
        f" count(*) AS calls, count(*) FILTER (WHERE {IS_ERROR}) AS errors,"
        f" count(*) FILTER (WHERE {IS_UNKNOWN}) AS unknown FROM api_usage_logs WHERE {clauses}"
        " AND created_at >= %s GROUP BY 1, 2 ORDER BY 1, 2", *values, max(where.since, trends.heat_since(where)),
    )  # fmt: skip
    heat = rows(trends.heat(where.over(max(where.since, trends.heat_since(where)), where.until)))
    assert sorted(heat, key=lambda row: (row["weekday"], row["hour"])) == week
    if where.endpoint is None and where.request_type is None:
        check_accounts(plain, where)


def check_endpoints(plain: psycopg.Cursor[dict[str, Any]], where: ApiFilter) -> None:
    clauses, values = kept(where)
    expected = asked(
        plain,
        f"""
        SELECT service_name AS service, coalesce(endpoint, '') AS endpoint, count(*) AS calls,
            count(*) FILTER (WHERE {IS_ERROR}) AS errors, count(*) FILTER (WHERE status_code = 429) AS errors_429,
            count(*) FILTER (WHERE status_code >= 500) AS errors_5xx, coalesce(sum(tokens_used), 0) AS tokens,
            coalesce(sum(credits_cost), 0) AS credits, count(response_time_ms) AS timed
        FROM api_usage_logs WHERE {clauses} GROUP BY 1, 2 ORDER BY 1, 2
        """,
        *values,
    )
    told = sorted(rows(figures.endpoints(where, Flags())), key=lambda row: (row["service"], row["endpoint"]))
    assert [{name: row[name] for name in expected[0]} for row in told] == expected
    exact = asked(
        plain,
        f"""
        SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY greatest(response_time_ms, 1))
            FILTER (WHERE response_time_ms IS NOT NULL) AS p
        FROM api_usage_logs WHERE {clauses} GROUP BY service_name, coalesce(endpoint, '')
        ORDER BY service_name, coalesce(endpoint, '')
        """,
        *values,
    )
    for row, right in zip(told, exact, strict=True):
        for (name, least), value in zip(LEAST.items(), right["p"] or [None] * 3, strict=True):
            if row["timed"] < least:
                assert row[name] is None
            else:
                assert row[name] == pytest.approx(value, rel=0.0201)


def check_accounts(plain: psycopg.Cursor[dict[str, Any]], where: ApiFilter) -> None:
    clauses, values = kept(where)
    expected = asked(
        plain,
        f"SELECT coalesce(account_id::text, '{NOBODY}') AS account_id, count(*) AS calls,"
        f" count(*) FILTER (WHERE {IS_ERROR}) AS errors, count(*) FILTER (WHERE {IS_UNKNOWN}) AS unknown"
        f" FROM api_usage_logs WHERE {clauses} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20",
        *values,
    )
    told = rows(figures.top_accounts(where))
    assert [{name: row[name] for name in ("account_id", "calls", "errors", "unknown")} for row in told] == expected


def test_three_accounts_a_plan_and_the_fleet_equal_plain_sql_at_any_watermark(
    plain: psycopg.Cursor[dict[str, Any]],
) -> None:
    top = asked(
        plain, "SELECT account_id FROM api_usage_logs WHERE account_id IS NOT NULL AND created_at > now() - interval"
        " '20 hours' GROUP BY 1 ORDER BY count(*) DESC LIMIT 3"
    )  # fmt: skip
    one: UUID = top[0]["account_id"]
    narrowed = [
        {},
        *({"account_id": row["account_id"]} for row in top),
        {"plan": "team"},
        {"service": "anthropic", "endpoint": "/v1/messages"},
        {"account_id": one, "request_type": "completion"},
    ]
    # Without any roll-up, all from raw rows; rolled up; and with the watermark in the middle of a day gone by.
    for narrow in narrowed[:2]:
        check(plain, replace(a_day(), **narrow))
    for source in state.SOURCES:
        assert list(refresh.catch_up(source, rest=0))[-1].is_current
    for narrow in narrowed:
        check(plain, replace(a_day(), **narrow))
        check(plain, replace(a_month(), **narrow))
    plain.execute("UPDATE dashboard.rollup_state SET watermark = date_trunc('hour', watermark) - interval '29 hours'")
    for narrow in (narrowed[0], narrowed[1], narrowed[-3]):
        check(plain, replace(a_day(), **narrow))
        check(plain, replace(a_month(), **narrow))


def call(at: datetime | None = None, **columns: Any) -> dict[str, Any]:
    return {"service_name": "openai", "endpoint": "/v1/x", "status_code": 200, "created_at": at or hour(), **columns}


def test_an_endpoint_is_flagged_by_its_lower_bound(fresh_database: Database) -> None:
    calls: list[dict[str, Any]] = []
    for endpoint, fine, failed, failed_before in (
        ("few", 9, 20, 0),  # 29 calls: too few to judge
        ("bad", 24, 6, 0),  # 20 %, at least 9.5 %
        ("usual", 24, 6, 30),  # the same, but half of it failed last week too
        ("bearable", 96, 4, 0),  # 4 %
    ):
        calls += [call(endpoint=endpoint)] * fine + [call(endpoint=endpoint, status_code=503)] * failed
        calls += [call(hour() - timedelta(days=3), endpoint=endpoint)] * 30
        calls += [call(hour() - timedelta(days=3), endpoint=endpoint, status_code=500)] * failed_before
    factories.rows(fresh_database.owner_url, "api_usage_logs", calls)
    told = rows(figures.endpoints(a_day(), Flags()))
    assert [(row["endpoint"], row["is_flagged"]) for row in told if row["is_flagged"]] == [("bad", True)]
    assert {row["endpoint"]: row["base"] for row in told} == {"few": 0, "bad": 0, "usual": 0.5, "bearable": 0}
    assert rows(figures.endpoints(a_day(), Flags(share=0.1)))[0]["is_flagged"] is False


def test_missing_and_absurd_values(fresh_database: Database) -> None:
    factories.rows(fresh_database.owner_url, "api_usage_logs", [
        call(endpoint=None, request_type=None, status_code=None, error_message=None, response_time_ms=None),
        call(endpoint=None, status_code=None, error_message="reset", response_time_ms=-5),
        call(endpoint=None, status_code=None, error_message="", response_time_ms=2**31 - 1),
        call(now() + timedelta(days=400)),
        {**call(), "created_at": None},
    ])  # fmt: skip
    [told] = rows(figures.endpoints(a_day(), Flags()))
    assert (told["endpoint"], told["calls"], told["errors"], told["unknown"], told["timed"]) == ("", 3, 1, 2, 2)
    assert told["p50_ms"] == pytest.approx(1, rel=0.03)
    assert (told["p95_ms"], told["p99_ms"], told["base"]) == (None, None, None)
    assert rows(figures.endpoints(replace(a_day(), endpoint=""), Flags())) == [told]
    page = rows(api_calls.page(replace(a_day(), endpoint=""), only_errors=False, signature="", cursor=None))
    assert sorted(row["outcome"] for row in page) == ["error", "unknown", "unknown"]


def test_only_errors(fresh_database: Database) -> None:
    factories.rows(fresh_database.owner_url, "api_usage_logs", [
        call(status_code=429, error_message=f"retry after {n} s") for n in range(3)
    ])  # fmt: skip
    last = rows(trends.over_time(a_day()))[-1]
    assert (last["calls"], last["good"], last["errors_429"], last["errors_other"]) == (3, 0, 3, 0)
    [group] = rows(api_calls.failed_by_message(a_day()))
    assert (group["signature"], group["calls"], group["share"]) == ("retry after … s", 3, 1.0)
    found = rows(api_calls.page(a_day(), only_errors=True, signature=group["hash"], cursor=None))
    assert len(found) == 3
    assert rows(api_calls.page(a_day(), only_errors=True, signature="something else", cursor=None)) == []


def test_calls_come_in_pages_newest_first_and_back(fresh_database: Database) -> None:
    start = hour()
    at = [start - timedelta(minutes=n // 2) for n in range(7)]
    factories.rows(fresh_database.owner_url, "api_usage_logs", [call(moment) for moment in at])

    def page(cursor: Cursor | None) -> list[dict[str, Any]]:
        return rows(api_calls.page(a_day(), only_errors=False, signature="", cursor=cursor, limit=3))

    seen: list[str] = []
    cursor: Cursor | None = None
    for size, has_more in ((3, True), (3, True), (1, False)):
        found = page(cursor)
        assert (len(found), found[0]["has_more"]) == (size, has_more)
        seen += [row["id"] for row in found]
        cursor = Cursor.of(found[-1]["sort_key"], found[-1]["id"], True)
        first = Cursor.of(found[0]["sort_key"], found[0]["id"], False)
    everything = rows(api_calls.export(a_day(), only_errors=False, signature=""))
    assert seen == [row["id"] for row in everything]
    assert [row["id"] for row in page(first)] == seen[3:6]


def test_a_deleted_account_leaves_its_calls_nameless_until_healed(demo_copy: Database) -> None:
    [account] = factories.values(
        demo_copy.owner_url,
        "SELECT account_id FROM api_usage_logs WHERE account_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    )
    assert list(refresh.catch_up("api_usage", rest=0))[-1].is_current
    with psycopg.connect(demo_copy.owner_url) as owner:
        owner.execute("DELETE FROM accounts WHERE id = %s", [account])
    [stale] = [row for row in rows(figures.top_accounts(a_month())) if row["account_id"] == str(account)]
    assert stale["name"] is None


def test_an_empty_product(fresh_database: Database) -> None:
    assert rows(figures.endpoints(a_day(), Flags())) == []
    assert rows(figures.top_accounts(a_month())) == []
    assert rows(figures.services(a_day())) == rows(figures.names(now())) == rows(trends.heat(a_day())) == []
    assert [row["calls"] for row in rows(trends.over_time(a_day()))] == [0] * 25
    assert {row["p50_ms"] for row in rows(trends.latency(a_month()))} == {None}
    [told] = rows(trends.totals(a_day(), now()))
    assert set(told.values()) == {0}
