"""Keep the summary of accounts up to date, whichever process comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event
from time import perf_counter
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Executable, text

from core import cache
from core.database import rows, transaction
from core.errors import DeskError
from core.settings import settings
from core.telemetry import logger
from queries import account_summary

log = logger(__name__)

BATCH: Final = 200
"""Accounts in one transaction: locks are held for well under a second beside a live product."""
EVERY: Final = timedelta(seconds=60)
_SHARE: Final = 20
"""A pass rests this many times as long as it ran: at most 5 % of one core, however many accounts there are."""
_FIRST: Final = UUID(int=0)
_LAST: Final = UUID(int=2**128 - 1)
_LOCK: Final = "hashtextextended('dashboard.account_summary', 0)"


def refresh_due(stop: Event | None = None) -> bool:
    """What the app does once a minute: refresh when the last pass was long enough ago; whether it did."""
    [state] = rows(account_summary.freshness())
    if state["refreshed_at"]:
        rest = max(EVERY, timedelta(milliseconds=_SHARE * (state["last_ms"] or 0)))
        if datetime.now(UTC) < state["refreshed_at"] + rest:
            return False
    return refresh(stop)


def refresh(stop: Event | None = None) -> bool:
    """Go over all accounts in batches; False when another process is at it, or when told to stop.

    Raises as `core.database` does, after noting why in `rollup_state`.
    """
    start = perf_counter()
    try:
        factors = _factors()
        low: UUID | None = _FIRST
        while low is not None:
            if stop and stop.is_set():
                return False
            with transaction() as connection:
                if not _scalar(connection, text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")):  # constant
                    return False
                high = _scalar(connection, account_summary.batch_end(low, BATCH))
                _keep(connection, low, high, factors)
            low = high
    except DeskError as error:
        with transaction() as connection:
            connection.execute(account_summary.finished(None, str(error)))
        raise
    with transaction() as connection:
        connection.execute(account_summary.finished(round(1000 * (perf_counter() - start))))
    cache.bump("accounts")
    return True


def refresh_one(account_id: UUID) -> None:
    """Bring one account up to date now, after a pass that may hold older values of it."""
    factors = _factors()
    with transaction() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))  # constant
        _keep(connection, account_id, None if account_id == _LAST else UUID(int=account_id.int + 1), factors)
    cache.bump("accounts")


def _factors() -> list[float]:
    [found] = rows(account_summary.weekday_factors(), ttl_s=3600, domain="weekdays")
    return list(found["factors"])


def _keep(connection: Connection, low: UUID, high: UUID | None, factors: list[float]) -> None:
    chosen = settings()
    connection.execute(account_summary.kept(low, high, factors, chosen.quiet_share, chosen.quiet_credits))


def _scalar(connection: Connection, statement: Executable) -> UUID | None:
    return connection.execute(statement).scalar()
