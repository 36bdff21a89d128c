"""How the Desk reads and writes PostgreSQL, and what it says when that fails."""

from __future__ import annotations

from datetime import UTC
from threading import Event, Thread

import pandas as pd
import psycopg
import pytest
from sqlalchemy import text

from core import database as core_database
from core.database import driver_url, load, rows, transaction
from core.errors import DatabaseBusy, DatabaseDown, DatabaseMisconfigured
from core.settings import settings
from demo.databases import Database


def use(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    """Point the Desk elsewhere for the rest of the test."""
    monkeypatch.setenv(name, url)
    settings.cache_clear()
    core_database.reset()


TYPED = text("""
    SELECT 1::int AS n, 2.5::numeric AS credits, true AS yes, now() AS at, current_date AS day,
           '{"a": [1]}'::jsonb AS data,
           '00000000-0000-0000-0000-000000000001'::uuid AS id, ARRAY[1, 2] AS series, NULL::int AS nothing, 'x' AS word
    WHERE :there
""")


@pytest.mark.parametrize("there", [True, False])
def test_columns_are_typed_even_without_rows(database: Database, there: bool) -> None:
    frame = load(TYPED.bindparams(there=there))
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds | {"id": "", "word": "", "data": ""} == {
        "n": "Int64", "credits": "float64", "yes": "boolean", "at": "datetime64[us, UTC]", "day": "object", "data": "",
        "id": "", "series": "object", "nothing": "Int64", "word": "",
    }  # fmt: skip
    assert frame.attrs["as_of"].tzinfo is not None


def test_rows_are_plain_values(database: Database) -> None:
    [row] = rows(TYPED.bindparams(there=True))
    assert (row["n"], row["credits"], row["yes"], row["nothing"]) == (1, 2.5, True, None)
    assert row["id"] == "00000000-0000-0000-0000-000000000001"
    assert row["data"] == '{"a": [1]}'
    assert row["series"] == [1, 2]
    assert row["at"].tzinfo is UTC or str(row["at"].tzinfo) == "UTC"


def test_the_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseMisconfigured):
        load(text("INSERT INTO public.creator_categories (name) VALUES ('x') RETURNING id"))


def test_a_read_survives_a_dropped_connection(database: Database) -> None:
    before = rows(text("SELECT pg_backend_pid() AS pid"))
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [before[0]["pid"]])
    after = rows(text("SELECT pg_backend_pid() AS pid"))
    assert after != before


def test_a_write_starts_on_a_live_connection(fresh_database: Database) -> None:
    with transaction() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with transaction() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid


def test_a_transaction_is_whole_or_nothing(fresh_database: Database) -> None:
    insert = text("INSERT INTO creator_categories (name) VALUES ('kept?')")
    with pytest.raises(ZeroDivisionError), transaction() as connection:
        assert connection.execute(insert).rowcount / 0
    assert load(text("SELECT 1 FROM creator_categories WHERE name = 'kept?'")).empty


def test_no_connection_outlives_a_reset(database: Database) -> None:
    lent, reset = Event(), Event()
    closed: list[bool] = []

    def read() -> None:
        with transaction() as connection:
            plain = connection.connection.dbapi_connection
            lent.set()
            assert reset.wait(20)
        closed.append(isinstance(plain, psycopg.Connection) and plain.closed)

    reader = Thread(target=read)
    reader.start()
    assert lent.wait(20)
    core_database.reset()
    reset.set()
    reader.join()
    assert closed == [True]
    assert core_database.pools() == []


def test_a_slow_statement_says_busy(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as owner:
        limit = f"ALTER ROLE desk_reader IN DATABASE {owner.info.dbname} SET statement_timeout = 100"
        owner.execute(limit.encode())
    with pytest.raises(DatabaseBusy, match="Narrow the filters"):
        load(text("SELECT pg_sleep(5)"))


@pytest.mark.parametrize(
    "wrong", ["SELECT 1 FROM no_such_table", "SELECT no_such_column FROM accounts", "SELECT no_such_function()"]
)
def test_a_missing_table_column_or_function_names_the_remedy(database: Database, wrong: str) -> None:
    with pytest.raises(DatabaseMisconfigured, match=r"manage\.py migrate"):
        load(text(wrong))


def test_no_server_is_told_as_such(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "DATABASE_READ_URL", "postgresql://desk_reader@127.0.0.1:9/nothing")
    with pytest.raises(DatabaseDown, match="does not answer"):
        load(text("SELECT 1"))


def test_no_driver_words_reach_a_person(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "DATABASE_URL", "postgresql://desk_writer:hunter2@127.0.0.1:9/nothing")
    with pytest.raises(DatabaseDown) as caught, transaction():
        pass
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_tls_is_verified_except_on_this_machine() -> None:
    assert driver_url("postgresql://u@db.example.com/x").query["sslmode"] == "verify-full"
    for local in ("postgresql://u@localhost/x", "postgresql://u@127.0.0.1/x", "postgresql://u@/x?host=/tmp/socket"):
        assert "sslmode" not in driver_url(local).query
    assert driver_url("postgresql://u@db.example.com/x?sslmode=require").query["sslmode"] == "require"


def test_the_statement_names_its_page(database: Database) -> None:
    [row] = rows(text("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()"))
    assert row["query"].startswith("/* desk page=- request=")
    assert isinstance(load(text("SELECT 1 AS n")), pd.DataFrame)
