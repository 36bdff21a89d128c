"""The running Desk of a browser test: where it is, what it logged, what its database holds."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
from playwright.sync_api import Browser, BrowserContext, Page

from demo.databases import Database
from tests.support.environment import in_use
from tests.support.until import PATIENCE_S

SignIn = Callable[[Page, str], None]


COMPLAINT: Final = re.compile(r"warn|error|traceback|deprecat|exception", re.IGNORECASE)
WIDTH, HEIGHT = 1440, 900
PATIENCE_MS: Final = PATIENCE_S * 1000
_ports = count(20_000 + os.getpid() % 400 * 30)


@dataclass
class Site:
    """The running app."""

    url: str
    database: Database
    log: Path
    expected: list[str] = field(default_factory=list)
    """Parts of log lines that a test provokes on purpose; any other warning fails the session."""
    redis_url: str = ""

    @contextmanager
    def inside(self) -> Generator[None]:
        """This process reads, writes and forgets as the app's own do."""
        with in_use(self.database, REDIS_URL=self.redis_url, PUBLIC_URL=self.url):
            yield

    def complaints(self) -> list[str]:
        """What the app logged that nobody expected."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if _is_complaint(line) and not any(part in line for part in self.expected)]


def free_port() -> int:
    """A port that nobody takes meanwhile: below those that connections get, and for this process alone."""
    for port in _ports:
        with socket.socket() as attempt, suppress(OSError):
            attempt.bind(("127.0.0.1", port))
            return port
    raise AssertionError("there is no free port")


def ask(site: Site, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What the database holds, past the app."""
    with psycopg.connect(site.database.reader_url) as connection:
        return connection.execute(statement, values).fetchall()  # pyright: ignore[reportArgumentType]  # a literal


def states(site: Site, ids: Sequence[UUID]) -> set[object]:
    """The statuses these jobs have now."""
    return {row[0] for row in ask(site, "SELECT status FROM processing_queue WHERE id = ANY(%s)", list(ids))}


def _is_complaint(line: str) -> bool:
    """Whether a line of the log is a warning or worse, or not a log entry and sounds like one."""
    try:
        return json.loads(line)["level"] not in {"debug", "info"}
    except (ValueError, TypeError, KeyError):
        return bool(COMPLAINT.search(line))


@contextmanager
def patient_context(browser: Browser, url: str, height: int = HEIGHT) -> Generator[BrowserContext]:
    """A browser of one person at the Desk of that address, as patient as a busy machine needs it."""
    with browser.new_context(base_url=url, viewport={"width": WIDTH, "height": height}) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context
