"""What is said about a customer, rule by rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from components.accounts import quota_cells, summary_text
from tests.support.clock import now

ACCOUNT: dict[str, Any] = {
    "status": "active", "full_soonest_days": None, "full_latest_days": None, "credits_month": 100,
    "credits_previous": 100, "credits_projected": 140, "is_quiet": False,
    "last_login_at": None,
}  # fmt: skip
QUOTAS: dict[str, Any] = {
    "creators_used": 1, "creator_limit": 5, "users_used": 1, "user_limit": 1, "voice_models_used": 0,
    "voice_model_limit": 10, "storage_used_gb": 10.0, "storage_limit_gb": 50,
}  # fmt: skip
PULSE: dict[str, Any] = {
    "jobs_failed_today": 0, "jobs_failed_7d": 0, "jobs_retried_7d": 0, "jobs_waiting": 0, "api_errors_24h": 0,
    "api_unknown_24h": 0, "api_calls_24h": 0, "voice_models_failed": 0, "projects_touched_7d": 0,
}  # fmt: skip


def told(account: dict[str, Any] | None = None, quotas: dict[str, Any] | None = None, **pulse: int) -> list[str]:
    """The sentences for a calm account with these differences."""
    calm = ACCOUNT | {"last_active_at": now()}
    return summary_text.of(calm | (account or {}), QUOTAS | (quotas or {}), PULSE | pulse)


def test_the_example_of_the_design() -> None:
    days = summary_text.days_compared(now().date())
    found = told(
        {"full_soonest_days": 12, "full_latest_days": 19, "credits_month": 134},
        {"voice_models_used": 9},
        jobs_failed_today=3,
    )
    assert found == [
        "Uses 9 of 10 voice models",
        "Storage full in 12 to 19 days",
        f"Credits 34% above the same days of last month{days}, 140 expected by its end",
        "3 failed jobs today",
    ]


def test_a_calm_account_says_so() -> None:
    assert told() == ["Nothing out of the ordinary: quotas have room, and no job failed today"]


def test_the_worst_quota_comes_first() -> None:
    found = told(quotas={"creators_used": 5, "storage_used_gb": 60.5, "users_used": 2})
    assert found == [
        "Has 2 of 1 user, 1 over the limit",
        "Stores 60.5 of 50 GB, 10.5 over the limit",
        "Follows 5 of 5 creators",
    ]


@pytest.mark.parametrize(
    ("account", "pulse", "sentence"),
    [
        ({"status": "past_due"}, {}, "Payment is past due"),
        ({"status": "cancelled"}, {}, "The subscription is cancelled"),
        ({"is_quiet": True}, {}, "Gone quiet: three days with next to no credits"),
        ({"last_active_at": None}, {}, "No user has ever signed in"),
        (
            {"credits_previous": 0, "credits_projected": None}, {},
            "100 credits this month, none in the same days of last month",
        ),
        ({"full_soonest_days": 1, "full_latest_days": None}, {}, "Storage may be full in 1 day"),
        ({"full_soonest_days": 1, "full_latest_days": 1}, {}, "Storage full in 1 day"),
        ({}, {"jobs_failed_7d": 1}, "1 failed job in 7 days, none today"),
        ({}, {"voice_models_failed": 2}, "2 voice models failed to train"),
        ({}, {"api_errors_24h": 5, "api_calls_24h": 20}, "5 of 20 API calls failed in 24 h"),
        ({}, {"api_errors_24h": 5, "api_unknown_24h": 15, "api_calls_24h": 20}, "5 of 5 API calls failed in 24 h"),
    ],
)  # fmt: skip
def test_each_rule(account: dict[str, Any], pulse: dict[str, int], sentence: str) -> None:
    sentence += summary_text.days_compared(now().date()) if "days of last month" in sentence else ""
    assert told(account, None, **pulse) == [sentence]


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 3, 31), " (30 days against 28)"), (date(2028, 3, 31), " (30 days against 29)"),
        (date(2026, 3, 29), ""), (date(2026, 3, 30), " (29 days against 28)"), (date(2026, 5, 31), ""),
        (date(2026, 8, 31), ""), (date(2026, 3, 1), ""), (date(2026, 2, 28), ""),
    ],
)  # fmt: skip
def test_a_longer_month_says_how_many_days_are_compared(today: date, words: str) -> None:
    assert summary_text.days_compared(today) == words


def test_who_was_not_active_for_weeks() -> None:
    assert told({"last_active_at": now() - timedelta(days=20, hours=1)}) == ["Not active for 20 days"]


def test_small_changes_and_an_account_without_a_summary_are_no_news() -> None:
    unknown = dict.fromkeys(("credits_month", "credits_previous", "credits_projected", "is_quiet", "last_active_at"))
    assert told({"credits_month": 109}) == told(unknown | {"last_login_at": now()}) == told()


@pytest.mark.parametrize(
    ("used", "limit", "shown"),
    [
        (20, 25, "▇ 20 / 25"), (0, 5, "▁ 0 / 5"), (30, 25, "█ 30 / 25"), (0, 0, "█ 0 / 0"), (None, 5, "— / 5"),
        (12.25, 50, "▂ 12.25 / 50"), (5, None, "5 / —"), (float("nan"), 10**12, "— / 1,000,000,000,000"),
    ],
)  # fmt: skip
def test_a_quota_in_a_cell(used: float | None, limit: float | None, shown: str) -> None:
    assert quota_cells.cell(used, limit) == shown


@pytest.mark.parametrize(
    ("soonest", "latest", "is_full", "shown"),
    [
        (12, 19, False, "12 to 19 d"), (12, 12, False, "12 d"), (400, 900, False, "> 1 year"),
        (30, None, False, "from 30 d"),
        (30, 366, False, "from 30 d"), (None, None, False, "not growing"), (0, 0, True, "full"),
    ],
)  # fmt: skip
def test_days_to_full(soonest: int | None, latest: int | None, is_full: bool, shown: str) -> None:
    assert quota_cells.days_to_full(soonest, latest, rates_known=True, is_full=is_full, has_limit=True) == shown
    assert quota_cells.days_to_full(soonest, latest, rates_known=False, is_full=False, has_limit=True) == ""
    assert quota_cells.days_to_full(soonest, latest, rates_known=True, is_full=False, has_limit=False) == "no limit"
