"""What every page must be in a real browser: shown without a complaint, in both themes and widths, and accessible."""

from __future__ import annotations

from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from demo.places import ROOT
from tests.browser.conftest import SignIn
from tests.browser.grid import drawn, settled, still

PAGES: Final = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__")
WINDOWS: Final[dict[Literal["light", "dark"], tuple[int, int]]] = {"light": (1440, 420), "dark": (420, 1440)}
"""Each theme at both widths, resized as little as may be."""
FOLDING: Final = {
    *("accounts", "api_usage", "audit", "content", "creators", "jobs", "models", "projects", "staff", "usage"),
}
"""Pages whose filters fold behind a button in a narrow window."""
SHOTS: Final = ROOT / "tests" / "browser" / "shots"


def opened(page: Page, name: str, sign_in: SignIn) -> None:
    """Go to the page by its URL, as a pasted link does, and wait until it stands still."""
    page.goto("/" if name == "overview" else f"/{name}?refresh=off")
    sign_in(page, "ada")
    page.get_by_role("heading", level=1).wait_for()
    settled(page)
    drawn(page)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("name", PAGES)
def test_stands_in_both_themes_and_widths(page: Page, sign_in: SignIn, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    blocked: list[str] = []
    page.on("console", lambda message: blocked.extend(_refusals(message.text)))
    opened(page, name, sign_in)
    for theme, widths in WINDOWS.items():
        page.emulate_media(color_scheme=theme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 1000})
            page.wait_for_timeout(400)  # until the page has learned of its new width and asked for other fields
            still(page)
            folded = page.get_by_role("button", name="Filters", exact=True)
            assert folded.count() == (name in FOLDING and width == min(widths))
            page.screenshot(path=SHOTS / f"{name}-{theme}-{width}.png")
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width} px"
        assert page.get_by_test_id("stException").count() == 0
        assert barriers(page) == []
    assert blocked == [], "the Content-Security-Policy refuses something that the page wants"


def _refusals(text: str) -> list[str]:
    """The console's line, if it says that a policy refused something."""
    return [text] if "Content Security Policy" in text or "Permissions policy" in text else []


def barriers(page: Page) -> list[str]:
    """What keeps people with assistive technology out, whenever one looks: a page that is answering is dimmed."""
    found = _violations(page)
    for _ in range(2):
        if found:
            page.wait_for_timeout(1000)
            still(page)
            found = _violations(page)
    return found


def _violations(page: Page) -> list[str]:
    rules = {"runOnly": ["wcag2a", "wcag2aa"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:300]} {node['failureSummary'][:300]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
