"""A day is recorded when at least half of the usual accounts have statistics: a few early rows make nobody quiet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from actions import rollups
from actions.accounts import summary
from core.database import rows
from core.thresholds import Thresholds
from demo.databases import Database
from queries import overview
from queries.tables import account_summary
from queries.usage import anomalies, figures
from queries.usage.filters import UsageFilter
from queries.usage.month_end import month_end
from tests.support.clock import today

FLEET = 10
WRITTEN = """
INSERT INTO account_usage_stats (account_id, stat_date, total_credits_used)
SELECT id, %s, %s FROM accounts ORDER BY name LIMIT %s
"""


def day(ago: int) -> date:
    return today() - timedelta(days=ago)


@pytest.fixture
def fleet(fresh_database: Database) -> Iterator[psycopg.Connection[Any]]:
    """Ten accounts that used 100 credits on each day from 45 to 4 days ago."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO accounts (name, created_at) SELECT 'Account ' || n, now() - interval '1 year'"
            " FROM generate_series(0, 9) AS n"
        )
        for ago in range(4, 46):
            owner.execute(WRITTEN, [day(ago), 100, FLEET])
        yield owner


@pytest.fixture(params=[False, True])
def is_rolled(request: pytest.FixtureRequest) -> bool:
    """Whether a test's rows are to be read from the roll-up."""
    return request.param


def settled(*, is_rolled: bool) -> None:
    if is_rolled:
        list(rollups.catch_up("usage", rest=0))
        rollups.audit("usage")


@pytest.mark.parametrize(("written", "is_recorded"), [(4, False), (5, True), (0, False)])
def test_half_of_the_usual_rows_make_a_day(
    fleet: psycopg.Connection[Any], written: int, *, is_recorded: bool, is_rolled: bool
) -> None:
    fleet.execute(WRITTEN, [day(3), 7, written])
    settled(is_rolled=is_rolled)
    [told] = rows(figures.last_recorded(today()))
    assert told["last_day"] == told["complete_day"] == day(3 if is_recorded else 4)
    where = UsageFilter(day(5), day(2))
    counted = [row["credits"] for row in rows(figures.counters(where, "day"))]
    assert counted == [1000, 1000, 7 * written if is_recorded else None]
    [compared] = rows(figures.comparison(where))
    assert (compared["recorded"], compared["value"]) == (3 if is_recorded else 2, 2000 + 7 * written)
    [added] = rows(overview.content_added())
    assert added["series"][-3] == (0 if is_recorded else None)


def test_a_few_early_rows_make_no_fleet_quiet(fleet: psycopg.Connection[Any], *, is_rolled: bool) -> None:
    for ago in (3, 2, 1):
        fleet.execute(WRITTEN, [day(ago), 100, 1])
    settled(is_rolled=is_rolled)
    assert summary.refresh()
    assert {row["is_quiet"] for row in rows(select(account_summary))} == {False}
    assert rows(anomalies.spikes(today(), Thresholds())) == []
    # What the early rows say is in the month's sums, here as on the account's own page.
    for row in rows(select(account_summary)):
        [month] = rows(month_end(UsageFilter(day(30), today(), account_id=row["account_id"]), today()))
        assert (row["credits_month"], row["credits_previous"]) == (month["value"], month["previous"])
        assert row["credits_projected"] == (month["projected"] and round(month["projected"]))
    # The other nine write late: who is missing then has gone quiet.
    for ago in (3, 2, 1):
        fleet.execute(
            "INSERT INTO account_usage_stats (account_id, stat_date, total_credits_used)"
            " SELECT id, %s, 100 FROM accounts WHERE name NOT IN ('Account 0', 'Account 9')",
            [day(ago)],
        )
    settled(is_rolled=is_rolled)
    assert summary.refresh()
    assert [row["name"] for row in rows(select(account_summary).where(account_summary.c.is_quiet))] == ["Account 9"]


def test_a_young_product_is_recorded_from_its_first_row_on(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("INSERT INTO accounts (name) SELECT 'Account ' || n FROM generate_series(0, 9) AS n")
        for ago, written in {4: 1, 3: 1, 2: 3, 1: 9}.items():
            owner.execute(WRITTEN, [day(ago), 1, written])
    counted = [row["credits"] for row in rows(figures.counters(UsageFilter(day(5), today()), "day"))]
    assert counted == [None, 1, 1, 3, 9]


def test_comparisons_know_how_many_days_they_compare(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("INSERT INTO accounts (name, created_at) VALUES ('One', '2026-01-01')")
        first = date(2026, 2, 1)
        for n in range(58):  # all of February, and March up to the 30th
            owner.execute(WRITTEN, [first + timedelta(days=n), 1, 1])
        owner.execute("DELETE FROM account_usage_stats WHERE stat_date = '2026-03-10'")
    last = date(2026, 3, 31)
    [month] = rows(month_end(UsageFilter(last, last), last))
    assert (month["days"], month["previous_days"], month["last_month_days"]) == (29, 28, 28)
    assert (month["value"], month["previous"], month["last_month"]) == (29, 28, 28)
    [tile] = rows(overview.credits_this_month(last))
    assert (tile["days"], tile["previous_days"], tile["value"]) == (29, 28, 29)
