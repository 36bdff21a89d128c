"""Whatever range is asked for, a read of a roll-up says what the rows say: also beyond what the roll-up keeps."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Subquery, func, select

from actions import rollups as refresh
from core.database import rows
from demo.databases import Database
from demo.places import ROOT
from queries.api_usage import figures as api_usage
from queries.api_usage import trends
from queries.api_usage.filters import ApiFilter
from queries.rollups import state as rollups
from queries.tables.rollups import KEPT_DAYS
from tests.support import clock, factories

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACCOUNTS: Final = {UUID(int=1): "agency", UUID(int=2): "agency", UUID(int=3): "team"}
CALLS: Final = """
INSERT INTO api_usage_logs (account_id, service_name, endpoint, status_code, tokens_used, credits_cost, created_at)
SELECT ('00000000-0000-0000-0000-00000000000' || 1 + n % 3)::uuid, (ARRAY['openai', 'heygen'])[1 + n % 2], '/v1',
    CASE WHEN n % 7 = 0 THEN 500 ELSE 200 END, n % 11, n % 5, now() - n * interval '47 minutes'
FROM generate_series(0, 1200) AS n
"""
JOBS: Final = """
INSERT INTO processing_queue (account_id, job_type, job_data, status, actual_credits, started_at, completed_at)
SELECT '00000000-0000-0000-0000-000000000001', 'file_processing', '{}', 'completed', n % 5,
    now() - n * interval '47 minutes' - interval '1 minute', now() - n * interval '47 minutes'
FROM generate_series(0, 1200) AS n
"""
STATISTICS: Final = """
INSERT INTO account_usage_stats (account_id, stat_date, total_credits_used, storage_used_gb)
SELECT a.id, (now() AT TIME ZONE 'UTC')::date - n, n, n / 10.0 FROM accounts AS a, generate_series(0, 40) AS n
"""
WHOSE: Final[dict[str, dict[str, Any]]] = {
    "everybody": {},
    "an account": {"account_id": UUID(int=2)},
    "a plan": {"plan": "agency"},
    "an account's service": {"account_id": UUID(int=2), "service": "heygen"},
}


def today() -> datetime:
    """The start of the running day."""
    return clock.hour().replace(hour=0)


def ranges() -> dict[str, tuple[datetime, datetime]]:
    """What a reader may ask for, above, across and below what is kept."""
    hour, day = clock.hour(), today()
    return {
        "kept": (hour - 5 * DAY, hour + HOUR),
        "across the horizon": (hour - 12 * DAY, hour - 3 * DAY),
        "the horizon's own day": (day - 8 * DAY + 5 * HOUR, day - 6 * DAY - 3 * HOUR),
        "beyond the horizon": (hour - 20 * DAY, hour - 10 * DAY),
        "within a day beyond it": (day - 20 * DAY + 2 * HOUR, day - 20 * DAY + 9 * HOUR),
        "before there was anything": (hour - 60 * DAY, hour + HOUR),
    }


@pytest.fixture
def owner(fresh_database: Database) -> Iterator[psycopg.Connection]:
    """Forty days of everything, rolled up, so that hours by account are pruned."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        for account, plan in ACCOUNTS.items():
            connection.execute("INSERT INTO accounts (id, name, plan_type) VALUES (%s, 'a', %s)", [account, plan])
        for statement in (CALLS, JOBS, STATISTICS):
            connection.execute(statement.encode())
        for source in rollups.SOURCES:
            assert list(refresh.catch_up(source, rest=0))[-1].is_current
        yield connection


def backfilled(owner: psycopg.Connection) -> None:
    """As it is."""


def never(owner: psycopg.Connection) -> None:
    """No roll-up yet."""
    owner.execute(f"TRUNCATE {', '.join(f'dashboard.{table}' for table in factories.ROLLUPS)}".encode())
    owner.execute("UPDATE dashboard.rollup_state SET watermark = NULL")


def young(owner: psycopg.Connection) -> None:
    """The roll-up began in the middle of a day, 5 days ago: what is older was never rolled up."""
    never(owner)
    began = today() - 5 * DAY + 7 * HOUR
    owner.execute("UPDATE dashboard.rollup_state SET watermark = %s", [began])
    for source in rollups.SOURCES:
        assert list(refresh.catch_up(source, rest=0))[-1].is_current
    [(oldest,)] = owner.execute("SELECT min(bucket) FROM dashboard.api_usage_hour").fetchall()
    assert oldest >= began - 3 * HOUR


def set_back(owner: psycopg.Connection) -> None:
    """An operator set the watermark back to a day whose hours by account are pruned."""
    owner.execute("UPDATE dashboard.rollup_state SET watermark = %s", [today() - 11 * DAY + 15 * HOUR])


STATES: Final[dict[str, Callable[..., None]]] = {
    "backfilled": backfilled,
    "never": never,
    "young": young,
    "set back": set_back,
}


def summed(found: Subquery, *names: str) -> tuple[int, ...]:
    [row] = rows(select(*(func.coalesce(func.sum(found.c[name]), 0).label(name) for name in names)))
    return tuple(int(row[name]) for name in names)


def plain(owner: psycopg.Connection, statement: str, *values: object) -> tuple[int, ...]:
    [row] = owner.execute(statement.encode(), values).fetchall()
    return tuple(int(value or 0) for value in row)


def test_what_is_kept_is_said_in_one_place(fresh_database: Database) -> None:
    assert set(KEPT_DAYS) == set(factories.ROLLUPS)
    kept = (
        "SELECT extract(day FROM date_trunc('day', now(), 'UTC') - nullif(dashboard.kept_from(%s), '-infinity'))::int"
    )
    told = {name: factories.values(fresh_database.owner_url, kept, name)[0] for name in KEPT_DAYS}
    assert told == KEPT_DAYS


def test_roll_ups_are_read_by_time_in_one_place() -> None:
    tables = set(KEPT_DAYS)
    found = {
        f"{path.parent.name}/{path.name}"
        for path in sorted((ROOT / "queries").rglob("*.py"))
        if path.parent.name != "tables"  # where they are defined
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and tables & {alias.name for alias in node.names}
    }
    assert found == {"rollups/state.py", "rollups/levels.py"}
    for layer in ("actions", "components", "pages"):
        for path in (ROOT / layer).rglob("*.py"):
            assert not [table for table in tables if table in path.read_text()], path


@pytest.mark.parametrize("state", STATES)
def test_every_builder_says_what_the_rows_say(owner: psycopg.Connection, state: str) -> None:
    STATES[state](owner)
    [(pruned,)] = owner.execute("SELECT min(bucket) FROM dashboard.account_api_hour").fetchall()
    assert pruned is None or pruned >= today() - 7 * DAY
    within = "WHERE {0} >= %s AND {0} < %s"
    calls = f"SELECT count(*), sum(tokens_used), sum(credits_cost) FROM api_usage_logs {within.format('created_at')}"
    jobs = f"SELECT count(*), sum(actual_credits) FROM processing_queue {within.format('completed_at')}"
    used = f"SELECT count(*), sum(total_credits_used) FROM account_usage_stats {within.format('stat_date')}"
    for since, until in ranges().values():
        raw = plain(owner, calls, since, until)
        for hours in (rollups.api_usage_hours, rollups.api_call_hours, rollups.account_api_hours):
            assert summed(hours(since, until), "requests", "tokens", "credits") == raw
        jobs = (
            "SELECT count(*), sum(actual_credits) FROM processing_queue WHERE completed_at >= %s AND completed_at < %s"
        )
        assert summed(rollups.job_hours(since, until), "jobs", "credits") == plain(owner, jobs, since, until)
        first, beyond = since.date(), until.date() + DAY
        raw = plain(owner, calls, first, beyond)
        for days in (*(rollups.api_usage_days, rollups.api_call_days, rollups.account_api_days, rollups.account_days),):
            assert summed(days(first, beyond), "requests", "tokens", "credits") == raw
        used = (
            "SELECT count(*), sum(total_credits_used) FROM account_usage_stats WHERE stat_date >= %s AND stat_date < %s"
        )
        assert summed(rollups.usage_days(first, beyond), "accounts", "credits") == plain(owner, used, first, beyond)


def asked(where: ApiFilter) -> tuple[str, list[object]]:
    """The filter as plain SQL."""
    clauses = ["created_at >= %s", "created_at < %s"]
    values: list[object] = [where.since, where.until]
    for column, said in (("account_id", where.account_id), ("service_name", where.service)):
        if said is not None:
            clauses.append(f"{column} = %s")
            values.append(said)
    if where.plan:
        clauses.append("account_id IN (SELECT id FROM accounts WHERE plan_type = %s)")
        values.append(where.plan)
    return " AND ".join(clauses), values


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("whose", WHOSE)
def test_every_figure_of_api_usage_and_its_comparison_are_those_of_the_rows(
    owner: psycopg.Connection, whose: str, state: str
) -> None:
    STATES[state](owner)
    spans_of = {"hour": [*ranges().values(), (clock.hour() - 7 * DAY, clock.hour() + HOUR)]}
    spans_of["day"] = [(today() - n * DAY, today() + DAY) for n in (1, 7, 30)]
    for grain, spans in spans_of.items():
        for since, until in spans:
            where = ApiFilter(since, until, "hour" if grain == "hour" else "day", **WHOSE[whose])
            [told] = rows(trends.totals(where, clock.now()))
            calls = "SELECT count(*), sum(tokens_used), sum(credits_cost) FROM api_usage_logs WHERE "
            for part, of in (("", where), ("_before", trends.before(where, clock.now()))):
                clauses, values = asked(of)
                figures = tuple(told[f"{name}{part}"] for name in ("calls", "tokens", "credits"))
                assert figures == plain(owner, calls + clauses, *values), (since, until, part)
            clauses, values = asked(where)
            [whole] = plain(owner, f"SELECT count(*) FROM api_usage_logs WHERE {clauses}", *values)
            for counted in (trends.over_time(where), trends.heat(where), api_usage.top_accounts(where)):
                assert sum(row["calls"] for row in rows(counted)) == whole


def test_the_plan_of_the_issue(owner: psycopg.Connection) -> None:
    """`/api_usage?api_usage_range=7d&api_usage_grain=hour&api_usage_plan=agency`, which was compared with the part of a
    week that was left of it: calls come every 47 minutes, two of three from agencies."""
    where = ApiFilter(clock.hour() - 7 * DAY, clock.hour() + HOUR, "hour", plan="agency")
    [told] = rows(trends.totals(where, clock.now()))
    week = 7 * DAY / timedelta(minutes=47) * 2 / 3
    assert told["calls_before"] in {142, 143, 144}  # of 214 or 215 calls, by where the three-call pattern begins
    assert told["calls_done"] == pytest.approx(week, abs=2)


def test_a_range_is_cut_at_its_whole_days() -> None:
    start = datetime(2026, 3, 1, 15, tzinfo=UTC)
    whole = ApiFilter(start, start + 7 * DAY, "hour", plan="team")
    parts = [(part.since, part.until, part.grain) for part in whole.parts]
    first, last = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)
    assert parts == [(start, first, "hour"), (first, last, "day"), (last, whole.until, "hour")]
    assert whole.over(first, last).parts == [ApiFilter(first, last, "day", plan="team")]
    short = whole.over(start, start + HOUR)
    assert short.parts == [short]


def test_the_first_call_is_known_before_and_after_the_roll_up(owner: psycopg.Connection) -> None:
    [(first,)] = owner.execute("SELECT date_bin('1 hour', min(created_at), 'epoch') FROM api_usage_logs").fetchall()
    assert rows(rollups.first_call())[0]["at"] == first
    owner.execute("INSERT INTO api_usage_logs (service_name, created_at) VALUES ('openai', '0044-03-15 BC')")
    never(owner)
    [row] = rows(rollups.first_call())
    assert row["at"].replace(minute=0, second=0, microsecond=0) == first
    owner.execute("TRUNCATE api_usage_logs")
    assert rows(rollups.first_call()) == [{"at": None}]


def test_days_of_dates(owner: psycopg.Connection) -> None:
    days = rollups.account_days(date(2000, 1, 1), date(2100, 1, 1))
    assert summed(days, "requests") == plain(owner, "SELECT count(*) FROM api_usage_logs")
