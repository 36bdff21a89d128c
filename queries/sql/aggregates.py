"""Sums under a condition, and shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, case, func


def sum_where(value: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """The sum under a condition, 0 where nothing meets it."""
    return func.coalesce(func.sum(value).filter(condition), 0).cast(BigInteger)


def share(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Any]:
    """A share of 0 to 1; None of nothing."""
    return case((whole > 0, part.cast(Double) / whole))
