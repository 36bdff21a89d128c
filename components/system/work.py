"""What the Desk itself asks of a person: roll-ups that are late or fail."""

from __future__ import annotations

from typing import Any

from components.ui import destinations, fmt, freshness, left_out
from components.ui.work_item import TTL_S, Work
from core.database import rows
from queries.rollups import state


def late_rollups() -> list[Work]:
    """What fails in the background, a row each, and roll-ups that nobody refreshed lately, in one."""
    told = rows(state.state(), ttl_s=TTL_S, domain="api_usage")
    failing = [row for row in told if row["last_error"] and not row["faults"]]
    late = [row for row in told if row["behind"] and row not in failing]
    return [*map(_stopped, failing), *([_behind(late)] if late else []), *_ahead(told)]


def _stopped(row: dict[str, Any]) -> Work:
    page, label = _where()
    return Work(
        severity="red",
        reach=1,
        icon="sync_problem",
        headline=f"{freshness.NAMES[row['source']]} cannot be refreshed",
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


def _ahead(told: list[dict[str, Any]]) -> list[Work]:
    """Rows of the future, of which no figure tells before their day."""
    counts = {freshness.NAMES[row["source"]]: left_out.ahead(row["left_out"]) for row in told}
    if not (number := sum(counts.values())):
        return []
    page, label = _where()
    are = "is" if number == 1 else "are"
    return [
        Work(
            severity="orange",
            reach=number,
            icon="update",
            headline=f"{fmt.plural(number, 'row')} {are} dated in the future",
            detail=", ".join(f"{name} {rows:,}" for name, rows in counts.items() if rows),
            page=page,
            label=label,
        )
    ]


def _where() -> tuple[str, str]:
    """Where more is said of it, for this viewer."""
    return (
        ("pages/system.py", "Open System") if destinations.has("system") else ("pages/api_usage.py", "Open API usage")
    )
