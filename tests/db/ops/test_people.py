"""Decisions about staff from the server's command line, the first admin included; and settings without secrets."""

from __future__ import annotations

import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from uuid import UUID, uuid4

import psycopg
import pytest

import manage
from core.settings import settings
from demo.databases import Database
from ops import configuration

ADA_S = UUID(int=42)


def staff(*arguments: str) -> tuple[int, str]:
    """What the command answered, in this process: a start of its own each time takes longer than the rest."""
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setattr(sys, "argv", ["manage.py", "staff", *arguments])
        with pytest.raises(SystemExit) as ended:
            manage.main()
    code = ended.value.code
    return code if isinstance(code, int) else 0, said.getvalue()


def test_the_first_admin_and_the_last(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute("ALTER TABLE dashboard.staff DISABLE TRIGGER ALL")
        connection.execute("DELETE FROM dashboard.staff")
        connection.execute("ALTER TABLE dashboard.staff ENABLE TRIGGER ALL")
    assert "Nobody is on the staff yet" in staff("list")[1]
    code, said = staff("add", "ada@example.com", "--role", "admin")
    assert (code, "--user-id" in said) == (1, True), said
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS auth.users (id uuid, email text)")
        connection.execute("INSERT INTO auth.users (id, email) VALUES (%s, 'ada@example.com')", [ADA_S])
    assert "has no user" in staff("add", "bea@example.com", "--role", "admin")[1]
    assert staff("add", "Ada@Example.com", "--role", "admin", "--name", "Ada")[0] == 0
    assert staff("add", "sam@example.com", "--role", "viewer", "--user-id", str(uuid4()))[0] == 0
    assert staff("role", "SAM@example.com", "support", "--reason", "helps")[0] == 0
    assert "last active admin" in staff("deactivate", "ada@example.com")[1]
    assert staff("deactivate", "sam@example.com")[0] == 0
    assert staff("reactivate", "sam@example.com")[0] == 0
    assert "is not on the staff" in staff("role", "nobody@example.com", "viewer")[1]
    assert "Invalid value" in staff("role", "sam@example.com", "root")[1]
    listed = staff("list")[1].splitlines()
    assert [line.split()[:2] for line in listed] == [["Ada@Example.com", "admin"], ["sam@example.com", "support"]]
    with psycopg.connect(fresh_database.owner_url) as connection:
        recorded = connection.execute("SELECT actor_role, actor_id, action FROM dashboard.audit_log ORDER BY id")
        assert recorded.fetchall() == [
            ("operator", None, action)
            for action in ("staff.add", "staff.add", "staff.role", "staff.deactivate", "staff.reactivate")
        ]


def test_no_setting_shows_a_secret(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "postgresql://desk_writer:s3cret@db.example.com:6543/postgres?sslpassword=s3cret",
        "REDIS_URL": "rediss://:s3cret@cache.example.com:6380/0",
        "SUPABASE_SECRET_KEY": "s3cret",
        "METRICS_TOKEN": "s3cret",
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    found = {each.name: each for each in configuration.chosen()}
    assert "s3cret" not in str(found)
    assert found["DATABASE_URL"].value == "postgresql://desk_writer@db.example.com:6543/postgres"
    assert found["REDIS_URL"].value == "rediss://cache.example.com:6380/0"
    assert found["METRICS_TOKEN"].value == "set, not shown"
    assert found["SUPABASE_URL"].value == "not set"
    assert found["SESSION_IDLE_MINUTES"].is_default
    assert set(found) == {name.upper() for name in settings().__class__.model_fields}
