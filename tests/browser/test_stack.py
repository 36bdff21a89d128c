"""`make demo` as a whole: it starts, keeps its data, survives a half-made start, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil
import psycopg
import pytest

from core.errors import DeskError
from demo import data, databases, places, stack
from demo.servers import PostgreSQL
from tests.support.site import free_port

# As `manage.py demo`, with its data elsewhere: the checkout's own demo may be in use.
DEMO = """
import sys
from pathlib import Path
from demo import places, stack
places.home = lambda: Path(sys.argv[1])
stack.run("small", port=int(sys.argv[2]))
"""


@contextmanager
def demo(home: Path, port: int) -> Generator[tuple[subprocess.Popen[str], list[str]]]:
    """A running demo and what it said until it was ready."""
    command = [sys.executable, "-c", DEMO, str(home), str(port)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=places.ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said: list[str] = []
        while not (said and said[-1].startswith("AICON Desk is at")):
            line = process.stdout.readline()
            assert line, said
            said.append(line)
        try:
            yield process, said
        finally:
            process.kill()


@pytest.fixture
def home(server_directory: Path) -> Path:
    """Where a demo of the test's own lives."""
    made = server_directory / "demo"
    made.mkdir(mode=0o755, exist_ok=True)
    return made


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_keeps_its_data_and_leaves_nothing_running(home: Path, how: signal.Signals) -> None:
    is_first = not (home / "pg").exists()
    port = free_port()
    with demo(home, port) as (process, said):
        assert any("small demo data" in line for line in said) == is_first
        with urlopen(f"http://localhost:{port}/login") as answer:
            assert b"Sam" in answer.read()
        family = psutil.Process(process.pid).children(recursive=True)
        assert {"postgres", "valkey-server"} <= {child.name() for child in family}
        process.send_signal(how)
        assert process.stdout
        assert process.stdout.read().endswith("Stopped; the data are kept for the next start.\n")
        assert process.wait(30) == 0
        assert [child for child in family if child.is_running()] == []


def test_a_port_in_use_is_told_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DeskError, match=rf"Port {port} cannot be used .* PORT={port + 1} make demo"):
            stack.run(None, port=port)


def test_a_first_start_that_was_interrupted_is_made_again(
    server_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(owner_url: str, _scale: databases.Scale) -> None:
        with psycopg.connect(owner_url) as connection:
            connection.execute("INSERT INTO accounts (name) VALUES ('half')")
        raise KeyboardInterrupt

    with PostgreSQL(server_directory / "interrupted", durable=False) as server:
        with monkeypatch.context() as patch:
            patch.setattr(data, "load", killed)
            with pytest.raises(KeyboardInterrupt):
                stack.prepared(server, "small")
        assert not databases.exists(server, stack.DATABASE)
        made = stack.prepared(server, "small")
        with psycopg.connect(made.reader_url) as connection:
            row = connection.execute(
                "SELECT count(*) > 10, count(*) FILTER (WHERE name = 'half') FROM accounts"
            ).fetchone()
        assert row == (True, 0)
