"""The last 24 hours are the same rows in every figure: both ends, what is dated ahead, and services without a name."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from actions import rollups
from actions.accounts import summary
from core.database import rows
from core.thresholds import Flags
from demo.databases import Database
from queries import overview
from queries.accounts import detail, recent
from queries.api_usage import calls, figures, trends
from queries.api_usage.filters import ApiFilter
from queries.creators import listing as creators
from queries.jobs import groups, health, listing, timings
from queries.jobs.filters import JobFilter
from queries.rollups import state
from queries.sql import time
from queries.tables import account_summary
from tests.support import clock, factories

AHEAD = (timedelta(minutes=5), timedelta(hours=3), timedelta(hours=30))
SECOND = timedelta(seconds=1)


def last_day(**narrowed: object) -> ApiFilter:
    """The range of API usage that is called "Last 24 hours"."""
    now = clock.now()
    until = time.begin(now, 0) + timedelta(hours=1)
    return ApiFilter(time.begin(now, 24), until, "hour", **narrowed)  # pyright: ignore[reportArgumentType]


def moments() -> list[datetime]:
    """One before the last 24 hours, three within, others ahead."""
    now = clock.now()
    first = time.begin(now, 24)
    return [first - SECOND, first, now - timedelta(hours=12), now - SECOND, *(now + ahead for ahead in AHEAD)]


@pytest.mark.parametrize("hours", [24, 48, 7 * 24])
def test_the_clocks_of_the_database_and_of_the_page_agree(fresh_database: Database, hours: int) -> None:
    [row] = rows(select(time.last(hours).label("at")))
    assert row["at"] == time.begin(clock.now(), hours)
    assert timedelta(hours=hours) <= clock.now() - row["at"] < timedelta(hours=hours) + timedelta(days=1)


@pytest.mark.parametrize("is_rolled", [False, True])
def test_calls_of_the_last_24_hours(fresh_database: Database, is_rolled: bool) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a")
    failed = {"account_id": account, "status_code": 500, "error_message": "boom"}
    many = [{**failed, "service_name": name, "created_at": at} for at in moments() for name in ("", "x")]
    factories.rows(url, "api_usage_logs", many)
    if is_rolled:
        list(rollups.catch_up("api_usage", rest=0))
    [tile], [pulse] = rows(overview.api_error_rate(clock.now())), rows(detail.pulse(account))
    of_account = [row["calls"] for row in rows(recent.api_errors(account))]
    assert [tile["errors"], pulse["api_calls_24h"], pulse["api_errors_24h"], sum(of_account)] == [6] * 4
    for whose in (None, account):
        for service, expected in ((None, 6), ("", 3), ("x", 3)):
            assert set(counted(last_day(account_id=whose, service=service)).values()) == {expected}, (whose, service)


def counted(where: ApiFilter) -> dict[str, int]:
    """Failed calls of the range, by the card that says so."""
    [totals] = rows(trends.totals(where, clock.now()))
    figure = {
        "over time": trends.over_time(where),
        "heat": trends.heat(where),
        "endpoints": figures.endpoints(where, Flags()),
        "services": figures.services(where),
        "accounts": figures.top_accounts(where),
    }
    return {
        "errors": totals["errors"],
        "calls": totals["calls"],
        "file": len(rows(calls.export(where, only_errors=False, signature=""))),
        "listed": len(rows(calls.page(where, only_errors=True, signature="", cursor=None))),
        "messages": sum(row["calls"] for row in rows(calls.failed_by_message(where))),
        **{name: sum(row["errors"] for row in rows(query)) for name, query in figure.items()},
    }


@pytest.mark.parametrize("is_rolled", [False, True])
def test_jobs_of_the_last_24_hours(fresh_database: Database, is_rolled: bool) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a")
    many = [factories.job(account_id=account, status="failed", completed_at=at, updated_at=at) for at in moments()]
    factories.rows(url, "processing_queue", many)
    if is_rolled:
        list(rollups.catch_up("jobs", rest=0))
    [tile], [line] = rows(overview.failed_jobs(clock.now())), rows(groups.failed_recently())
    told = {"tile": tile["value"], "line": line["failed"], "per hour": sum(line["per_hour"])}
    for whose in (None, account):
        where = JobFilter(account_id=whose)
        recently = JobFilter(("failed",), account_id=whose, since=time.begin(clock.now(), 24))
        counts = {row["state"]: row["jobs"] for row in rows(listing.state_counts(recently))}
        [rate], [total] = rows(health.failure_rates(where, 24)), rows(listing.total(recently))
        [group] = rows(groups.failed_by_signature(recently))
        throughput = sum(row["failed"] for row in rows(health.throughput(where, 24, 1)))
        told |= {f"{name} {whose}": jobs for name, jobs in (
            ("state", counts["failed"]), ("rate", rate["failed"]), ("total", total["jobs"]),
            ("group", group["jobs"]), ("throughput", throughput),
        )}  # fmt: skip
        assert group["last_at"] < clock.now()
    assert set(told.values()) == {3}, told


@pytest.mark.parametrize("is_rolled", [False, True])
def test_waits_are_the_same_on_the_overview_and_on_jobs(fresh_database: Database, is_rolled: bool) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a")

    def ended(at: datetime, wait_s: float, **columns: object) -> dict[str, object]:
        due = at - timedelta(seconds=wait_s + 5)
        began = due + timedelta(seconds=wait_s)
        run = {"scheduled_at": due, "started_at": began, "completed_at": at, "updated_at": at, "created_at": due}
        return factories.job(status="completed", account_id=account, **{**run, **columns})

    now, kinds = clock.now(), ("voice_generation", "file_processing")
    within = [now - timedelta(hours=1 + n % 20) for n in range(60)]
    jobs = [ended(at, 10 + 10 * n, job_type=kinds[n % 2]) for n, at in enumerate(within)]
    # None of these has a wait of more than an hour; each would move the percentile if it counted.
    jobs += [ended(now + ahead, 50_000) for ahead in AHEAD] + [ended(time.begin(now, 24) - SECOND, 50_000)] * 9
    jobs += [ended(now - timedelta(hours=2), -300) for _ in range(9)]
    jobs += [ended(now - timedelta(hours=2), 5, completed_at=None)]
    jobs += [ended(now - timedelta(hours=2), 5, scheduled_at=None)]
    factories.rows(url, "processing_queue", jobs)
    if is_rolled:
        list(rollups.catch_up("jobs", rest=0))
    [tile] = rows(timings.queue_wait())
    *kinds_told, of_all = rows(timings.timings(JobFilter(), 24))
    assert tile["value_s"] == of_all["wait_p95_s"] == pytest.approx(570, rel=0.03)
    assert tile["jobs"] == 62
    assert tile["previous_s"] is None, "nine jobs say nothing of the slowest twentieth"
    *alone_told, alone = rows(timings.timings(JobFilter(account_id=account), 24))
    assert (of_all["skewed"], alone["skewed"]) == (9, 9)
    assert {**alone, "is_cut": False} == of_all, "by account from the jobs themselves, by the same rule"
    assert alone_told == kinds_told


def test_one_job_says_what_the_figures_count(fresh_database: Database) -> None:
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    now = clock.now()
    told = {
        "well": (now - hour, now - hour + second, now - hour + 3 * second, "completed"),
        "started before it was due": (now - hour, now - hour - second, now - hour + second, "completed"),
        "ended before it started": (now - hour, now - hour + 3 * second, now - hour + second, "completed"),
        "started ahead of now": (now - hour, now + hour, None, "processing"),
        "never started": (now - hour, None, now - hour, "cancelled"),
    }
    found = {}
    for name, (due, began, ended, status) in told.items():
        moments = {"scheduled_at": due, "created_at": due, "started_at": began, "completed_at": ended}
        one = factories.row(fresh_database.owner_url, "processing_queue", **factories.job(status=status, **moments))
        [row] = rows(listing.one(one))
        found[name] = (row["wait_s"], row["run_s"], row["is_clock_skewed"])
    assert found == {
        "well": (1, 2, False),
        "started before it was due": (None, 2, True),
        "ended before it started": (3, None, True),
        "started ahead of now": (3600 * 2, None, True),
        "never started": (None, None, False),
    }
    [row] = [one for one in rows(timings.timings(JobFilter(), 24)) if one["job_type"] is None]
    assert row["skewed"] == sum(is_skewed for *_, is_skewed in found.values()) - 1, "what runs has not ended"


def test_due_is_the_same_in_the_tile_and_in_the_chart(fresh_database: Database) -> None:
    past, ahead = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
    used_up = {"attempts": 3, "max_attempts": 3}
    factories.rows(fresh_database.owner_url, "processing_queue", [
        factories.job(scheduled_at=past), factories.job(scheduled_at=None), factories.job(scheduled_at=ahead),
        factories.job(scheduled_at=past, **used_up), factories.job(scheduled_at=ahead, **used_up),
    ])  # fmt: skip
    counts = {row["state"]: row["jobs"] for row in rows(listing.state_counts(JobFilter()))}
    [chart] = rows(health.in_hand(JobFilter()))
    names = ("due", "scheduled", "stranded")
    assert [counts[name] for name in names] == [chart[name] for name in names] == [2, 1, 2]
    assert sum(chart[name] for name in names) == counts["queued"], "each queued job is one of them"
    for name in names:
        assert [row["jobs"] for row in rows(listing.total(JobFilter((name,))))] == [counts[name]]


def test_what_is_dated_ahead_is_no_last_activity(fresh_database: Database) -> None:
    url, now = fresh_database.owner_url, clock.now()
    account = factories.row(url, "accounts", name="a")
    before, ahead = now - timedelta(days=2), now + timedelta(minutes=38)
    for n, at in enumerate((before, ahead)):
        factories.row(url, "users", account_id=account, email=f"{n}@a.example", last_login_at=at)
        piece = {"account_id": account, "source_url": "x", "platform": "upload", "content_type": "video"}
        factories.row(url, "content_pieces", **piece, created_at=at)
        factories.row(url, "generated_content", account_id=account, content_type="audio", created_at=at)
        factories.row(url, "projects", account_id=account, title="p", last_accessed_at=at)
    assert summary.refresh()
    [one], [pulse] = rows(detail.one(account)), rows(detail.pulse(account))
    [kept] = rows(select(account_summary.c.last_active_at))
    newest = [row["newest_at"] for block in (recent.content, recent.media) for row in rows(block(account))]
    assert {one["last_login_at"], kept["last_active_at"], *newest} == {before}
    assert pulse["projects_touched_7d"] == 1


def test_a_scrape_by_a_clock_that_is_ahead_is_not_overdue(fresh_database: Database) -> None:
    creator = {"platform": "tiktok", "username": "u", "profile_url": "https://x", "scrape_frequency_hours": 1}
    factories.row(fresh_database.owner_url, "creators", **creator, last_scraped_at=clock.now() + timedelta(minutes=9))
    [row] = rows(creators.overdue())
    assert row["creators"] == 0


def test_the_roll_up_ends_now(fresh_database: Database) -> None:
    account: UUID = factories.row(fresh_database.owner_url, "accounts", name="a")
    for at in moments():
        factories.row(fresh_database.owner_url, "api_usage_logs", account_id=account, service_name="x", created_at=at)
    today, tomorrow = clock.today(), clock.today() + timedelta(days=3)
    days = [row["requests"] for row in rows(select(state.api_call_days(today - timedelta(days=3), tomorrow)))]
    assert sum(days) == 4
