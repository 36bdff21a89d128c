"""How fresh the summary of accounts is, and which accounts fail alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, column, func, literal_column, select, true, update
from sqlalchemy.dialects.postgresql import JSONB

from queries.rollups.state import SUMMARY
from queries.tables import account_summary as s
from queries.tables import accounts
from queries.tables import rollup_state as r
from queries.tables.base import UTC_TIME, Rows

_IS_SUMMARY: Final = r.c.source == SUMMARY
_NOBODY: Final[Mapping[UUID, Mapping[str, str]]] = {}


def freshness() -> Rows:
    """How fresh the summary is. Columns: refreshed_at (None: never), last_ms, last_error."""
    return select(r.c.refreshed_at, r.c.last_ms, r.c.last_error).where(_IS_SUMMARY)


def faults() -> Rows:
    """Accounts whose summary fails while the others' does not, by id. Columns: account_id, name (None: the account is
    gone), since, error."""
    each = func.jsonb_each(r.c.faults).table_valued(column("key", Text), column("value", JSONB), name="each")
    account_id = each.c.key.cast(Uuid)
    return (
        select(
            account_id.label("account_id"),
            accounts.c.name,
            func.jsonb_extract_path_text(each.c.value, "since").cast(UTC_TIME).label("since"),
            func.jsonb_extract_path_text(each.c.value, "error").label("error"),
        )
        .join_from(r, each, true())
        .outerjoin(accounts, accounts.c.id == account_id)
        .where(_IS_SUMMARY)
        .order_by(account_id)
    )


def stopped(error: str) -> Any:
    """Note what stopped a pass over the accounts."""
    return _noted(last_error=error, failing_since=func.coalesce(r.c.failing_since, func.now()))


def finished(ms: int, faults: Mapping[UUID, Mapping[str, str]] = _NOBODY, error: str | None = None) -> Any:
    """Note that a pass ended now, the accounts that failed alone (for each since, error), and what was counted out."""
    counts = func.jsonb_each_text(s.c.left_out).table_valued(column("key", Text), column("value", Text), name="counts")
    rows = select(counts.c.key, func.sum(counts.c.value.cast(BigInteger)).label("n"))
    left_out = rows.join_from(s, counts, true()).where(s.c.left_out != literal_column("'{}'")).group_by(counts.c.key)
    o = left_out.subquery("o").c
    told = select(func.coalesce(func.jsonb_object_agg(o.key, o.n), literal_column("'{}'")))
    return _noted(
        refreshed_at=func.now(),
        last_ms=ms,
        last_error=error,
        failing_since=func.coalesce(r.c.failing_since, func.now()) if error else None,
        faults={str(account_id): dict(fault) for account_id, fault in faults.items()},
        left_out=told.scalar_subquery(),
    )


def _noted(**values: Any) -> Any:
    return update(r).where(_IS_SUMMARY).values(**values)
