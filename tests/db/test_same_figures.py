"""A figure that stands on two pages is the same on both: list, account's page, Overview, usage, work list and file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from actions.accounts import summary
from core.database import rows
from core.thresholds import Thresholds
from demo.databases import Database
from queries import overview
from queries.accounts import listing as accounts
from queries.accounts import quotas
from queries.accounts.filters import AccountFilter, Only
from queries.api_usage import figures as api_usage
from queries.api_usage.filters import ApiFilter
from queries.jobs import listing as jobs
from queries.jobs.filters import JobFilter
from queries.usage import anomalies
from queries.usage.accounts import users
from queries.usage.filters import UsageFilter
from queries.usage.month_end import month_end
from tests.support import clock


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
        projected = None if told["projected"] is None else round(told["projected"])
        assert row["credits_projected"] == pytest.approx(projected, abs=1), row["name"]
    [fleet] = rows(month_end(everybody(), clock.today()))
    [tile] = rows(overview.credits_this_month())
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
    assert {row["account_id"] for row in rows(anomalies.gone_quiet(clock.today(), Thresholds()))} == quiet
    for row in listed:
        alone = rows(anomalies.gone_quiet(clock.today(), Thresholds(), UUID(row["account_id"])))
        assert bool(alone) is row["is_quiet"], row["name"]


@pytest.mark.parametrize("only", ["quiet", "past_due", "filling"])
def test_lines_of_the_work_list_count_what_they_lead_to(listed: list[dict[str, Any]], only: Only) -> None:
    where = AccountFilter(only=only)
    line = {row["accounts"] for row in rows(accounts.worth_work(where, "urgency", True))}
    assert line == {len(rows(accounts.page(where, "urgency", True, None, 1_000)))} - {0}


def test_failed_jobs_and_calls_of_the_last_day(listed: list[dict[str, Any]]) -> None:
    hour = clock.hour()
    since = datetime.now(UTC) - timedelta(hours=24)
    counts = {row["state"]: row["jobs"] for row in rows(jobs.state_counts(JobFilter(since=since)))}
    [group] = {row["failed"] for row in rows(jobs.failed_recently())}
    assert group == counts["failed"]
    [tile] = rows(overview.api_error_rate(datetime.now(UTC)))
    day = ApiFilter(hour - timedelta(hours=23), hour + timedelta(hours=1), "hour")
    services = rows(api_usage.services(day))
    called = tuple(sum(row[name] for row in services) for name in ("calls", "errors"))
    assert (tile["requests"], tile["errors"]) == called
