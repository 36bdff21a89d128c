"""What each database role may do, table by table and column by column, is what the design lists and nothing more."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors

from demo.databases import Database
from tests.support import factories

UPDATABLE = {
    "accounts": {"creator_limit", "user_limit", "voice_model_limit", "storage_limit_gb", "updated_at"},
    "creator_categories": {"name", "description", "sort_order", "is_active"},
    "creators": {"display_name", "category_id", "is_active", "is_verified", "scrape_frequency_hours", "updated_at"},
    "processing_queue": {
        *("status", "priority", "scheduled_at", "started_at", "completed_at", "max_attempts"),
        *("error_message", "updated_at"),
    },
}
INSERTABLE = {"creators", "creator_categories", "processing_queue"}
TABLE_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
COLUMN_VERBS = ("SELECT", "INSERT", "UPDATE", "REFERENCES")

DASHBOARD = {
    ("desk_reader", "alembic_version"): {"SELECT"},
    ("desk_reader", "audit_chain"): {"SELECT"},
    ("desk_writer", "audit_chain"): {"SELECT"},
    ("desk_reader", "attempt"): {"SELECT"},
    ("desk_writer", "attempt"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
    ("desk_reader", "audit_log"): {"SELECT"},
    ("desk_reader", "known_browser"): set(),
    ("desk_writer", "known_browser"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
    ("desk_reader", "staff"): {"SELECT"},
    ("desk_reader", "staff_session"): {"SELECT"},
    ("desk_writer", "alembic_version"): {"SELECT"},
    ("desk_writer", "audit_log"): {"SELECT", "INSERT"},
    ("desk_writer", "staff"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
    ("desk_writer", "staff_session"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
    **{("desk_reader", table): {"SELECT"} for table in (*factories.ROLLUPS, "rollup_state")},
    **{("desk_writer", table): {"SELECT", "INSERT", "UPDATE", "DELETE"} for table in factories.ROLLUPS},
    ("desk_writer", "rollup_state"): {"SELECT", "UPDATE"},
    **{("desk_reader", table): {"SELECT"} for table in ("account_summary", "staff_note")},
    ("desk_writer", "account_summary"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
    **{("desk_reader", table): {"SELECT"} for table in ("bulk_run", "creator_draft", "review", "review_verdict")},
    **{("desk_reader", table): {"SELECT"} for table in ("job_failure", "rollup_mark")},
    ("desk_writer", "job_failure"): {"SELECT", "INSERT"},
    ("desk_writer", "rollup_mark"): {"SELECT", "INSERT", "DELETE"},
    ("desk_writer", "bulk_run"): {"SELECT", "INSERT", "UPDATE"},
    ("desk_writer", "creator_draft"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
    ("desk_writer", "review"): {"SELECT", "INSERT", "UPDATE"},
    ("desk_writer", "review_verdict"): {"SELECT", "INSERT"},  # and UPDATE of undone_at, by column
    ("desk_writer", "staff_note"): {"SELECT", "INSERT"},  # and UPDATE of what its author may change, by column
}


def rows(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The answer to a question."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode(), values).fetchall()


@pytest.mark.parametrize("role", ["desk_reader", "desk_writer"])
def test_no_role_holds_a_table_privilege_on_the_product_but_the_listed_inserts(
    fresh_database: Database, role: str
) -> None:
    held = rows(
        fresh_database.owner_url,
        "SELECT relname, verb FROM pg_class, unnest(%s::text[]) verb WHERE relnamespace = 'public'::regnamespace "
        "AND relkind = 'r' AND has_table_privilege(%s, oid, verb)",
        list(TABLE_VERBS),
        role,
    )
    assert set(held) == {(table, "INSERT") for table in INSERTABLE if role == "desk_writer"}


@pytest.mark.parametrize("role", ["desk_reader", "desk_writer"])
def test_each_column_of_the_product_is_readable_and_only_the_listed_ones_change(
    fresh_database: Database, role: str
) -> None:
    columns = set(
        rows(
            fresh_database.owner_url,
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
        )
    )
    held = rows(
        fresh_database.owner_url,
        "SELECT relname, attname, verb "
        "FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, unnest(%s::text[]) verb "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege(%s, attrelid, attnum, verb)",
        list(COLUMN_VERBS),
        role,
    )
    allowed = {(*column, "SELECT") for column in columns}
    if role == "desk_writer":
        allowed |= {(table, column, "INSERT") for table, column in columns if table in INSERTABLE}
        allowed |= {(table, column, "UPDATE") for table, names in UPDATABLE.items() for column in names}
    assert len({table for table, _ in columns}) == 22
    assert set(held) == allowed


def test_the_desks_own_tables_are_open_as_designed(fresh_database: Database) -> None:
    found = {
        (role, table): set(verbs)
        for role, table, verbs in rows(
            fresh_database.owner_url,
            "SELECT role, relname, "
            "array(SELECT verb FROM unnest(%s::text[]) verb WHERE has_table_privilege(role, oid, verb)) "
            "FROM pg_class, unnest(%s::text[]) role WHERE relnamespace = 'dashboard'::regnamespace AND relkind = 'r'",
            list(TABLE_VERBS),
            ["desk_reader", "desk_writer"],
        )
    }
    assert found == DASHBOARD


@pytest.mark.parametrize("role", ["anon", "authenticated", "public"])
def test_the_products_api_roles_cannot_enter_the_desks_schema(fresh_database: Database, role: str) -> None:
    held = rows(
        fresh_database.owner_url,
        "SELECT has_schema_privilege(%s, 'dashboard', 'USAGE'), has_schema_privilege(%s, 'dashboard', 'CREATE')",
        role,
        role,
    )
    assert held == [(False, False)]


@pytest.mark.parametrize("role", ["desk_reader", "desk_writer"])
def test_the_roles_sign_in_bypass_row_policies_and_are_nothing_else(fresh_database: Database, role: str) -> None:
    found = rows(
        fresh_database.owner_url,
        "SELECT rolcanlogin, rolbypassrls, rolsuper, rolcreaterole, rolcreatedb, rolreplication, "
        "has_schema_privilege(rolname, 'public', 'CREATE'), has_schema_privilege(rolname, 'dashboard', 'CREATE'), "
        "(SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid) FROM pg_roles WHERE rolname = %s",
        role,
    )
    assert found == [(True, True, False, False, False, False, False, False, 0)]


@pytest.mark.parametrize(
    ("name", "reader", "writer"),
    [
        ("default_transaction_read_only", "on", "off"),
        ("statement_timeout", "15s", "15s"),
        ("lock_timeout", "2s", "2s"),
        ("idle_in_transaction_session_timeout", "30s", "30s"),
    ],
)
def test_a_fresh_connection_has_the_roles_settings(
    fresh_database: Database, name: str, reader: str, writer: str
) -> None:
    assert rows(fresh_database.reader_url, f"SHOW {name}") == [(reader,)]
    assert rows(fresh_database.writer_url, f"SHOW {name}") == [(writer,)]


def test_row_policies_hide_nothing_from_the_desk(database: Database) -> None:
    everything = rows(database.owner_url, "SELECT count(*) FROM accounts")
    assert everything[0][0] > 0
    assert rows(database.reader_url, "SELECT count(*) FROM accounts") == everything
    assert rows(database.writer_url, "SELECT count(*) FROM accounts") == everything


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts",
        "UPDATE accounts SET name = 'x'",
        "UPDATE accounts SET plan_type = 'agency'",
        "INSERT INTO accounts (name) VALUES ('x')",
        "TRUNCATE accounts CASCADE",
        "UPDATE processing_queue SET attempts = 0",
        "UPDATE processing_queue SET job_data = '{}'",
        "DELETE FROM processing_queue",
        "UPDATE creators SET username = 'x'",
        "UPDATE users SET role = 'owner'",
        "DELETE FROM creator_categories",
        "UPDATE dashboard.audit_log SET action = 'x'",
        "DELETE FROM dashboard.audit_log",
        "TRUNCATE dashboard.audit_log",
        "UPDATE dashboard.alembic_version SET version_num = 'x'",
        "ALTER TABLE accounts ADD COLUMN x int",
        "DROP TABLE dashboard.audit_log",
        "CREATE TABLE public.x (x int)",
        "ALTER TABLE dashboard.audit_log DISABLE TRIGGER ALL",
        "SET ROLE postgres",
    ],
)
def test_the_writer_is_refused(fresh_database: Database, statement: str) -> None:
    with psycopg.connect(fresh_database.writer_url) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_writer_may_do_what_the_forms_do(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("INSERT INTO accounts (name) VALUES ('Northwind')")
    with psycopg.connect(fresh_database.writer_url) as writer:
        writer.execute("INSERT INTO processing_queue (job_type, job_data) VALUES ('content_scraping', '{}')")
        writer.execute("INSERT INTO dashboard.audit_log (action, object_type) VALUES ('retry', 'job')")
        changed = (
            writer.execute("UPDATE accounts SET creator_limit = 7, updated_at = now()").rowcount,
            writer.execute("UPDATE processing_queue SET status = 'cancelled', completed_at = now()").rowcount,
            len(writer.execute("SELECT id FROM processing_queue FOR UPDATE SKIP LOCKED").fetchall()),
        )
    assert changed == (1, 1, 1)


def test_the_reader_cannot_write_even_when_it_asks_to(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.reader_url, autocommit=True) as connection:
        with pytest.raises(errors.ReadOnlySqlTransaction):
            connection.execute("UPDATE dashboard.staff SET role = 'admin'")
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("UPDATE dashboard.staff SET role = 'admin'")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("UPDATE accounts SET creator_limit = 1")
