"""A gauge of 0 that nobody measured is unknown: it is no account's latest, and lowers no sum."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from actions.accounts import summary
from core.database import rows
from demo.databases import Database
from queries.accounts import detail, quotas
from queries.tables import account_summary
from queries.usage import figures
from queries.usage.accounts import export
from queries.usage.filters import UsageFilter
from tests.support import factories
from tests.support.clock import today

Gauges = dict[int, float | None]
NAN = float("nan")


def measured(url: str, name: str, gauges: Gauges, **columns: object) -> UUID:
    """An account with gauges of so many days ago."""
    account = factories.row(url, "accounts", name=name, **columns)
    factories.rows(url, "account_usage_stats", [
        {"account_id": account, "stat_date": today() - timedelta(days=ago), "storage_used_gb": gb}
        for ago, gb in gauges.items()
    ])  # fmt: skip
    return account


@pytest.mark.parametrize(
    ("gauges", "latest", "unknown"),
    [
        ({3: 12, 2: 0, 1: 13}, (1, 13), {2}),
        ({3: 12, 1: 0}, (3, 12), {1}),
        ({3: 12, 2: None, 1: 0, 0: 0}, (3, 12), {2, 1, 0}),
        ({2: 0, 1: 0}, (1, 0), set()),  # never anything else
        ({3: NAN, 1: 0}, (1, 0), {3}),
        ({40: 12, 1: 0}, (40, 12), {1}),
        ({8: 12} | dict.fromkeys(range(1, 8), 0), (8, 12), {*range(1, 8)}),
        ({9: 12} | dict.fromkeys(range(1, 9), 0), (1, 0), {*range(2, 9)}),  # for a week
        ({40: 12, 8: 0, 1: 0}, (1, 0), {8}),
    ],
)
def test_the_latest_gauge_is_one_that_somebody_measured(
    fresh_database: Database, gauges: Gauges, latest: tuple[int, float], unknown: set[int]
) -> None:
    account = measured(fresh_database.owner_url, "One", gauges, storage_limit_gb=10)
    ago, gb = latest
    [now] = rows(quotas.current(account))
    assert (now["storage_used_gb"], now["storage_on"]) == (gb, today() - timedelta(days=ago))
    assert summary.refresh()
    [row] = rows(select(account_summary))
    assert (row["storage_used_gb"], row["storage_on"]) == (gb, today() - timedelta(days=ago))
    assert quotas.BANDS[row["storage_band"]] == ("over" if gb else "ok")
    [stored] = rows(figures.storage(UsageFilter(today(), today()), today()))
    assert (stored["used_gb"], stored["newest"]) == (gb, today() - timedelta(days=ago))
    expected = {today() - timedelta(days=ago): None if ago in unknown else gb for ago, gb in gauges.items()}
    drawn = {row["day"]: row["storage_gb"] for row in rows(detail.course(account))}
    assert {day: drawn[day] for day in expected} == expected
    file = rows(export(UsageFilter(today() - timedelta(days=60), today() + timedelta(days=1))))
    assert {row["day"]: row["storage_gb"] for row in file} == expected


@pytest.mark.parametrize("plan", [None, "team"])
def test_a_gauge_that_nobody_measured_lowers_no_sum(fresh_database: Database, plan: str | None) -> None:
    url = fresh_database.owner_url
    measured(url, "One", {4: 10, 3: 0, 2: 10, 1: 0}, plan_type="team")
    measured(url, "Two", dict.fromkeys(range(1, 5), 5), plan_type="team")
    [stored] = rows(figures.storage(UsageFilter(today(), today(), plan=plan), today()))
    assert (stored["used_gb"], stored["series"]) == (15, [15, 15, 15, 15])
