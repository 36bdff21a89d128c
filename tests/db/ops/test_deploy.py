"""What docs/deploy.md tells a stranger to type works on a PostgreSQL with nothing but the product's tables."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner, Result

import manage
from core import database, telemetry
from core.settings import Settings, settings
from demo import databases, servers, supervised
from demo.databases import Database
from demo.places import ROOT
from demo.servers import PostgreSQL
from schema import product
from tests.support.site import free_port
from tests.support.until import until

BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDE = (ROOT / "docs" / "deploy.md").read_text()
SETTINGS = "ini"


def commands() -> list[str]:
    """The lines of every block that claims to run anywhere."""
    return [
        line
        for kind, mark, body in BLOCK.findall(GUIDE)
        if not mark and kind != SETTINGS
        for line in body.splitlines()
        if line and not line.startswith("#")
    ]


def image() -> dict[str, str]:
    """What the Dockerfile copies, and where to."""
    lines = re.findall(r"^COPY (.+) (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return {source: target for sources, target in lines for source in sources.split()}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files of the image and no others, with what section 1 copies."""
    for source, target in image().items():
        place = tmp_path / target / (Path(source).name if target in {".", "./"} else "")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__", "secrets.toml"))
        else:
            shutil.copy(ROOT / source, place)
    shutil.copy(ROOT / ".env.example", tmp_path)
    return tmp_path


@pytest.fixture
def bare(server_directory: Path) -> Iterator[Database]:
    """A server with the product alone; Supabase Auth knows Ada."""
    with PostgreSQL(server_directory / "deploy", durable=False) as server:
        found = databases.at(server, "postgres")
        product.create(found.owner_url)
        with psycopg.connect(found.owner_url) as owner:
            owner.execute("CREATE TABLE auth.users (id uuid, email text)")
            owner.execute("INSERT INTO auth.users VALUES (%s, 'Ada@example.com')", [uuid4()])
        yield found


def test_every_block_says_whether_it_runs_here() -> None:
    found = [(kind, mark) for kind, mark, _ in BLOCK.findall(GUIDE)]
    assert GUIDE.count("```") == 2 * len(found)
    assert {kind for kind, _ in found} == {"sh", "sql", "html", SETTINGS}
    assert {mark for _, mark in found} == {"", "hosted", "docker"}
    for kind, mark, body in BLOCK.findall(GUIDE):
        if mark == "docker":
            assert all(line.startswith(("docker compose ", "git pull")) for line in body.splitlines())
        elif not mark:
            assert kind in {"sh", SETTINGS}
            assert "docker" not in body
            assert "curl" not in body


@pytest.fixture
def shell(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The environment of a shell in the checkout, with a virtual environment and psql, and no setting."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PATH", f"{ROOT / '.venv' / 'bin'}:{servers.embedded()}:{os.environ['PATH']}")
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    monkeypatch.setattr(telemetry, "configure", lambda: None)  # this process keeps its own logging
    monkeypatch.chdir(checkout)
    forget()
    yield monkeypatch
    monkeypatch.undo()
    forget()


def forget() -> None:
    settings.cache_clear()
    database.reset()


def test_the_image_gets_what_it_copies_and_nothing_else() -> None:
    named = re.findall(r"^!([^/\n]+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert set(named) == set(image())
    assert all((ROOT / source).exists() for source in image())


def test_the_guide_makes_a_bare_server_a_desk(checkout: Path, bare: Database, shell: pytest.MonkeyPatch) -> None:
    port = free_port()
    chosen = {"DATABASE_URL": bare.writer_url, "DATABASE_READ_URL": bare.reader_url}
    chosen |= {"METRICS_TOKEN": "x", "PUBLIC_URL": f"http://localhost:{port}", "AUTH_MODE": "demo"}
    doctor: list[Result] = []
    for command in commands():
        if command.startswith("export "):
            assert re.fullmatch(r"export DATABASE_OWNER_URL='postgresql://postgres\.PROJECT:[^']+'", command)
            shell.setenv("DATABASE_OWNER_URL", bare.owner_url)
        elif command.startswith("python manage.py serve"):
            _serves(command.replace("8501", str(port)), checkout, port)
        elif command.startswith("python manage.py ") and "|" not in command:
            # In this process, since each of its own takes seconds to import what it needs.
            forget()
            done = CliRunner().invoke(manage.cli, shlex.split(command)[2:])
            if command.endswith(" doctor"):
                doctor.append(done)
            else:
                assert done.exit_code == 0, (command, done.output, done.exception)
        else:
            tried = subprocess.run(["sh", "-ec", command], capture_output=True, text=True)
            assert tried.returncode == 0, (command, tried.stdout, tried.stderr)
        if command == "chmod 600 .env":
            assert (checkout / ".env").stat().st_mode & 0o777 == 0o600
            _fill_in(checkout / ".env", chosen)
    assert [each.exit_code for each in doctor] == [1, 0], doctor[-1].output
    assert "FAIL  migrations" in doctor[0].output


def _fill_in(file: Path, chosen: dict[str, str]) -> None:
    """Write what section 1 names into .env, but for Supabase, which is not there."""
    named = re.findall(r"^([A-Z_]+)=", re.findall(r"^```ini\n(.*?)^```", GUIDE, re.M | re.S)[0], re.M)
    assert set(named) == {*chosen} - {"AUTH_MODE"} | {
        *("SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY")
    }
    kept = [line for line in file.read_text().splitlines() if not line.startswith((*named, "AUTH_MODE"))]
    file.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in chosen.items())]))


def _serves(command: str, checkout: Path, port: int) -> None:
    """The command starts what answers, from the image's files alone."""
    log = checkout / "app.log"
    with log.open("wb") as output:
        app = supervised.start(["sh", "-ec", f"exec {command}"], cwd=checkout, output=output)
        try:
            until(lambda: app.poll() is not None or _is_ready(port))
            assert app.poll() is None, log.read_text()
        finally:
            supervised.stop(app)


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://localhost:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
