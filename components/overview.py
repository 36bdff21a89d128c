"""The Overview's figures."""

from __future__ import annotations

from typing import Any, Final

from components import cards
from components import format as written
from core.database import rows
from queries import overview

TTL_S: Final = 30
METRICS_PX: Final = 172


def active_accounts() -> None:
    """Accounts that used the product this week."""
    told = _one(overview.active_accounts())
    cards.metric(
        "Active accounts, 7 d",
        written.compact(told["value"]),
        exact=f"{told['value']:,} accounts used the product in the seven days through {told['through']}.",
        delta=told["value"] - told["previous"],
        good="up",
        trend=told["series"],
        versus="vs previous 7 d",
    )


def credits_this_month() -> None:
    """Credits used this month."""
    told = _one(overview.credits_this_month())
    change = written.percent(told["value"] / told["previous"] - 1) if told["previous"] else "new"
    cards.metric(
        "Credits this month",
        written.compact(told["value"]),
        exact=f"{told['value']:,} credits through {told['through']} UTC; {told['today']:,} more today so far.",
        delta=change,
        good="neither",
        trend=told["series"],
        versus="vs same days last month",
    )


def api_error_rate() -> None:
    """The share of API calls that failed."""
    told = _one(overview.api_error_rate())
    now, before = told["value"], told["previous"]
    change = None if now is None or before is None else f"{(now - before) * 100:.1f} pp"
    cards.metric(
        "API error rate, 24 h",
        written.percent(now),
        exact=f"{told['errors']:,} of {told['requests']:,} calls failed.",
        delta=change,
        good="down",
        trend=[share or 0 for share in told["series"]],
        versus="vs previous 24 h",
    )


def failed_jobs() -> None:
    """Jobs that failed."""
    told = _one(overview.failed_jobs())
    cards.metric(
        "Failed jobs, 24 h",
        written.compact(told["value"]),
        exact=f"{told['value']:,} jobs; {told['previous']:,} in the 24 hours before.",
        delta=told["value"] - told["previous"],
        good="down",
        trend=told["series"],
        versus="vs previous 24 h",
    )


FIGURES: Final = {
    "Active accounts": active_accounts,
    "Credits this month": credits_this_month,
    "API error rate": api_error_rate,
    "Failed jobs": failed_jobs,
}


def _one(statement: Any) -> dict[str, Any]:
    [row] = rows(statement, ttl_s=TTL_S, domain="overview")
    return row
