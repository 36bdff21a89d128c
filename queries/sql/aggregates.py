"""Sums and counts under a condition."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func


def sum_where(value: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """The sum under a condition, 0 where nothing meets it."""
    return func.coalesce(func.sum(value).filter(condition), 0).cast(BigInteger)
