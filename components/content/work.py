"""What about content and models needs a person now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from components.ui import fmt
from components.ui.work_item import TTL_S, Work
from core.database import rows
from queries.content import filters, work
from queries.models import figures

CONTENT: Final = "pages/content.py"


def failed() -> list[Work]:
    """Pieces whose processing failed in the last day."""
    return [
        _pieces(
            row,
            "red",
            "error",
            "failed in processing within 24 h",
            f"last one {fmt.age(row['last_at'])}",
            {"content_state": "failed", "content_added": "24"},
        )
        for row in rows(work.failed(), ttl_s=TTL_S, domain="content")
    ]


def stuck() -> list[Work]:
    """Pieces that have been in processing for too long."""
    return [
        _pieces(
            row,
            "orange",
            "running_with_errors",
            f"have been in processing for over {filters.STUCK_HOURS} h",
            f"newest added {fmt.age(row['last_at'])}",
            {"content_state": "stuck"},
        )
        for row in rows(work.stuck(), ttl_s=TTL_S, domain="content")
    ]


def expiring() -> list[Work]:
    """Pieces whose file is deleted soon."""
    return [
        _pieces(
            row,
            "gray",
            "timer",
            f"lose their file within {work.EXPIRING.expiring_days} days",
            f"first one {fmt.age(row['last_at'])}",
            {"content_expiring": str(work.EXPIRING.expiring_days)},
        )
        for row in rows(work.expiring(), ttl_s=TTL_S, domain="content")
    ]


def unreviewed() -> list[Work]:
    """What waits for a verdict."""
    found = rows(work.waiting(), ttl_s=TTL_S, domain="reviews")
    return [
        Work(
            severity="gray",
            reach=0,
            icon="gavel",
            headline=f"{fmt.count(row['pieces'])} content pieces wait for a verdict",
            detail=f"from the last 30 days · oldest added {fmt.age(row['last_at'])}",
            page=CONTENT,
            label="Open content",
            query={
                "content_verdict": "waiting",
                "content_state": "completed",
                "content_added": str(work.WAITING.added_hours),
            },
        )
        for row in found
    ]


def stuck_models() -> list[Work]:
    """Voices and avatars whose training does not end."""
    return [
        Work(
            severity="orange",
            reach=row["accounts"],
            icon="model_training",
            headline=f"{fmt.plural(row['models'], 'model')} in training for over {figures.STUCK_HOURS} h",
            detail=f"{fmt.plural(row['accounts'], 'account')} · oldest for {fmt.since(row['oldest_at'])}",
            page="pages/models.py",
            label="Open models",
            query={"models_state": "stuck"},
        )
        for row in rows(figures.stuck(), ttl_s=TTL_S, domain="models")
    ]


def _pieces(
    row: Mapping[str, Any],
    severity: Literal["red", "orange", "yellow", "gray"],
    icon: str,
    what: str,
    when: str,
    query: dict[str, str],
) -> Work:
    return Work(
        severity=severity,
        reach=row["accounts"],
        icon=icon,
        headline=f"{fmt.count(row['pieces'])} content piece{'s' * (row['pieces'] != 1)} {what}",
        detail=f"{fmt.plural(row['accounts'], 'account', is_floor=row['pieces'] > fmt.COUNT_CAP)} · {when}",
        page=CONTENT,
        label="Open content",
        query=query,
    )
