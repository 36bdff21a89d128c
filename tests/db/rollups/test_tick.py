"""The roll-ups under bad rows, bad moments and each other."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import select

from actions import rollups
from actions.rollups import Audit
from core.database import rows
from core.errors import DatabaseBusy
from demo.databases import Database
from queries.rollups import state as queries
from queries.rollups.state import Source
from queries.sql import histograms
from tests.support import factories
from tests.support.factories import at, values

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REQUESTS = "SELECT coalesce(sum(requests), 0)::int FROM dashboard."


def call(**columns: Any) -> dict[str, Any]:
    """A call to a provider, half a day ago unless said otherwise."""
    return {"service_name": "openai", "created_at": at("-12 hours"), **columns}


def log(database: Database, *calls: dict[str, Any]) -> None:
    factories.rows(database.owner_url, "api_usage_logs", calls)


def caught_up(source: Source = "api_usage") -> int:
    """Roll up all there is; how many ticks it took."""
    return len(list(rollups.catch_up(source, rest=0)))


def state(source: Source = "api_usage") -> dict[str, Any]:
    [found] = [row for row in rows(queries.state()) if row["source"] == source]
    return found


def sums(database: Database) -> list[int]:
    """The calls that each of the five tables counts; the last two by day and account."""
    tables = factories.CALL_ROLLUPS
    return [values(database.owner_url, REQUESTS + table)[0] for table in tables]


def open_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def execute(url: str, statement: str, parameters: Sequence[Any] = ()) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode(), parameters)


def test_an_empty_log_is_current_at_once(fresh_database: Database) -> None:
    assert state()["behind"]
    assert (caught_up("api_usage"), caught_up("jobs")) == (1, 1)
    assert timedelta(0) < datetime.now(UTC) - state()["watermark"] < timedelta(minutes=3)
    assert state("jobs")["watermark"] == open_hour()
    assert not state()["behind"]
    days = queries.api_usage_days(date(2020, 1, 1), date(2100, 1, 1))
    assert rows(select(days)) == []
    assert rows(histograms.percentiles(days, ["bucket"])) == []
    assert rollups.audit("api_usage", is_deep=True) == Audit(0, 0)


def test_one_row_of_nothing_but_nulls(fresh_database: Database) -> None:
    log(fresh_database, call())
    caught_up()
    [found] = factories.values(
        fresh_database.owner_url, "SELECT to_jsonb(h) - 'bucket' FROM dashboard.api_usage_hour h"
    )
    zeros = dict.fromkeys(
        ["errors", "errors_429", "errors_5xx", "tokens", "credits", "lat_n", "lat_sum"],
        0,
    )
    empty = {"endpoint": "", "request_type": "", "lat_max": None, "hb": None, "hn": None}
    assert found == {"service": "openai", "requests": 1, "unknown": 1, **zeros, **empty}
    assert values(fresh_database.owner_url, "SELECT account_id::text FROM dashboard.account_api_day") == [
        "00000000-0000-0000-0000-000000000000"
    ]


def test_only_errors_with_and_without_a_status(fresh_database: Database) -> None:
    outcomes = [(429, None), (503, "x"), (400, None), (None, "Timed out"), (None, ""), (None, None), (399, "x")]
    log(fresh_database, *(call(status_code=code, error_message=message) for code, message in outcomes))
    caught_up()
    with psycopg.connect(fresh_database.owner_url) as connection:
        found = connection.execute(
            "SELECT requests, errors, errors_429, errors_5xx, unknown FROM dashboard.api_usage_day"
        ).fetchall()
    assert found == [(7, 4, 1, 1, 2)]


def test_absurd_latencies(fresh_database: Database) -> None:
    log(fresh_database, *(call(response_time_ms=ms) for ms in (-5, 0, 1, 1, 2**31 - 1, None)))
    caught_up()
    day = queries.api_usage_days((datetime.now(UTC) - DAY).date(), datetime.now(UTC).date() + DAY)
    [found] = rows(select(day.c.lat_n, day.c.lat_sum, day.c.lat_max, day.c.hb, day.c.hn))
    assert found == {"lat_n": 5, "lat_sum": 2**31 - 4, "lat_max": 2**31 - 1, "hb": [0, 538], "hn": [4, 1]}
    [found] = rows(histograms.percentiles(day, ["service"]))
    assert found["p50_ms"] == pytest.approx(1, rel=0.0200001)
    assert found["p99_ms"] == pytest.approx(2**31 - 1, rel=0.0200001)


def test_every_bucket_is_within_two_percent(fresh_database: Database) -> None:
    [worst] = values(
        fresh_database.owner_url,
        "SELECT max(abs(dashboard.latency_ms(dashboard.latency_bucket(ms)) / ms - 1))"
        " FROM (SELECT generate_series(1, 100000) UNION SELECT (1.01 ^ n)::bigint FROM generate_series(1, 2159) n)"
        " AS m (ms)",
    )
    assert worst <= 0.0200001


def test_rows_of_the_future_wait_for_their_hour(fresh_database: Database) -> None:
    log(fresh_database, call(), call(created_at=at("3 hours")), call(created_at=at("400 days")))
    caught_up()
    assert sums(fresh_database) == [1, 1, 1, 1, 1]
    hours = queries.api_usage_hours(open_hour() - DAY, open_hour() + 4 * HOUR)
    assert sum(row["requests"] for row in rows(select(hours.c.requests))) == 1


def test_moments_that_are_none(fresh_database: Database) -> None:
    infinite = factories.sql.SQL("'infinity'"), factories.sql.SQL("'-infinity'")
    log(fresh_database, call(), call(created_at=None), *(call(created_at=moment) for moment in infinite))
    caught_up()
    assert rollups.audit("api_usage", is_deep=True) == Audit(0, 0)
    assert sums(fresh_database) == [1, 1, 1, 1, 1]


def test_rows_from_before_the_horizon_are_found_by_the_audit(fresh_database: Database) -> None:
    log(fresh_database, call())
    caught_up()
    log(fresh_database, call(created_at=at("-60 days")), call(created_at=at("-60 days")))
    assert rollups.audit("api_usage") == Audit(1, 1)
    assert sums(fresh_database) == [3, 3, 1, 3, 3]


def test_a_backfill_skips_the_days_without_rows(fresh_database: Database) -> None:
    log(fresh_database, call(), call(created_at=at("-900 days")), call(created_at=at("-100 days")))
    assert caught_up() <= 4
    assert sums(fresh_database) == [3, 3, 1, 3, 3]


def test_after_days_of_rest_a_tick_takes_a_day_and_looks_back_two_hours(fresh_database: Database) -> None:
    log(fresh_database, call(created_at=at("-4 days")))
    caught_up()
    reached = open_hour().replace(hour=0) - 4 * DAY + 6 * HOUR
    execute(fresh_database.owner_url, "UPDATE dashboard.rollup_state SET watermark = %s", [reached])
    log(fresh_database, call(created_at=reached - HOUR), call(created_at=reached + HOUR))
    first = rollups.tick("api_usage")
    assert first is not None
    assert (first.since, first.until, first.is_current) == (reached - 2 * HOUR, reached + 18 * HOUR, False)
    caught_up()
    assert sums(fresh_database) == [3, 3, 3, 3, 3]


@pytest.mark.parametrize("days", [0, 20])
def test_an_account_deleted_between_two_ticks(fresh_database: Database, days: int) -> None:
    kept, gone = (factories.row(fresh_database.owner_url, "accounts", name=name) for name in ("kept", "gone"))
    moment = at(f"-{12 + 24 * days} hours")
    log(fresh_database, *(call(account_id=account, created_at=moment) for account in (kept, gone, gone)))
    caught_up()
    execute(fresh_database.owner_url, "DELETE FROM accounts WHERE id = %s", [gone])
    caught_up()
    rollups.audit("api_usage")
    recent = 0 if days else 1
    assert sums(fresh_database) == [1, 1, recent, 1, 1]


def test_a_change_within_three_hours_is_seen_by_the_next_tick_and_an_older_one_by_a_deep_audit(
    fresh_database: Database,
) -> None:
    log(fresh_database, call(created_at=at("-61 minutes")), call(created_at=at("-30 hours")))
    caught_up()
    execute(fresh_database.owner_url, "UPDATE api_usage_logs SET tokens_used = 5")
    caught_up()
    tokens = "SELECT sum(tokens)::int FROM dashboard."
    assert values(fresh_database.owner_url, tokens + "api_usage_hour") == [5]
    assert rollups.audit("api_usage") == Audit(0, 0)
    assert rollups.audit("api_usage", is_deep=True) == Audit(1, 1)
    for table in factories.CALL_ROLLUPS:
        assert values(fresh_database.owner_url, tokens + table) == [10]


def test_healing_one_old_hour_keeps_the_rest_of_its_day(fresh_database: Database) -> None:
    moment = open_hour().replace(hour=3) - 20 * DAY
    log(fresh_database, *(call(created_at=moment + n * HOUR) for n in range(5)))
    caught_up()
    log(fresh_database, call(created_at=moment))
    assert rollups.audit("api_usage", days=30) == Audit(1, 1)
    assert sums(fresh_database) == [6, 6, 0, 6, 6]


def test_a_tick_without_news_writes_no_row(demo_copy: Database) -> None:
    for source in queries.SOURCES:
        caught_up(source)
    written = "SELECT array_agg((tableoid::regclass, ctid, xmin)::text ORDER BY tableoid, ctid) FROM dashboard."
    tables = factories.ROLLUPS
    before = [values(demo_copy.owner_url, written + table) for table in tables]
    [start] = values(demo_copy.owner_url, "SELECT pg_current_wal_insert_lsn()::text")
    for source in queries.SOURCES:
        caught_up(source)
    [wal] = values(demo_copy.owner_url, f"SELECT (pg_current_wal_insert_lsn() - '{start}')::int")
    assert [values(demo_copy.owner_url, written + table) for table in tables] == before
    assert wal < 10_000


def test_a_refresh_killed_half_way_leaves_what_was(fresh_database: Database) -> None:
    log(fresh_database, call())
    caught_up()
    log(fresh_database, call(created_at=at("-1 hours")))
    with psycopg.connect(fresh_database.writer_url) as refreshing:
        row = refreshing.execute("SELECT pg_backend_pid(), dashboard.rollup_tick('api_usage')").fetchone()
        assert row
        execute(fresh_database.owner_url, "SELECT pg_terminate_backend(%s)", [row[0]])
        with pytest.raises(psycopg.OperationalError):
            refreshing.execute("SELECT 1")
    assert sums(fresh_database) == [1, 1, 1, 1, 1]
    caught_up()
    assert sums(fresh_database) == [2, 2, 2, 2, 2]


def test_a_refresh_yields_to_a_migration_says_so_and_recovers(fresh_database: Database) -> None:
    log(fresh_database, call())
    with psycopg.connect(fresh_database.owner_url) as migrating:
        migrating.execute("ALTER TABLE dashboard.account_api_day ADD COLUMN x int")
        with pytest.raises(DatabaseBusy):
            rollups.tick("api_usage")
        assert values(fresh_database.owner_url, REQUESTS + "api_usage_hour") == [0]
        assert state()["last_error"] == str(DatabaseBusy())
        migrating.rollback()
    caught_up()
    assert sums(fresh_database) == [1, 1, 1, 1, 1]
    assert state()["last_error"] is None


def test_while_one_runner_is_at_it_another_does_nothing(fresh_database: Database) -> None:
    log(fresh_database, call())
    with psycopg.connect(fresh_database.writer_url) as other:
        other.execute("SELECT dashboard.rollup_tick('api_usage')")
        assert rollups.tick("api_usage") is None
        assert caught_up("api_usage") == 0
        assert rollups.tick("jobs") is not None
    assert rollups.tick("api_usage") is not None


def test_four_runners_at_once_count_nothing_twice(demo_copy: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        while sum(pool.map(lambda _: caught_up(), range(4))) > 4:
            pass
    assert caught_up() == 1
    [raw] = values(
        demo_copy.owner_url,
        "SELECT count(*) FROM api_usage_logs AS l JOIN dashboard.rollup_state AS s ON l.created_at < s.watermark"
        " WHERE s.source = 'api_usage'",
    )
    assert sums(demo_copy)[:2] == [raw, raw]
    assert sums(demo_copy)[3:] == [raw, raw]


def test_the_sessions_time_zone_and_its_dst_change_nothing(fresh_database: Database) -> None:
    # Berlin's clocks skipped an hour at 01:00 UTC on 29 March 2026; the 30th began there at 22:00 UTC.
    moments = [datetime(2026, 3, 28, 23, 30, tzinfo=UTC) + n * HOUR for n in range(26)]
    log(fresh_database, *(call(created_at=moment) for moment in moments))
    with psycopg.connect(fresh_database.writer_url) as connection:
        connection.execute("SET timezone = 'Europe/Berlin'")
        connection.execute("SELECT dashboard.roll_api_usage('2026-03-28T23:00Z', '2026-03-30T01:00Z')")
    with psycopg.connect(fresh_database.owner_url) as connection:
        found = connection.execute("SELECT bucket, requests FROM dashboard.api_usage_day ORDER BY 1").fetchall()
    assert found == [(date(2026, 3, 28), 1), (date(2026, 3, 29), 24), (date(2026, 3, 30), 1)]


def test_the_open_hour_is_read_from_rows_only_where_no_tick_was(fresh_database: Database) -> None:
    early, late = at("-3 minutes"), at("-1 second")
    log(fresh_database, call(created_at=early), call(created_at=late))
    caught_up()
    reached = state()["watermark"]
    assert reached == reached.replace(second=0, microsecond=0)
    assert sums(fresh_database) == [1, 1, 1, 1, 1]
    execute(fresh_database.owner_url, "UPDATE api_usage_logs SET tokens_used = 5")
    hours = queries.api_usage_hours(open_hour() - HOUR, open_hour() + HOUR)
    assert sum(row["tokens"] for row in rows(select(hours.c.tokens))) == 5
    caught_up()
    assert sum(row["tokens"] for row in rows(select(hours.c.tokens))) == 10


def test_an_audit_leaves_the_open_hour_to_the_ticks(fresh_database: Database) -> None:
    log(fresh_database, call(), call(created_at=at("-3 minutes")))
    caught_up()
    log(fresh_database, call(created_at=open_hour()), call(created_at=at("-1 second")))
    assert rollups.audit("api_usage", is_deep=True) == Audit(0, 0)
    hours = queries.api_usage_hours(open_hour() - 2 * DAY, open_hour() + HOUR)
    caught_up()
    assert sum(row["requests"] for row in rows(select(hours.c.requests))) == 4


def test_half_hours_are_refused(fresh_database: Database) -> None:
    for roll in ("roll_api_usage", "roll_jobs"):
        with pytest.raises(errors.InvalidParameterValue, match="whole hours"):
            execute(fresh_database.writer_url, f"SELECT dashboard.{roll}('2026-01-01T00:30Z', '2026-01-01T02:00Z')")


def test_the_reader_cannot_refresh(fresh_database: Database) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        execute(fresh_database.reader_url, "SELECT dashboard.rollup_tick('api_usage')")


def test_jobs_by_the_hour_they_ended_in(fresh_database: Database) -> None:
    end = open_hour() - 5 * HOUR
    times = {"scheduled_at": end - HOUR, "started_at": end - HOUR + timedelta(seconds=10), "completed_at": end}
    factories.rows(fresh_database.owner_url, "processing_queue", [
        factories.job(status="completed", actual_credits=3, **times),
        factories.job(status="completed", actual_credits=None, **times | {"scheduled_at": None, "created_at": end}),
        factories.job(status="failed", updated_at=end, scheduled_at=None, started_at=factories.sql.SQL("'infinity'")),
        factories.job(status="queued"), factories.job(status="processing", completed_at=end),
    ])  # fmt: skip
    caught_up("jobs")
    hours = queries.job_hours(end - HOUR, end + HOUR)
    found = {row.pop("status"): row for row in rows(select(hours))}
    ran = int((HOUR - timedelta(seconds=10)) / timedelta(milliseconds=1))
    assert set(found) == {"completed", "failed"}
    done = found["completed"]
    assert (done["jobs"], done["credits"], done["bucket"]) == (2, 3, end)
    # Who started before it was due has run, and has no wait.
    assert (done["wait_n"], done["wait_ms"], done["wait_hn"]) == (1, 10_000, [1])
    assert (done["run_n"], done["run_ms"], done["run_hn"]) == (2, 2 * ran, [2])
    assert (found["failed"]["wait_n"], found["failed"]["run_n"], found["failed"]["run_hb"]) == (0, 0, None)


def test_a_retried_job_leaves_its_hour(fresh_database: Database) -> None:
    factories.row(
        fresh_database.owner_url, "processing_queue", **factories.job(status="failed", completed_at=at("-30 hours"))
    )
    caught_up("jobs")
    execute(fresh_database.owner_url, "UPDATE processing_queue SET status = 'queued', completed_at = NULL")
    assert rollups.audit("jobs") == Audit(1, 1)
    assert values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.job_hour") == [0]


@pytest.mark.parametrize("source", ["jobs", "api_usage"])
def test_what_goes_at_any_age_is_found_within_a_day_of_audits(fresh_database: Database, source: Source) -> None:
    """Not an account's calls, which the next audit finds: a job's hour does not know whose it was."""
    url = fresh_database.owner_url
    days = (100, 57, 31, 8)
    if source == "jobs":
        ended = [factories.job(status="failed", completed_at=at(f"-{day} days")) for day in days]
        factories.rows(url, "processing_queue", ended)
    else:
        log(fresh_database, *(call(created_at=at(f"-{day} days"), account_id=None) for day in days))
    caught_up(source)
    assert {rollups.audit(source, part=part) for part in range(rollups.PARTS)} == {Audit(0, 0)}
    for table, ended in ("processing_queue", "completed_at"), ("api_usage_logs", "created_at"):
        execute(url, f"DELETE FROM {table} WHERE {ended} > now() - interval '90 days'")
    found = [rollups.audit(source, part=part) for part in range(rollups.PARTS)]
    assert sum(each.differing for each in found) == sum(each.healed for each in found) == len(days) - 1
    roll_up = "job_hour" if source == "jobs" else "api_usage_hour"
    assert values(url, f"SELECT count(*) FROM dashboard.{roll_up}") == [1]
    [said] = [row["compared"] for row in rows(queries.state()) if row["source"] == source]
    assert said is not None
    assert said.startswith("From ")
    assert " by rows" in said


def test_what_is_due_is_done_once(fresh_database: Database) -> None:
    log(fresh_database, call(created_at=at("-70 days")), call())
    assert [(row["tick"], row["audit"], row["deep"]) for row in rows(queries.due())] == [(True, True, True)] * 3
    rollups.refresh_due(Event())
    assert sums(fresh_database) == [2, 2, 1, 2, 2]
    assert [(row["tick"], row["audit"], row["deep"]) for row in rows(queries.due())] == [(False, False, False)] * 3


def test_a_stopped_app_leaves_its_backfill_where_it_is(fresh_database: Database) -> None:
    log(fresh_database, *(call(created_at=at(f"-{days} days")) for days in (50, 40, 30)))
    stop = Event()
    for _ in rollups.catch_up("api_usage", rest=1000, stop=stop):
        stop.set()
    assert sums(fresh_database)[0] == 1
    caught_up()
    assert sums(fresh_database)[0] == 3


def test_behind_when_no_refresh_came_for_five_minutes(fresh_database: Database) -> None:
    caught_up()
    assert not state()["behind"]
    execute(fresh_database.owner_url, "UPDATE dashboard.rollup_state SET refreshed_at = now() - interval '6 minutes'")
    assert state()["behind"]
