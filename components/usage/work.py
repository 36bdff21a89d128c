"""What usage and API calls ask of a person: spikes, silence, failing endpoints, late roll-ups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from components.api_usage.filters import DOMAIN, NONE, named
from components.api_usage.tables import flags
from components.ui import destinations, fmt, freshness
from components.ui.work_item import TTL_S, Work
from components.usage.tables import thresholds
from core.database import rows
from queries.api_usage import figures
from queries.api_usage.filters import ApiFilter
from queries.rollups import state
from queries.usage import anomalies


def spikes() -> list[Work]:
    """Accounts that used far more credits than usual on the latest complete day, in one row."""
    today = datetime.now(UTC).date()
    found = rows(anomalies.spikes(today, thresholds()), ttl_s=TTL_S, domain="usage")
    if not found:
        return []
    worst = found[0]
    used = f"{worst['name']} used {worst['actual']:,} on {worst['day']:%-d %b}"
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
    today = datetime.now(UTC).date()
    found = rows(anomalies.gone_quiet(today, thresholds()), ttl_s=TTL_S, domain="usage")
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


def failing_endpoints() -> list[Work]:
    """Endpoints that fail far more than in the week before, a row each."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    day = ApiFilter(hour - timedelta(hours=24), hour + timedelta(hours=1), "hour")
    found = rows(figures.endpoints(day, flags()), ttl_s=TTL_S, domain=DOMAIN)
    return [_failing(row) for row in found if row["is_flagged"]]


def _failing(row: dict[str, Any]) -> Work:
    return Work(
        severity="red",
        reach=row["errors"],
        icon="trending_up",
        headline=f"{row['service']} {named(row['endpoint'])} is failing: {fmt.percent(row['share'])}",
        detail=f"usual {fmt.percent(row['base'])} · {row['errors']:,} of {row['calls']:,} calls in 24 h",
        page="pages/api_usage.py",
        label="Open API usage",
        query={"api_usage_service": row["service"], "api_usage_endpoint": row["endpoint"] or NONE},
    )


def late_rollups() -> list[Work]:
    """What fails in the background, a row each, and roll-ups that nobody refreshed lately, in one."""
    told = rows(state.state(), ttl_s=TTL_S, domain=DOMAIN)
    failing = [row for row in told if row["last_error"] and not row["faults"]]
    late = [row for row in told if row["behind"] and row not in failing]
    return [*map(_stopped, failing), *([_behind(late)] if late else [])]


def _stopped(row: dict[str, Any]) -> Work:
    page, label = _where()
    return Work(
        severity="red",
        reach=1,
        icon="sync_problem",
        headline=f"{freshness.NAMES[row['source']]} cannot be brought up to date",
        detail=f"since {fmt.utc(row['failing_since'])} UTC · {row['last_error']}",
        page=page,
        label=label,
    )


def _behind(late: list[dict[str, Any]]) -> Work:
    known = [row["refreshed_at"] for row in late if row["refreshed_at"]]
    since = f"last refreshed {fmt.age(min(known))}" if known else "never refreshed"
    page, label = _where()
    return Work(
        severity="orange",
        reach=len(late),
        icon="sync_problem",
        headline="The roll-ups are behind",
        detail=f"{since} · {', '.join(freshness.NAMES[row['source']] for row in late)}",
        page=page,
        label=label,
    )


def _where() -> tuple[str, str]:
    """Where more is said of it, for this viewer."""
    return (
        ("pages/system.py", "Open System") if destinations.has("system") else ("pages/api_usage.py", "Open API usage")
    )
