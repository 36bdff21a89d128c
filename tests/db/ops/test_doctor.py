"""`manage.py doctor` finds what is wrong, and finds nothing wrong with what the migrations make."""

from __future__ import annotations

import shlex
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner, Result

import manage
from actions.accounts import summary
from actions.rollups import tick
from core import database, telemetry
from core.settings import settings
from demo import databases
from demo.databases import Database
from demo.places import ROOT
from demo.servers import PostgreSQL, Valkey
from ops import doctor
from queries.rollups import state
from schema import indexes, product


def findings() -> dict[str, tuple[bool, str]]:
    """What each check finds now."""
    settings.cache_clear()
    return {check.name: (check.ok, check.finding) for check in doctor.run()}


@pytest.fixture
def rolled_up(fresh_database: Database) -> Database:
    """An empty Desk whose roll-ups are up to date."""
    for source in state.SOURCES:
        tick(source)
    summary.refresh()
    return fresh_database


def test_all_is_well(rolled_up: Database, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", valkey.url)
    found = findings()
    assert {name: finding for name, (ok, finding) in found.items() if not ok} == {}
    assert found["audit log"][1] == "0 rows, verified"
    assert set(found) == {
        *("settings", "reader", "writer", "migrations", "extensions", "indexes", "row security", "replica", "staff"),
        *("audit log", "roll-ups", "redis", "supabase auth", "supabase storage"),
    }


def test_a_server_with_the_product_alone_is_well_after_what_the_doctor_says(
    server_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "configure", lambda: None)  # this process keeps its own logging

    def run(*arguments: str) -> Result:
        settings.cache_clear()
        database.reset()
        return CliRunner().invoke(manage.cli, arguments)

    with PostgreSQL(server_directory / "bare", durable=False) as server:
        bare = databases.at(server, "postgres")
        product.create(bare.owner_url)
        monkeypatch.setenv("DATABASE_URL", bare.writer_url)
        monkeypatch.setenv("DATABASE_READ_URL", bare.reader_url)
        monkeypatch.setenv("AUTH_MODE", "demo")
        monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
        told = run("doctor")
        assert "DATABASE_OWNER_URL is set for this command" in told.stdout
        assert "Set it to the schema's owner" in str(run("migrate").exception)
        monkeypatch.setenv("DATABASE_OWNER_URL", bare.owner_url)
        told = run("doctor")
        ill = {line[6:].split(":")[0] for line in told.stdout.splitlines() if line.startswith("FAIL")}
        assert ill == {"reader", "writer", "migrations", "indexes", "staff", "audit log", "roll-ups"}, told.stdout
        assert told.stdout.count("CREATE INDEX CONCURRENTLY") == len(indexes.recommended())
        for _ in range(3):
            assert told.exit_code == 1
            for fix in dict.fromkeys(line.strip() for line in told.stdout.splitlines() if line.startswith(" " * 7)):
                if not fix.startswith("python manage.py "):
                    with psycopg.connect(bare.owner_url, autocommit=True) as connection:
                        connection.execute(fix.encode())
                    continue
                arguments = shlex.split(fix)[2:]
                done = run(*arguments)
                if done.exit_code:  # there is no Supabase Auth here: it says how to name the person then
                    assert "pass it as --user-id" in str(done.exception)
                    done = run(*arguments, "--user-id", str(uuid4()))
                assert done.exit_code == 0, (fix, done.exception)
            told = run("doctor")
            if not told.exit_code:
                break
        assert told.exit_code == 0, told.stdout
        settings.cache_clear()
        database.reset()


def test_an_invalid_index_is_dropped_and_made_again(rolled_up: Database) -> None:
    with psycopg.connect(rolled_up.owner_url) as connection:
        connection.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_accounts_name_trgm'::regclass"
        )
        connection.execute("DROP INDEX idx_projects_title")
    [check] = [check for check in doctor.run() if check.name == "indexes"]
    assert "2 of" in check.finding
    assert [fix.split(" ON ")[0] for fix in check.fixes] == [
        "DROP INDEX CONCURRENTLY public.idx_accounts_name_trgm;",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_accounts_name_trgm",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_projects_title",
    ]


def test_what_is_open_off_or_empty_is_found(rolled_up: Database) -> None:
    with psycopg.connect(rolled_up.owner_url) as connection:
        connection.execute("ALTER TABLE accounts DISABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE dashboard.audit_log DISABLE TRIGGER audit_log_chain")
        connection.execute("DROP EXTENSION pg_trgm CASCADE")
        connection.execute("ALTER TABLE dashboard.staff DISABLE TRIGGER ALL")
        connection.execute("UPDATE dashboard.staff SET is_active = false")
        connection.execute("UPDATE dashboard.rollup_state SET refreshed_at = now() - interval '6 minutes'")
    found = findings()
    assert "1 of 22 tables have no row-level security" in found["row security"][1]
    assert "accounts" in found["row security"][1]
    assert "trigger" in found["audit log"][1]
    assert "pg_trgm is missing" in found["extensions"][1]
    assert "there is no active admin" in found["staff"][1]
    assert "api_usage and jobs and usage: behind" in found["roll-ups"][1]
    ill = {"row security", "audit log", "extensions", "staff", "roll-ups", "indexes"}
    assert {name for name, (ok, _) in found.items() if not ok} == ill


def test_supabase_is_asked_for_its_health(rolled_up: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str | None]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["apikey"]))
            body = b'{"version": "v2.180.0", "name": "GoTrue"}' if "health" in self.path else b""
            self.send_response(200 if "health" in self.path else 503)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("SUPABASE_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("SUPABASE_PUBLISHABLE_KEY", "sb_publishable_x")
        found = findings()
        server.shutdown()
    assert found["supabase auth"] == (True, "answers, version v2.180.0")
    assert found["supabase storage"][0] is False
    assert "answers with 503" in found["supabase storage"][1]
    assert asked == [("/auth/v1/health", "sb_publishable_x"), ("/storage/v1/status", "sb_publishable_x")]
    assert "does not answer" in findings()["supabase auth"][1]


def test_the_command_tells_by_its_exit_code(rolled_up: Database) -> None:
    command = [sys.executable, "manage.py", "doctor"]
    well = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (well.returncode, well.stderr) == (0, ""), well.stdout
    with psycopg.connect(rolled_up.owner_url) as connection:
        connection.execute("UPDATE dashboard.alembic_version SET version_num = '0000'")
    ill = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ill.returncode == 1
    assert "FAIL  migrations: at 0000, not at" in ill.stdout


def test_a_revision_from_before_the_baseline_is_found(rolled_up: Database) -> None:
    with psycopg.connect(rolled_up.owner_url) as connection:
        connection.execute("UPDATE dashboard.alembic_version SET version_num = '0019'")
    [told] = [finding for ok, finding in findings().values() if not ok]
    assert "at revision 0019 of a Desk from before 0.1.0" in told
    assert "make demo-reset" in told


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
    assert [name for name, (ok, _) in found.items() if not ok] == ["writer", "migrations", "roll-ups", "redis"]
    assert "s3cret" not in str(found)
