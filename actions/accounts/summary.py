"""Keep the summary of accounts up to date, whichever process comes first."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from time import perf_counter
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Executable, text

from actions.policy import thresholds
from core import cache
from core.database import rows, transaction
from core.errors import DeskError, noted
from core.telemetry import logger
from queries.accounts import summary, summary_state
from queries.rollups import weekdays

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
    [state] = rows(summary_state.freshness())
    if state["refreshed_at"]:
        rest = max(EVERY, timedelta(milliseconds=_SHARE * (state["last_ms"] or 0)))
        if datetime.now(UTC) < state["refreshed_at"] + rest:
            return False
    return refresh(stop)


def refresh(stop: Event | None = None) -> bool:
    """Go over all accounts in batches; False when another process is at it, or when told to stop.

    An account that cannot be added up fails alone: the others are brought up to date, and `rollup_state` names it.
    What stops the whole pass is noted there too, and raised.
    """
    start = perf_counter()
    faults: dict[UUID, str] = {}
    try:
        factors = _factors()
        low: UUID | None = _FIRST
        while low is not None:
            if stop and stop.is_set():
                return False
            with transaction() as connection:
                high = _scalar(connection, summary.batch_end(low, BATCH))
            if not _kept(low, high, factors, faults):
                return False
            low = high
        _finish(round(1000 * (perf_counter() - start)), faults)
    except Exception as error:  # of any kind, and raised again
        with suppress(DeskError), transaction() as connection:  # the database may be away: then the log has it
            connection.execute(summary_state.stopped(noted(error)))
        raise
    cache.invalidate("accounts")
    return True


def refresh_one(account_id: UUID) -> None:
    """Bring one account up to date now, after a pass that may hold older values of it.

    Never raises, since what it follows is done: the next pass tries again, and names the account if it fails.
    """
    try:
        factors = _factors()
        with transaction() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))  # constant
            _keep(connection, account_id, None if account_id == _LAST else UUID(int=account_id.int + 1), factors)
    except Exception as error:  # of any kind: what was saved is saved
        log.warning("account_not_added_up", account_id=str(account_id), error=noted(error))
    cache.invalidate("accounts")


def _kept(low: UUID, high: UUID | None, factors: list[float], faults: dict[UUID, str]) -> bool:
    """Whether a batch was brought up to date, but for its `faults`; not when another process is at it."""
    try:
        with transaction() as connection:
            if not _scalar(connection, text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")):  # constant
                return False
            _keep(connection, low, high, factors)
    except DeskError:  # no account's fault: the database is away, busy or not set up
        raise
    except Exception as error:  # any fault of one account must not stop the others
        log.warning("accounts_one_by_one", error=noted(error))
        with transaction() as connection:
            members = list(connection.execute(summary.members(low, high)).scalars())
        for account_id, first, beyond in zip(members, [low, *members[1:]], [*members[1:], high], strict=True):
            try:
                with transaction() as connection:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))  # constant
                    _keep(connection, first, beyond, factors)
            except DeskError:
                raise
            except Exception as fault:  # this account's own
                faults[account_id] = noted(fault)
    return True


def _finish(ms: int, faults: dict[UUID, str]) -> None:
    """Note that the pass is over, and which accounts failed; each keeps the moment since which it does."""
    before = {UUID(row["account_id"]): row["since"] for row in rows(summary_state.faults())}
    now = datetime.now(UTC)
    told = {
        account_id: {"since": (before.get(account_id) or now).isoformat(), "error": error}
        for account_id, error in faults.items()
    }
    many = f"{len(faults)} accounts" if len(faults) > 1 else "1 account"
    said = f"{many} could not be added up; the others are up to date." if faults else None
    with transaction() as connection:
        connection.execute(summary_state.finished(ms, told, said))


def _factors() -> list[float]:
    [row] = rows(weekdays.all_factors(datetime.now(UTC).date()), ttl_s=3600, domain="weekdays")
    return list(row["factors"])


def _keep(connection: Connection, low: UUID, high: UUID | None, factors: list[float]) -> None:
    connection.execute(summary.refreshed(low, high, factors, thresholds()))


def _scalar(connection: Connection, statement: Executable) -> UUID | None:
    return connection.execute(statement).scalar()
