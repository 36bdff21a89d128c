"""What is pressed, typed or chosen for one record is never taken for the next, in a real browser.

A person is quicker than an answer: here the answers are held back, and what is still on screen is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support import factories
from tests.support.editor import EDIT, NAME_PX, review, write
from tests.support.grid import FIRST_CELL_PX, HEADER_PX, ROW_PX, cell, drawn, grid, settled, still
from tests.support.site import SignIn, Site

UNDO_PX: Final = 68
PATIENCE: Final = 2_000
FRAME: Final = "() => new Promise(requestAnimationFrame)"


class Socket:
    """Between the page and the app: holds the app's answers back while it is told to."""

    def __init__(self, page: Page) -> None:
        self.page, self.held, self.is_holding, self.asked, self.finished = page, list[str | bytes](), False, 0, 0
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        self.socket = socket

        def ask(message: str | bytes) -> None:
            is_run = isinstance(message, bytes) and BackMsg.FromString(message).WhichOneof("type") == "rerun_script"
            self.asked += is_run
            server.send(message)

        def answer(message: str | bytes) -> None:
            ended = (
                isinstance(message, bytes) and ForwardMsg.FromString(message).WhichOneof("type") == "script_finished"
            )
            self.finished += ended
            if self.is_holding:
                self.held.append(message)
            else:
                socket.send(message)

        socket.on_message(ask)
        server.on_message(answer)

    @contextmanager
    def late(self, press: Callable[[], None]) -> Generator[None]:
        """Press this, and act on what is on screen though the app has answered already."""
        asked, finished = self.asked, self.finished
        self.is_holding = True
        press()
        self._until(lambda: self.finished > finished)
        yield
        self._until(lambda: self.asked > asked + 1)
        self.is_holding = False
        for message in self.held:
            self.socket.send(message)
        self.held.clear()
        self._until(lambda: self.finished > finished + 1)
        still(self.page)

    def _until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(PATIENCE):
            if is_so():
                return
            self.page.evaluate(FRAME)  # messages pass meanwhile
        raise AssertionError("no message came")


@pytest.fixture
def socket(page: Page) -> Socket:
    """The page's socket, from its first message on."""
    return Socket(page)


@pytest.fixture(autouse=True)
def _nothing_unsaved(site: Site) -> None:
    with psycopg.connect(site.database.owner_url) as connection:
        connection.execute("DELETE FROM dashboard.creator_draft")


@pytest.fixture
def mark() -> str:
    """A word that only this test's records hold."""
    return f"q{uuid4().hex[:8]}"


def press_row(table: Locator, row: int, x: int = FIRST_CELL_PX) -> None:
    """Press the row's button without waiting for anything."""
    table.click(position={"x": x, "y": HEADER_PX + ROW_PX * row + ROW_PX / 2})


def first_cell(page: Page) -> Locator:
    """The text of the first row's button in a table with boxes."""
    return grid(page).get_by_test_id("glide-cell-1-0")


def test_a_row_pressed_after_next_opens_no_other_job(
    page: Page, socket: Socket, site: Site, sign_in: SignIn, mark: str
) -> None:
    base = {"job_type": "content_analysis", "job_data": {}, "status": "failed", "error_message": mark}
    factories.rows(
        site.database.owner_url,
        "processing_queue",
        [{**base, "completed_at": factories.at(f"-{n} minutes")} for n in range(1, 61)],
    )
    sign_in(page, "sam")
    page.goto(f"/jobs?jobs_state=failed&jobs_range=all&refresh=off&jobs_charts=off&jobs_error={mark}")
    still(page)
    first = cell(page, 0, 0)
    with socket.late(page.get_by_role("button", name="Next").click):
        press_row(grid(page), 0)
    expect(first_cell(page)).not_to_have_text(first)  # it is the next page of the list
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "job=" not in page.url
    assert "jobs_after=" in page.url
    press_row(grid(page), 0)
    expect(page.get_by_role("dialog")).to_be_visible()


def test_next_pressed_twice_skips_no_page(page: Page, socket: Socket, site: Site, sign_in: SignIn, mark: str) -> None:
    base = {"job_type": "content_analysis", "job_data": {}, "status": "failed", "error_message": mark}
    ids = factories.rows(
        site.database.owner_url,
        "processing_queue",
        [{**base, "completed_at": factories.at(f"-{n} minutes")} for n in range(1, 111)],
    )
    sign_in(page, "sam")
    page.goto(f"/jobs?jobs_state=failed&jobs_range=all&refresh=off&jobs_charts=off&jobs_error={mark}")
    still(page)
    following = page.get_by_role("button", name="Next")
    with socket.late(following.click):
        following.click()
    expect(first_cell(page)).to_have_text(f"{str(ids[50])[:4]}…{str(ids[50])[-4:]}")


def test_revoke_pressed_as_sessions_come_asks_about_no_other(
    page: Page, colleague: Page, socket: Socket, sign_in: SignIn
) -> None:
    sign_in(page, "ada")
    page.goto("/staff?staff_state=active")
    still(page)
    drawn(page)
    sign_in(colleague, "rita")
    table = page.get_by_test_id("stDataFrame").nth(1)
    table.scroll_into_view_if_needed()
    with socket.late(page.get_by_role("button", name="Clear").click):
        press_row(table, 0, 30)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_undo_pressed_twice_takes_back_one_edit(
    page: Page, socket: Socket, site: Site, sign_in: SignIn, mark: str
) -> None:
    creators(site, mark, "abc")
    sign_in(page, "rita")
    page.goto(EDIT.format(mark=mark))
    for row in range(3):
        write(page, row, NAME_PX, f"New {row}")
    page.get_by_role("button", name="Review and save 3 edits").click()
    dialog = page.get_by_role("dialog")
    table = dialog.get_by_test_id("stDataFrame")
    table.locator("canvas").first.wait_for()
    still(page)
    with socket.late(lambda: press_row(table, 0, UNDO_PX)):
        press_row(table, 0, UNDO_PX)
    expect(dialog.get_by_role("button", name="Save 2 edits")).to_be_visible()
    expect(page.get_by_text("2 unsaved edits")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Discard all").click()
    expect(page.get_by_text("Nothing is unsaved")).to_be_visible()


def test_each_of_two_notes_is_edited_for_itself(page: Page, site: Site, sign_in: SignIn, mark: str) -> None:
    account = factories.row(site.database.owner_url, "accounts", name=mark)
    sign_in(page, "sam")
    page.goto(f"/account?account={account}")
    for body in ("first note", "second note"):
        page.get_by_role("textbox", name="Note").fill(body)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_text(body)).to_be_visible()
        settled(page)
    page.get_by_role("button", name="Edit", exact=True).nth(1).click()
    expect(page.locator("textarea")).to_have_value("first note")
    page.locator("textarea").fill("first note, longer")
    page.get_by_role("button", name="Edit", exact=True).first.click()
    expect(page.locator("textarea")).to_have_value("second note")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("button", name="Save note")).to_have_count(0)
    assert bodies(site, account) == {"first note", "second note"}


def test_a_note_about_one_item_of_the_review_stays_there(page: Page, site: Site, sign_in: SignIn, mark: str) -> None:
    account = factories.row(site.database.owner_url, "accounts", name=mark)
    known = {
        "account_id": account, "source_url": "https://x.example/", "platform": "tiktok", "content_type": "text",
        "processing_status": "completed",
    }  # fmt: skip
    factories.rows(
        site.database.owner_url,
        "content_pieces",
        [{**known, "title": f"{n} {mark}", "created_at": factories.at(f"-{n} minutes")} for n in (1, 2)],
    )
    sign_in(page, "rita")
    page.goto(f"/content?content_review=newest&content_account={account}")
    expect(page.get_by_role("heading", name=f"1 {mark}")).to_be_visible()
    note = page.get_by_role("textbox", name="New note")
    note.fill("about the first")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name=f"2 {mark}")).to_be_visible()
    expect(note).to_have_value("")


def test_a_note_about_one_account_stays_there(page: Page, site: Site, sign_in: SignIn, mark: str) -> None:
    one, other = (factories.row(site.database.owner_url, "accounts", name=f"{n} {mark}") for n in ("one", "other"))
    sign_in(page, "sam")
    page.goto(f"/account?account={one}")
    expect(page.get_by_role("heading", name=f"one {mark}")).to_be_visible()
    note = page.get_by_role("textbox", name="Note")
    note.fill("about the first")
    page.get_by_role("searchbox", name="Find anything").or_(page.get_by_label("Find anything")).first.fill(str(other))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"other {mark}")).to_be_visible()
    settled(page)
    expect(note).to_have_value("")


def test_a_choice_in_one_conflict_is_not_chosen_in_the_next(page: Page, site: Site, sign_in: SignIn, mark: str) -> None:
    [one] = creators(site, mark, "a")
    sign_in(page, "rita")
    page.goto(EDIT.format(mark=mark))
    write(page, 0, NAME_PX, "Mine")
    rename(site, one, "Theirs")
    review(page, "1 edit")
    dialog = page.get_by_role("dialog")
    mine = dialog.get_by_role("radio", name="Use mine").or_(dialog.get_by_role("button", name="Use mine"))
    mine.click()
    save = dialog.get_by_role("button", name="Save with these choices")
    expect(save).to_be_enabled()
    rename(site, one, "Theirs again")
    save.click()
    expect(dialog.get_by_text("Theirs again")).to_be_visible()
    expect(save).to_be_disabled()
    mine.click()
    save.click()
    expect(page.get_by_text("1 creator changed.")).to_be_visible()


def creators(site: Site, mark: str, letters: str) -> list[UUID]:
    """Creators whose usernames are the mark and a letter."""
    many = [
        {
            "platform": "tiktok", "username": f"{mark}{letter}", "display_name": f"Name {letter}",
            "profile_url": f"https://x.example/{mark}{letter}", "scrape_frequency_hours": 24,
            "last_scraped_at": factories.at("-1 minute"),
        }
        for letter in letters
    ]  # fmt: skip
    return factories.rows(site.database.owner_url, "creators", many)


def rename(site: Site, creator: UUID, name: str) -> None:
    """The product gives the creator another name."""
    with psycopg.connect(site.database.owner_url) as product:
        product.execute("UPDATE creators SET display_name = %s WHERE id = %s", [name, creator])


def bodies(site: Site, account: UUID) -> set[object]:
    """What the notes about the account say."""
    return set(
        factories.values(site.database.owner_url, "SELECT body FROM dashboard.staff_note WHERE object_id = %s", account)
    )
