"""Values that stand in the SQL itself: the planner knows them, and can prove a partial index's predicate from them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, literal_column


def constant(value: str | int) -> ColumnElement[Any]:
    """One of the Desk's own words or numbers, never what a person typed."""
    return literal_column(f"'{value}'", Text) if isinstance(value, str) else literal_column(str(int(value)))
