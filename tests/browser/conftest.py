"""The real app in a process of its own, and a Chromium that opens it."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from demo import databases, stack
from demo.databases import Database
from demo.servers import PostgreSQL, Valkey
from tests import chromium
from tests.conftest import in_use
from tests.until import PATIENCE_S

COMPLAINT: Final = re.compile(r"warn|error|traceback|deprecat|exception", re.IGNORECASE)
WIDTH, HEIGHT = 1440, 900
_ports = count(20_000 + os.getpid() % 400 * 30)
PATIENCE_MS: Final = PATIENCE_S * 1000
expect.set_options(timeout=PATIENCE_MS)  # Streamlit loads parts of a page on demand, and machines are busy

SignIn = Callable[[Page, str], None]


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


@pytest.fixture(scope="session")
def site(
    postgresql: PostgreSQL, demo_template: str, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The app on a database with small demo data of its own; its log must stay clean."""
    port = free_port()
    log = tmp_path_factory.mktemp("site") / "app.log"
    database = databases.copy(postgresql, demo_template, "site")
    with log.open("wb") as output, stack.serving(database, valkey, port, log=output):
        found = Site(f"http://localhost:{port}", database, log, redis_url=valkey.url)
        yield found
    assert found.complaints() == []


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the session."""
    with chromium.launch(playwright) as opened:
        yield opened


@pytest.fixture(scope="session")
def windows(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """One person's browser for the session: what it has loaded of Streamlit stays loaded."""
    with patient_context(browser, site.url) as context:
        context.new_page().goto("/login")  # a window that stays, so that the process that draws does
        yield context


@pytest.fixture(scope="session")
def windows_of_a_colleague(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A second person's browser, likewise."""
    with patient_context(browser, site.url) as context:
        yield context


@pytest.fixture
def page(windows: BrowserContext) -> Iterator[Page]:
    """A window of a browser that nobody has signed in with; an uncaught script error in it fails the test."""
    yield from _window(windows)


@pytest.fixture
def colleague(windows_of_a_colleague: BrowserContext) -> Iterator[Page]:
    """The same, of a second person."""
    yield from _window(windows_of_a_colleague)


@pytest.fixture
def sign_in() -> SignIn:
    """Presses a person's button: `sign_in(page, "sam")` from anywhere, then waits for the page it leads to.

    `who` is a persona, or one whom `made.person` made.
    """

    def pressed(page: Page, who: str) -> None:
        name = re.compile(rf"\b{who.capitalize()}\b")
        if "/login" not in page.url:
            page.goto("/login")
        page.evaluate("localStorage.clear()")
        page.locator("button[name=user_id]").filter(has_text=name).click()
        page.wait_for_selector("[data-testid=stApp]")

    return pressed


@contextmanager
def patient_context(browser: Browser, url: str, height: int = HEIGHT) -> Generator[BrowserContext]:
    """A browser of one person at the Desk of that address, as patient as a busy machine needs it."""
    with browser.new_context(base_url=url, viewport={"width": WIDTH, "height": height}) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


def _window(context: BrowserContext) -> Iterator[Page]:
    errors: list[str] = []
    context.clear_cookies()
    with context.new_page() as opened:
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
    assert errors == []


def _is_complaint(line: str) -> bool:
    """Whether a line of the log is a warning or worse, or not a log entry and sounds like one."""
    try:
        return json.loads(line)["level"] not in {"debug", "info"}
    except (ValueError, TypeError, KeyError):
        return bool(COMPLAINT.search(line))


def free_port() -> int:
    """A port that nobody takes meanwhile: below those that connections get, and for this process alone."""
    for port in _ports:
        with socket.socket() as attempt, suppress(OSError):
            attempt.bind(("127.0.0.1", port))
            return port
    raise AssertionError("there is no free port")
