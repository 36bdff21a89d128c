"""One customer in plain words, by rules: what somebody preparing a call should know first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from components.accounts import quota_cells
from components.ui import fmt, left_out
from queries.accounts.quotas import LIMITS, USED, Quota, band

_NOUNS: Final[dict[Quota, tuple[str, str]]] = {
    "creators": ("creator", "Follows"),
    "users": ("user", "Has"),
    "voice_models": ("voice model", "Uses"),
    "storage": ("GB", "Stores"),
}
_LONG_AGO_DAYS: Final = 14
_NEWS: Final = 0.1
"""A change of credits below a tenth is no news."""

Row = Mapping[str, Any]


def of(account: Row, quotas: Row, pulse: Row) -> list[str]:
    """What is worth saying about the account, the most urgent first; never empty."""
    told = [
        *_subscription(account),
        *_quotas(quotas),
        *_storage(account, quotas),
        *_credits(account),
        *_work(pulse),
        *_silence(account),
        *_left_out(account),
    ]
    return told or ["Nothing out of the ordinary: quotas have room, and no job failed today"]


def _subscription(account: Row) -> list[str]:
    if account["status"] == "past_due":
        return ["Payment is past due"]
    return ["The subscription is cancelled"] if account["status"] == "cancelled" else []


def _quotas(quotas: Row) -> list[str]:
    """Every quota that is over, at or near its limit; one user of one is what most accounts are."""
    told: list[tuple[int, str]] = []
    for quota, (noun, verb) in _NOUNS.items():
        used, limit = quotas[USED[quota]], quotas[LIMITS[quota]]
        name = band(used, limit)
        if name in {"ok", "unknown"} or (quota == "users" and used == limit == 1):
            continue
        nouns = noun if noun == "GB" or limit == 1 else f"{noun}s"
        over = f", {quota_cells.amount(used - limit)} over the limit" if name == "over" else ""
        told.append(
            (0 if over else 1, f"{verb} {quota_cells.amount(used)} of {quota_cells.amount(limit)} {nouns}{over}")
        )
    return [sentence for _, sentence in sorted(told, key=lambda one: one[0])]


def _storage(account: Row, quotas: Row) -> list[str]:
    soonest, latest = account["full_soonest_days"], account["full_latest_days"]
    if (
        soonest is None
        or not 0 < soonest <= 60
        or band(quotas["storage_used_gb"], quotas["storage_limit_gb"])
        in {
            "over",
            "at limit",
        }
    ):
        return []
    if latest is None or latest > quota_cells.YEAR_DAYS:
        return [f"Storage may be full in {fmt.plural(soonest, 'day')}"]
    span = f"{soonest}" if soonest == latest else f"{soonest} to {latest}"
    return [f"Storage full in {span} {'day' if latest == 1 else 'days'}"]


def _credits(account: Row) -> list[str]:
    now, before, projected = (account[f"credits_{name}"] for name in ("month", "previous", "projected"))
    if now is None:
        return []
    ends = days_compared(datetime.now(UTC).date())
    ends += f", {projected:,} expected by its end" if projected is not None else ""
    if not before:
        return [f"{now:,} credits this month, none in the same days of last month{ends}"] if now else []
    change = now / before - 1
    if abs(change) < _NEWS:
        return []
    return [f"Credits {abs(change):.0%} {'above' if change > 0 else 'below'} the same days of last month{ends}"]


def days_compared(today: date) -> str:
    """How many days of this month and the last are compared, where those differ: late in a longer month."""
    done, last = today.day - 1, (today.replace(day=1) - timedelta(days=1)).day
    unequal = fmt.against(done, min(done, last))
    return f" ({unequal})" if unequal else ""


def _work(pulse: Row) -> list[str]:
    told: list[str] = []
    if pulse["jobs_failed_today"]:
        told.append(f"{fmt.plural(pulse['jobs_failed_today'], 'failed job')} today")
    elif pulse["jobs_failed_7d"]:
        again = f", {pulse['jobs_retried_7d']:,} retried since" if pulse["jobs_retried_7d"] else ""
        told.append(f"{fmt.plural(pulse['jobs_failed_7d'], 'failed job')} in 7 days, none today{again}")
    if pulse["voice_models_failed"]:
        told.append(f"{fmt.plural(pulse['voice_models_failed'], 'voice model')} failed to train")
    known, errors = pulse["api_calls_24h"] - pulse["api_unknown_24h"], pulse["api_errors_24h"]
    if errors and errors / known >= _NEWS:
        told.append(f"{errors:,} of {known:,} API calls failed in 24 h")
    return told


def _left_out(account: Row) -> list[str]:
    told = left_out.explained(account.get("left_out"))
    return [f"Of its records, {told}"] if told else []


def _silence(account: Row) -> list[str]:
    if account["is_quiet"]:
        return ["Gone quiet: three days with next to no credits"]
    last = account["last_active_at"] or account["last_login_at"]
    if last is None:
        return ["No user has ever signed in"]
    days = (datetime.now(UTC) - last).days
    return [f"Not active for {fmt.plural(days, 'day')}"] if days >= _LONG_AGO_DAYS else []
