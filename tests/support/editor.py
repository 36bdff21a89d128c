"""How a person types into the editor of creators."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Page, TimeoutError, expect

from tests.support.grid import HEADER_PX, ROW_PX, grid, settled

EDIT = "/creators?creators_mode=edit&creators_sort=username-asc&creators_q={mark}"


NAME_PX, HOURS_PX = 300, 800
"""Where the columns are in the editor."""
PATIENCE = 8
"""A cell opens at the second try when the page is drawn anew between click and click."""


def write(page: Page, row: int, x: int, text: str) -> None:
    """Type into a cell of the editor, and wait until the page has taken it."""
    before = unsaved(page)
    field = page.locator("#portal input, #portal textarea").first
    for _ in range(PATIENCE):
        with suppress(TimeoutError):
            grid(page).dblclick(position={"x": x, "y": HEADER_PX + ROW_PX * row + ROW_PX / 2}, timeout=3_000)
        with suppress(TimeoutError):
            field.wait_for(timeout=3_000)
            break
    field.fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{before + 1} unsaved edit")).to_be_visible()


def review(page: Page, edits: str) -> None:
    """Save the change set."""
    page.get_by_role("button", name=f"Review and save {edits}").click()
    page.get_by_role("dialog").get_by_role("button", name=f"Save {edits}").click()
    settled(page)


def unsaved(page: Page) -> int:
    """How many edits the page says are unsaved."""
    told = page.get_by_text("unsaved edit")
    return int(told.inner_text().split()[0]) if told.count() else 0
