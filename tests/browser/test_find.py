"""What was found keeps nobody: a field's text that the browser sends again is no act of a person's."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.support.grid import drawn, settled
from tests.support.site import SignIn, Site

ACCOUNT = re.compile(r"/account\?account=")
LINKS = {
    "Overview": "/",
    "Accounts & quotas": "/accounts",
    "Projects": "/projects",
    "Usage & credits": "/usage",
    "API usage": "/api_usage",
    "Jobs": "/jobs",
    "Content": "/content",
    "Models": "/models",
    "Creators": "/creators",
}


@pytest.fixture
def email(site: Site) -> str:
    """The e-mail of a customer's user, who is found by it alone."""
    with psycopg.connect(site.database.reader_url) as connection:
        found = connection.execute("SELECT email FROM users WHERE account_id IS NOT NULL ORDER BY id LIMIT 1")
        return str((found.fetchone() or ("",))[0])


@pytest.fixture
def found(page: Page, email: str, sign_in: SignIn) -> Locator:
    """The find field, once somebody has found that user by it and stands on the account."""
    page.goto("/jobs")
    sign_in(page, "ada")
    field = page.get_by_label("Find anything").first
    field.fill(email)
    field.press("Enter")
    expect(page).to_have_url(ACCOUNT)
    settled(page)
    return field


def follow(page: Page, name: str) -> None:
    """Click a page's link in the sidebar, and see that its page opens and stays."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    stays(page, LINKS[name])


def stays(page: Page, path: str) -> None:
    """See that this page is open, without filters, and that the script has come to rest there."""
    here = re.compile(f"[^/]{path}$")
    expect(page).to_have_url(here)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    drawn(page)
    settled(page)
    expect(page).to_have_url(here)


def test_every_link_opens_its_page_after_somebody_was_found(page: Page, found: Locator, email: str) -> None:
    for name in LINKS:
        follow(page, name)
        expect(found).to_have_value(email)
    page.go_back()
    stays(page, "/models")


@pytest.mark.parametrize(
    "anew", [lambda field, _: None, lambda field, email: field.fill(email)], ids=["Enter", "typed"]
)
def test_the_same_search_again_leads_there_again(
    page: Page, found: Locator, email: str, anew: Callable[[Locator, str], None]
) -> None:
    follow(page, "Jobs")
    anew(found, email)
    found.press("Enter")
    expect(page).to_have_url(ACCOUNT)
    settled(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"[^/]/jobs\b"))
    settled(page)
    expect(page).to_have_url(re.compile(r"[^/]/jobs\b"))
    found.fill("")
    found.press("Enter")
    expect(page.locator(".st-key-find_results")).to_have_count(0)
    found.fill(email)
    found.press("Enter")
    expect(page).to_have_url(ACCOUNT)


def test_who_clicks_a_link_instead_of_enter_gets_the_link(page: Page, email: str, sign_in: SignIn) -> None:
    page.goto("/jobs")
    sign_in(page, "ada")
    settled(page)
    page.get_by_label("Find anything").first.fill(email)
    follow(page, "Creators")
    expect(page.locator(".st-key-find_results")).to_be_visible()


def test_a_filter_stays_with_its_page(page: Page, sign_in: SignIn) -> None:
    page.goto("/projects")
    sign_in(page, "ada")
    settled(page)
    title = page.get_by_role("textbox", name="Title")
    title.fill("campaign")
    title.press("Enter")
    expect(page).to_have_url(re.compile(r"/projects\?projects_title=campaign$"))
    settled(page)
    follow(page, "Content")
    follow(page, "Projects")
    expect(title).to_have_value("")
    title.fill("typed and left")
    follow(page, "Models")
    follow(page, "Projects")
    expect(title).to_have_value("")


def test_what_is_typed_and_left_stays_out_of_the_next_address(page: Page, sign_in: SignIn) -> None:
    """The answer to what was typed comes when the link was clicked and the browser waits for its page."""
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    is_slow = False

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(lambda said: held.append((browser, said)) if is_slow else browser.send(said))

    page.route_web_socket(re.compile("/_stcore/stream"), between)
    page.goto("/projects")
    sign_in(page, "ada")
    settled(page)
    is_slow = True
    page.get_by_role("textbox", name="Title").fill("typed and left")
    page.keyboard.press("Tab")
    while not any(isinstance(said, bytes) and b"projects_title=" in said for _, said in held):
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Models", exact=True).click()
    is_slow = False
    for browser, said in held:
        browser.send(said)
    stays(page, LINKS["Models"])
