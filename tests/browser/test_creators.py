"""Two people put creators right at once, in two real browsers: no edit is lost, and each conflict is shown."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.support import factories
from tests.support.editor import EDIT, HOURS_PX, NAME_PX, review, write
from tests.support.grid import HEADER_PX, ROW_PX, grid, settled
from tests.support.site import SignIn, Site, patient_context


@pytest.fixture
def mark() -> str:
    """A part of usernames that only this test's creators have."""
    return f"z{uuid4().hex[:8]}"


@pytest.fixture
def ids(site: Site, mark: str) -> list[UUID]:
    """Four creators of this test, a to d."""
    found: list[UUID] = []
    with psycopg.connect(site.database.owner_url) as connection:
        for letter in "abcd":
            row = connection.execute(
                "INSERT INTO creators (platform, username, profile_url, display_name, scrape_frequency_hours,"
                " last_scraped_at) VALUES ('tiktok', %s, %s, %s, 24, now()) RETURNING id",
                [f"{mark}{letter}", f"https://www.tiktok.com/@{mark}{letter}", f"Name {letter}"],
            ).fetchone()
            assert row
            found.append(row[0])
    return found


@pytest.fixture
def other(browser: Browser, site: Site) -> Iterator[Page]:
    """A second person's browser."""
    with patient_context(browser, site.url) as context:
        yield context.new_page()


def stored(site: Site, ids: list[UUID]) -> list[tuple[object, ...]]:
    """Name and frequency of each, in the order of the ids."""
    with psycopg.connect(site.database.reader_url) as connection:
        rows = connection.execute(
            "SELECT id, display_name, scrape_frequency_hours FROM creators WHERE id = ANY(%s)", [ids]
        ).fetchall()
    return [row[1:] for row in sorted(rows, key=lambda row: ids.index(row[0]))]


WARNS = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
"""Whether the page would ask before it is left."""


def test_two_people_edit_overlapping_creators(
    page: Page, other: Page, site: Site, sign_in: SignIn, mark: str, ids: list[UUID]
) -> None:
    sign_in(page, "rita")
    sign_in(other, "ada")
    for window in (page, other):
        window.goto(EDIT.format(mark=mark))
        grid(window)
    write(page, 0, NAME_PX, "Rita a")
    write(page, 1, NAME_PX, "Rita b")
    write(page, 2, HOURS_PX, "48")
    write(other, 1, NAME_PX, "Ada b")
    write(other, 2, HOURS_PX, "72")
    write(other, 3, NAME_PX, "Ada d")
    review(page, "3 edits")
    expect(page.get_by_text("3 creators changed.")).to_be_visible()

    review(other, "3 edits")
    dialog = other.get_by_role("dialog")
    expect(dialog.get_by_text("Somebody was there meanwhile")).to_be_visible()
    expect(dialog.get_by_text("rita@desk.example changed it")).to_have_count(2)
    expect(dialog.get_by_text("Name b")).to_be_visible()
    expect(dialog.get_by_text("Rita b")).to_be_visible()
    assert stored(site, ids)[3] == ("Name d", 24), "nothing of a set with a conflict is written"
    dialog.get_by_role("radio", name="Use mine").or_(dialog.get_by_role("button", name="Use mine")).nth(0).click()
    dialog.get_by_role("radio", name="Keep theirs").or_(dialog.get_by_role("button", name="Keep theirs")).nth(1).click()
    dialog.get_by_role("button", name="Save with these choices").click()
    expect(other.get_by_text("2 creators changed.")).to_be_visible()
    assert stored(site, ids) == [("Rita a", 24), ("Ada b", 24), ("Name c", 48), ("Ada d", 24)]


def test_unsaved_edits_survive_other_pages_and_a_reload_and_leaving_warns(
    page: Page, site: Site, sign_in: SignIn, mark: str, ids: list[UUID]
) -> None:
    page.goto(EDIT.format(mark=mark))
    sign_in(page, "rita")
    write(page, 0, NAME_PX, "Kept")
    expect(page.get_by_text("1 unsaved edit of 1 creator")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.get_by_role("link", name="Creators", exact=True).click()
    expect(page.get_by_text("1 unsaved edit of 1 creator")).to_be_visible()
    asked: list[str] = []
    page.wait_for_function(f"() => {WARNS}")

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_text("1 unsaved edit of 1 creator")).to_be_visible()
    review(page, "1 edit")
    expect(page.get_by_text("1 creator changed.")).to_be_visible()
    assert stored(site, ids)[0] == ("Kept", 24)
    page.wait_for_function(f"() => !({WARNS})")


def test_a_restored_value_is_back_and_on_record(
    page: Page, site: Site, sign_in: SignIn, mark: str, ids: list[UUID]
) -> None:
    page.goto(EDIT.format(mark=mark))
    sign_in(page, "rita")
    write(page, 1, NAME_PX, "Wrong")
    review(page, "1 edit")
    expect(page.get_by_text("1 creator changed.")).to_be_visible()
    page.goto(f"/creators?creator={ids[1]}")
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Name is back at its earlier value.")).to_be_visible()
    assert stored(site, ids)[1] == ("Name b", 24)
    expect(page.get_by_role("dialog").get_by_text("Restores what entry")).to_be_visible()


def test_many_are_changed_and_a_category_goes(
    page: Page, site: Site, sign_in: SignIn, mark: str, ids: list[UUID]
) -> None:
    old, new = (
        factories.row(site.database.owner_url, "creator_categories", name=f"{name} {mark}", sort_order=99)
        for name in ("Old", "New")
    )
    with psycopg.connect(site.database.owner_url) as owner:
        owner.execute("UPDATE creators SET category_id = %s WHERE id = ANY(%s)", [old, ids])
    page.goto(f"/creators?creators_q={mark}&creators_sort=username-asc")
    sign_in(page, "rita")
    grid(page)
    page.get_by_role("button", name="Select all 4").click()
    expect(page.get_by_text("4 selected")).to_be_visible()
    settled(page)
    grid(page).click(position={"x": 16, "y": HEADER_PX + ROW_PX * 3.5})
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.get_by_role("button", name="Change 3 creators").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Change 0 creators")).to_be_disabled()
    dialog.get_by_text("Scrape every (h)").click()
    hours = dialog.get_by_role("spinbutton")
    hours.fill("12")
    hours.press("Tab")
    expect(dialog.get_by_text("3 creators would change")).to_be_visible()
    dialog.get_by_role("button", name="Change 3 creators").click()
    expect(page.get_by_text("3 changed.")).to_be_visible()
    assert [row[1] for row in stored(site, ids)] == [12, 12, 12, 24]

    page.get_by_text("Categories", exact=True).click()
    page.locator(f".st-key-category_off_{old} button").click()
    expect(dialog.get_by_role("button", name="Deactivate")).to_be_disabled()
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name=f"New {mark}").click()
    dialog.get_by_role("button", name="Deactivate and move 4 creators").click()
    expect(page.get_by_text("Category deactivated.")).to_be_visible()
    expect(page.locator(f".st-key-category_on_{old} button")).to_be_visible()
    with psycopg.connect(site.database.reader_url) as reader:
        moved = reader.execute("SELECT DISTINCT category_id FROM creators WHERE id = ANY(%s)", [ids]).fetchall()
    assert moved == [(new,)]
