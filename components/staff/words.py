"""How roles, permissions and browsers are called and coloured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from components.ui import fmt
from core.identity import Permission, Role

ROLES: Final[dict[Role, str]] = {
    "viewer": "gray",
    "support": "blue",
    "account_manager": "violet",
    "reviewer": "green",
    "admin": "orange",
}
"""Role to theme colour name."""
MEANINGS: Final[dict[Permission, str]] = {
    "read": "Read every page except the admin pages",
    "jobs": "Retry, cancel and reschedule jobs",
    "export": "Download tables as CSV",
    "limits": "Edit accounts' limits",
    "review": "Review content",
    "creators": "Edit creators and categories",
    "audit": "Read the audit log",
    "admin": "Manage staff, see system health",
}
BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS: Final = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux")


def words(role: str) -> str:
    """A role as people read it."""
    return role.replace("_", " ")


def browser(agent: str) -> str:
    """What a browser says it is, in two words; as it stands where that is unknown."""
    name = next((name for part, name in BROWSERS if part in agent), None)
    system = next((system for system in SYSTEMS if system in agent), None)
    return f"{name}, {system}" if name and system else fmt.plain(agent[:60])


def places(first: str | None, others: Sequence[str]) -> str:
    """From where a session was opened, and where else it was used: a stolen cookie shows here."""
    return ", also ".join([first or "unknown address", *others])
