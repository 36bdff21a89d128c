"""What the creators need a person for."""

from __future__ import annotations

from typing import Any, Literal

from components.ui import fmt
from components.ui.work_item import TTL_S, Work
from core.database import rows
from queries.creators import listing


def overdue() -> list[Work]:
    """Active creators whose scrape is overdue."""
    [row] = rows(listing.overdue(), ttl_s=TTL_S, domain="creators")
    if not row["creators"]:
        return []
    oldest = f"oldest scraped {fmt.age(row['oldest_at'])}" if row["oldest_at"] else "none scraped yet"
    never = f", {row['never']:,} never scraped" if row["never"] else ""
    return [_work("yellow", row["creators"], "sync_problem", "overdue for scraping", f"{oldest}{never}", "overdue")]


def neglected() -> list[Work]:
    """Active creators that nobody follows, or without a category."""
    [row] = rows(listing.neglected(), ttl_s=TTL_S, domain="creators")
    found: list[Work] = []
    if row["uncategorised"]:
        found.append(
            _work(
                "gray", row["uncategorised"], "label_off", "without a category", "active; choose one", "uncategorised"
            )
        )
    if row["unfollowed"]:
        told = "scraped although nobody follows them; deactivate them, or wait"
        found.append(_work("gray", row["unfollowed"], "person_off", "that no account follows", told, "unfollowed"))
    return found


def _work(severity: Literal["yellow", "gray"], count: int, icon: str, what: str, detail: str, state: str) -> Work:
    query: dict[str, Any] = {"creators_state": state}
    if state == "overdue":
        query["creators_sort"] = "scraped-asc"
    headline = f"{fmt.plural(count, 'creator')} {what}"
    return Work(severity, count, icon, headline, detail, "pages/creators.py", "Open creators", query)
