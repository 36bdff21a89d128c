"""How long an answer takes: PostgreSQL's own time, and that of a page that has the cache before it."""

from __future__ import annotations

import json
from statistics import median
from time import perf_counter
from typing import Any, Final

from sqlalchemy import Executable, create_engine

from core import database
from core.database import driver_url
from core.settings import settings

ASKED: Final = 5


def median_ms(statement: Executable) -> float:
    """Planning and execution, the median of five."""
    return median(explained(statement)[0] for _ in range(ASKED))


def explained(statement: Executable) -> tuple[float, int]:
    """Milliseconds of planning and execution, and the 8 kB buffers touched, as `desk_reader`."""
    engine = create_engine(driver_url(settings().database_read_url.get_secret_value()))
    with engine.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        compiled = statement.compile(engine, compile_kwargs={"render_postcompile": True})  # pyright: ignore[reportAttributeAccessIssue]  # Executable lacks it
        options = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY, FORMAT JSON)"
        answer = connection.exec_driver_sql(f"{options} {compiled}", dict(compiled.params)).scalar_one()
    engine.dispose()
    [told] = json.loads(answer) if isinstance(answer, str) else answer
    plan = told["Plan"]
    touched = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return told["Planning Time"] + told["Execution Time"], touched


def cached_ms(statement: Executable) -> float:
    """What a page waits when the answer is kept in the process."""
    database.load(statement, ttl_s=600, domain="bench")
    start = perf_counter()
    for _ in range(ASKED):
        database.load(statement, ttl_s=600, domain="bench")
    return 1000 * (perf_counter() - start) / ASKED


def rows(statement: Executable) -> list[tuple[Any, ...]]:
    """The answer itself, without the reader's statement timeout."""
    engine = create_engine(driver_url(settings().database_read_url.get_secret_value()))
    with engine.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        found = [tuple(row) for row in connection.execute(statement)]
    engine.dispose()
    return found
