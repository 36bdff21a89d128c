"""How a person uses a table that is drawn on a canvas: where its boxes and buttons are."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator, Page, expect

HEADER_PX: Final = 31
ROW_PX: Final = 31
BOX_PX: Final = 16
FIRST_CELL_PX: Final = 75


def grid(page: Page) -> Locator:
    """The first table on the page, drawn."""
    table = page.get_by_test_id("stDataFrame").first
    table.locator("canvas").first.wait_for()
    return table


def tick(page: Page, row: int) -> None:
    """Tick or untick the row's box once nothing moves, and wait until the page has answered."""
    still(page)
    grid(page).click(position={"x": BOX_PX, "y": HEADER_PX + ROW_PX * row + ROW_PX / 2})
    settled(page)


def open_row(page: Page, row: int) -> None:
    """Press the button in the row's first cell, once nothing moves."""
    still(page)
    grid(page).click(position={"x": FIRST_CELL_PX, "y": HEADER_PX + ROW_PX * row + ROW_PX / 2})


def cell(page: Page, row: int, column: int) -> str:
    """The text of a cell, which the canvas keeps for screen readers; both count from 0, boxes not counted."""
    return grid(page).get_by_test_id(f"glide-cell-{column + 1}-{row}").inner_text()


def settled(page: Page) -> None:
    """Wait until the script has run to its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def drawn(page: Page) -> None:
    """Wait until no part of the page is still a placeholder."""
    expect(page.get_by_test_id("stMain").get_by_test_id("stSkeleton")).to_have_count(0)


def click_mark(page: Page, mark: Locator) -> None:
    """Click a mark of a chart as a person does: once nothing moves any more, and once it has said what it is."""
    drawn(page)
    mark.hover(force=True)  # the chart takes the pointer for its marks
    page.locator(".hoverlayer .hovertext").first.wait_for()
    page.mouse.down()
    page.mouse.up()


def still(page: Page) -> None:
    """Wait until the page has answered and nothing on it fades in or out any more."""
    settled(page)
    page.wait_for_function("() => !document.getAnimations().some((one) => one instanceof CSSTransition)")
