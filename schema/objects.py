"""The Desk's tables, functions and grants as they are, one object a file under `desk/`; revisions run these files."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from core.errors import DeskError

DESK: Final = Path(__file__).parent / "desk"
EARLIER: Final = Path(__file__).parent / "migrations" / "earlier"
"""Texts that revisions ran and that are no longer the objects'; none until a first file changes."""


def names() -> list[str]:
    """Every object's file, such as `functions/rollups/rollup_tick.sql`."""
    return sorted(path.relative_to(DESK).as_posix() for path in DESK.rglob("*.sql"))


def digest(text: str) -> str:
    """What a revision tells a text by."""
    return sha256(text.encode()).hexdigest()[:12]


def ran(name: str, wanted: str) -> str:
    """The text of that digest, which a revision runs: the object's file, or once that has changed, the text kept.

    So a revision goes on doing what it did, and a file that changes alone is noticed: raises `DeskError`.
    """
    kept = (EARLIER / name).with_suffix(f".{wanted}.sql")
    for path in (DESK / name, kept):
        if path.is_file() and digest(text := path.read_text()) == wanted:
            return text
    raise DeskError(
        f"schema/desk/{name} is no longer the text {wanted} that a revision ran. Keep that text in "
        f"schema/migrations/earlier/{kept.relative_to(EARLIER)}, and write a revision that makes the change; "
        "CONTRIBUTING.md says how."
    )
