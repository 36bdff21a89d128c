"""The summary of accounts, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import select

from actions.accounts import summary as account_summary
from core.database import rows
from demo.databases import Database
from queries.accounts import quotas
from queries.tables import account_summary as summary
from tests.support import factories
from tests.support.clock import today
from tests.support.factories import at


def summaries(database: Database) -> dict[str, dict[str, Any]]:
    """The summary by account name, after a refresh."""
    assert account_summary.refresh()
    return {row["name"]: row for row in rows(select(summary))}


def spent(url: str, account: UUID, by_day: dict[int, int], storage: dict[int, float] | None = None) -> None:
    """Statistics so many days ago."""
    gauges = storage or {}
    factories.rows(url, "account_usage_stats", [
        {
            "account_id": account, "stat_date": today() - timedelta(days=ago),
            "total_credits_used": by_day.get(ago), "storage_used_gb": gauges.get(ago),
        }
        for ago in sorted({*by_day, *gauges})
    ])  # fmt: skip


def followers(url: str, account: UUID, active: int, inactive: int) -> None:
    """Creators followed, and no longer followed."""
    for number in range(active + inactive):
        creator = factories.row(
            url,
            "creators",
            platform="tiktok",
            username=f"{account}-{number}",
            profile_url=f"https://t.example/{number}",
        )
        factories.row(
            url, "account_followed_creators", account_id=account, creator_id=creator, is_active=number < active
        )


def test_quotas_of_accounts_in_each_band_are_those_counted_by_hand(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    limits = {"creator_limit": 5, "user_limit": 4, "voice_model_limit": 2, "storage_limit_gb": 50}
    a = factories.row(url, "accounts", name="mixed", **limits)
    # Over: 6 of 5, though 2 more were unfollowed.
    followers(url, a, active=6, inactive=2)
    # At the limit: 4 of 4; the inactive one does not count, NULL does.
    factories.rows(url, "users", [
        {"account_id": a, "email": f"{number}@mixed.example", "is_active": active, "last_login_at": at("-1 day")}
        for number, active in enumerate([True, True, None, True, False])
    ])  # fmt: skip
    # OK: 1 of 2; failed, inactive ones do not count, whatever their other half says.
    [user] = factories.values(url, "SELECT id FROM users WHERE email = '0@mixed.example'")
    factories.rows(url, "voice_models", [
        {"account_id": a, "user_id": user, "name": "v", "is_active": active, "training_status": status}
        for active, status in [(True, "completed"), (True, "failed"), (False, "completed"), (False, "failed")]
    ])  # fmt: skip
    # Near: 40 of 50 is exactly 80 %; the newest gauge counts and is never added up.
    spent(url, a, {}, {9: 49.0, 1: 40.0})
    factories.row(url, "accounts", name="empty", **limits)
    factories.row(url, "accounts", name="limitless", **dict.fromkeys(limits))
    found = summaries(fresh_database)
    mixed = found["mixed"]
    assert [mixed[column] for column in quotas.USED.values()] == [6, 4, 1, 40.0]
    bands = {quota: quotas.BANDS[mixed[f"{quota}_band"]] for quota in quotas.QUOTAS}
    assert bands == {"creators": "over", "users": "at limit", "voice_models": "ok", "storage": "near"}
    assert quotas.BANDS[mixed["worst_band"]] == "over"
    assert mixed["storage_on"] == today() - timedelta(days=1)
    empty = found["empty"]
    assert [empty[column] for column in quotas.USED.values()] == [0, 0, 0, None]
    assert [quotas.BANDS[empty[f"{quota}_band"]] for quota in quotas.QUOTAS] == ["ok", "ok", "ok", "unknown"]
    assert quotas.BANDS[found["limitless"]["worst_band"]] == "unknown"
    [now] = rows(quotas.current(a))
    assert [now[column] for column in quotas.USED.values()] == [6, 4, 1, 40.0]
    assert (now["creators_added"], now["users_added"], now["voice_models_added"]) == (6, 4, 1)


@pytest.mark.parametrize(
    ("used", "limit", "band"),
    [
        (0, 0, "at limit"), (1, 0, "over"), (3, 4, "ok"), (4, 5, "near"), (5, 5, "at limit"), (6, 5, "over"),
        (None, 5, "unknown"), (5, None, "unknown"), (0.79, 1, "ok"), (2, -1, "over"),
    ],
)  # fmt: skip
def test_the_database_and_the_form_agree_on_bands(
    fresh_database: Database, used: float | None, limit: int | None, band: str
) -> None:
    [number] = factories.values(fresh_database.owner_url, "SELECT dashboard.quota_band(%s::numeric, %s)", used, limit)
    assert quotas.BANDS[number] == quotas.band(used, limit) == band


def test_one_user_of_one_is_no_worry(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="alone", user_limit=1)
    factories.row(url, "users", account_id=account, email="only@alone.example")
    found = summaries(fresh_database)["alone"]
    assert (quotas.BANDS[found["users_band"]], quotas.BANDS[found["worst_band"]]) == ("at limit", "ok")
    factories.row(url, "users", account_id=account, email="second@alone.example")
    assert quotas.BANDS[summaries(fresh_database)["alone"]["worst_band"]] == "over"


def test_storage_is_full_in_a_range_from_two_rates(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    gauges = {
        # 2 GB a day over 7 days, 1 GB over 28: 10 GB left are 5 to 10 days.
        "fast": {0: 40.0, 7: 26.0, 28: 12.0},
        # Grew once, not lately: from 28-day rate alone there is a soonest and no latest.
        "stalled": {0: 40.0, 7: 40.0, 28: 12.0},
        "shrinking": {0: 30.0, 7: 31.0, 28: 32.0},
        "new": {0: 30.0, 7: 20.0},
        # The gauge before the 28-day window is 4 days too old: no rate over such a gap.
        "gap": {0: 30.0, 7: 20.0, 32: 10.0},
        "full": {0: 60.0, 7: 40.0, 28: 10.0},
    }
    for name, by_day in gauges.items():
        spent(url, factories.row(url, "accounts", name=name, storage_limit_gb=50), {}, by_day)
    found = summaries(fresh_database)
    days = {name: (found[name]["full_soonest_days"], found[name]["full_latest_days"]) for name in gauges}
    assert days == {
        "fast": (5, 10), "stalled": (10, None), "shrinking": (None, None), "new": (None, None), "gap": (None, None),
        "full": (0, 0),
    }  # fmt: skip
    assert (found["fast"]["storage_rate_7"], found["fast"]["storage_rate_28"]) == (2.0, 1.0)
    assert found["gap"]["storage_rate_28"] is None


def test_credits_of_the_month_and_its_projected_end(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="a", created_at=at("-100 days"))
    # Every day spends its ISO weekday, so that each weekday's mean is known; today's spending does not count yet.
    by_day = {ago: (today() - timedelta(days=ago)).isoweekday() for ago in range(1, 63)}
    spent(url, account, {0: 1000, **by_day})
    found = summaries(fresh_database)["a"]
    first = today().replace(day=1)
    last = (first + timedelta(days=40)).replace(day=1) - timedelta(days=1)

    def total(since: date, until: date) -> int:
        return sum((since + timedelta(days=n)).isoweekday() for n in range((until - since).days))

    before = (first - timedelta(days=1)).replace(day=1)
    assert found["credits_month"] == total(first, today())
    assert found["credits_previous"] == total(before, min(before + (today() - first), first))
    assert found["credits_projected"] == total(first, last + timedelta(days=1))
    assert list(found["credits_course"]) == [by_day[ago] for ago in range(30, 0, -1)]


def test_a_projection_needs_14_days(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    spent(url, factories.row(url, "accounts", name="old", created_at=at("-90 days")), dict.fromkeys(range(1, 40), 10))
    spent(url, factories.row(url, "accounts", name="13 days", created_at=at("-13 days")), {1: 10})
    spent(url, factories.row(url, "accounts", name="14 days", created_at=at("-14 days")), {1: 10})
    found = summaries(fresh_database)
    assert found["13 days"]["credits_projected"] is None
    assert found["14 days"]["credits_projected"] is not None


def test_three_silent_days_are_quiet(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    usual = dict.fromkeys(range(1, 57), 100)
    courses = {
        "busy": {},
        # A missing row is 0 on a day that others have.
        "quiet": {1: None, 2: 0, 3: 10},
        "one loud day": {1: 0, 2: 0, 3: 11},
        "two days": {1: 0, 2: 0},
    }
    for name, change in courses.items():
        account = factories.row(url, "accounts", name=name, created_at=at("-100 days"))
        spent(url, account, {ago: n for ago, n in (usual | change).items() if n is not None})
    small = factories.row(url, "accounts", name="never much", created_at=at("-100 days"))
    spent(url, small, {ago: 19 if ago > 3 else 0 for ago in usual})
    found = summaries(fresh_database)
    assert {name for name, row in found.items() if row["is_quiet"]} == {"quiet"}
    assert found["quiet"]["last_active_at"].date() == today() - timedelta(days=3)


def test_a_refresh_writes_only_what_changed(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = [factories.row(url, "accounts", name=name) for name in "abc"]
    summaries(fresh_database)
    before = dict(_versions(url))
    factories.row(url, "users", account_id=ids[0], email="a@a.example")
    with psycopg.connect(url) as owner:
        owner.execute("DELETE FROM accounts WHERE id = %s", [ids[1]])
    assert account_summary.refresh()
    after = dict(_versions(url))
    assert set(after) == {ids[0], ids[2]}
    assert after[ids[2]] == before[ids[2]]
    assert after[ids[0]] != before[ids[0]]


def test_batches_cover_every_account(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_summary, "BATCH", 2)
    url = fresh_database.owner_url
    ends = [UUID(int=0), UUID(int=2**128 - 1)]
    factories.rows(
        url, "accounts", [{"id": identity, "name": "x"} for identity in [*ends, *(uuid4() for _ in range(5))]]
    )
    assert account_summary.refresh()
    assert len(dict(_versions(url))) == 7
    account_summary.refresh_one(ends[1])


def test_only_one_process_refreshes_and_not_too_often(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("UPDATE dashboard.rollup_state SET refreshed_at = now() - interval '61 s'")
    with psycopg.connect(fresh_database.writer_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('dashboard.account_summary', 0))")
        assert not account_summary.refresh()
    assert account_summary.refresh_due()
    assert not account_summary.refresh_due()


def _versions(url: str) -> list[tuple[UUID, str]]:
    with psycopg.connect(url) as owner:
        return owner.execute("SELECT account_id, xmin::text FROM dashboard.account_summary").fetchall()
