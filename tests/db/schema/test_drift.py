"""The tables the Desk believes in are the tables there are."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from demo.databases import Database
from queries.jobs.states import DEFAULT_MAX_ATTEMPTS, JOB_TYPES
from queries.tables import METADATA

COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""


def test_every_table_is_described(database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        there = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'dashboard')"
            " AND tablename <> 'alembic_version'"
        ).fetchall()
    assert {name for (name,) in there} == set(METADATA.tables)


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_columns_types_and_nullability(name: str, database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        there = {column: (kind, nullable) for column, kind, nullable in connection.execute(COLUMNS, [name])}
    assert {c.name: (_type_in_database(c.type), c.nullable) for c in METADATA.tables[name].columns} == there


def test_job_types_are_the_products(database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        [(check,)] = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'public.processing_queue'::regclass AND contype = 'c'"
            " AND pg_get_constraintdef(oid) LIKE '%job_type%'"
        )
        [(default,)] = connection.execute(
            "SELECT column_default FROM information_schema.columns"
            " WHERE table_name = 'processing_queue' AND column_name = 'max_attempts'"
        )
    assert check.split("'")[1::2] == list(JOB_TYPES)
    assert int(default) == DEFAULT_MAX_ATTEMPTS


def _type_in_database(kind: TypeEngine[Any]) -> str:
    written = kind.compile(dialect=postgresql.dialect()).lower()
    return written.replace("varchar", "character varying").replace(", ", ",")
