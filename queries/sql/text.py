"""What a person typed, as SQL looks for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether the column holds the text anywhere, in any case; `%` and `_` in it mean themselves."""
    return column.ilike(f"%{escaped(text)}%", escape="\\")


def printable(text: str) -> str:
    """What a person typed, without space around it, without NUL, which PostgreSQL refuses in any text, and without the
    word joiner that a copied address carries."""
    return text.replace("\x00", "").replace("\u2060", "").strip()


def escaped(text: str) -> str:
    """The text for a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
