"""Answers kept for a while: in the process by Streamlit, between processes by Redis or Valkey.

A key is made of the environment, the statement's fingerprint and the epoch of its domain. A write bumps the epoch, so
every process forgets together. Values are Arrow IPC. Redis is optional: absent, down
or hanging, the Desk only gets slower.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from threading import local
from typing import Any, Final, cast

import pyarrow as pa
import redis
import streamlit as st
from pybreaker import CircuitBreaker, CircuitBreakerError, CircuitBreakerListener, CircuitBreakerState
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.settings import settings
from core.telemetry import breaker_open, cache_reads, logger

log = logger(__name__)

_PROCESS_TTL_S: Final = 10
_TIMEOUT_S: Final = 0.15  # with one retry a hanging Redis costs 0.3 s once, then the breaker is open
_OPEN_S: Final = 15
_local_epochs: dict[str, int] = {}
_here = local()
"""Whether this thread's read went past the process; a refresh in the background is another thread's."""


def through(question: str, ttl_s: int, domain: str, load: Callable[[], pa.Table]) -> pa.Table:
    """The answer to a question, loaded at most once per `ttl_s` seconds and epoch of its domain."""
    key = f"desk:{_scope()}:{domain}:{_epoch(domain)}:{sha256(question.encode()).hexdigest()}"
    _here.asked_further = False
    table = _process_level()(key, ttl_s, load)
    if not _here.asked_further:
        cache_reads.labels("process").inc()
    return table


def bump(*domains: str) -> None:
    """Make every process forget its answers about these domains; called after a commit."""
    for domain in domains:
        _local_epochs[domain] = _local_epochs.get(domain, 0) + 1
        _try(lambda client, domain=domain: client.incr(f"desk:{_scope()}:epoch:{domain}"))


def counted(name: str, window_s: int) -> int | None:
    """How often this was counted within the window that its first time began, now included; None without Redis."""

    def count(client: redis.Redis) -> int:
        key = f"desk:{_scope()}:count:{name}"
        with client.pipeline() as pipeline:
            pipeline.set(key, 0, ex=window_s, nx=True)
            pipeline.incr(key)
            return int(pipeline.execute()[1])

    return _try(count)


def uncount(*names: str) -> None:
    """Forget how often these were counted."""
    _try(lambda client: client.delete(*(f"desk:{_scope()}:count:{name}" for name in names)))


def stamp(table: pa.Table) -> pa.Table:
    """The table with the time of its answer in its metadata."""
    return table.replace_schema_metadata({"as_of": datetime.now(UTC).isoformat()})


def as_of(table: pa.Table) -> datetime:
    """When PostgreSQL gave this answer."""
    return datetime.fromisoformat(cast("dict[bytes, bytes]", table.schema.metadata)[b"as_of"].decode())


def ping() -> bool | None:
    """Whether Redis answers; None when none is configured."""
    return None if _client() is None else bool(_try(lambda client: client.ping()))


def is_left_alone() -> bool:
    """Whether Redis failed lately and is not being asked for a moment."""
    return _breaker.current_state == "open"


def reset() -> None:
    """Forget the client and the breaker; the next use reads the settings anew."""
    _client.cache_clear()
    _breaker.close()
    _scope.cache_clear()


@cache
def _process_level() -> Callable[[str, int, Callable[[], pa.Table]], pa.Table]:
    """The decorated loader, made on first use: decorating at import warns before Streamlit's runtime exists."""

    @st.cache_data(ttl=_PROCESS_TTL_S, max_entries=500, refresh_mode="background", show_spinner=False)
    def answer(key: str, ttl_s: int, _load: Callable[[], pa.Table]) -> pa.Table:
        _here.asked_further = True
        kept = _try(lambda client: client.get(key))
        if kept is not None:
            cache_reads.labels("redis").inc()
            return pa.ipc.open_stream(kept).read_all()
        table = _load()
        cache_reads.labels("postgres").inc()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        _try(lambda client: client.set(key, sink.getvalue().to_pybytes(), ex=ttl_s))
        return table

    return answer


@cache
def _scope() -> str:
    """What separates this environment's keys from another's on the same Redis."""
    return sha256(f"{settings().public_url}|{settings().database_read_url.get_secret_value()}".encode()).hexdigest()[
        :12
    ]


def _epoch(domain: str) -> str:
    shared = _try(lambda client: client.get(f"desk:{_scope()}:epoch:{domain}")) or b"0"
    return f"{shared.decode()}.{_local_epochs.get(domain, 0)}"


class _Report(CircuitBreakerListener):
    def state_change(
        self, cb: CircuitBreaker, old_state: CircuitBreakerState | None, new_state: CircuitBreakerState
    ) -> None:
        breaker_open.set(new_state.name == "open")
        log.warning("redis_breaker", state=new_state.name)


_breaker = CircuitBreaker(fail_max=1, reset_timeout=_OPEN_S, listeners=[_Report()])


@cache
def _client() -> redis.Redis | None:
    url = settings().redis_url
    if url is None:
        return None
    return redis.Redis.from_url(
        url.get_secret_value(),
        socket_timeout=_TIMEOUT_S,
        socket_connect_timeout=_TIMEOUT_S,
        retry=Retry(NoBackoff(), 1),
        max_connections=32,
    )


def _try(ask: Callable[[redis.Redis], Any]) -> Any:
    """Redis's answer, or None when there is no Redis, it is down, or it is being left alone."""
    client = _client()
    if client is None:
        return None
    try:
        with _breaker.calling():  # not call(), which lets one thread wait for Redis at a time
            return ask(client)
    except (redis.RedisError, CircuitBreakerError, OSError):
        return None
