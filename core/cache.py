"""Answers kept for a while: in the process by Streamlit, between processes by Redis or Valkey.

A key is made of the environment, the code's revision, the statement's fingerprint and the epoch of its domain. The
epoch is Redis's alone, and a write renews it, so every process forgets together. While Redis does not answer, a process
counts its own writes and answers by itself; before it believes Redis again, it renews the epochs of what it wrote
meanwhile. Values are Arrow IPC with a mark at their end. Redis is optional: absent, down or hanging, the Desk only gets
slower.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path
from threading import Lock, local
from typing import Any, Final, Literal, cast
from uuid import uuid4

import pyarrow as pa
import redis
import streamlit as st
from pybreaker import CircuitBreakerError
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.breaker import breaker
from core.once import once
from core.settings import settings
from core.telemetry import breaker_open, cache_reads, logger

log = logger(__name__)

_PROCESS_TTL_S: Final = 10
_TIMEOUT_S: Final = 0.15  # with one retry a hanging Redis costs 0.3 s once, then the breaker is open
_MARK_BYTES: Final = 16
Domain = Literal[
    "", "accounts", "api_usage", "audit", "categories", "content", "creators", "find", "jobs", "models", "overview",
    "projects", "reviews", "staff", "usage", "weekdays",
]  # fmt: skip
"""What answers are about: a change of it makes every process forget them, but those about nothing."""
_ROOT: Final = Path(__file__).parents[1]
_CODE: Final = ("core/*.py", "queries/**/*.py")
"""What makes an answer from a question."""

_written: dict[str, int] = {}
"""How often this process wrote to each domain,"""
_told: dict[str, int] = {}
"""and how many of those times Redis has heard of."""
_writing, _telling = Lock(), Lock()
_here = local()
"""Whether this thread's read went past the process; a refresh in the background is another thread's."""


def get_or_load(question: str, ttl_s: int, domain: Domain, load: Callable[[], pa.Table]) -> pa.Table:
    """The answer to a question, loaded at most once per `ttl_s` seconds and epoch of its domain."""
    epoch = _epoch(domain)
    key = f"desk:{_scope()}:{_revision()}:{domain}:{epoch or '-'}:{sha256(question.encode()).hexdigest()}"
    _here.asked_further = False
    table = _process_level()(f"{key}:{_written.get(domain, 0)}", ttl_s, key if epoch else None, load)
    if not _here.asked_further:
        cache_reads.labels("process").inc()
    return table


def invalidate(*domains: Domain) -> None:
    """Make every process forget its answers about these domains; called after a commit."""
    for domain in domains:
        with _writing:
            _written[domain] = _written.get(domain, 0) + 1
        _tell(domain)


def increment(name: str, window_s: int) -> int | None:
    """How often this was counted within the window that its first time began, now included; None without Redis."""

    def count(client: redis.Redis) -> int:
        key = f"desk:{_scope()}:count:{name}"
        with client.pipeline() as pipeline:
            pipeline.set(key, 0, ex=window_s, nx=True)
            pipeline.incr(key)
            return int(pipeline.execute()[1])

    return _try(count)


def reset_counters(*names: str) -> None:
    """Forget how often these were counted."""
    _try(lambda client: client.delete(*(f"desk:{_scope()}:count:{name}" for name in names)))


def stamp(table: pa.Table) -> pa.Table:
    """The table with the time of its answer in its metadata."""
    return table.replace_schema_metadata({"as_of": datetime.now(UTC).isoformat()})


def as_of(table: pa.Table) -> datetime:
    """When PostgreSQL gave this answer."""
    return datetime.fromisoformat(cast("dict[bytes, bytes]", table.schema.metadata)[b"as_of"].decode())


def is_circuit_open() -> bool:
    """Whether Redis failed lately and is not being asked for a moment."""
    return _breaker.current_state == "open"


def reset() -> None:
    """Forget the client and the breaker; the next use reads the settings anew."""
    _client.cache_clear()
    _breaker.close()
    _scope.cache_clear()


@cache
def _process_level() -> Callable[[str, int, str | None, Callable[[], pa.Table]], pa.Table]:
    """The decorated loader, made on first use: decorating at import warns before Streamlit's runtime exists."""

    @st.cache_data(ttl=_PROCESS_TTL_S, max_entries=500, refresh_mode="background", show_spinner=False)
    def answer(known_as: str, ttl_s: int, _key: str | None, _load: Callable[[], pa.Table]) -> pa.Table:
        _here.asked_further = True
        kept = _try(lambda client: _get(client, _key)) if _key else None
        if _key and kept and (table := _unpacked(_key, kept)) is not None:
            cache_reads.labels("redis").inc()
            return table
        table = _load()
        cache_reads.labels("postgres").inc()
        if _key:
            _try(lambda client: client.set(_key, _packed(_key, table), ex=ttl_s))
        return table

    return answer


def _packed(key: str, table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    answer = sink.getvalue().to_pybytes()
    return answer + _mark(key, answer)


def _unpacked(key: str, kept: bytes) -> pa.Table | None:
    """The table, None unless these are the very bytes that were kept under this key: Arrow believes what it reads."""
    answer, mark = kept[:-_MARK_BYTES], kept[-_MARK_BYTES:]
    return pa.ipc.open_stream(answer).read_all() if mark == _mark(key, answer) else None


def _mark(key: str, answer: bytes) -> bytes:
    return blake2b(answer, digest_size=_MARK_BYTES, key=sha256(key.encode()).digest()).digest()


@cache
def _revision() -> str:
    """What separates the answers of this code from those of another on the same Redis, as during a deployment."""
    code = sha256()
    for file in sorted(found for pattern in _CODE for found in _ROOT.glob(pattern)):
        code.update(str(file.relative_to(_ROOT)).encode() + b"\0" + sha256(file.read_bytes()).digest())
    return code.hexdigest()[:12]


@cache
def _scope() -> str:
    """What separates this environment's keys from another's on the same Redis."""
    environment = f"{settings().public_url}|{settings().database_read_url.get_secret_value()}"
    return sha256(environment.encode()).hexdigest()[:12]


def _epoch(domain: str) -> str | None:
    """Redis's epoch of the domain, begun where there is none; None while Redis is not to be asked."""
    if not all([_tell(written) for written in list(_written)]):  # a list, so that each is told
        return None
    known = _try(lambda client: _get(client, _epoch_key(domain)) or _begun(client, domain))
    return known and blake2b(known, digest_size=8).hexdigest()


def _tell(domain: str) -> bool:
    """Have Redis hear of what this process wrote; whether it has."""
    written = _written[domain]
    if written == _told.get(domain):
        return True
    with _telling:  # each who told it again would make every process forget what was answered since
        if written <= _told.get(domain, 0):
            return True
        if not _try(lambda client: _renewed(client, domain)):
            return False
        _told[domain] = written
    return True


def _begun(client: redis.Redis, domain: str) -> bytes:
    """The first epoch, which is one however many threads and processes begin it."""
    client.set(_epoch_key(domain), uuid4().bytes, nx=True)
    return _get(client, _epoch_key(domain)) or _renewed(client, domain)


def _renewed(client: redis.Redis, domain: str) -> bytes:
    """A new epoch, which no answer has been kept under: a count would come again when Redis has forgotten it."""
    epoch = uuid4().bytes
    client.set(_epoch_key(domain), epoch)
    return epoch


def _epoch_key(domain: str) -> str:
    return f"desk:{_scope()}:epoch:{domain}"


def _get(client: redis.Redis, key: str) -> bytes | None:
    """What is kept under a key; None also for what is no string, which the next SET puts right."""
    try:
        return cast("bytes | None", client.get(key))
    except redis.ResponseError:
        return None


_breaker = breaker("redis", breaker_open)


@once
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
        with _breaker.calling():
            return ask(client)
    except (redis.RedisError, CircuitBreakerError, OSError):
        return None
