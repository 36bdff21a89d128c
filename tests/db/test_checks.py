"""`manage.py doctor` finds what is wrong, and finds nothing wrong with what the migrations make."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from core.settings import settings
from demo.databases import Database
from demo.places import ROOT
from demo.servers import Valkey
from schema import checks


def findings() -> dict[str, tuple[bool, str]]:
    """What each check finds now."""
    settings.cache_clear()
    return {check.name: (check.ok, check.finding) for check in checks.run()}


def test_all_is_well(fresh_database: Database, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", valkey.url)
    assert {name: ok for name, (ok, _) in findings().items()} == dict.fromkeys(
        ("settings", "reader", "writer", "migrations", "redis"), True
    )


def test_the_command_tells_by_its_exit_code(fresh_database: Database) -> None:
    command = [sys.executable, "manage.py", "doctor"]
    well = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (well.returncode, well.stderr) == (0, "")
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute("UPDATE dashboard.alembic_version SET version_num = '0000'")
    ill = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ill.returncode == 1
    assert "NOT  migrations: at 0000, not at" in ill.stdout


def test_roles_that_may_too_much_are_found(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute("GRANT DELETE ON accounts TO desk_writer")
    monkeypatch.setenv("DATABASE_READ_URL", fresh_database.owner_url)
    found = findings()
    assert found["writer"][0] is False
    assert "may delete in 1 tables" in found["writer"][1]
    assert found["reader"][0] is False
    assert "signs in as postgres; use desk_reader, is a superuser, is not read-only" in found["reader"][1]


def test_what_does_not_answer_is_told_without_its_password(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk_writer:s3cret@127.0.0.1:1/desk")
    monkeypatch.setenv("REDIS_URL", "redis://:s3cret@127.0.0.1:1")
    found = findings()
    assert [name for name, (ok, _) in found.items() if not ok] == ["writer", "migrations", "redis"]
    assert "s3cret" not in str(found)
