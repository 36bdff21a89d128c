"""What calls of other services ask of a person: endpoints that fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from actions.policy import flags
from components.api_usage.filters import DOMAIN, named, option
from components.ui import fmt
from components.ui.work_item import TTL_S, Work
from core.database import rows
from queries.api_usage import figures
from queries.api_usage.filters import ApiFilter
from queries.sql.time import begin


def failing_endpoints() -> list[Work]:
    """Endpoints that fail far more than in the week before, a row each."""
    now = datetime.now(UTC)
    day = ApiFilter(begin(now, 24), begin(now, 0) + timedelta(hours=1), "hour")
    found = rows(figures.endpoints(day, flags()), ttl_s=TTL_S, domain=DOMAIN)
    return [_failing(row) for row in found if row["is_flagged"]]


def _failing(row: dict[str, Any]) -> Work:
    known = row["calls"] - row["unknown"]
    return Work(
        severity="red",
        reach=row["errors"],
        icon="trending_up",
        headline=f"{row['service']} {named(row['endpoint'])} is failing: {fmt.percent(row['share'])}",
        detail=f"usual {fmt.percent(row['base'])} · {row['errors']:,} of {known:,} calls in 24 h",
        page="pages/api_usage.py",
        label="Open API usage",
        query={"api_usage_service": option(row["service"]), "api_usage_endpoint": option(row["endpoint"])},
    )
