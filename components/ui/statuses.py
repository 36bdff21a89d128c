"""How the product's statuses and reviewers' verdicts are coloured and called."""

from __future__ import annotations

from typing import Final

from components.ui.fmt import literal

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


def badge(name: str) -> str:
    """A status or verdict as a Markdown badge with its icon."""
    told = literal(WORDS.get(name, name))
    return f":{COLORS.get(name, 'gray')}-badge[:material/{ICONS.get(name, 'help')}: {told}]"
