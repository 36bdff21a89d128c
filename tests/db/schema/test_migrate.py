"""The migrations bring any suitable PostgreSQL to head, again and again, and refuse the others in a sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy import make_url

from core.errors import DatabaseDown, DatabaseMisconfigured, DeskError
from demo import databases, places, stack
from demo.databases import Database
from demo.servers import PostgreSQL
from schema import migrate, product
from schema.revision import Superseded
from tests.support import catalogue


@pytest.fixture
def plain_owner(postgresql: PostgreSQL, empty_template: str) -> Iterator[Database]:
    """The product's tables in a database whose owner is no superuser, as on Supabase, which has its roles already."""
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        password = connection.info.password
        connection.execute(
            sql.SQL("CREATE ROLE plain_owner LOGIN CREATEROLE PASSWORD {}").format(sql.Literal(password))
        )
        connection.execute("CREATE DATABASE plain OWNER plain_owner")
    superuser = databases.at(postgresql, "plain")
    database = Database(superuser.owner_url.replace("postgres:", "plain_owner:"), "", "")
    product.create(database.owner_url)
    yield database
    databases.drop(postgresql, "plain")
    with psycopg.connect(postgresql.url()) as connection:
        connection.execute("DROP ROLE plain_owner")


def dump(database: Database) -> dict[str, list[str]]:
    """What the migrations made, readable in a failed comparison."""
    with psycopg.connect(database.owner_url) as connection:
        return catalogue.dump(connection)


def set_revision(database: Database, name: str) -> None:
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("UPDATE dashboard.alembic_version SET version_num = %s", [name])


def test_upgrade_reaches_head_and_the_reader_sees_it(fresh_database: Database) -> None:
    assert migrate.current(fresh_database.reader_url) == migrate.head()


def test_before_the_first_upgrade_there_is_no_revision(bare: Database) -> None:
    assert migrate.current(bare.owner_url) is None


def test_a_second_upgrade_changes_nothing(bare: Database) -> None:
    migrate.upgrade(bare.owner_url)
    first = dump(bare)
    migrate.upgrade(bare.owner_url)
    assert dump(bare) == first


def test_two_upgrades_at_once_both_end_well(bare: Database) -> None:
    program = "import sys; from schema import migrate; migrate.upgrade(sys.argv[1])"
    both = [subprocess.Popen([sys.executable, "-c", program, bare.owner_url], cwd=places.ROOT) for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]
    assert migrate.current(bare.owner_url) == migrate.head()


def test_the_script_makes_what_the_upgrade_makes(bare: Database, postgresql: PostgreSQL) -> None:
    copy = databases.copy(postgresql, "bare", "scripted")
    try:
        with psycopg.connect(copy.owner_url, autocommit=True) as connection:
            connection.execute(migrate.sql().encode())
        migrate.upgrade(bare.owner_url)
        assert dump(copy) == dump(bare)
    finally:
        databases.drop(postgresql, "scripted")


@pytest.mark.parametrize("name", ["0001", "0010", "0019"])
def test_a_revision_from_before_the_baseline_is_told_and_left(fresh_database: Database, name: str) -> None:
    set_revision(fresh_database, name)
    before = dump(fresh_database)
    with pytest.raises(Superseded, match=rf"at revision {name} of .*make demo-reset.*DROP SCHEMA dashboard CASCADE"):
        migrate.upgrade(fresh_database.owner_url)
    assert dump(fresh_database) == before
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute("DROP SCHEMA dashboard CASCADE")
    migrate.upgrade(fresh_database.owner_url)
    assert migrate.current(fresh_database.owner_url) == migrate.head()


def test_a_demo_from_before_the_baseline_is_told_what_to_run(postgresql: PostgreSQL, empty_template: str) -> None:
    kept = databases.copy(postgresql, empty_template, stack.DATABASE)
    try:
        set_revision(kept, "0019")
        with pytest.raises(DeskError, match="`make demo-reset` makes new ones"):
            stack.prepared(postgresql, None)
    finally:
        databases.drop(postgresql, stack.DATABASE)


def test_a_revision_of_a_newer_desk_is_told(fresh_database: Database) -> None:
    set_revision(fresh_database, "desk_9999")
    with pytest.raises(DatabaseMisconfigured, match=r"desk_9999, of a newer Desk\. Update this checkout"):
        migrate.upgrade(fresh_database.owner_url)


def test_an_owner_without_superuser_can_migrate(plain_owner: Database) -> None:
    migrate.upgrade(plain_owner.owner_url)
    migrate.upgrade(plain_owner.owner_url)
    assert migrate.current(plain_owner.owner_url) == migrate.head()


def test_an_owner_who_may_not_make_the_roles_is_told_what_to_ask_for(
    plain_owner: Database, postgresql: PostgreSQL
) -> None:
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute("ALTER ROLE desk_reader NOBYPASSRLS")
        try:
            with pytest.raises(
                DatabaseMisconfigured, match=r"changed nothing(.|\n)*CREATE ROLE desk_reader LOGIN BYPASSRLS"
            ):
                migrate.upgrade(plain_owner.owner_url)
        finally:
            connection.execute("ALTER ROLE desk_reader BYPASSRLS")
    assert migrate.current(plain_owner.owner_url) is None


def test_passwords_come_from_the_urls_and_reach_the_server_hashed(
    fresh_database: Database, postgresql: PostgreSQL
) -> None:
    reader = make_url(fresh_database.owner_url).set(username="desk_reader")  # directly: a pooler knows one password
    url = reader.set(password="it's 100% \\ secret").render_as_string(hide_password=False)
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        try:
            migrate.upgrade(fresh_database.owner_url, reader_url=url)
            assert migrate.current(url) == migrate.head()
            row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'desk_reader'").fetchone()
            assert row is not None
            assert row[0].startswith("SCRAM-SHA-256$")
        finally:
            connection.execute(sql.SQL("ALTER ROLE desk_reader PASSWORD {}").format(sql.Literal(reader.password)))


def test_a_url_of_somebody_else_is_refused(fresh_database: Database) -> None:
    with pytest.raises(DeskError, match="Use desk_writer"):
        migrate.upgrade(fresh_database.owner_url, writer_url=fresh_database.owner_url)


def test_an_old_server_is_refused(bare: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST", 990000)
    with pytest.raises(DatabaseMisconfigured, match="too old"):
        migrate.upgrade(bare.owner_url)
    assert migrate.current(bare.owner_url) is None


def test_a_database_without_the_product_is_refused(postgresql: PostgreSQL) -> None:
    with pytest.raises(DatabaseMisconfigured, match="DATABASE_OWNER_URL"):
        migrate.upgrade(postgresql.url())


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseDown) as caught:
        migrate.upgrade("postgresql://owner:hunter2@127.0.0.1:1/desk")
    assert "127.0.0.1" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("statement", ["UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.parametrize("replication_role", ["origin", "replica"])
def test_the_owner_cannot_rewrite_the_audit_log(
    fresh_database: Database, statement: str, replication_role: str
) -> None:
    rewriting = {
        "UPDATE": b"UPDATE dashboard.audit_log SET action = 'nothing'",
        "DELETE": b"DELETE FROM dashboard.audit_log",
        "TRUNCATE": b"TRUNCATE dashboard.audit_log",
    }
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        connection.execute("INSERT INTO dashboard.audit_log (action, object_type) VALUES ('retry', 'job')")
        connection.execute(f"SET session_replication_role = {replication_role}".encode())
        with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
            connection.execute(rewriting[statement])
        assert connection.execute("SELECT action FROM dashboard.audit_log").fetchall() == [("retry",)]


def test_two_addresses_that_differ_in_case_are_one_person(fresh_database: Database) -> None:
    with (
        psycopg.connect(fresh_database.owner_url) as connection,
        pytest.raises(errors.UniqueViolation),
    ):
        connection.execute(
            "INSERT INTO dashboard.staff (user_id, email, name, role) "
            "VALUES (gen_random_uuid(), 'ADA@desk.example', 'Other', 'viewer')"
        )


def test_an_unknown_role_is_refused(fresh_database: Database) -> None:
    with (
        psycopg.connect(fresh_database.owner_url) as connection,
        pytest.raises(errors.CheckViolation),
    ):
        connection.execute("UPDATE dashboard.staff SET role = 'root'")
