"""Answers are kept, forgotten together, and never needed: Redis may be absent, killed or hanging."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
import redis
import streamlit as st

from core import cache
from core.settings import settings
from core.telemetry import breaker_open
from demo.databases import Database
from demo.servers import Valkey
from tests.support.until import until

Load = Callable[[], pa.Table]


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, server_directory: Path) -> Iterator[Valkey]:
    """A Valkey for one test to hurt."""
    with Valkey(server_directory / f"valkey-{uuid4().hex[:6]}") as running:
        yield running


@pytest.fixture
def shared(database: Database, server: Valkey, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """The Desk with that Valkey as its cache, which a busy machine may keep from answering at once."""
    monkeypatch.setenv("REDIS_URL", server.url)
    monkeypatch.setattr(cache, "_TIMEOUT_S", 10)
    settings.cache_clear()
    cache.reset()
    yield server
    cache.reset()
    settings.cache_clear()


class Source:
    """A loader that counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> pa.Table:
        self.asked += 1
        return cache.stamp(pa.table({"n": pa.array([self.asked], pa.int64()), "who": pa.array([None], pa.string())}))


def ask(source: Load, question: str = "q", *, other_process: bool = False) -> int:
    """The number that the cache answers with; another process has no answers of its own."""
    if other_process:
        st.cache_data.clear()
    return cache.get_or_load(question, 60, "jobs", source).column("n")[0].as_py()


def test_an_answer_is_loaded_once_in_a_process_and_once_between_processes(shared: Valkey) -> None:
    source = Source()
    question = uuid4().hex
    assert [ask(source, question), ask(source, question), ask(source, question, other_process=True)] == [1, 1, 1]


def test_many_who_wait_are_answered_by_one_load(shared: Valkey) -> None:
    source, question = Source(), uuid4().hex
    with redis.Redis.from_url(shared.url) as client, ThreadPoolExecutor(8) as pool:

        def reads() -> int:
            return int(client.info("commandstats")["cmdstat_get"]["calls"])

        client.get("nothing")
        before = reads()

        def slow() -> pa.Table:
            until(lambda: reads() >= before + 8 + 1)  # each asks for the epoch, and one for the answer
            return source()

        assert list(pool.map(lambda _: ask(slow, question), range(8))) == [1] * 8
    assert source.asked == 1


def test_what_was_written_without_redis_is_told_once_by_many(shared: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL")
    settings.cache_clear()
    cache.reset()
    cache.invalidate("jobs")
    monkeypatch.setenv("REDIS_URL", shared.url)
    settings.cache_clear()
    cache.reset()
    source, question, all_ask = Source(), uuid4().hex, Barrier(8)

    def together(_: int) -> int:
        all_ask.wait(timeout=60)
        return ask(source, question)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(together, range(8))) == [1] * 8


def test_a_write_makes_every_process_forget(shared: Valkey) -> None:
    source = Source()
    question = uuid4().hex
    assert ask(source, question) == 1
    cache.invalidate("jobs")
    assert ask(source, question) == 2
    cache.invalidate("accounts")
    assert ask(source, question) == 2


def test_types_and_time_survive_the_way_through_the_cache(shared: Valkey) -> None:
    source = Source()
    question = uuid4().hex
    first = cache.get_or_load(question, 60, "jobs", source)
    st.cache_data.clear()
    second = cache.get_or_load(question, 60, "jobs", source)
    assert second.schema.equals(first.schema, check_metadata=True)
    assert cache.as_of(second) == cache.as_of(first)


def test_without_redis_the_process_still_remembers(database: Database) -> None:
    source = Source()
    question = uuid4().hex
    assert [ask(source, question), ask(source, question)] == [1, 1]
    cache.invalidate("jobs")
    assert ask(source, question) == 2


def test_a_killed_redis_is_left_alone_and_taken_up_again(shared: Valkey) -> None:
    source = Source()
    assert ask(source, uuid4().hex) == 1
    shared.stop()
    assert ask(source, uuid4().hex) == 2
    assert breaker_open._value.get() == 1  # pyright: ignore[reportPrivateUsage]  # the gauge has no public reader
    shared.start()
    cache.reset()
    assert cache.increment(uuid4().hex, 60) == 1
    assert breaker_open._value.get() == 0  # pyright: ignore[reportPrivateUsage]


def test_no_thread_waits_for_what_another_asks_of_redis(shared: Valkey) -> None:
    both_are_asking = Barrier(2)

    def wait(client: redis.Redis) -> bool:
        both_are_asking.wait(timeout=60)
        return bool(client.ping())

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: cache._try(wait), range(2))) == [True, True]  # pyright: ignore[reportPrivateUsage]  # what all of the cache asks by


def test_a_hanging_redis_is_asked_once_and_then_left_alone(shared: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    source, sent = Source(), list[object]()
    send = redis.Redis.execute_command

    def noted(client: redis.Redis, *words: Any, **options: Any) -> Any:
        sent.append(words)
        return send(client, *words, **options)

    ask(source, uuid4().hex)
    monkeypatch.setattr(redis.Redis, "execute_command", noted)
    monkeypatch.setattr(cache, "_TIMEOUT_S", 0.15)
    cache.reset()
    pid = shared.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        assert ask(source, uuid4().hex) == 2
        assert len(sent) == 1
        assert cache.is_circuit_open()
        assert [ask(source, uuid4().hex) for _ in range(20)] == list(range(3, 23))
        assert len(sent) == 1
    finally:
        os.kill(pid, signal.SIGCONT)
