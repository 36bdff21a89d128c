"""Where the window has no room for a row of filters, they fold behind one button that says how many are in use."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Page, ViewportSize, expect

from tests.support.grid import settled
from tests.support.site import SignIn

NARROW: Final[ViewportSize] = {"width": 420, "height": 900}


def test_they_fold_and_unfold_with_the_window(page: Page, sign_in: SignIn) -> None:
    page.goto("/projects?projects_archived=no")
    sign_in(page, "vera")
    folded, title = page.get_by_role("button", name="Filters · 1"), page.get_by_role("textbox", name="Title")
    expect(title).to_be_visible()
    page.set_viewport_size(NARROW)
    expect(folded).to_be_visible()
    expect(title).to_have_count(0)
    folded.click()
    title.fill("campaign")
    title.press("Enter")
    expect(page).to_have_url(re.compile("projects_title=campaign"))
    settled(page)
    expect(page.get_by_role("button", name="Filters · 2")).to_be_visible()
    expect(title).to_be_visible()  # the next filter is at hand
    page.get_by_role("button", name="Clear").click()
    expect(page).not_to_have_url(re.compile("projects_"))
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(title).to_be_visible()
    expect(page.get_by_role("button", name="Filters")).to_have_count(0)
