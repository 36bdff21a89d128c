"""The indexes that the Desk recommends for the product's tables: why, and which are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import psycopg

FILE: Final = Path(__file__).parent / "recommended_indexes.sql"
_CREATED: Final = re.compile(r"CREATE INDEX IF NOT EXISTS (\w+)\s+ON (\w+)")
_DROPPED: Final = re.compile(r"DROP INDEX IF EXISTS (\w+)")
# An index of which CONCURRENTLY gave up stays, invalid: it costs every write and answers no read.
_THERE: Final = """
SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Recommended:
    """An index, the reason for it, and the statement that makes it beside a live product."""

    name: str
    table: str
    why: str
    statement: str


@dataclass(frozen=True, slots=True)
class Found:
    """A recommended index and whether it is there: None when it is there but invalid."""

    index: Recommended
    is_there: bool | None

    @property
    def fixes(self) -> tuple[str, ...]:
        """The statements that make it; none where it is there."""
        if self.is_there:
            return ()
        drop = () if self.is_there is False else (f"DROP INDEX CONCURRENTLY public.{self.index.name};",)
        return (*drop, self.index.statement)


@cache
def recommended() -> tuple[Recommended, ...]:
    """All of them, in the file's order."""
    found: list[Recommended] = []
    comment: list[str] = []
    statement: list[str] = []
    was_comment = False
    for line in FILE.read_text().splitlines():
        if line.startswith("--"):
            comment = [*(comment if was_comment else []), line.removeprefix("--").strip()]
        elif line.strip():
            statement.append(line.strip())
            if line.rstrip().endswith(";"):
                if not line.startswith("DROP"):
                    found.append(_read(" ".join(statement), " ".join(comment)))
                statement = []
        was_comment = line.startswith("--")
    return tuple(found)


def outgrown(connection: psycopg.Connection) -> list[str]:
    """Those of the database that were recommended once and are to go: they stand in the product's way."""
    names = _DROPPED.findall(FILE.read_text())
    return sorted(name for name, _ in connection.execute(_THERE, [names]).fetchall())


def look(connection: psycopg.Connection) -> list[Found]:
    """Which of them the database has."""
    names = [index.name for index in recommended()]
    there = dict(connection.execute(_THERE, [names]).fetchall())
    return [Found(index, None if there.get(index.name) is False else index.name in there) for index in recommended()]


def _read(statement: str, why: str) -> Recommended:
    name, table = _CREATED.findall(statement)[0]
    return Recommended(name, table, why, statement.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1))
