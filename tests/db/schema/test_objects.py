"""The migrations make what the objects' files say, in every respect; neither can change without the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final, LiteralString

import psycopg
import pytest

from core.errors import DeskError
from demo import databases
from demo.databases import Database
from demo.servers import PostgreSQL
from schema import migrate, objects, product
from tests.support import catalogue

VERSIONS: Final = """
CREATE SCHEMA dashboard;
CREATE TABLE dashboard.alembic_version (version_num varchar(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)
"""
LATER: Final = '''"""A later revision."""

from alembic import op

from schema import objects

revision = "{name}"
down_revision = "{before}"


def upgrade() -> None:
    {statement}
'''


def dump(database: Database) -> dict[str, list[str]]:
    with psycopg.connect(database.owner_url) as connection:
        return catalogue.dump(connection)


def make(owner_url: str) -> None:
    """The Desk from its objects' files alone, in any order in which each finds what it needs."""
    product.create(owner_url)
    with psycopg.connect(owner_url) as connection:
        connection.execute(VERSIONS)
        left = objects.names()
        while left:
            faults = {name: fault for name in left if (fault := _fault(connection, name))}
            assert len(faults) < len(left), faults
            left = list(faults)


def _fault(connection: psycopg.Connection, name: str) -> psycopg.Error | None:
    try:
        with connection.transaction():
            connection.execute((objects.DESK / name).read_bytes())
    except psycopg.Error as error:
        return error
    return None


@pytest.fixture
def from_files(postgresql: PostgreSQL) -> Iterator[Database]:
    """An empty database for what the files make."""
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE from_files")
    yield databases.at(postgresql, "from_files")
    databases.drop(postgresql, "from_files")


def test_the_migrations_make_what_the_files_say(bare: Database, from_files: Database) -> None:
    migrate.upgrade(bare.owner_url)
    make(from_files.owner_url)
    made = dump(from_files)
    assert dump(bare) == made
    some = {"relations", "columns", "constraints", "indexes", "functions", "triggers", "sequences", "rows"}
    assert {
        kind for kind, lines in made.items() if any("dashboard" in line or kind == "rows" for line in lines)
    } >= some


@pytest.mark.parametrize(
    "change",
    [
        "ALTER FUNCTION dashboard.rollup_tick SET work_mem = '32MB'",
        "ALTER FUNCTION dashboard.usable_number COST 5",
        "GRANT EXECUTE ON FUNCTION dashboard.left_out TO desk_reader",
        "GRANT EXECUTE ON FUNCTION dashboard.left_out TO PUBLIC",
        "COMMENT ON FUNCTION dashboard.left_out IS NULL",
        "DROP FUNCTION dashboard.audit_link",
        "CREATE FUNCTION dashboard.left_out() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE dashboard.staff ADD COLUMN x text",
        "ALTER TABLE dashboard.staff ALTER COLUMN is_active SET DEFAULT false",
        "ALTER TABLE dashboard.staff ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE dashboard.staff OWNER TO desk_writer",
        "ALTER TABLE dashboard.staff ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE dashboard.staff DROP CONSTRAINT staff_role_check",
        "ALTER TABLE dashboard.attempt SET LOGGED",
        "ALTER TABLE dashboard.audit_log DISABLE TRIGGER audit_log_chain",
        "CREATE POLICY p ON dashboard.staff USING (true)",
        "COMMENT ON COLUMN dashboard.rollup_state.watermark IS 'x'",
        "COMMENT ON TABLE dashboard.staff IS 'x'",
        "DROP INDEX dashboard.staff_email_key",
        "CREATE VIEW dashboard.v AS SELECT 1 AS x",
        "CREATE SEQUENCE dashboard.s",
        "CREATE TYPE dashboard.e AS ENUM ('x')",
        "GRANT SELECT ON dashboard.known_browser TO desk_reader",
        "GRANT UPDATE (name) ON public.accounts TO desk_writer",
        "GRANT USAGE ON SCHEMA dashboard TO PUBLIC",
        "DELETE FROM dashboard.rollup_state WHERE source = 'usage'",
    ],
)
def test_a_difference_of_any_kind_is_seen(fresh_database: Database, change: LiteralString) -> None:
    before = dump(fresh_database)
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute(change)
        assert catalogue.dump(connection) != before
        connection.rollback()
        assert catalogue.dump(connection) == before


def test_an_object_and_its_revision_change_together(
    bare: Database, from_files: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = shutil.copytree(objects.DESK, tmp_path / "desk")
    migrations = shutil.copytree(migrate.MIGRATIONS, tmp_path / "migrations")
    monkeypatch.setattr(objects, "DESK", desk)
    monkeypatch.setattr(objects, "EARLIER", migrations / "earlier")
    monkeypatch.setattr(migrate, "MIGRATIONS", migrations)

    def edit(name: str, old: str, new: str) -> str:
        """Change an object's file, which is told, and keep the text of before; the digest of what there is now."""
        before = (desk / name).read_text()
        (desk / name).write_text(before.replace(old, new))
        kept = (migrations / "earlier" / name).with_suffix(f".{objects.digest(before)}.sql")
        with pytest.raises(DeskError, match=rf"Keep that text in schema/migrations/earlier/\S+/{kept.name}, and"):
            migrate.upgrade(bare.owner_url)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(before)
        return objects.digest((desk / name).read_text())

    def revise(number: str, before: str, statement: str) -> None:
        text = LATER.format(name=f"test_{number}", before=before, statement=statement)
        (migrations / f"versions/{number}_later.py").write_text(text)
        migrate.upgrade(bare.owner_url)

    function = edit("functions/rollups/kept_from.sql", "7 days", "8 days")
    edit("tables/attempt.sql", "ends_at timestamptz NOT NULL\n", "ends_at timestamptz NOT NULL,\n    more    text\n")
    make(from_files.owner_url)
    wanted = dump(from_files)
    migrate.upgrade(bare.owner_url)
    assert dump(bare) != wanted
    revise("9001", migrate.head(), f'op.execute(objects.ran("functions/rollups/kept_from.sql", "{function}"))')
    assert dump(bare) != wanted
    revise("9002", "test_9001", 'op.execute("ALTER TABLE dashboard.attempt ADD COLUMN more text")')
    assert dump(bare) == wanted
    revise("9003", "test_9002", """op.execute("COMMENT ON TABLE dashboard.staff IS 'other'")""")
    assert dump(bare) != wanted
