"""Keep the roll-ups up to date, whichever process comes first; the work itself is done by functions in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from time import perf_counter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Executable, case, func, null, select, text, update

from core.database import rows, transaction
from core.errors import DeskError, noted
from core.settings import settings
from core.telemetry import logger
from queries.rollups import state
from queries.rollups.state import SOURCES as SOURCES
from queries.rollups.state import Source
from queries.tables import rollup_state

log = logger(__name__)

BESIDE_PRODUCT: Final = 3.0
"""A backfill rests this many times as long as it worked: a quarter of one core beside a live product."""
AUDITED_DAYS: Final = 7
PARTS: Final = 24
"""In so many hourly comparisons the whole history is counted once."""
HEALED_AT_ONCE: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
# The role's 15 s are meant for pages; a day of a product with a hundred million calls takes longer.
_PATIENCE: Final = text("SET LOCAL statement_timeout = '120s'")
_SINCE: Final = func.coalesce(rollup_state.c.failing_since, func.now())
# What a comparison left behind goes with the next that succeeds; what a refresh did, with the next refresh.
_IS_AUDITS: Final = rollup_state.c.last_error.is_not_distinct_from(rollup_state.c.audit_error)
_CLEARED: Final[dict[str, Any]] = {
    "last_error": case((_IS_AUDITS, null()), else_=rollup_state.c.last_error),
    "failing_since": case((_IS_AUDITS, null()), else_=rollup_state.c.failing_since),
}


@dataclass(frozen=True, slots=True)
class Tick:
    """One refresh: which hours, how many rows they hold, whether the roll-up has now reached the open hour."""

    since: datetime
    until: datetime
    counted: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """How many hours differed from the raw rows, how many of them were rolled up again, and what was compared."""

    differing: int
    healed: int
    compared: str = field(default="", compare=False)


def tick(source: Source) -> Tick | None:
    """Refresh one source: the open hour and two before it, or the next day when far behind.

    None when another process is at it. Raises as `core.database` does, after noting why in `rollup_state`.
    """
    try:
        with transaction() as connection:
            found = _asked(connection, state.ticked(source))
    except Exception as error:  # of any kind, and raised again
        _note(source, last_error=noted(error), failing_since=_SINCE)
        raise
    if found["until"] is None:
        return None
    return Tick(found["since"], found["until"], found["counted"], found["is_current"])


def catch_up(source: Source, *, rest: float = BESIDE_PRODUCT, stop: Event | None = None) -> Iterator[Tick]:
    """Tick until the roll-up is current, resting `rest` times as long as each tick took.

    Ends early, and goes on from there next time, when another process is at it or `stop` is set.
    """
    waiting = stop or Event()
    while not waiting.is_set():
        start = perf_counter()
        done = tick(source)
        if done is None:
            return
        yield done
        if done.is_current:
            return
        waiting.wait(rest * (perf_counter() - start))


def audit(
    source: Source, *, days: int = AUDITED_DAYS, is_deep: bool = False, rest: float = 0, part: int | None = None
) -> Audit:
    """Compare closed hours of the last `days` with the raw rows, and roll up again those that differ.

    Finds late and deleted rows by counting; `is_deep` compares every figure by its key, which finds changed ones.
    Beside these days it counts one of the `PARTS` of the history before them, that of this hour of the day unless
    `part` says which: rows of any age that came, went or moved are found within a day. Whatever the days, it finds
    calls of deleted accounts and rows from before the first hour known. Raises as `core.database` does.
    """
    now = datetime.now(UTC)
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
    older: Part | None = None
    try:
        with transaction() as connection:
            connection.execute(_PATIENCE)
            hours = {*connection.execute(state.differences(source, since, is_deep)).scalars()}
            if source != "usage":
                first = connection.execute(state.first_hour(source)).scalar()
                older = _part_of(first, since, now.hour if part is None else part)
            if older:
                hours |= {*connection.execute(state.differences(source, older.since, False, older.until)).scalars()}
        healed, is_done = _healed(source, [*hours], rest)
    except Exception as error:  # of any kind, and raised again
        _note(source, last_error=noted(error), audit_error=noted(error), failing_since=_SINCE)
        raise
    compared = _words(source, since, is_deep, older)
    if is_done:
        _note(source, audited_at=func.now(), compared=compared, audit_error=None, **_CLEARED)
    return Audit(len(hours), healed, compared)


class Part(NamedTuple):
    """A stretch of the history, in whole hours."""

    since: datetime
    until: datetime


def _part_of(first: datetime | None, until: datetime, part: int) -> Part | None:
    """One of `PARTS` of what is rolled up before `until`; None where nothing is."""
    if first is None or first >= until:
        return None
    begin, end = (first + (until - first) * number / PARTS for number in (part, part + 1))
    return Part(begin.replace(minute=0, second=0, microsecond=0), end.replace(minute=0, second=0, microsecond=0))


def _words(source: Source, since: datetime, is_deep: bool, older: Part | None) -> str:
    """What was compared, as System says it."""
    if source == "usage":
        return f"Every day, by {'every figure' if is_deep else 'rows and credits'}"
    said = f"From {since:%-d %b %Y} by {'every figure' if is_deep else 'rows'}"
    return said if older is None else f"{said}; {older.since:%-d %b %Y} to {older.until:%-d %b %Y} by rows"


def _healed(source: Source, hours: list[datetime], rest: float) -> tuple[int, bool]:
    """Roll these hours up again: how many were, and whether all; not when another process is at it.

    What stops one stretch leaves the others healed; it is raised at the end.
    """
    healed = 0
    first_error: Exception | None = None
    for first, beyond in _stretches(hours):
        start = perf_counter()
        try:
            with transaction() as connection:
                if _rolled(connection, source, first, beyond) is None:
                    return healed, False
        except DeskError:  # the database is away, busy or not set up: no hour's fault
            raise
        except Exception as error:  # any fault of one stretch must not stop the others; raised below
            first_error = first_error or error
            continue
        healed += int((beyond - first) / HOUR)
        Event().wait(rest * (perf_counter() - start))
    if first_error:
        raise first_error
    return healed, True


def refresh_due(stop: Event) -> None:
    """What the app does once a minute: refresh what nobody refreshed lately, audit what is due.

    A source that fails is noted in `rollup_state` and in the log; the others go on. Raises as `core.database` does when
    it cannot be told what is due.
    """
    # The demo's few rows are rolled up at once: nobody else works on its database.
    rest = 0 if settings().auth_mode == "demo" else BESIDE_PRODUCT
    for row in rows(state.due()):
        for work in (_catch_up_due, _audit_due):  # a refresh that fails does not keep late rows from being found
            try:
                work(row, rest, stop)
            except DeskError as error:
                log.warning("rollup_failed", source=row["source"], error=str(error))
            except Exception as error:  # any fault of one source must not stop the others
                log.error("rollup_failed", source=row["source"], error=noted(error), exc_info=error)


def _catch_up_due(due: Mapping[str, Any], rest: float, stop: Event) -> None:
    if due["tick"]:
        for done in catch_up(due["source"], rest=rest, stop=stop):
            log.debug("rollup_tick", source=due["source"], until=done.until.isoformat(), counted=done.counted)


def _audit_due(due: Mapping[str, Any], rest: float, stop: Event) -> None:
    if due["audit"] and not stop.is_set():
        found = audit(due["source"], is_deep=due["deep"], rest=rest)
        if found.differing:
            log.info("rollup_audit", source=due["source"], differing=found.differing, healed=found.healed)


def _asked(connection: Connection, statement: Executable) -> Any:
    connection.execute(_PATIENCE)
    return connection.execute(statement).mappings().one()


def _rolled(connection: Connection, source: Source, since: datetime, until: datetime) -> int | None:
    roll = getattr(func.dashboard, f"roll_{source}")
    return _asked(connection, select(roll(since, until).label("counted")))["counted"]


def _note(source: Source, **values: Any) -> None:
    """Say it in `rollup_state`, unless the database is away: then the log has it."""
    with suppress(DeskError), transaction() as connection:
        connection.execute(update(rollup_state).where(rollup_state.c.source == source).values(**values))


def _stretches(hours: list[datetime]) -> list[tuple[datetime, datetime]]:
    """Adjacent hours together, a day's worth at most."""
    found: list[tuple[datetime, datetime]] = []
    for hour in sorted(hours):
        if found and found[-1][1] == hour and hour - found[-1][0] < HEALED_AT_ONCE:
            found[-1] = (found[-1][0], hour + HOUR)
        else:
            found.append((hour, hour + HOUR))
    return found
