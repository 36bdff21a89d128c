"""What the Desk tells its operator: structured logs with a request id, and Prometheus metrics."""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import NamedTuple
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars, merge_contextvars

from core._compat import RerunException, StopException
from core.settings import settings

registry = CollectorRegistry()

query_seconds = Histogram(
    "desk_query_seconds",
    "Time from sending a read to having its rows.",
    ["page", "outcome"],
    registry=registry,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)
page_seconds = Histogram(
    "desk_page_seconds",
    "Server time of one full run of a page.",
    ["page"],
    registry=registry,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
cache_reads = Counter("desk_cache_reads", "Reads by what answered them.", ["answered_by"], registry=registry)
breaker_open = Gauge(
    "desk_redis_breaker_open",
    "1 while the circuit breaker keeps Redis from being asked after failures.",
    registry=registry,
)
actions_total = Counter(
    "desk_actions", "Objects that a verb was applied to, by outcome.", ["verb", "outcome"], registry=registry
)

SLOW_S = 0.02
"""A read that took longer is remembered for the System page."""


class SlowRead(NamedTuple):
    """A read that took long: when, how long, on which page, and its statement without its values."""

    at: datetime
    seconds: float
    page: str
    statement: str


_slow: deque[SlowRead] = deque(maxlen=1_000)

_SERVER_LOGGERS = ("uvicorn", "uvicorn.error")


def configure() -> None:
    """Send every log line of the process, ours and libraries', through structlog in the chosen format."""
    shared: list[structlog.typing.Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    is_json = settings().log_format == "json"
    renderer = (
        structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings().log_level)
    for name in _SERVER_LOGGERS:
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    threading.excepthook = _thread_failed


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    """Report a thread's failure, unless it is Streamlit's own way of ending a run.

    A skeleton is drawn half a second late by a timer thread of its own, which gets that signal when the person has
    left the page meanwhile.
    """
    if not isinstance(args.exc_value, StopException | RerunException):
        threading.__excepthook__(args)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines carry the request id and the page."""
    return structlog.stdlib.get_logger(name)


def note_read(seconds: float, statement: Callable[[], str]) -> None:
    """Remember a read that was slow; `statement` tells its text, which costs too much to ask for every read."""
    if seconds >= SLOW_S:
        _slow.append(SlowRead(datetime.now(UTC), seconds, page_name(), statement()))


def slow_reads(within: timedelta = timedelta(hours=1)) -> list[SlowRead]:
    """The slow reads of this process in that time, each statement once with its longest, the longest first."""
    since = datetime.now(UTC) - within
    longest: dict[str, SlowRead] = {}
    for read in list(_slow):
        known = longest.get(read.statement)
        if read.at >= since and (known is None or known.seconds < read.seconds):
            longest[read.statement] = read
    return sorted(longest.values(), key=lambda read: -read.seconds)


def cache_counts() -> tuple[int, int]:
    """How many answers of this process came from Redis and how many from PostgreSQL, since it started."""
    found = {
        s.labels["answered_by"]: int(s.value)
        for m in cache_reads.collect()
        for s in m.samples
        if s.name.endswith("_total")
    }
    return found.get("redis", 0), found.get("postgres", 0)


def request_id() -> str:
    """The id that ties this request's log lines and audit rows together; made on first use."""
    known = get_contextvars().get("request_id")
    if known is None:
        known = uuid4().hex
        bind_contextvars(request_id=known)
    return str(known)


def page_name() -> str:
    """The page whose run this is, `-` outside a page."""
    return str(get_contextvars().get("page", "-"))


@contextmanager
def page_run(page: str) -> Generator[None]:
    """Name the page and its request in every log line, statement and metric within the block."""
    start = perf_counter()
    with bound_contextvars(page=page, request_id=uuid4().hex):
        try:
            yield
        finally:
            page_seconds.labels(page).observe(perf_counter() - start)
