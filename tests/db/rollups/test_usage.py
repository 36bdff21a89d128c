"""The roll-up of daily statistics says what the statistics say, whatever happens to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from sqlalchemy import select

from actions import rollups
from actions.rollups import Audit
from core.database import rows
from core.thresholds import Thresholds
from demo.databases import Database
from queries.rollups import state, weekdays
from queries.usage import anomalies, month_end, reconciliation
from queries.usage import figures as usage
from queries.usage.filters import UsageFilter
from tests.support import factories
from tests.support.clock import hour, today

EVER: Final = (date(2000, 1, 1), date(2100, 1, 1))
PLAIN: Final = """
SELECT stat_date AS bucket, count(*) AS accounts, coalesce(sum(total_credits_used), 0) AS credits,
    coalesce(sum(projects_created), 0) AS projects, coalesce(sum(content_pieces_added), 0) AS pieces,
    coalesce(sum(scripts_generated), 0) AS scripts, coalesce(sum(voice_generations), 0) AS voice,
    coalesce(sum(avatar_generations), 0) AS avatar, sum(storage_used_gb)::float8 AS storage_gb
FROM account_usage_stats GROUP BY 1 ORDER BY 1
"""
FIGURES: Final = (
    *("projects_created", "content_pieces_added", "scripts_generated", "voice_generations", "avatar_generations"),
    *("total_credits_used", "storage_used_gb"),
)


@pytest.fixture
def owner(fresh_database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        yield connection


def told() -> list[dict[str, Any]]:
    """What pages read, day by day."""
    days = state.usage_days(*EVER)
    return [dict(row) for row in rows(select(days).order_by(days.c.bucket))]


def agree(owner: psycopg.Connection) -> bool:
    with owner.cursor(row_factory=dict_row) as cursor:
        return told() == cursor.execute(PLAIN).fetchall()


def caught_up() -> int:
    return len(list(rollups.catch_up("usage", rest=0)))


def written(owner: psycopg.Connection, day: date, **figures: Any) -> UUID:
    """A new account's statistics of a day."""
    account = uuid4()
    owner.execute("INSERT INTO accounts (id, name) VALUES (%s, 'a')", [account])
    columns = {"account_id": account, "stat_date": day, **figures}
    slots = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO account_usage_stats ({', '.join(columns)}) VALUES ({slots})"
    owner.execute(statement.encode(), list(columns.values()))
    return account


STATISTICS: Final = st.fixed_dictionaries({
    "ago": st.integers(-1, 12) | st.sampled_from([40, 400]),
    **{name: st.none() | st.integers(0, 2**31 - 1) for name in FIGURES[:-1]},
    "storage_used_gb": st.none() | st.decimals(0, 9999, places=2),
    "wave": st.integers(0, 2),
    "fate": st.sampled_from(["stays", "stays", "changes", "goes", "moves"]),
})  # fmt: skip


@settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STATISTICS, max_size=25), st.integers(0, 20))
def test_ticks_and_an_audit_read_as_the_statistics(
    owner: psycopg.Connection, statistics: list[dict[str, Any]], gone_by: int
) -> None:
    owner.execute("DELETE FROM accounts")
    owner.execute("TRUNCATE dashboard.usage_day")
    owner.execute("UPDATE dashboard.rollup_state SET watermark = NULL")
    assert told() == []
    accounts: dict[UUID, dict[str, Any]] = {}
    for wave in range(3):
        for one in statistics:
            if one["wave"] == wave:
                figures = {name: one[name] for name in FIGURES}
                accounts[written(owner, today() - timedelta(days=one["ago"]), **figures)] = one
        caught_up()
        if wave == 1:
            changed(owner, accounts)
            owner.execute(
                "UPDATE dashboard.rollup_state SET watermark = watermark - make_interval(hours => %s)", [7 * gone_by]
            )
    rollups.audit("usage", is_deep=True)
    assert agree(owner)


def changed(owner: psycopg.Connection, accounts: dict[UUID, dict[str, Any]]) -> None:
    for account, one in accounts.items():
        match one["fate"]:
            case "changes":
                owner.execute("UPDATE account_usage_stats SET voice_generations = 7 WHERE account_id = %s", [account])
            case "goes":
                owner.execute("DELETE FROM accounts WHERE id = %s", [account])
            case "moves":
                owner.execute(
                    "UPDATE account_usage_stats SET stat_date = stat_date - 3 WHERE account_id = %s", [account]
                )
            case _:
                pass


@pytest.mark.parametrize("days_behind", [None, 0, 1, 10, 45])
def test_pages_say_the_same_with_and_without_it(demo_copy: Database, days_behind: int | None) -> None:
    month = UsageFilter(today() - timedelta(days=30), today())
    reads = {
        "month": month_end.month_end(month, today()),
        "comparison": usage.comparison(month),
        "counters": usage.counters(month, "week"),
        "storage": usage.storage(month, today()),
        "records": reconciliation.recorded_where(month),
        "spikes": anomalies.spikes(today(), Thresholds()),
        "weekdays": weekdays.all_factors(today()),
    }
    raw = {name: rows(read) for name, read in reads.items()}
    caught_up()
    moved = "UPDATE dashboard.rollup_state SET watermark = watermark - make_interval(days => %s) WHERE source = 'usage'"
    with psycopg.connect(demo_copy.owner_url, autocommit=True) as connection:
        connection.execute(moved.encode(), [days_behind])
        if days_behind:
            # What is not known to be complete is not read.
            connection.execute(
                "DELETE FROM dashboard.usage_day WHERE bucket >= %s", [today() - timedelta(days_behind + 2)]
            )
    assert {name: rows(read) for name, read in reads.items()} == raw


def test_closed_days_are_read_from_it_and_open_ones_are_not(owner: psycopg.Connection) -> None:
    for ago in range(6):
        written(owner, today() - timedelta(days=ago), total_credits_used=1)
    caught_up()
    owner.execute("UPDATE account_usage_stats SET total_credits_used = 2")
    assert [row["credits"] for row in told()] == [1, 1, 1, 2, 2, 2]
    closed = 6 if hour().hour else 5  # today is audited from its second hour on
    assert rollups.audit("usage") == Audit(closed, closed)
    assert agree(owner)


def test_a_day_corrected_within_three_is_seen_by_the_next_tick(owner: psycopg.Connection) -> None:
    written(owner, today() - timedelta(days=2), total_credits_used=1)
    caught_up()
    owner.execute("UPDATE account_usage_stats SET total_credits_used = 5")
    caught_up()
    assert owner.execute("SELECT credits FROM dashboard.usage_day").fetchall() == [(5,)]


def test_a_deleted_accounts_past_goes_with_the_audit(owner: psycopg.Connection) -> None:
    long_ago = today() - timedelta(days=300)
    gone = written(owner, long_ago, total_credits_used=3)
    written(owner, long_ago, total_credits_used=4)
    alone = written(owner, long_ago - timedelta(days=1), total_credits_used=5)
    caught_up()
    owner.execute("DELETE FROM accounts WHERE id = ANY(%s)", [[gone, alone]])
    assert rollups.audit("usage") == Audit(2, 2)
    assert [(row["bucket"], row["credits"]) for row in told()] == [(long_ago, 4)]


def test_counters_alone_differ_only_for_a_deep_audit(owner: psycopg.Connection) -> None:
    written(owner, today() - timedelta(days=20), scripts_generated=1, storage_used_gb=None)
    caught_up()
    owner.execute("UPDATE account_usage_stats SET scripts_generated = 2, storage_used_gb = 1.5")
    assert rollups.audit("usage") == Audit(0, 0)
    assert rollups.audit("usage", is_deep=True) == Audit(1, 1)
    assert agree(owner)


def test_a_backfill_takes_days_with_statistics_only(owner: psycopg.Connection) -> None:
    for ago in (400, 399, 100):
        written(owner, today() - timedelta(days=ago), total_credits_used=1)
    assert caught_up() == 4
    assert agree(owner)


def test_while_one_runner_is_at_it_another_does_nothing(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.writer_url) as other:
        other.execute("SELECT dashboard.rollup_tick('usage')")
        assert rollups.tick("usage") is None
    assert rollups.tick("usage") is not None


def test_the_reader_cannot_refresh(fresh_database: Database) -> None:
    factories.row(fresh_database.owner_url, "accounts", name="a")
    with psycopg.connect(fresh_database.reader_url) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("SELECT dashboard.roll_usage(now(), now())")
