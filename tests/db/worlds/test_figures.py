"""Every figure of random worlds is what plain arithmetic over their rows says, whatever is filtered by."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from actions import rollups
from actions.jobs import runs
from actions.jobs.changes import Snapshot
from actions.jobs.runs import Order
from core.database import rows
from core.thresholds import Flags
from demo.databases import Database
from queries import overview
from queries.accounts import detail, quotas
from queries.api_usage import figures as api_figures
from queries.api_usage import trends
from queries.api_usage.filters import ApiFilter
from queries.jobs import health, listing
from queries.jobs.filters import JobFilter
from queries.jobs.preview import snapshots
from queries.tables import rollup_mark
from queries.usage import figures
from queries.usage.filters import UsageFilter
from tests.support import factories
from tests.support.worlds import clocks, oracle
from tests.support.worlds.world import DAYS, JOB_TYPES, PLANS, World, made

COLUMNS = {"credits": "total_credits_used", **{name: column.name for name, column in figures.COUNTERS.items()}}
FILTERS = 6
FIRST = 20261130
"""The seed of the first world."""
WORLDS = int(os.environ.get("WORLDS", "6"))
"""How many worlds: for a closing note, more."""
DAY = timedelta(days=1)


class Compared(Counter[str]):
    """How many figures were compared, and those that differed."""

    def __init__(self) -> None:
        super().__init__()
        self.differing: list[str] = []

    def same(self, what: str, found: Any, expected: Any) -> None:
        """Count a figure, and keep it where it is another."""
        self[what.split(" ", maxsplit=1)[0]] += 1
        is_same = found == expected or (
            isinstance(expected, float) and found is not None and abs(found - expected) < 1e-6 * max(1, abs(expected))
        )
        if not is_same:
            self.differing.append(f"{what}: {found} instead of {expected}")


@pytest.fixture(params=range(WORLDS), ids=lambda number: f"{FIRST + number}, {clocks.STOPPED[number % 3]}")
def world(request: pytest.FixtureRequest, fresh_database: Database) -> World:
    found = made(FIRST + request.param, clocks.moment(clocks.STOPPED[request.param % 3]))
    clocks.stop(fresh_database.owner_url, found.now)
    found.store(fresh_database.owner_url)
    for source in rollups.SOURCES:
        list(rollups.catch_up(source, rest=0))
        rollups.audit(source, days=DAYS + 62)  # by the clock that goes on
    later = found.with_retries()
    _retry(list(later.retried["id"]))
    return later


def _retry(ids: list[UUID]) -> None:
    """As support does; what has to be rolled up again is marked, and taken by the next ticks."""
    now = [Snapshot(UUID(row["id"]), row["attempts"], row["run_start"]) for row in rows(snapshots(ids))]
    support = factories.viewer("support")
    runs.carry_out(runs.start(Order("retry", tuple(now), "they work again"), support, len(now)), support)
    while rows(select(rollup_mark.c.bucket).where(rollup_mark.c.source == "jobs").limit(1)):
        rollups.tick("jobs")


def test_every_figure(world: World) -> None:
    told, compared = random.Random(world.seed), Compared()  # noqa: S311  # which filters
    for _ in range(FILTERS):
        _calls(world, told, compared)
        _jobs(world, told, compared)
        _usage(world, told, compared)
    assert compared.total() > 500
    print(f"{compared.total():,} figures compared, {len(compared.differing)} differ")
    assert not compared.differing, "\n".join([str(dict(compared)), *compared.differing[:20]])


def _calls(world: World, told: random.Random, compared: Compared) -> None:
    until = world.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hours = told.choice((3, 24, 48, 168))
    plan = told.choice((None, *PLANS))
    account = told.choice((None, None, *world.accounts["id"]))
    names = {} if plan and not account else {"endpoint": told.choice((None, "", "/v1/audio", "-"))}
    where = ApiFilter(
        until - timedelta(hours=hours), until, "hour",
        account_id=account, plan=None if account else plan,
        service=told.choice((None, None, "anthropic", "-")), **names,
    )  # fmt: skip
    [found] = rows(trends.totals(where, world.now))
    for name, value in oracle.api_totals(world, where).items():
        compared.same(f"totals {where} {name}", found[name], value)
    by_bucket = oracle.api_by_bucket(world, where)
    for row in rows(trends.over_time(where)):
        expected = by_bucket.get(row["at"], (0, 0, 0))
        compared.same(f"over_time {where} {row['at']}", _counts(row), expected)
        compared.same(f"over_time {where} {row['at']} good", row["good"], expected[0] - expected[1] - expected[2])
    warm = {(row["weekday"], row["hour"]): _counts(row) for row in rows(trends.heat(where))}
    compared.same(f"heat {where}", warm, oracle.heat(world, where))
    if not where.plan:
        called = oracle.endpoints(world, where)
        listed = rows(api_figures.endpoints(where, Flags()))
        compared.same(f"endpoints {where}", {(row["service"], row["endpoint"]) for row in listed}, set(called))
        for row in listed:
            for name, value in called.get((row["service"], row["endpoint"]), {}).items():
                compared.same(f"endpoints {where} {row['service']} {row['endpoint']} {name}", row[name], value)
            compared.same(f"endpoints {where} share", row["share"], oracle.share(*_counts(row)))
    by_service = ApiFilter(where.since, where.until, "hour", where.account_id, where.plan, where.service)
    callers = oracle.by_account(world, by_service)
    for row in rows(api_figures.top_accounts(by_service)):
        expected = callers.get(str(row["account_id"]), (0, 0, 0))
        compared.same(f"top_accounts {by_service} {row['account_id']}", _counts(row), expected)
        compared.same(f"top_accounts {by_service} share", row["share"], oracle.share(*expected))
    listed = rows(api_figures.services(by_service))
    expected = oracle.by_service(world, by_service)
    compared.same(f"services {by_service}", {row["service"]: _counts(row) for row in listed}, expected)
    for row in listed:
        compared.same(f"services {by_service} share", row["share"], oracle.share(*_counts(row)))
    [tile] = rows(overview.api_error_rate(world.now))
    day = ApiFilter(until - timedelta(hours=25), until, "hour")  # the running hour and 24 complete ones
    last = oracle.api_totals(world, day)
    compared.same("overview share", tile["value"], oracle.share(last["calls"], last["errors"], last["unknown"]))


def _counts(row: Mapping[str, int]) -> oracle.Counts:
    return row["calls"], row["errors"], row["unknown"]


def _jobs(world: World, told: random.Random, compared: Compared) -> None:
    where = JobFilter(
        job_types=told.choice(((), (), JOB_TYPES[:1], JOB_TYPES[1:])),
        account_id=told.choice((None, None, *world.accounts["id"])),
    )
    step = told.choice((1, 6))
    steps = rows(health.throughput(where, 24 * step, step))
    for row in steps:
        end = row["at"] + timedelta(hours=step)
        for name, jobs in oracle.throughput(world, where, row["at"], end).items():
            compared.same(f"throughput {where} {row['at']} {name}", row[name], jobs)
    hour = world.now.replace(minute=0, second=0, microsecond=0)
    now, before = (hour - timedelta(hours=24 * part) for part in (1, 2))
    rates, earlier = (oracle.rates(world, where, *ends) for ends in ((now, hour + timedelta(hours=1)), (before, now)))
    for row in rows(health.failure_rates(where, 24)):
        kind = row["job_type"]
        compared.same(f"rates {where} {kind}", (row["ended"], row["failed"]), rates.get(kind, (0, 0)))
        was = (row["previous_ended"], row["previous_failed"])
        compared.same(f"rates {where} {kind} before", was, earlier.get(kind, (0, 0)))
    for name, value in oracle.states(world, JobFilter().stuck_after.minutes).items():
        [row] = [row for row in rows(listing.state_counts(JobFilter())) if row["state"] == name]
        compared.same(f"states {name}", row["jobs"], value)


def _usage(world: World, told: random.Random, compared: Compared) -> None:
    today = world.now.date()
    since = today - timedelta(days=told.randrange(1, DAYS))
    until = since + timedelta(days=told.randrange(1, (today - since).days + 2))
    account = told.choice((None, None, *world.accounts["id"]))
    where = UsageFilter(since, until, account_id=account, plan=None if account else told.choice((None, *PLANS)))
    recorded = oracle.recorded(world, since - (until - since), today + DAY)
    for row in rows(figures.counters(where, "day")):
        day = row["bucket"]
        expected = oracle.counters(world, where.over(day, day + DAY), COLUMNS)
        is_recorded = day in recorded or bool(account and len(oracle.used(world, where.over(day, row["bucket"] + DAY))))
        for name, value in expected.items():
            compared.same(f"counters {where} {day} {name}", row[name], value if is_recorded else None)
    [compared_days] = rows(figures.comparison(where))
    now, before = (len([day for day in recorded if first <= day < end]) for first, end in (
        (since, until), (where.before.since, since),
    ))  # fmt: skip
    compared.same(f"comparison {where} recorded", compared_days["recorded"], now)
    compared.same(f"comparison {where} previous", compared_days["previous_recorded"], before)
    value = oracle.counters(world, where, COLUMNS)["credits"]
    compared.same(f"comparison {where} value", compared_days["value"], value)
    [last] = rows(figures.last_recorded(today))
    compared.same("last_recorded", last["last_day"], max(oracle.recorded(world, today - 40 * DAY, today + DAY)))
    compared.same("last_recorded complete", last["complete_day"], max(oracle.recorded(world, today - 40 * DAY, today)))
    [stored] = rows(figures.storage(where, today))
    for name, value in zip(("used_gb", "limited_gb", "limit_gb"), oracle.storage(world, where, today), strict=True):
        compared.same(f"storage {where} {name}", None if stored[name] is None else float(stored[name]), value)
    course = oracle.storage_course(world, where.over(today - 29 * DAY, today + DAY))
    compared.same(f"storage {where} days", len(stored["series"] or []), len(course))
    for found, expected in zip(stored["series"] or [], course, strict=False):
        compared.same(f"storage {where} series", found, expected)
    one = account or world.accounts["id"][0]
    latest = oracle.gauge(world, one, today) or (None, None)
    [quota] = rows(quotas.current(one))
    compared.same(f"quotas {one} on", quota["storage_on"], latest[0])
    compared.same(f"quotas {one}", quota["storage_used_gb"] and float(quota["storage_used_gb"]), latest[1])
    known = oracle.gauges(world, one)
    for row in rows(detail.course(one)):
        found = None if row["storage_gb"] is None else float(row["storage_gb"])
        compared.same(f"course {one} {row['day']}", found, known.get(row["day"]))
