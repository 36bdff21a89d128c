"""The demo's servers start from whatever they find, take no strangers, and are gone when their parent is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from core.errors import DeskError
from demo import places
from demo.places import ROOT
from demo.servers import PostgreSQL, Valkey

KILLED = """
import signal, sys
from pathlib import Path
from demo.servers import PostgreSQL, Valkey
with PostgreSQL(Path(sys.argv[1]) / "pg", durable=False) as pg, Valkey(Path(sys.argv[1]) / "valkey") as valkey:
    print(pg.pid, valkey.pid, flush=True)
    signal.pause()
"""


@pytest.fixture
def directory(server_directory: Path) -> Iterator[Path]:
    """A directory for one server of the test's own."""
    made = server_directory / "own"
    made.mkdir(mode=0o755)
    yield made
    subprocess.run(["rm", "-r", made], check=True)


def test_it_listens_on_a_private_socket_only_and_asks_for_the_password(postgresql: PostgreSQL) -> None:
    with psycopg.connect(postgresql.url()) as connection:
        row = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('desk.demo'), current_setting('timezone')"
        ).fetchone()
    assert row == ("", "on", "UTC")
    assert postgresql.sockets.stat().st_mode & 0o777 == 0o700
    stranger = postgresql.url().replace("postgresql://postgres:", "postgresql://postgres:x")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stranger)


def test_stopping_twice_is_stopping(directory: Path) -> None:
    server = Valkey(directory / "valkey").start()
    pid = server.pid
    server.stop()
    server.stop()
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert not server.sockets.exists()


def test_it_starts_again_after_a_crash_whatever_its_pid_file_says(directory: Path) -> None:
    server = PostgreSQL(directory / "pg").start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE kept AS SELECT 1 AS answer")
    assert server.pid is not None
    postmaster = psutil.Process(server.pid)
    family = [postmaster, *postmaster.children()]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=10)
    server.stop()
    stale = (server.data / "postmaster.pid").read_text().split("\n")
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *stale[1:]]))
    with server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (1,)


def test_nothing_is_left_when_the_parent_is_killed(directory: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(directory)], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout
        servers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert len(servers) == 2
        parent.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(servers, timeout=10)
    assert alive == []
    for name in ("pg", "valkey"):
        places.socket_directory(directory / name).rmdir()  # which is all that a killed parent leaves


def test_data_of_another_version_are_refused_with_the_next_step(directory: Path) -> None:
    server = PostgreSQL(directory / "pg", durable=False)
    with server:
        pass
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(DeskError, match=r"(?s)not compatible.*make demo-reset"):
        server.start()
    assert server.pid is None
    server.erase()
    with server:
        assert server.pid


def test_a_directory_that_somebody_else_put_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "theirs")
    with pytest.raises(DeskError, match="belongs to another user"):
        places.own(tmp_path / "ours", mode=0o700)
