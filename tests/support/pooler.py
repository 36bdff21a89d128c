"""PgBouncer in transaction mode before a test server, as Supabase's pooler stands before its databases."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg

from demo import places
from demo.databases import Database
from demo.servers import PostgreSQL
from demo.supervised import Server

PROGRAM: Final = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
"""Where Debian's package puts it; None where it is not installed."""


class PgBouncer(Server):
    """A pooler that gives a server connection to a client for one transaction, then to the next."""

    name = "PgBouncer"

    def __init__(self, data: Path, server: PostgreSQL, *, size: int = 10) -> None:
        super().__init__(data)
        self._server, self._size = server, size

    def url(self, url: str) -> str:
        """The same database and role, through the pooler."""
        return url.replace(str(self._server.sockets), str(self.sockets))

    def before(self, database: Database) -> Database:
        """The database as the app reaches it; the owner, who only migrates, goes to it directly."""
        return Database(database.owner_url, self.url(database.reader_url), self.url(database.writer_url))

    def prepare(self) -> None:
        """Write what it reads at its start."""
        places.hand_over(places.own(self.data, mode=0o700))
        password = urlsplit(self._server.url()).password
        roles = ("postgres", "desk_reader", "desk_writer")
        self._write("users.txt", "".join(f'"{role}" "{password}"\n' for role in roles))
        self._write(
            "pgbouncer.ini",
            f"""
            [databases]
            * = host={self._server.sockets} port=5432
            [pgbouncer]
            pool_mode = transaction
            unix_socket_dir = {places.socket_directory(self.data)}
            listen_addr =
            listen_port = 5432
            auth_type = scram-sha-256
            auth_file = {self.data}/users.txt
            default_pool_size = {self._size}
            max_client_conn = 500
            """,
        )

    def command(self) -> list[str]:
        """`pgbouncer` in the foreground."""
        assert PROGRAM
        return [PROGRAM, str(self.data / "pgbouncer.ini")]

    def is_ready(self) -> bool:
        """Whether a connection through it answers."""
        try:
            with psycopg.connect(self.url(self._server.url()), prepare_threshold=None, connect_timeout=1):
                return True
        except psycopg.OperationalError:
            return False

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text("\n".join(line.strip() for line in text.splitlines()))
        places.hand_over(path)
