"""How the summary of accounts is refreshed, batch by batch; its formulas are `dashboard.refresh_accounts`."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Double, Uuid, func, literal, select

from core.thresholds import Thresholds
from queries.tables import accounts
from queries.tables.base import Rows


def batch_end(low: UUID, size: int) -> Rows:
    """Where a batch of that many accounts from `low` on ends; no row when it is the last. Column: id."""
    return select(accounts.c.id).where(accounts.c.id >= low).order_by(accounts.c.id).offset(size).limit(1)


def members(low: UUID, high: UUID | None) -> Rows:
    """The accounts `low` ≤ id < `high`, in that order. Column: id."""
    found = select(accounts.c.id).where(accounts.c.id >= low).order_by(accounts.c.id)
    return found if high is None else found.where(accounts.c.id < high)


def refreshed(low: UUID, high: UUID | None, factors: Sequence[float], limits: Thresholds) -> Rows:
    """Brings the summary of the accounts `low` ≤ id < `high` up to date, for `desk_writer`; None is up to the last.

    Column: written (rows); nothing is written where nothing changed.
    """
    return select(
        func.dashboard.refresh_accounts(
            literal(low, Uuid),
            literal(high, Uuid),
            literal(list(factors), ARRAY(Double)),
            literal(limits.quiet_share, Double),
            literal(limits.quiet_credits, Double),
        ).label("written")
    )
