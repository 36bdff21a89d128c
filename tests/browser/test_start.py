"""Where the Desk must not start it says why in a sentence, and shows no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import psycopg
import pytest

from demo.databases import Database
from demo.places import ROOT
from tests.support.site import free_port

SUPABASE = {"SUPABASE_URL": "http://project.example", "SUPABASE_PUBLISHABLE_KEY": "key"}


def start(*options: str, port: int | None = None, environment: dict[str, str] | None = None) -> str:
    """Try to start the app where it cannot; what it said."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port or free_port()}", *options]
    tried = subprocess.run(
        command, cwd=ROOT, env=os.environ | (environment or {}), capture_output=True, text=True, timeout=60, check=False
    )
    assert tried.returncode == 1, tried.stderr
    assert "Traceback" not in tried.stderr
    return tried.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"AUTH_MODE": "supabase"}, "needs SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY"),
        ({"AUTH_MODE": "supabase", **SUPABASE}, "http is refused, since passwords are sent there"),
        ({"AUTH_MODE": "none"}, "AUTH_MODE: Input should be 'supabase' or 'demo'"),
        ({"PUBLIC_URL": "http://desk.example.com"}, "must use https"),
        ({"DATABASE_URL": "postgresql://desk_writer@127.0.0.1:1/desk"}, "Start it, or correct DATABASE_URL"),
    ],
)
def test_wrong_settings_are_named(fresh_database: Database, environment: dict[str, str], sentence: str) -> None:
    assert sentence in start(environment=environment)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--server.address=0.0.0.0", "serves this machine only, not 0.0.0.0"),
        ("--client.showErrorDetails=full", "client.showErrorDetails"),
        ('--server.trustedUserHeaders={"X-Other": "session"}', "server.trustedUserHeaders"),
        ("--server.enableXsrfProtection=false", "server.enableXsrfProtection"),
        ("--runner.postScriptGC=true", "runner.postScriptGC"),
        ("--runner.fastReruns=true", "runner.fastReruns"),
    ],
)
def test_a_flag_that_undoes_safety_is_refused(fresh_database: Database, option: str, sentence: str) -> None:
    assert sentence in start(option)


def test_the_demo_refuses_a_database_that_is_not_the_demos(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET desk.demo = off".encode())
    assert "is not the demo's own database" in start()


def test_a_database_from_before_the_baseline_is_refused(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as connection:
        connection.execute("UPDATE dashboard.alembic_version SET version_num = '0001'")
    assert "at revision 0001 of a Desk from before 0.1.0, which cannot be upgraded: run `make demo-reset`" in start()


def test_a_taken_port_is_named(fresh_database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is not available" in start(port=port)
