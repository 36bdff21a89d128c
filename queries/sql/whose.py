"""Whose rows: one account's, one plan's accounts', or everybody's."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from queries.tables import accounts

PLANS: Final = ("individual", "team", "agency")
"""The product's CHECK on `plan_type`; a test compares."""


def whose(column: ColumnElement[Any], account_id: UUID | None, plan: str | None) -> list[ColumnElement[bool]]:
    """The conditions that keep one account, or one plan's accounts; none for everybody."""
    kept = [column == account_id] if account_id else []
    if plan:
        kept.append(column.in_(select(accounts.c.id).where(accounts.c.plan_type == plan)))
    return kept
