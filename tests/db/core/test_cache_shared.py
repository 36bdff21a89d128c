"""Two processes share every answer until one of them writes, and what Redis garbles or missed is asked for anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast
from uuid import uuid4

import pyarrow as pa
import pytest
import redis

from demo.databases import Database
from demo.servers import Valkey
from tests.support.asker import DOMAIN, ROOT, Asker, asking

Garble = Callable[[redis.Redis, bytes, bytes], object]
Two = tuple[Asker, Asker]


@pytest.fixture(scope="module")
def url(database: Database, server_directory: Path) -> Iterator[str]:  # the database for its settings
    """A Valkey that these tests may garble."""
    with Valkey(server_directory / "valkey-garbled") as running:
        yield running.url


@pytest.fixture(scope="module")
def two(url: str) -> Iterator[Two]:
    """Two processes of the Desk with that Valkey."""
    with asking("a", url) as a, asking("b", url) as b:
        yield a, b


@pytest.fixture
def kept(url: str) -> Iterator[redis.Redis]:
    """What the Valkey holds: nothing yet."""
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield client


@pytest.fixture
def hurt(database: Database, server_directory: Path) -> Iterator[tuple[Valkey, Asker, Asker]]:
    """A Valkey for one test to stop, and two processes with it."""
    with (
        Valkey(server_directory / f"valkey-{uuid4().hex[:6]}") as running,
        asking("a", running.url) as a,
        asking("b", running.url) as b,
    ):
        yield running, a, b


@pytest.fixture
def question() -> str:
    """One that nobody has asked."""
    return uuid4().hex


def answers(client: redis.Redis) -> list[bytes]:
    """The keys that answers are kept under."""
    return [key for key in keys(client) if b":epoch:" not in key]


def keys(client: redis.Redis) -> list[bytes]:
    """Every key of the Desk's."""
    return cast("list[bytes]", client.keys("desk:*"))


def loaded_by(name: str, answer: str) -> bool:
    """Whether this process loaded the answer."""
    return answer.startswith(name)


def test_after_every_write_one_load_serves_both(two: Two, kept: redis.Redis, url: str, question: str) -> None:
    a, b = two
    known = a.ask(question)
    assert b.ask(question) == known
    for writer, reader, name in ((a, b, "b"), (b, a, "a"), (a, b, "b"), (a, b, "b")):
        writer("bump", DOMAIN)
        loaded = reader.ask(question)
        assert loaded_by(name, loaded)
        assert loaded != known
        assert writer.ask(question) == loaded
        known = loaded
    a("bump", "accounts")
    b("forget")
    assert b.ask(question) == known, "another domain's write leaves it"
    with asking("c", url) as late:
        assert late.ask(question) == known, "and a process that starts late joins in"


def test_an_epoch_that_redis_dropped_is_never_given_again(two: Two, kept: redis.Redis, question: str) -> None:
    a, b = two
    a("bump", DOMAIN)
    first = a.ask(question)
    for _ in range(2):
        kept.delete(*(key for key in keys(kept) if b":epoch:" in key))  # as allkeys-lru does
        a("bump", DOMAIN)
        second = b.ask(question)
        assert loaded_by("b", second)
        assert a.ask(question) == second != first
        first = second


def test_other_code_neither_reads_nor_overwrites(url: str, kept: redis.Redis, tmp_path: Path, question: str) -> None:
    for name in ("core", "queries", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    with asking("old", url) as old, asking("copy", url, tmp_path) as same:
        assert (old.ask(question), same.ask(question)) == ("old1", "old1")
        for file in ("queries/jobs/listing.py", "queries/tables/base.py", "core/database.py"):
            with (tmp_path / file).open("a") as changed:
                changed.write("\n# one more line\n")
            with asking("new", url, tmp_path) as new:
                assert new.ask(question) == "new1", file
                old("forget")
                assert old.ask(question) == "old1", file
    assert len(answers(kept)) == 4


def _other_schema(client: redis.Redis, key: bytes, _: bytes) -> None:
    table = pa.table({"n": [1]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    client.set(key, sink.getvalue().to_pybytes())


def _of_another_question(client: redis.Redis, key: bytes, _: bytes) -> None:
    [other] = [found for found in answers(client) if found != key]
    client.set(key, cast("bytes", client.get(other)))


def _another_type(client: redis.Redis, key: bytes, _: bytes) -> None:
    client.delete(key)
    client.rpush(key, "x")


GARBLED: dict[str, Garble] = {
    "truncated": lambda client, key, value: client.set(key, value[:-20]),
    "its end lost": lambda client, key, value: client.set(key, value[:-1]),
    "a byte flipped": lambda client, key, value: client.setrange(
        key, len(value) // 2, bytes([value[len(value) // 2] ^ 1])
    ),
    "foreign bytes": lambda client, key, _: client.set(key, b"\xff\x80garbage" * 9),
    "three bytes": lambda client, key, _: client.set(key, b"abc"),
    "nothing": lambda client, key, _: client.set(key, b""),
    "a pickle": lambda client, key, _: client.set(key, b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00."),
    "another schema": _other_schema,
    "another question's answer": _of_another_question,
    "another type": _another_type,
}


@pytest.mark.parametrize("garble", GARBLED.values(), ids=GARBLED.keys())
def test_what_cannot_be_read_is_a_miss_and_is_overwritten(
    garble: Garble, two: Two, kept: redis.Redis, question: str
) -> None:
    a, b = two
    a.ask(question)
    [key] = answers(kept)
    a.ask(uuid4().hex)
    garble(kept, key, cast("bytes", kept.get(key)))
    loaded = b.ask(question)
    assert loaded_by("b", loaded)
    a("forget")
    assert a.ask(question) == loaded


@pytest.mark.parametrize("value", [b"\xff\xfe", b"", b"12", b"x" * 10_000, None])
def test_an_epoch_of_any_bytes_is_an_epoch(value: bytes | None, two: Two, kept: redis.Redis, question: str) -> None:
    a, b = two
    known = a.ask(question)
    [epoch] = [key for key in keys(kept) if key.endswith(b":epoch:jobs")]
    if value is None:
        _another_type(kept, epoch, b"")
    else:
        kept.set(epoch, value)
    loaded = a.ask(question)
    assert b.ask(question) == loaded != known
    b("bump", DOMAIN)
    again = a.ask(question)
    assert b.ask(question) == again != loaded


def test_a_write_during_an_outage_is_told_when_it_is_over(hurt: tuple[Valkey, Asker, Asker]) -> None:
    server, a, b = hurt
    assert (a.ask("q"), b.ask("q")) == ("a1", "a1")
    with redis.Redis.from_url(server.url) as client:
        held = {key: client.dump(key) or b"" for key in keys(client)}
    server.stop()
    assert a.ask("q") == "a2", "alone it knows of no epoch"
    assert a.ask("q") == "a2", "and remembers"
    a("bump", DOMAIN)
    assert a.ask("q") == "a3"
    server.start()
    with redis.Redis.from_url(server.url) as client:
        for key, value in held.items():  # as after a network that was away: Redis knows of no write
            client.restore(key, 0, value)
    for process in (a, b):
        process("retry")
        process("forget")
    assert b.ask("q") == "a1", "b cannot know yet"
    assert a.ask("another") == "a4", "a asks Redis anything, and tells what it wrote"
    assert b.ask("q") == "b1"
    assert a.ask("q") == "b1"


def test_no_answer_of_an_outage_outlives_a_later_write(hurt: tuple[Valkey, Asker, Asker]) -> None:
    server, a, b = hurt
    server.stop()
    assert a.ask("q") == "a1"
    server.start()
    a("retry")
    a("bump", DOMAIN)
    server.stop()
    assert a.ask("q") == "a2"
    server.start()
    a("retry")
    assert (b.ask("q"), a.ask("q")) == ("b1", "b1")
