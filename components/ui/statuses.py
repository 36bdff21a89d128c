"""How the product's statuses and reviewers' verdicts are coloured and called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from components.ui.fmt import literal, plain

T = TypeVar("T")

COLORS: Final = {
    "pending": "gray", "processing": "blue", "training": "blue", "completed": "green", "failed": "red",
    "unknown": "gray", "approve": "green", "needs_work": "orange", "reject": "red", "skip": "gray",
}  # fmt: skip
ICONS: Final = {
    "pending": "hourglass_empty", "processing": "play_circle", "training": "model_training",
    "completed": "check_circle", "failed": "error", "unknown": "help", "approve": "thumb_up", "needs_work": "edit_note",
    "reject": "thumb_down", "skip": "redo",
}  # fmt: skip
WORDS: Final = {"approve": "approved", "needs_work": "needs work", "reject": "rejected", "skip": "skipped"}


_UNDER_WAY: Final = {"pending", "queued", "processing", "training"}


def badge(name: str) -> str:
    """A status or verdict as a Markdown badge with its icon."""
    told = literal(WORDS.get(name, name))
    return f":{COLORS.get(name, 'gray')}-badge[:material/{ICONS.get(name, 'help')}: {told}]"


def ended(status: str | None, value: T) -> T | None:
    """What tells how a try ended; none of one that is under way, which keeps that of the try before."""
    return None if status in _UNDER_WAY else value


def error_title(status: str | None) -> str:
    """What a stored error is called: only of what has failed is it the present one."""
    return "Error" if status == "failed" else "Error of an earlier try"


def errors(statuses: Iterable[Any], messages: Iterable[Any]) -> list[str | None]:
    """A table's errors; one that an earlier try left says so."""
    told = zip(statuses, messages, strict=True)
    return [_error(status, message) if isinstance(message, str) else None for status, message in told]


def _error(status: Any, message: str) -> str:
    return plain(message) if status == "failed" else f"Earlier try: {plain(message)}"
