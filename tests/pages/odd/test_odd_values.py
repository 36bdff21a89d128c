"""Every page, drawer and file over values that PostgreSQL's types allow and nobody expects: no part of any fails.

Each time a column holds another of its type's odd values than the last, so that in the rounds each meets each.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql
from streamlit.testing.v1 import AppTest

from components.ui import exports
from core.database import load
from demo import databases
from demo.databases import Database
from demo.places import ROOT
from demo.servers import PostgreSQL
from queries.content import listing as content
from queries.content.filters import ContentFilter
from queries.creators import listing as creators
from queries.creators.filters import CreatorFilter
from queries.jobs import listing as jobs
from queries.jobs.filters import JobFilter
from queries.projects import listing as projects
from queries.projects.listing import ProjectFilter
from tests.support.app import App
from tests.support.environment import in_use
from tests.support.odd import payload_rows
from tests.support.odd.values import DAYS, DOCUMENTS, MOMENTS, SCORES, WHOLE

OF_A_TYPE: Final = {
    "timestamp with time zone": MOMENTS,
    "numeric": SCORES,
    "integer": WHOLE,
    "bigint": (None, "0", "-1", str(2**63 - 1), str(-(2**63))),
    "jsonb": DOCUMENTS,
    "date": DAYS,
}
COLUMNS: Final = """
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND data_type = ANY (%s) ORDER BY 1, 2
"""
EVERY: Final = sorted({path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__"})
ROUNDS: Final = range(0, len(MOMENTS), 3)


@pytest.fixture(scope="session")
def odd_database(postgresql: PostgreSQL, demo_template: str) -> Iterator[tuple[Database, dict[str, str]]]:
    """A Desk with demo data and roll-ups, whose values become odd afterwards, and what its drawers are to show."""
    database = databases.copy(postgresql, demo_template, "odd")
    yield database, payload_rows.seeded(database)
    databases.drop(postgresql, "odd")


@pytest.fixture
def odd(odd_database: tuple[Database, dict[str, str]]) -> Iterator[tuple[Database, dict[str, str]]]:
    """The same, in use for one test."""
    with in_use(odd_database[0]):
        yield odd_database


def spread(database: Database, turn: int) -> None:
    """Give every column of such a type its odd values, another in each row, and each turn other ones."""
    with psycopg.connect(database.owner_url) as owner:
        tables: dict[str, list[tuple[str, str, bool]]] = {}
        for table, column, kind, is_nullable in owner.execute(COLUMNS, [list(OF_A_TYPE)]).fetchall():
            if (table, column) != ("account_usage_stats", "stat_date"):  # a key with the account: two days only
                tables.setdefault(table, []).append((column, kind, is_nullable == "YES"))
        for table, columns in tables.items():
            sets = [
                sql.SQL("{} = (({})::text[])[1 + ((n + {}) % {})::integer]::{}").format(
                    sql.Identifier(column),
                    sql.Literal(values := [one for one in OF_A_TYPE[kind] if one is not None or may_lack]),
                    sql.Literal(turn + place), sql.Literal(len(values)), sql.SQL(kind),  # pyright: ignore[reportArgumentType]
                )
                for place, (column, kind, may_lack) in enumerate(columns)
            ]  # fmt: skip
            numbered = "(SELECT id, row_number() OVER (ORDER BY id) AS n FROM {table}) AS o"
            statement = f"UPDATE {{table}} AS t SET {{sets}} FROM {numbered} WHERE o.id = t.id"
            owner.execute(sql.SQL(statement).format(table=sql.Identifier(table), sets=sql.SQL(", ").join(sets)))
        for place, day in enumerate(DAYS):
            owner.execute(
                "UPDATE account_usage_stats SET stat_date = %s WHERE id = (SELECT id FROM account_usage_stats"
                " WHERE isfinite(stat_date) ORDER BY id OFFSET %s LIMIT 1)",
                [day, place],
            )  # fmt: skip


def failures(at: AppTest) -> list[str]:
    """What the page says of itself, where it is not sound."""
    return [*map(str, at.exception), *(one.value for one in at.warning if "could not be shown" in one.value)]


@pytest.mark.parametrize("turn", ROUNDS)
def test_nothing_fails_over_odd_values(app: App, odd: tuple[Database, dict[str, str]], sound: Any, turn: int) -> None:
    database, places = odd
    spread(database, turn)
    for page in EVERY:
        for address in payload_rows.DRAWERS.get(page, ("",)):
            query = dict(one.split("=", 1) for one in address.format(**places).lstrip("?").split("&") if one)
            at = app("ada", page, refresh="off", **query)
            assert failures(at) == [], (page, query)
            assert at.title, (page, query)
            assert not sound.failed, (page, query, sound.failed)


@pytest.mark.parametrize("turn", ROUNDS[:2])
def test_every_file_holds_every_row(odd: tuple[Database, dict[str, str]], turn: int) -> None:
    database, _ = odd
    spread(database, turn)
    for statement in (
        jobs.export(JobFilter()),
        creators.export(CreatorFilter()),
        projects.export(ProjectFilter()),
        *(content.export(kind, ContentFilter()) for kind in ("piece", "script", "media")),
    ):
        frame = load(statement)
        file = exports.text(frame, "odd", "ada@desk.example", 100_000)
        assert len(list(csv.reader(io.StringIO(file, newline="")))) == len(frame) + 4
