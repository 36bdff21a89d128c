"""What every page must be in a real browser: shown without a complaint, in both themes and widths, and accessible."""

from __future__ import annotations

from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from demo.places import ROOT
from tests.support.grid import drawn, settled, still
from tests.support.site import SignIn
from tests.support.until import until

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
            folded = page.get_by_role("button", name="Filters", exact=True)
            expect(folded).to_have_count(int(name in FOLDING and width == min(widths)))
            still(page)
            until(lambda: fits(page), f"{name} scrolls sideways at {width} px")
            page.screenshot(path=SHOTS / f"{name}-{theme}-{width}.png")
        assert page.get_by_test_id("stException").count() == 0
        assert barriers(page) == []
    assert blocked == [], "the Content-Security-Policy refuses something that the page wants"


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def _refusals(text: str) -> list[str]:
    """The console's line, if it says that a policy refused something."""
    return [text] if "Content Security Policy" in text or "Permissions policy" in text else []


def barriers(page: Page) -> list[str]:
    """What keeps people with assistive technology out; a page that is answering is dimmed."""
    still(page)
    rules = {"runOnly": ["wcag2a", "wcag2aa"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:300]} {node['failureSummary'][:300]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
