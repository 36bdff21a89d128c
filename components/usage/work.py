"""What usage asks of a person: spikes and silence."""

from __future__ import annotations

from datetime import UTC, datetime

from actions.policy import thresholds
from components.ui import fmt
from components.ui.work_item import TTL_S, Work
from core.database import rows
from queries.usage import anomalies


def spikes() -> list[Work]:
    """Accounts that used far more credits than usual on the latest complete day, in one row."""
    today = datetime.now(UTC).date()
    found = rows(anomalies.spikes(today, thresholds()), ttl_s=TTL_S, domain="usage")
    if not found:
        return []
    worst = found[0]
    used = f"{worst['name']} used {worst['actual']:,} on {worst['day']:%-d %b %Y}"
    total = worst["total"]
    others = f", and {fmt.plural(total - 1, 'more account')} far above usual" if total > 1 else ""
    return [
        Work(
            severity="orange",
            reach=total,
            icon="bolt",
            headline=f"Credit spike: {used}",
            detail=f"expected about {worst['expected']:,.0f}{others}",
            page="pages/usage.py",
            label="Open usage",
            query={"usage_account": worst["account_id"]} if total == 1 else {},
        )
    ]


def gone_quiet() -> list[Work]:
    """Accounts that used next to nothing for three days, in one row."""
    found = rows(anomalies.gone_quiet(), ttl_s=TTL_S, domain="accounts")
    if not found:
        return []
    total = found[0]["total"]
    verb = "has" if total == 1 else "have"
    lost = " · ".join(f"{row['name']}: {row['actual']:,} of about {row['expected']:,.0f}" for row in found[:3])
    return [
        Work(
            severity="yellow",
            reach=total,
            icon="volume_off",
            headline=f"{fmt.plural(total, 'account')} {verb} gone quiet",
            detail=f"{lost} credits in three days",
            page="pages/usage.py",
            label="Open usage",
            query={"usage_account": found[0]["account_id"]} if total == 1 else {},
        )
    ]
