"""What a person typed, as SQL looks for it."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, func, literal

_AROUND: Final = re.compile(r"\A[\s\u200b\u2060\ufeff]+|[\s\u200b\u2060\ufeff]+\Z")


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether the column holds the text anywhere, in any case; `%` and `_` in it mean themselves."""
    return column.ilike(f"%{escaped(text)}%", escape="\\")


def same(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether the column is the text, in any case. PostgreSQL alone says what is the same: Python lowers otherwise."""
    return func.lower(column) == func.lower(literal(text, Text))


def printable(text: str) -> str:
    """What a person typed, without what is not seen around it, and without NUL, which no text of PostgreSQL's holds."""
    return _AROUND.sub("", text.replace("\x00", ""))


def escaped(text: str) -> str:
    """The text for a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
