"""A figure that stands on two pages is the same on both: list, account's page, Overview, usage, work list and file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from actions.accounts import summary
from core.database import rows
from demo.databases import Database
from queries import overview
from queries.accounts import detail, quotas, recent
from queries.accounts import listing as accounts
from queries.accounts.filters import AccountFilter, Only
from queries.api_usage import calls
from queries.api_usage import figures as api_usage
from queries.api_usage.filters import ApiFilter
from queries.jobs import groups, neighbours
from queries.jobs import listing as jobs
from queries.jobs.filters import JobFilter
from queries.sql.time import begin
from queries.tables import account_summary as summary_table
from queries.usage import anomalies
from queries.usage import figures as usage
from queries.usage.accounts import users
from queries.usage.filters import UsageFilter
from queries.usage.month_end import month_end
from tests.support import clock, factories


@pytest.fixture
def listed(demo_copy: Database) -> list[dict[str, Any]]:
    """Every account of the demo as its list has it, brought up to date."""
    summary.refresh()
    found = rows(accounts.page(AccountFilter(), "name", False, None, 1_000))
    assert len(found) > 10
    return found


def everybody(account_id: UUID | None = None) -> UsageFilter:
    """The credits of this month's complete days."""
    today = clock.today()
    return UsageFilter(today.replace(day=1), today, account_id=account_id)


def test_credits_and_where_the_month_ends(listed: list[dict[str, Any]]) -> None:
    for row in listed:
        [told] = rows(month_end(everybody(UUID(row["account_id"])), clock.today()))
        assert (row["credits_month"], row["credits_previous"]) == (told["value"], told["previous"]), row["name"]
        assert row["credits_projected"] == (told["projected"] and round(told["projected"])), row["name"]
    [fleet] = rows(month_end(everybody(), clock.today()))
    [tile] = rows(overview.credits_this_month(clock.today()))
    assert tile["value"] == fleet["value"] == sum(row["credits_month"] for row in listed)
    assert tile["previous"] == fleet["previous"] == sum(row["credits_previous"] for row in listed)
    assert tile["series"] == fleet["series"]
    used = {row["account_id"]: row["credits"] for row in rows(users(everybody(), 1_000)) if row["account_id"]}
    assert used.items() <= {row["account_id"]: row["credits_month"] for row in listed}.items()


def test_quotas_and_bands(listed: list[dict[str, Any]]) -> None:
    for row in listed:
        [now] = rows(quotas.current(UUID(row["account_id"])))
        for quota, column in quotas.USED.items():
            limit = now[quotas.LIMITS[quota]]
            assert (row[column], row[quotas.LIMITS[quota]]) == (now[column], limit), (row["name"], quota)
            assert quotas.BANDS[row[f"{quota}_band"]] == quotas.band(now[column], limit), (row["name"], quota)
    kept = {row["account_id"]: row for row in rows(select(summary_table))}
    for row in listed:
        same = [*quotas.USED.values(), *(f"{quota}_band" for quota in quotas.QUOTAS), "worst_band", "storage_on"]
        assert [row[name] for name in same] == [kept[row["account_id"]][name] for name in same], row["name"]
    [counts] = rows(accounts.bands(AccountFilter()))
    worst = [quotas.BANDS[row["worst_band"]] for row in listed]
    assert {band: counts[band.replace(" ", "_")] for band in quotas.BANDS} == {b: worst.count(b) for b in quotas.BANDS}
    [over] = {row["accounts"] for row in rows(accounts.worth_work(AccountFilter(band="over"), "urgency", True))}
    assert over == worst.count("over")


def test_the_file_holds_what_the_list_does(listed: list[dict[str, Any]]) -> None:
    file = {row["account_id"]: row for row in rows(accounts.export(AccountFilter()))}
    for row in listed:
        both = file[row["account_id"]].keys() & row.keys() - {f"{quota}_band" for quota in quotas.USED}
        assert len(both) > 15
        assert {name: file[row["account_id"]][name] for name in both} == {name: row[name] for name in both}
        for quota in quotas.USED:
            assert file[row["account_id"]][f"{quota}_band"] == quotas.BANDS[row[f"{quota}_band"]]


def test_who_has_gone_quiet(listed: list[dict[str, Any]]) -> None:
    quiet = {row["account_id"] for row in listed if row["is_quiet"]}
    assert quiet, "the demo has some, or this compares nothing"
    told = rows(anomalies.gone_quiet())
    assert {row["account_id"] for row in told} == quiet
    for row in listed:
        alone = rows(anomalies.gone_quiet(UUID(row["account_id"])))
        assert bool(alone) is row["is_quiet"], row["name"]
    for row in told:
        since = UsageFilter(row["since"], clock.today(), account_id=UUID(row["account_id"]))
        assert row["actual"] == sum(day["credits"] for day in rows(usage.counters(since, "day"))), row["name"]


@pytest.mark.parametrize("only", ["quiet", "past_due", "filling"])
def test_lines_of_the_work_list_count_what_they_lead_to(listed: list[dict[str, Any]], only: Only) -> None:
    where = AccountFilter(only=only)
    line = {row["accounts"] for row in rows(accounts.worth_work(where, "urgency", True))}
    assert line == {len(rows(accounts.page(where, "urgency", True, None, 1_000)))} - {0}


def test_failed_jobs_and_calls_of_the_last_day(listed: list[dict[str, Any]]) -> None:
    since = begin(datetime.now(UTC), 24)
    counts = {row["state"]: row["jobs"] for row in rows(jobs.state_counts(JobFilter(since=since)))}
    [group] = {row["failed"] for row in rows(groups.failed_recently())}
    [headline] = rows(overview.failed_jobs(datetime.now(UTC)))
    assert group == headline["value"] == counts["failed"] > 0
    [tile] = rows(overview.api_error_rate(datetime.now(UTC)))
    day = ApiFilter(since, clock.hour() + timedelta(hours=1), "hour")
    services = rows(api_usage.services(day))
    called = tuple(sum(row[name] for row in services) for name in ("calls", "errors"))
    assert (tile["requests"], tile["errors"]) == called


def test_what_one_account_ran_into(listed: list[dict[str, Any]]) -> None:
    week, failed = begin(datetime.now(UTC), 7 * 24), 0
    for row in listed:
        account = UUID(row["account_id"])
        [pulse] = rows(detail.pulse(account))
        states = {one["state"]: one["jobs"] for one in rows(jobs.state_counts(JobFilter(account_id=account)))}
        ended = {
            one["state"]: one["jobs"] for one in rows(jobs.state_counts(JobFilter(account_id=account, since=week)))
        }
        assert pulse["jobs_waiting"] == states["queued"] + states["processing"], row["name"]
        assert pulse["jobs_failed_7d"] == ended["failed"], row["name"]
        services = rows(recent.api_errors(account))
        assert (pulse["api_calls_24h"], pulse["api_errors_24h"]) == tuple(
            sum(one[name] for one in services) for name in ("calls", "errors")
        ), row["name"]
        failed += pulse["jobs_failed_7d"] + pulse["api_errors_24h"]
    assert failed, "the demo has some, or this compares nothing"


@pytest.mark.parametrize(
    ("code", "message", "is_failed"),
    [(200, "odd", False), (399, None, False), (400, None, True), (None, "reset", True), (None, "", False)],
)
def test_a_call_failed_everywhere_or_nowhere(
    fresh_database: Database, code: int | None, message: str | None, is_failed: bool
) -> None:
    url = fresh_database.owner_url
    account, at = factories.row(url, "accounts", name="a"), clock.hour()
    call = {"service_name": "x", "created_at": at, "status_code": code, "error_message": message}
    factories.row(url, "api_usage_logs", account_id=account, **call)
    day = ApiFilter(at - timedelta(hours=23), at + timedelta(hours=1), "hour")
    [pulse], [service], [tile] = (
        rows(detail.pulse(account)),
        rows(api_usage.services(day)),
        rows(overview.api_error_rate(at)),
    )
    [block], near = rows(recent.api_errors(account)), rows(neighbours.api_errors(account, at))
    listed = rows(calls.export(day, only_errors=True, signature=""))
    found = [pulse["api_errors_24h"], service["errors"], tile["errors"], block["errors"], len(near), len(listed)]
    assert found == [int(is_failed)] * len(found)
