"""How long an answer takes: PostgreSQL's own time, and that of a page that has the cache before it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from sqlalchemy import Connection, Executable, create_engine

from core import database
from core.database import driver_url
from core.settings import settings

ASKED: Final = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What PostgreSQL said about one answer: milliseconds, and 8 kB buffers touched."""

    planning_ms: float
    execution_ms: float
    buffers: int


def median_of(statement: Executable) -> Asked:
    """The median of five on a connection that was used before, as a page's is."""
    with _patient() as connection:
        asked = [_explained(connection, statement) for _ in range(ASKED)]
    return sorted(asked, key=lambda one: one.execution_ms)[ASKED // 2]


def best_of(connection: Connection, statement: Executable) -> Asked:
    """The best of five on a connection that was used before, as a page's is: what else the machine does is no property
    of the statement."""
    return min((_explained(connection, statement) for _ in range(ASKED)), key=lambda asked: asked.execution_ms)


def report(title: str, reads: Iterable[tuple[str, Executable]], budget_ms: float) -> int:
    """Print what each read takes, planning included, the best of five; how many are above the budget."""
    late = 0
    print(f"{title}; budget {budget_ms:.0f} ms\n\n{'read':36}{'ms':>9}{'buffers':>10}")
    with _patient() as connection:
        for name, statement in reads:
            asked = best_of(connection, statement)
            ms = asked.planning_ms + asked.execution_ms
            late += ms > budget_ms
            print(f"{name:36}{ms:9.1f}{asked.buffers:10,}{'  above' if ms > budget_ms else ''}", flush=True)
    return late


def explained(statement: Executable) -> Asked:
    """Ask once on a new connection, as `desk_reader`."""
    with _patient() as connection:
        return _explained(connection, statement)


@contextmanager
def _patient() -> Generator[Connection]:
    """A new connection without the reader's statement timeout."""
    engine = create_engine(driver_url(settings().database_read_url.get_secret_value()))
    with engine.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        yield connection
    engine.dispose()


def _explained(connection: Connection, statement: Executable) -> Asked:
    compiled = statement.compile(connection.engine, compile_kwargs={"render_postcompile": True})  # pyright: ignore[reportAttributeAccessIssue]  # Executable lacks it
    options = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY, FORMAT JSON)"
    connection.exec_driver_sql(f"EXPLAIN {compiled}", dict(compiled.params))  # fills the connection's catalogue cache
    answer = connection.exec_driver_sql(f"{options} {compiled}", dict(compiled.params)).scalar_one()
    [told] = json.loads(answer) if isinstance(answer, str) else answer
    plan = told["Plan"]
    return Asked(told["Planning Time"], told["Execution Time"], plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def cached_ms(statement: Executable) -> float:
    """What a page waits when the answer is kept in the process."""
    database.load(statement, ttl_s=600, domain="find")
    start = perf_counter()
    for _ in range(ASKED):
        database.load(statement, ttl_s=600, domain="find")
    return 1000 * (perf_counter() - start) / ASKED


def rows(statement: Executable) -> list[tuple[Any, ...]]:
    """The answer itself, without the reader's statement timeout."""
    with _patient() as connection:
        return [tuple(row) for row in connection.execute(statement)]
