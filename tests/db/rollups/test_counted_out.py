"""A row without a usable number or date spoils nothing but itself, is told of, and counts once it is put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from actions import rollups
from actions.accounts import limits
from actions.accounts import summary as account_summary
from core.database import rows, transaction
from core.thresholds import Flags, Thresholds
from demo.databases import Database
from queries import overview
from queries.accounts import detail, quotas, recent, summary_state
from queries.accounts import listing as account_list
from queries.accounts.filters import AccountFilter
from queries.api_usage import figures as api_usage
from queries.api_usage import trends
from queries.api_usage.filters import ApiFilter
from queries.content import work
from queries.creators import listing as creators
from queries.jobs import groups, health, throughput, timings
from queries.jobs.filters import JobFilter
from queries.models import figures as models
from queries.models import listing as model_list
from queries.models.figures import ModelFilter
from queries.rollups import state as queries
from queries.tables import account_summary as summary
from queries.usage import accounts, anomalies, month_end, reconciliation
from queries.usage import figures as usage
from queries.usage.filters import UsageFilter
from tests.support import clock, factories

GOOD, BAD = UUID(int=1), UUID(int=2)
CREATOR: Final = UUID(int=3)
TIMES: Final = (
    *("4713-01-01 BC", "1970-01-01", "9999-12-31", "294276-12-31"),
    *("infinity", "-infinity"),
)
DAYS: Final = ("0044-03-15 BC", "1970-01-01", "9999-12-31", "5874897-12-31", "infinity", "-infinity")
NUMBERS: Final = ("NaN", "Infinity", "-Infinity")
BEYOND_NUMERIC_10_2: Final = "1000000000000"


class Place(NamedTuple):
    """A column, the values that no figure can use, and what the note calls it: of which source, by which name."""

    table: str
    column: str
    values: tuple[str | None, ...]
    source: str | None = None
    named: str | None = None
    right: str = "current_date - 5 + time '15:00'"


PLACES: Final = (
    Place("api_usage_logs", "created_at", (*TIMES, None), "api_usage", "api_usage_logs.created_at"),
    Place("processing_queue", "completed_at", TIMES, "jobs", "processing_queue.completed_at"),
    Place("processing_queue", "updated_at", (*TIMES, None), "jobs", "processing_queue.completed_at"),
    Place("processing_queue", "started_at", TIMES, "jobs", "processing_queue.started_at"),
    Place("processing_queue", "scheduled_at", TIMES, "jobs", "processing_queue.started_at"),
    Place("processing_queue", "created_at", (*TIMES, None)),
    Place(
        "account_usage_stats",
        "stat_date",
        DAYS,
        "usage",
        "account_usage_stats.stat_date",
        "(now() - interval '5 days')",
    ),
    Place(
        *("account_usage_stats", "storage_used_gb", NUMBERS, "usage", "account_usage_stats.storage_used_gb"), right="3"
    ),
    Place("account_usage_stats", "created_at", (*TIMES, None)),
    Place("account_usage_stats", "updated_at", (*TIMES, None)),
    Place("accounts", "created_at", TIMES, "accounts", "accounts.created_at"),
    Place("accounts", "updated_at", (*TIMES, None)),
    Place("users", "last_login_at", TIMES, "accounts", "users.last_login_at"),
    Place("users", "created_at", (*TIMES, None)),
    Place("account_followed_creators", "followed_at", (*TIMES, None)),
    Place("voice_models", "created_at", (*TIMES, None)),
    Place("voice_models", "updated_at", (*TIMES, None)),
    Place("voice_models", "quality_score", NUMBERS, right="1"),
    Place("creators", "last_scraped_at", TIMES),
    Place("projects", "last_accessed_at", (*TIMES, None)),
    Place("content_pieces", "created_at", (*TIMES, None)),
    Place("generated_content", "created_at", (*TIMES, None)),
)
# Each account has one of each, on days and hours of its own: what BAD's hours hold is BAD's.
WORLD: Final = """
INSERT INTO accounts (id, name, created_at) VALUES ('{id}', 'a', now() - interval '90 days');
INSERT INTO users (account_id, email, last_login_at) VALUES ('{id}', '{id}@a.example', now() - interval '3 days');
INSERT INTO account_followed_creators (account_id, creator_id)
VALUES ('{id}', '00000000-0000-0000-0000-000000000003');
INSERT INTO voice_models (account_id, user_id, name, quality_score)
SELECT account_id, id, 'v', 0.5 FROM users WHERE account_id = '{id}';
INSERT INTO projects (account_id, title) VALUES ('{id}', 'p');
INSERT INTO content_pieces (account_id, source_url, platform, content_type, processing_status)
VALUES ('{id}', 'x', 'upload', 'video', 'failed');
INSERT INTO generated_content (account_id, content_type, voice_model_id)
SELECT account_id, 'audio', id FROM voice_models WHERE account_id = '{id}';
INSERT INTO api_usage_logs (account_id, service_name, response_time_ms, status_code, created_at)
SELECT '{id}', 'openai', 100, 200, date_trunc('day', now()) - n * interval '1 day' - interval '{ago} hours'
FROM generate_series(0, {days}) AS n;
INSERT INTO processing_queue (account_id, job_type, job_data, status, actual_credits, scheduled_at, started_at,
    completed_at, updated_at)
SELECT '{id}', 'file_processing', '{{}}', 'failed', 2, at - interval '9 minutes', at - interval '5 minutes', at, at
FROM generate_series(0, {days}) AS n, LATERAL (
    SELECT date_trunc('day', now()) - n * interval '1 day' - interval '{ago} hours' AS at
) AS ended;
INSERT INTO account_usage_stats (account_id, stat_date, total_credits_used, storage_used_gb)
SELECT '{id}', (now() AT TIME ZONE 'UTC')::date - n - 3, {credits}, 1 FROM generate_series(0, {days}) AS n;
"""
ROLLED: Final = {
    "api_usage_hour": "bucket, requests, errors, lat_n, lat_sum, hb",
    "api_usage_day": "bucket, requests, errors, lat_n, lat_sum, hb",
    "account_api_hour": "bucket, requests",
    "account_api_day": "bucket, requests",
    "account_call_day": "bucket, requests",
    "job_hour": "bucket, jobs, credits, wait_n, wait_ms, wait_hb, run_n, run_ms, run_hb",
    "usage_day": "bucket, accounts, credits, storage_gb",
}

Owner = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def owner(fresh_database: Database) -> Iterator[Owner]:
    """A product with a good account, and a bad one with a row of its own in every table."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        # As a product might have widened them: what the columns' own type refuses must not be relied on.
        connection.execute("ALTER TABLE account_usage_stats ALTER storage_used_gb TYPE numeric")
        connection.execute("ALTER TABLE voice_models ALTER quality_score TYPE numeric")
        connection.execute(
            "INSERT INTO creators (id, platform, username, profile_url) VALUES (%s, 'tiktok', 'c', 'x')", [CREATOR]
        )
        good = WORLD.format(id=GOOD, ago=12, days=20, credits=30)
        bad = WORLD.format(id=BAD, ago=33, days=0, credits=0)
        for statement in (*good.split(";"), *bad.split(";")):
            connection.execute(statement.encode())
        yield connection


def refreshed() -> None:
    """All that runs in the background, an hour's and a day's comparison with it."""
    for source in queries.SOURCES:
        rollups.audit(source, days=60)
        rollups.audit(source, days=60, is_deep=True)
        assert list(rollups.catch_up(source, rest=0))[-1].is_current
    assert account_summary.refresh()


def others(owner: Owner) -> dict[str, list[Any]]:
    """What is told of the good account's hours and days, and of itself: the bad one has hours and days of its own."""
    found: dict[str, list[Any]] = {}
    for table, columns in ROLLED.items():
        within = "extract(hour FROM bucket) = 12" if table.endswith("hour") else "bucket < current_date - 8"
        within += f" AND account_id = '{GOOD}'" if "account" in table else ""
        statement = f"SELECT {columns} FROM dashboard.{table} WHERE {within} ORDER BY 1"
        found[table] = owner.execute(statement.encode()).fetchall()
    found["summary"] = rows(select(summary).where(summary.c.account_id == GOOD))
    return found


def read_all() -> None:
    """Every figure over all accounts, and those of the bad one, can be asked for."""
    calls = ApiFilter(clock.hour() - timedelta(days=7), clock.hour() + timedelta(hours=1), "hour")
    month = UsageFilter(clock.today() - timedelta(days=30), clock.today())
    everyone = (month, UsageFilter(month.since, month.until, BAD))
    now = clock.now()
    for statement in (
        *(overview.active_accounts(), overview.credits_this_month(now.date()), overview.api_error_rate(now)),
        *(
            overview.content_added(),
            overview.failed_jobs(now),
            timings.queue_wait(),
            throughput.jobs_per_hour(now),
        ),
        *(groups.failed_recently(), groups.failed_by_signature(JobFilter())),
        *(creators.overdue(), creators.neglected(), models.stuck()),
        *(work.failed(), work.stuck(), work.expiring(), work.waiting()),
        *(api_usage.endpoints(calls, Flags()), api_usage.top_accounts(calls), api_usage.names(now)),
        *(
            trends.totals(calls, now),
            trends.over_time(calls),
            trends.heat(calls),
            queries.first_call(),
        ),
        *(anomalies.spikes(clock.today(), Thresholds()), anomalies.gone_quiet()),
        *(usage.last_recorded(clock.today()), queries.state(), summary_state.faults(), summary_state.freshness()),
        *(detail.one(GOOD), detail.pulse(BAD), detail.course(BAD), quotas.current(BAD)),
        *(recent.content(BAD), recent.media(BAD), recent.api_errors(BAD)),
        *(account_list.distribution(AccountFilter()), account_list.page(AccountFilter(), "name", False, None)),
        *(query(where) for where in (JobFilter(), JobFilter(account_id=BAD)) for query in (health.in_hand,)),
        *(timings.timings(where, 168) for where in (JobFilter(), JobFilter(account_id=BAD))),
        *(health.throughput(where, 168, 6) for where in (JobFilter(), JobFilter(account_id=BAD))),
        *(health.failure_rates(where, 168) for where in (JobFilter(), JobFilter(account_id=BAD))),
        *(usage.storage(where, clock.today()) for where in everyone),
        *(usage.comparison(where) for where in everyone),
        *(usage.counters(where, "day") for where in everyone),
        *(accounts.users(where) for where in everyone),
        *(month_end.month_end(where, clock.today()) for where in everyone),
        *(reconciliation.recorded_where(where) for where in everyone),
        select(model_list.page(ModelFilter(), "urgency", True, None).subquery().c.id),
        select(model_list.page(ModelFilter(), "quality", True, None).subquery().c.id),
    ):
        for row in rows(statement):
            for name, value in row.items():
                values = value if isinstance(value, list) else [value]
                assert not [one for one in values if isinstance(one, float) and not abs(one) < 1e300], name


def noted(source: str) -> str:
    [found] = [row["left_out"] for row in rows(queries.state()) if row["source"] == source]
    return found


def put(owner: Owner, place: Place, value: str) -> None:
    """One row of the bad account says so; the others of its kind stand."""
    of = "id" if place.table == "accounts" else "account_id"
    which = f"{of} = '{BAD}'" if place.table != "creators" else f"id = '{CREATOR}'"
    also = ", completed_at = NULL" if place.column == "updated_at" and place.table == "processing_queue" else ""
    also = ", scheduled_at = NULL" if place.column == "created_at" and place.table == "processing_queue" else also
    owner.execute(f"UPDATE {place.table} SET {place.column} = {value}{also} WHERE {which}".encode())


@pytest.mark.parametrize("place", PLACES, ids=[f"{place.table}.{place.column}" for place in PLACES])
def test_a_bad_row_spoils_nothing_but_itself(owner: Owner, place: Place) -> None:
    refreshed()
    before = others(owner)
    assert all(before.values())
    for value in place.values:
        put(owner, place, "NULL" if value is None else f"'{value}'")
        refreshed()
        assert others(owner) == before, value
        read_all()
        if place.source and place.named:
            assert place.named in noted(place.source), value
        assert [row["last_error"] for row in rows(queries.state())] == [None] * 4
    # From nothing, as by `manage.py rollup --backfill`.
    owner.execute(f"TRUNCATE {', '.join(f'dashboard.{table}' for table in ROLLED)}, dashboard.account_summary".encode())
    owner.execute("UPDATE dashboard.rollup_state SET watermark = NULL")
    refreshed()
    assert others(owner) == before
    put(owner, place, place.right)
    refreshed()
    assert others(owner) == before
    if place.source and place.named:
        assert place.named not in noted(place.source)


def test_what_is_repaired_counts(owner: Owner) -> None:
    """The call of 44 BC, and a gauge that was no number."""
    refreshed()
    owner.execute("INSERT INTO api_usage_logs (account_id, service_name, created_at) VALUES (%s, 'heygen', %s)",
                  [BAD, "0044-03-15 BC"])  # fmt: skip
    owner.execute("UPDATE account_usage_stats SET storage_used_gb = 'NaN' WHERE account_id = %s", [BAD])
    refreshed()
    [bad] = rows(quotas.current(BAD))
    assert (bad["storage_used_gb"], bad["storage_left_out"]) == (None, 1)
    storage = usage.storage(UsageFilter(clock.today() - timedelta(days=30), clock.today()), clock.today())
    [told] = rows(storage)
    assert (told["used_gb"], told["accounts"], told["left_out"]) == (1.0, 1, 1)
    owner.execute("UPDATE api_usage_logs SET created_at = now() - interval '3 days' WHERE service_name = 'heygen'")
    owner.execute("UPDATE account_usage_stats SET storage_used_gb = 7 WHERE account_id = %s", [BAD])
    refreshed()
    [healed] = owner.execute("SELECT sum(requests) FROM dashboard.api_usage_hour WHERE service = 'heygen'").fetchall()
    assert healed == (1,)
    [told] = rows(storage)
    assert (told["used_gb"], told["accounts"], told["left_out"]) == (8.0, 2, 0)
    [row] = rows(select(summary.c.storage_used_gb, summary.c.left_out).where(summary.c.account_id == BAD))
    assert row == {"storage_used_gb": 7.0, "left_out": "{}"}


def test_an_account_that_cannot_be_added_up_fails_alone_and_is_named(owner: Owner) -> None:
    assert account_summary.refresh()
    owner.execute("UPDATE account_usage_stats SET storage_used_gb = %s WHERE account_id = %s",
                  [BEYOND_NUMERIC_10_2, BAD])  # fmt: skip
    owner.execute("UPDATE accounts SET name = 'renamed'")
    assert account_summary.refresh()
    names = dict(owner.execute("SELECT account_id, name FROM dashboard.account_summary").fetchall())
    assert names == {GOOD: "renamed", BAD: "a"}
    [fault] = rows(summary_state.faults())
    assert (fault["account_id"], fault["name"]) == (str(BAD), "renamed")
    assert "NumericValueOutOfRange" in fault["error"]
    [state] = [row for row in rows(queries.state()) if row["source"] == "accounts"]
    assert state["last_error"] == "1 account could not be added up; the others are up to date."
    assert account_summary.refresh()
    [again] = rows(summary_state.faults())
    assert again["since"] == fault["since"]
    owner.execute("UPDATE account_usage_stats SET storage_used_gb = 1 WHERE account_id = %s", [BAD])
    assert account_summary.refresh()
    assert rows(summary_state.faults()) == []
    [state] = [row for row in rows(queries.state()) if row["source"] == "accounts"]
    assert (state["last_error"], state["failing_since"], state["faults"]) == (None, None, 0)


@pytest.mark.parametrize("value", ["NaN", "Infinity", BEYOND_NUMERIC_10_2])
def test_a_saved_limit_is_saved_whatever_becomes_of_the_summary(owner: Owner, value: str) -> None:
    owner.execute("UPDATE account_usage_stats SET storage_used_gb = %s WHERE account_id = %s", [value, BAD])
    [found] = rows(quotas.current(BAD))
    seen: dict[quotas.Quota, int | None] = {quota: found[column] for quota, column in quotas.LIMITS.items()}
    wanted: dict[quotas.Quota, int | None] = {**seen, "storage": 77}
    done = limits.change(BAD, seen, wanted, factories.viewer("admin"), "asked for")
    assert (done.conflict, done.now["storage"]) == ((), 77)
    assert owner.execute("SELECT storage_limit_gb FROM accounts WHERE id = %s", [BAD]).fetchall() == [(77,)]


FAULTS: Final = {
    "a refresh": "ALTER TABLE dashboard.{table} ADD CONSTRAINT never CHECK (false) NOT VALID",
    "a comparison": """
        CREATE OR REPLACE FUNCTION dashboard.rollup_differences(
            wanted text, since timestamptz, until timestamptz, is_deep boolean
        ) RETURNS TABLE (bucket timestamptz) LANGUAGE plpgsql AS $$
        BEGIN
            IF wanted = '{source}' THEN RAISE 'never'; END IF;
        END $$""",
}
TABLES: Final = {"api_usage": "account_api_day", "jobs": "job_hour", "usage": "usage_day"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source", queries.SOURCES)
def test_a_source_that_fails_is_noted_and_stops_no_other(owner: Owner, source: queries.Source, fault: str) -> None:
    [(healthy,)] = owner.execute("SELECT pg_get_functiondef('dashboard.rollup_differences'::regproc)").fetchall()
    owner.execute(FAULTS[fault].format(table=TABLES[source], source=source).encode())
    rollups.refresh_due(Event())
    told = {row["source"]: row for row in rows(queries.state())}
    assert [name for name in queries.SOURCES if told[name]["last_error"]] == [source]
    assert told[source]["failing_since"] is not None
    for other in set(queries.SOURCES) - {source}:
        assert told[other]["audited_at"] is not None
        assert not told[other]["behind"]
    # A refresh that goes well does not hide a comparison that does not.
    if fault != "a refresh":
        rollups.tick(source)
        [still] = [row for row in rows(queries.state()) if row["source"] == source]
        assert still["last_error"]
        assert still["failing_since"] == told[source]["failing_since"]
    owner.execute(f"ALTER TABLE dashboard.{TABLES[source]} DROP CONSTRAINT IF EXISTS never".encode())
    owner.execute(healthy.encode())
    owner.execute("UPDATE dashboard.rollup_state SET refreshed_at = NULL")
    rollups.refresh_due(Event())
    told = {row["source"]: row for row in rows(queries.state())}
    assert [(told[name]["last_error"], told[name]["failing_since"]) for name in queries.SOURCES] == [(None, None)] * 3


def test_a_stretch_that_fails_leaves_the_others_healed(owner: Owner) -> None:
    refreshed()
    late = "INSERT INTO api_usage_logs (service_name, created_at) VALUES (%s, now() - %s * interval '1 day')"
    for service, days in (("first", 5), ("stops", 4), ("last", 3)):
        owner.execute(late, [service, days])
    owner.execute("ALTER TABLE dashboard.api_usage_hour ADD CONSTRAINT never CHECK (service <> 'stops') NOT VALID")
    with pytest.raises(Exception, match="never"):
        rollups.audit("api_usage")
    found = owner.execute(
        "SELECT service FROM dashboard.api_usage_hour WHERE service <> 'openai' ORDER BY 1"
    ).fetchall()
    assert found == [("first",), ("last",)]


def test_the_writer_sees_what_is_usable(fresh_database: Database) -> None:
    """The reader's and the writer's rights."""
    with transaction() as connection:
        connection.exec_driver_sql("SELECT dashboard.left_out('jobs'), dashboard.usable_time(now())")
    factories.values(fresh_database.reader_url, "SELECT dashboard.usable_number(1), dashboard.earliest()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        factories.values(fresh_database.reader_url, "SELECT dashboard.left_out('jobs')")
