"""The shared cache over TLS: a certificate that is trusted and of that host, or none at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import redis
import trustme

from core import cache
from core.errors import DeskError
from core.settings import settings
from demo import places
from demo.databases import Database
from demo.supervised import Server
from ops import connectivity
from tests.support.site import free_port


class Redis(Server):
    """Debian's Redis, which speaks nothing but TLS."""

    name = "Redis"

    def __init__(self, data: Path, authority: trustme.CA) -> None:
        super().__init__(data)
        self._authority, self.port = authority, free_port()

    def url(self, host: str, certificate: Path) -> str:
        """How to connect under that name, trusting that authority."""
        return f"rediss://{host}:{self.port}?ssl_ca_certs={certificate}"

    def prepare(self) -> None:
        """Write a certificate for localhost."""
        places.hand_over(places.own(self.data, mode=0o700))
        made = self._authority.issue_cert("localhost")
        self._authority.cert_pem.write_to_path(self.data / "ca.pem")
        made.private_key_pem.write_to_path(self.data / "key.pem")
        made.cert_chain_pems[0].write_to_path(self.data / "cert.pem")
        for path in self.data.glob("*.pem"):
            places.hand_over(path)

    def command(self) -> list[str]:
        """`redis-server` without a plain port, keeping nothing."""
        files = ("--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem", "--tls-ca-cert-file", "ca.pem")
        return [
            *("redis-server", "--port", "0", "--tls-port", str(self.port), "--bind", "127.0.0.1", "--save", ""),
            *("--tls-auth-clients", "no", *files),
        ]

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(server_directory: Path, authority: trustme.CA) -> Iterator[Redis]:
    with Redis(server_directory / "redis-tls", authority) as running:
        yield running


def test_only_a_trusted_server_of_that_name_is_spoken_to(
    database: Database, server: Redis, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_TIMEOUT_S", 5.0)  # a busy machine takes longer for a handshake

    def is_counting() -> bool:
        return cache.increment(uuid4().hex, 60) is not None

    def told(url: str) -> tuple[bool, str]:
        monkeypatch.setenv("REDIS_URL", url)
        settings.cache_clear()
        cache.reset()
        try:
            return is_counting(), connectivity.redis(settings())
        except DeskError as error:
            return is_counting(), str(error)

    ours, theirs = tmp_path / "ours.pem", tmp_path / "theirs.pem"
    authority.cert_pem.write_to_path(ours)
    trustme.CA().cert_pem.write_to_path(theirs)
    assert told(server.url("localhost", ours)) == (True, "answers, over TLS")
    cache.invalidate("jobs")
    with redis.Redis.from_url(server.url("localhost", ours)) as client:
        assert client.keys("desk:*:epoch:jobs")
    for url in (server.url("localhost", theirs), f"rediss://localhost:{server.port}"):
        answers, finding = told(url)
        assert not answers
        assert "its certificate is not trusted" in finding
        assert "ssl_ca_certs" in finding
    answers, finding = told(server.url("127.0.0.1", ours))  # the right authority, but for another name
    assert not answers
    assert "its certificate is for another name than 127.0.0.1" in finding
    answers, finding = told(f"redis://localhost:{server.port}")  # no TLS
    assert not answers
    assert "rediss://" in finding
