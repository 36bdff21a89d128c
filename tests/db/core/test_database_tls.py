"""TLS to a database is verified unless its URL says otherwise, and a certificate that is not right is told as such."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psycopg
import pytest
import trustme

from core.database import driver_url
from core.errors import DatabaseDown, DeskError
from demo.databases import Database
from schema import connection, migrate


@pytest.mark.parametrize(
    ("url", "mode", "root"),
    [
        ("postgresql://r:p@db.example.com/x", "verify-full", "system"),
        ("postgresql://r:p@db.example.com/x?sslrootcert=ca.pem", "verify-full", "ca.pem"),
        ("postgresql://r:p@db.example.com/x?sslmode=verify-full&sslrootcert=ca.pem", "verify-full", "ca.pem"),
        ("postgresql://r:p@/x?host=db.example.com", "verify-full", "system"),
        ("postgresql://r:p@database/x?sslmode=disable", "disable", None),
        ("postgresql://r:p@localhost/x", None, None),
        ("postgresql://r:p@/x?host=/tmp/socket", None, None),
    ],
)
def test_another_machine_is_verified(url: str, mode: str | None, root: str | None) -> None:
    asked = driver_url(url).query
    assert (asked.get("sslmode"), asked.get("sslrootcert")) == (mode, root)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def port(authority: trustme.CA) -> Iterator[int]:
    """A server that agrees to TLS as PostgreSQL does, with a certificate for localhost, then hangs up."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with suppress(OSError):  # closed at the end
                while True:
                    asking, _ = listening.accept()
                    with asking, suppress(OSError):
                        asking.recv(8)
                        asking.sendall(b"S")
                        with context.wrap_socket(asking, server_side=True) as safe:
                            safe.recv(1)

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_certificate_that_is_not_right_says_what_to_do(port: int, authority: trustme.CA, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.pem", tmp_path / "theirs.pem"
    authority.cert_pem.write_to_path(ours)
    trustme.CA().cert_pem.write_to_path(theirs)

    def told(host: str, root: Path) -> str:
        url = f"postgresql://desk_reader:s3cret@{host}:{port}/x?sslmode=verify-full&sslrootcert={root}"
        with pytest.raises(psycopg.OperationalError) as caught:
            connection.opened(url)
        with pytest.raises(DatabaseDown) as also:
            migrate.current(url)
        said = connection.fault(caught.value)
        assert said in str(also.value)
        assert "s3cret" not in said
        return said

    assert "certificate" not in told("localhost", ours)
    assert "certificate verify failed" in told("localhost", theirs)
    for root in (theirs, tmp_path / "none.pem"):
        assert "Download the database's root certificate" in told("localhost", root)
    assert 'does not match host name "127.0.0.1" Use the host name' in told("127.0.0.1", ours)


def test_the_poolers_names_for_the_roles_are_known(fresh_database: Database) -> None:
    url = fresh_database.reader_url.replace("desk_reader:", "desk_reader.abcdefghijkl:")
    migrate.upgrade(fresh_database.owner_url, reader_url=url, writer_url=fresh_database.writer_url)
    with pytest.raises(DeskError, match="Use desk_reader"):
        migrate.upgrade(fresh_database.owner_url, reader_url=url.replace("desk_reader.", "desk_readers."))
