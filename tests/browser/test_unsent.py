"""Somebody types into a field and, without entering it, presses a button: it acts on what stands in the field."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from uuid import UUID, uuid4

import psycopg
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.support import factories
from tests.support.grid import settled, still
from tests.support.site import SignIn, Site

FAILED = "jobs_state=failed&jobs_range=all&refresh=off&jobs_charts=off"
FIELDS = [
    ("jobs?jobs_range=all&refresh=off&jobs_charts=off", "Error text",
     "SELECT left(error_message, 12) FROM processing_queue WHERE error_message ~ '^[A-Za-z ]{12}' ORDER BY id LIMIT 1"),
    ("accounts", "Search", "SELECT name FROM accounts WHERE name ~ '^[A-Za-z ]+$' ORDER BY name LIMIT 1"),
    ("usage?usage_range=90d", "Account", "SELECT a.id::text FROM accounts a JOIN account_usage_stats s"
     " ON s.account_id = a.id WHERE s.stat_date > current_date - 60 ORDER BY a.id LIMIT 1"),
    ("api_usage?api_usage_range=30d", "Account", "SELECT account_id::text FROM api_usage_logs"
     " WHERE created_at > now() - interval '20 days' ORDER BY account_id LIMIT 1"),
    ("content", "Text", "SELECT left(title, 12) FROM content_pieces WHERE title ~ '^[A-Za-z ]{12}'"
     " ORDER BY id LIMIT 1"),
    ("models", "Name", "SELECT name FROM voice_models WHERE name ~ '^[A-Za-z ]+$' ORDER BY id LIMIT 1"),
    ("creators", "Search", "SELECT username FROM creators ORDER BY id LIMIT 1"),
    ("projects", "Title", "SELECT title FROM projects WHERE title ~ '^[A-Za-z ]+$' ORDER BY id LIMIT 1"),
    ("audit?audit_range=all", "Words", "SELECT 'unsent words'"),
]  # fmt: skip


def value(site: Site, statement: str, *values: object) -> str:
    """One value that the database holds, past the app."""
    with psycopg.connect(site.database.reader_url) as connection:
        [found] = connection.execute(statement.encode(), values).fetchone() or [None]
    return str(found)


def nine(account: UUID) -> str:
    """What is said of those with `gamma`."""
    return f'9 failed jobs of Unsent {account.hex[:8]} with "gamma" in the error'


def failures(site: Site) -> UUID:
    """An account of which ten jobs failed, nine with `gamma` and one with `delta`."""
    url = site.database.owner_url
    account = uuid4()
    factories.row(url, "accounts", id=account, name=f"Unsent {account.hex[:8]}")
    failed = factories.job(account_id=account, status="failed", attempts=3)
    many = [
        failed | {"error_message": error, "completed_at": factories.at("-1 hour")}
        for error in ["gamma"] * 9 + ["delta"]
    ]
    factories.rows(url, "processing_queue", many)
    return account


def file(page: Page) -> tuple[str, list[list[str]]]:
    """What the CSV button hands over: the words of its first line, and its rows."""
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = list(csv.reader(io.StringIO(download.value.path().read_bytes().decode("utf-8-sig"), newline="")))
    assert lines[2][0].startswith(f"# {len(lines) - 4:,} rows.")
    return lines[0][0], lines[4:]


def statuses(site: Site, account: UUID) -> Sequence[tuple[str, str]]:
    """Error and status of the account's jobs."""
    with psycopg.connect(site.database.reader_url) as connection:
        return connection.execute(
            "SELECT DISTINCT error_message, status FROM processing_queue WHERE account_id = %s ORDER BY 1", [account]
        ).fetchall()


def test_a_verb_for_all_asks_about_what_stands_in_the_field(page: Page, site: Site, sign_in: SignIn) -> None:
    account = failures(site)
    page.goto(f"/jobs?{FAILED}&jobs_account={account}")
    sign_in(page, "sam")
    settled(page)
    page.get_by_role("textbox", name="Error text").fill("gamma")
    page.get_by_role("button", name="Retry all 10").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(nine(account), exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("jobs_error=gamma"))
    dialog.get_by_role("button", name="Retry 9 jobs").click()
    expect(dialog.get_by_text("9 jobs are queued again.")).to_be_visible()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="CSV").click()
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 4 + 9
    dialog.get_by_role("button", name="Close").last.click()
    assert statuses(site, account) == [("delta", "failed"), ("gamma", "queued")]


def test_a_file_that_the_page_has_replaced_meanwhile_is_handed_over(page: Page, site: Site, sign_in: SignIn) -> None:
    """On a slow machine the file is looked for when the text's answer has come, and with it a file of its own."""
    account = failures(site)
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    is_slow = False

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def to_server(said: str | bytes) -> None:
            is_file = isinstance(said, bytes) and bool(BackMsg.FromString(said).backend_operation_request.request_id)
            held.append((server, said)) if is_slow and is_file else server.send(said)

        browser.on_message(to_server)
        server.on_message(browser.send)

    page.route_web_socket(re.compile("/_stcore/stream"), between)
    page.goto(f"/jobs?{FAILED}&jobs_account={account}")
    sign_in(page, "sam")
    settled(page)
    is_slow = True
    page.get_by_role("textbox", name="Error text").fill("gamma")
    page.get_by_role("button", name="CSV").click()
    while not held:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.get_by_role("button", name="Retry all 9")).to_be_visible()
    still(page)
    with page.expect_download() as download:
        for server, said in held:
            server.send(said)
    assert "gamma" in download.value.path().read_text(encoding="utf-8-sig").splitlines()[0]


def test_what_was_entered_counts_before_the_browser_knows(page: Page, site: Site, sign_in: SignIn) -> None:
    """The field's answer is still on its way when the button is pressed: the browser sends the URL of before."""
    account = failures(site)
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    is_slow = False

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(lambda said: held.append((browser, said)) if is_slow else browser.send(said))

    page.route_web_socket(re.compile("/_stcore/stream"), between)
    page.goto(f"/jobs?{FAILED}&jobs_account={account}")
    sign_in(page, "sam")
    settled(page)
    is_slow = True
    page.get_by_role("textbox", name="Error text").fill("gamma")
    page.keyboard.press("Tab")
    while not held:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.get_by_role("button", name="Retry all 10").click()
    is_slow = False
    for browser, said in held:
        browser.send(said)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(nine(account), exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name="Error text")).to_have_value("gamma")
    expect(page).to_have_url(re.compile("jobs_error=gamma"))


@pytest.mark.parametrize(("path", "field", "text"), FIELDS, ids=[path.partition("?")[0] for path, _, _ in FIELDS])
def test_a_file_holds_what_stands_in_the_field(
    page: Page, site: Site, sign_in: SignIn, path: str, field: str, text: str
) -> None:
    typed = value(site, text)
    page.goto(f"/{path}")
    sign_in(page, "ada")
    still(page)
    file(page)  # on record, so that the audit log has something to hold
    _, everything = file(page)
    page.get_by_role("textbox", name=field, exact=True).fill(typed)
    words, unsent = file(page)
    still(page)
    told, entered = file(page)
    assert told == words
    assert unsent == entered[len(entered) - len(unsent) :]  # the audit log grows by every file
    assert len(unsent) < len(everything)
    assert typed.strip() in words or path.startswith(("usage", "api_usage"))


def test_all_creators_are_those_of_what_stands_in_the_field(page: Page, site: Site, sign_in: SignIn) -> None:
    url = site.database.owner_url
    many = [{"platform": "tiktok", "username": f"unsent{n}", "profile_url": "x"} for n in range(3)]
    factories.rows(url, "creators", many)
    page.goto("/creators")
    sign_in(page, "rita")
    settled(page)
    page.get_by_role("textbox", name="Search").fill("unsent")
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("button", name="Change 3 creators").click()
    expect(page.get_by_role("dialog").get_by_text('Selected: all creators with "unsent"')).to_be_visible()


def test_the_next_page_of_another_list_is_its_first(page: Page, site: Site, sign_in: SignIn) -> None:
    many = [
        factories.job(status="failed", error_message="epsilon", completed_at=factories.at(f"-{n} hours"))
        for n in range(70)
    ]
    factories.rows(site.database.owner_url, "processing_queue", many)
    page.goto(f"/jobs?{FAILED}")
    sign_in(page, "sam")
    settled(page)
    page.get_by_role("textbox", name="Error text").fill("epsilon")
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("jobs_error=epsilon"))
    still(page)
    assert "jobs_after" not in page.url
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("jobs_after="))


def test_a_review_begins_with_what_stands_in_the_field(page: Page, site: Site, sign_in: SignIn) -> None:
    typed = value(site, "SELECT left(title, 12) FROM content_pieces WHERE title ~ '^[A-Za-z ]{12}' ORDER BY id LIMIT 1")
    page.goto("/content")
    sign_in(page, "rita")
    settled(page)
    page.get_by_role("textbox", name="Text").fill(typed)
    page.get_by_role("button", name="Review these").click()
    expect(page).to_have_url(re.compile("content_review=newest"))
    expect(page).to_have_url(re.compile("content_text="))
    expect(page.get_by_text(f'saying "{typed}"').first).to_be_visible()


@pytest.mark.parametrize("goes_away", [False, True], ids=["held", "dragged away"])
def test_a_press_that_lasts_longer_than_the_answer_counts(
    page: Page, site: Site, sign_in: SignIn, goes_away: bool
) -> None:
    """The text that leaving the field sends makes the words before the button longer, and the button goes with them."""
    typed = value(site, "SELECT left(title, 12) FROM content_pieces WHERE title ~ '^[A-Za-z ]{12}' ORDER BY id LIMIT 1")
    page.goto("/content")
    sign_in(page, "rita")
    settled(page)
    page.get_by_role("textbox", name="Text").fill(typed)
    button = page.get_by_role("button", name="Review these")
    button.hover()
    before = button.bounding_box()
    page.mouse.down()
    expect(page).to_have_url(re.compile("content_text="))
    still(page)
    assert button.bounding_box() != before
    if goes_away:
        page.mouse.move(5, 5)
    page.mouse.up()
    if goes_away:
        still(page)
        expect(button).to_be_visible()
    else:
        expect(page).to_have_url(re.compile("content_review=newest"))
