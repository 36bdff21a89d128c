"""One text that tries everything stands in every column of the database, and no page makes anything of it."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from core.identity import Viewer
from demo import databases, stack
from demo.personas import PERSONAS
from demo.servers import PostgreSQL, Valkey
from tests.support.grid import settled
from tests.support.odd import payload_rows, payloads
from tests.support.site import free_port, patient_context

SPARED: Final = {
    "dashboard.alembic_version.version_num",  # the migration's name: the app starts with one that it knows
    "dashboard.rollup_state.source",  # the names of the app's own four roll-ups, by which it goes
    "dashboard.rollup_state.faults",  # by account, since when, which the app alone writes in its own words
}
WORDS: Final = {
    "dashboard": {"review": ("kind", "verdict"), "review_verdict": ("kind", "verdict"), "staff": ("role",)},
    "public": {
        "accounts": ("plan_type", "subscription_status"),
        "avatar_models": ("creation_status",),
        "canvas_connections": ("source_type", "target_type"),
        "content_analysis": ("analysis_status",),
        "content_annotations": ("annotation_type",),
        "content_pieces": ("content_type", "platform", "processing_status"),
        "creators": ("platform",),
        "generated_content": ("content_type", "generation_status"),
        "generated_scripts": ("generation_status",),
        "processing_queue": ("job_type", "status"),
        "project_collaborators": ("permission_level",),
        "users": ("role",),
        "voice_models": ("training_status",),
    },
}
"""Columns whose CHECK lists the few words that they may hold; all others take the payload."""
LINKS: Final = "[data-testid=stSidebar] [data-testid=stPageLink] a"
UNTOLD: Final = "System"
"""The page that tells of the Desk alone."""
BESIDE: Final = 3
PRESSED: Final = dict(account=2, content=2, creators=6, jobs=4, projects=1, staff=2)
"""How many kinds of buttons open something there, at the least."""
OPENS: Final = re.compile(
    r"….*|(More|Filters|For|Copy|Edit|Add(?! note)|Invite|Import|Change|Deactivate|Reveal|Show|Review and save|Retry"
    r"|Cancel|Rescue|Reschedule|Scrape|Needs work|Open the|Sign out)\b.*"
)
"""Buttons behind which there is more to read."""
BUTTONS: Final = "[data-testid^=stBaseButton], [data-testid=stPopoverButton]"
NAMED: Final = """buttons => [...(document.querySelector("[role=dialog]") || document).querySelectorAll(buttons)]
    .filter(one => !one.disabled && one.checkVisibility())
    .map(one => one.querySelector("[data-testid=stMarkdownContainer]")?.innerText.trim() || "")"""
"""The buttons that can be pressed: those of the dialog where one is open."""
MADE: Final = r"""({host}) => {
    const made = new Set();
    const code = "[data-testid=stCode], [data-testid=stJson]";
    const is_code = one => one.closest(code) && !one.closest("[data-testid=stMarkdownContainer]");
    const all = (what, is) => document.querySelectorAll(what).forEach(one => is(one) && made.add(one.outerHTML));
    const has = (one, ...names) => names.some(name => (one.getAttribute(name) || "").toLowerCase().includes("pwn"));
    const reads = (one, words) => new RegExp(`^pwn(${words})$`).test(one.textContent.trim()) && !is_code(one);
    const goes = one => [one.getAttribute("href"), one.getAttribute("xlink:href")].some(to => {
        const meant = to === null ? null : new URL(to, location.href);
        return meant && (meant.host.endsWith(host) || !/^https?:$/.test(meant.protocol));
    });
    all("a", one => goes(one) || reads(one, "bold|link|href"));
    all("*", one => has(one, "src", "srcset", "style", "alt", "poster", "onerror"));
    all("[role=img]", one => has(one, "aria-label"));
    all("strong, em, b, i, code, pre, del, h1, h2, h3, h4, h5, h6, li, span, tspan, div",
        one => reads(one, "bold|red|code|gone|head|item|block|html|icon|image"));
    all("script", one => one.textContent.includes("__pwned"));
    all(".katex, math, img[alt='Streamlit logo']", () => true);
    const text = document.body.innerText;
    for (const sign of ["\u{1f480}", "pwn \u2192 pwn"]) if (text.includes(sign)) made.add(`reads ${sign}`);
    if (window.__pwned) made.add("a script ran");
    for (const said of text.match(/[^\n]*could not be shown[^\n]*/g) || []) made.add(said);
    return [...made].map(one => one.slice(0, 300));
}"""
OTHER: Final = "title => document.querySelector('h1') && document.querySelector('h1').innerText !== title"
SEEN: Final = r"""(mark) => [
    ...[...document.querySelectorAll("input, textarea")].map(one => one.value),
    ...[...document.querySelectorAll("[data-testid=stMain], [role=dialog]")].map(one => one.textContent),
].some(one => one.includes(mark))"""


class Payload:
    """The app on a database full of it, and what is where."""

    def __init__(self, url: str, places: Mapping[str, str], refused: Mapping[str, str]) -> None:
        self.url, self.places, self.refused = url, places, refused


@pytest.fixture(scope="session")
def full(
    postgresql: PostgreSQL, demo_template: str, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Payload]:
    """An app of its own."""
    database, port = databases.copy(postgresql, demo_template, "payloads"), free_port()
    places = payload_rows.seeded(database)
    refused = payloads.spread(database.owner_url, SPARED)
    log = tmp_path_factory.mktemp("payloads") / "app.log"
    with log.open("wb") as output, stack.serving(database, valkey, port, log=output):
        yield Payload(f"http://localhost:{port}", places, refused)
    databases.drop(postgresql, "payloads")


@contextmanager
def _signed_in(browser: Browser, full: Payload, persona: Viewer) -> Generator[tuple[BrowserContext, list[str]]]:
    """A browser of one person, and every address of the payload's that it asks for."""
    asked: list[str] = []
    with patient_context(browser, full.url, height=1600) as context:
        context.route(f"**/*{payloads.HOST}*/**", lambda route: _refuse(route, asked))
        page = context.new_page()
        page.goto("/login")
        page.locator(f"button[name=user_id][value='{persona.user_id}']").click()
        page.wait_for_selector("[data-testid=stApp]")
        yield context, asked


def _refuse(route: Route, asked: list[str]) -> None:
    asked.append(route.request.url)
    route.abort()


def _opened(context: BrowserContext, addresses: Sequence[str]) -> Iterator[tuple[str, Page]]:
    """Each address in a window of its own, some loading beside others, once it is drawn."""
    for first in range(0, len(addresses), BESIDE):
        some = {address: context.new_page() for address in addresses[first : first + BESIDE]}
        for address, page in some.items():
            page.goto(_at_rest(address), wait_until="commit")
        for address, page in some.items():
            _read(page)
            yield address, page
            page.close()


def _visited(context: BrowserContext) -> Iterator[tuple[str, Page]]:
    """Each page that the person is offered, one after another in one window."""
    page = context.new_page()
    page.goto(_at_rest(""))
    _read(page)
    page.locator(LINKS).first.wait_for()
    for link in page.locator(LINKS).all():
        name = link.inner_text().split("\n")[-1]
        title = page.get_by_role("heading", level=1).inner_text()
        link.click()
        page.wait_for_function(OTHER, arg=None if name == "Overview" else title)
        _read(page)
        yield name, page


def _at_rest(address: str) -> str:
    """The address without the page's own refreshing."""
    return f"/{address}{'&' if '?' in address else '?'}refresh=off"


def _read(page: Page) -> None:
    """Wait until a page or a drawer is drawn to its end."""
    page.get_by_test_id("stMain").get_by_test_id("stElementContainer").first.wait_for()
    settled(page)
    expect(page.get_by_test_id("stMain").get_by_test_id("stSkeleton")).to_have_count(0)


def _looked_at(page: Page, where: str, found: list[str]) -> None:
    """Note what was made of the payload."""
    found += [f"{where}: {one}" for one in page.evaluate(MADE, {"host": payloads.HOST})]


def test_every_column_holds_it_that_can(full: Payload) -> None:
    words = {
        f"{schema}.{table}.{name}" for schema, told in WORDS.items() for table, some in told.items() for name in some
    }
    assert set(full.refused) == words, full.refused


@pytest.mark.parametrize("persona", [PERSONAS[0], PERSONAS[-1]], ids=lambda persona: persona.role)
def test_no_page_makes_anything_of_it(browser: Browser, full: Payload, persona: Viewer) -> None:
    found, visited = list[str](), set[str]()
    with _signed_in(browser, full, persona) as (context, asked):
        for name, page in _visited(context):
            visited.add(name)
            if name != UNTOLD:
                page.wait_for_function(SEEN, arg=payloads.MARK)
            _looked_at(page, name, found)
        for address, page in _opened(context, ["account?account={account}".format(**full.places)]):
            page.wait_for_function(SEEN, arg=payloads.MARK)
            _looked_at(page, address, found)
    assert found == []
    assert asked == []
    assert {"Overview", "Accounts & quotas", "Jobs", "Content"} <= visited
    assert (UNTOLD in visited) == (persona.role == "admin")


@pytest.mark.parametrize("name", payload_rows.DRAWERS)
def test_no_drawer_or_dialog_makes_anything_of_it(browser: Browser, full: Payload, name: str) -> None:
    found, pressed = list[str](), set[str]()
    with _signed_in(browser, full, PERSONAS[-1]) as (context, asked):
        for address, page in _opened(
            context, [f"{name}{one.format(**full.places)}" for one in payload_rows.DRAWERS[name]]
        ):
            page.wait_for_function(SEEN, arg=payloads.MARK)
            _looked_at(page, address, found)
            _unfold(page)
            _looked_at(page, f"{address}, unfolded", found)
            _look_behind(page, address, pressed, found)
    assert found == []
    assert asked == []
    assert len(pressed) >= PRESSED.get(name, 0), pressed


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('summary').forEach(one => one.click())")
    settled(page)


def _look_behind(page: Page, address: str, pressed: set[str], found: list[str]) -> None:
    """Press each button that opens something and was not pressed on this page, from the page as it was."""
    for name in dict.fromkeys(name for name in page.evaluate(NAMED, BUTTONS) if OPENS.fullmatch(name)):
        kind = name.split()[0]
        if kind in pressed:
            continue
        pressed.add(kind)
        page.goto(_at_rest(address), wait_until="commit")
        _read(page)
        _unfold(page)
        before = page.evaluate("document.body.textContent")
        page.locator(BUTTONS).filter(has_text=name, visible=True).last.click()
        page.wait_for_function("before => document.body.textContent !== before", arg=before)
        settled(page)
        _looked_at(page, f"{address}, {name}", found)
