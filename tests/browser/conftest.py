"""The real app in a process of its own, and a Chromium that opens it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from demo import databases, stack
from demo.servers import PostgreSQL, Valkey
from tests.support import chromium
from tests.support.site import PATIENCE_MS, SignIn, Site, free_port, patient_context

expect.set_options(timeout=PATIENCE_MS)  # Streamlit loads parts of a page on demand, and machines are busy


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
    assert not found.complaints(), "\n".join(found.complaints())


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


def _window(context: BrowserContext) -> Iterator[Page]:
    errors: list[str] = []
    context.clear_cookies()
    with context.new_page() as opened:
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
    assert errors == []
