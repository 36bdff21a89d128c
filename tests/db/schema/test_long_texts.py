"""The product may write what its columns take, however long, beside every index that the Desk recommends."""

from __future__ import annotations

import random
import re
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from demo.databases import Database
from ops import catalog
from queries.jobs.links import KEYS
from schema import indexes, product

LONG: Final = 40_000
COLUMNS: Final = """
SELECT c.table_name, c.column_name, c.data_type, c.character_maximum_length FROM information_schema.columns AS c
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
    AND c.data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')
ORDER BY 1, 2
"""
CHECKED: Final = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
FILLED: Final = """
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s
    AND is_nullable = 'NO' AND column_default IS NULL AND data_type IN ('uuid', 'date')
"""


def noise(characters: int) -> str:
    """Text that compresses to nothing less, of characters that take four bytes."""
    return "".join(chr(random.randrange(0x10000, 0x2FFFF)) for _ in range(characters))  # noqa: S311  # no secret


def test_the_longest_values_of_every_column_can_be_stored(fresh_database: Database) -> None:
    product.create_recommended_indexes(fresh_database.owner_url)
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("SET session_replication_role = replica")  # who a row belongs to is not what is asked
        tables: dict[str, dict[str, Any]] = {}
        for table, column, kind, length in owner.execute(COLUMNS).fetchall():
            tables.setdefault(table, {})[column] = {
                "jsonb": Jsonb({**{key: noise(LONG) for key in KEYS}, "other": noise(LONG)}),
                "ARRAY": [noise(LONG)],
            }.get(kind, noise(min(length or LONG, LONG)))
        assert len(tables) == 19, "tables with a text"
        for table, values in tables.items():
            checks = " ".join(row[0] for row in owner.execute(CHECKED, [table]).fetchall())
            for column, word in re.findall(r"\(+(\w+)\)?(?:::text)? = ANY \(+ARRAY\['([^']+)'", checks):
                values[column] = word
            for column, kind in owner.execute(FILLED, [table]).fetchall():
                values[column] = "00000000-0000-4000-8000-000000000001" if kind == "uuid" else "2026-01-01"
            statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join([sql.Placeholder()] * len(values)),
            )
            owner.execute(statement, list(values.values()))


def test_no_recommended_index_holds_a_value_of_any_length() -> None:
    for index in indexes.recommended():
        if "USING gin" not in index.statement:
            keyed = index.statement.split(" WHERE ")[0]
            assert keyed.count("->>") == keyed.count('"left"('), index


@pytest.mark.parametrize("name", ["idx_processing_queue_scrapes", "idx_processing_queue_voice"])
def test_an_index_that_was_recommended_once_is_to_go(fresh_database: Database, name: str) -> None:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute(f"CREATE INDEX {name} ON processing_queue ((job_data ->> 'x'))".encode())
        with pytest.raises(catalog.Missing, match="refuse rows that the product may write") as told:
            catalog.recommended(owner)
        assert told.value.fixes == (f"DROP INDEX CONCURRENTLY public.{name};",)
        for fix in told.value.fixes:
            owner.execute(fix.encode())
        assert catalog.recommended(owner).startswith("all ")
