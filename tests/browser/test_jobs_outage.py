"""From an outage on the Overview to its failure group, the group's retry, and the emptied group; also by keyboard."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.support import site_factories
from tests.support.grid import click_mark, settled
from tests.support.site import SignIn, Site, states
from tests.support.site_factories import failed

TABS: Final = 120
# Not the page itself, which has the focus at first and holds every text.
FOCUSED: Final = """(() => { const at = document.activeElement;
    return /^(a|button|input|textarea)$/i.test(at.tagName) ? at.ariaLabel || at.innerText : ''; })()"""


def test_an_outage_is_found_and_put_right(page: Page, site: Site, sign_in: SignIn) -> None:
    error, ids = site_factories.outage(site)
    number = str(len(ids))
    sign_in(page, "sam")
    expect(page.get_by_text(error)).to_be_visible()
    page.get_by_role("link", name="Open the group").click()
    retry = page.get_by_role("button", name=f"Retry all {number}")
    expect(retry).to_be_visible()
    assert "jobs_signature=" in page.url
    retry.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("may be spent again")).to_be_visible()
    dialog.get_by_role("textbox", name="Reason").fill("the provider is back")
    typed = dialog.get_by_role("textbox", name="Type")
    if typed.count():
        typed.fill(number)
    dialog.get_by_role("button", name=f"Retry {number} job").click()
    expect(dialog.get_by_text(f"{number} jobs are queued again.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("No failed jobs like")).to_be_visible()
    expect(page.get_by_text(f"All {number} were retried at")).to_be_visible()
    assert states(site, ids) == {"queued"}
    page.get_by_role("button", name="See how they ended").click()
    expect(page.get_by_text(f"{number} jobs of one run")).to_be_visible()
    page.get_by_role("button", name="Of one run", exact=True).click()
    expect(page.get_by_text("of one run")).to_have_count(0)


def test_by_keyboard_alone(page: Page, site: Site, sign_in: SignIn) -> None:
    error, ids = site_factories.outage(site)
    number = str(len(ids))
    sign_in(page, "sam")
    expect(page.get_by_text(error)).to_be_visible()
    _tab_to(page, "Open the group")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Retry all {number}")).to_be_visible()
    settled(page)
    _tab_to(page, "Retry all")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=f"Retry {number} job")).to_be_visible()
    _tab_to(page, "Reason")
    page.keyboard.type("the provider is back")
    if int(number) > 50:
        _tab_to(page, "Type")
        page.keyboard.type(number)
    _tab_to(page, f"Retry {number} job")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{number} jobs are queued again.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("No failed jobs like")).to_be_visible()
    assert states(site, ids) == {"queued"}


def test_keys_move_open_retry_and_close(page: Page, site: Site, sign_in: SignIn) -> None:
    link, [first, second, third, *_] = failed(site, 60)
    page.goto(link)
    sign_in(page, "sam")
    expect(page.get_by_text("retry the open job")).to_be_visible()
    settled(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_text(re.compile("^2 of 50: failed"))).to_be_visible()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(str(second)).first).to_be_visible()
    page.keyboard.press("j")
    expect(drawer.get_by_text(str(third)).first).to_be_visible()
    settled(page)
    page.keyboard.press("r")
    expect(page.get_by_role("dialog").get_by_text("may be spent again")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer.get_by_text(str(third)).first).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    field = page.get_by_role("textbox", name="Error text")
    field.fill("")
    field.press_sequentially("jkr")
    expect(field).to_have_value("jkr")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert states(site, [first, second, third]) == {"failed"}


def test_a_key_over_an_address_of_no_job_says_so(page: Page, site: Site, sign_in: SignIn) -> None:
    page.goto(f"{failed(site, 1)[0]}&job=nonsense")
    sign_in(page, "sam")
    expect(page.get_by_text("retry the open job")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("That is not a valid job id.")).to_be_visible()
    settled(page)
    page.keyboard.press("r")
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("That is not a valid job id.")


def test_a_mark_of_a_chart_narrows_the_list(page: Page, site: Site, sign_in: SignIn) -> None:
    name = site_factories.mark()
    site_factories.jobs_of_a_day(site, account_id := site_factories.account(site, name))
    page.goto(f"/jobs?refresh=off&jobs_account={account_id}")
    sign_in(page, "sam")
    settled(page)
    click_mark(page, page.locator(".st-key-jobs_throughput_chart .barlayer .trace").first.locator("path").nth(20))
    expect(page).to_have_url(re.compile(r"jobs_ended=.*jobs_state=completed|jobs_state=completed.*jobs_ended="))
    settled(page)
    expect(page.get_by_text(f"completed job of {name} ended")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Ended")).click()
    expect(page).not_to_have_url(re.compile("jobs_ended="))


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called that."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = str(page.evaluate(FOCUSED))
        if name in focused and not focused.startswith("Help for"):
            return
    raise AssertionError(f"{name} cannot be reached by Tab")
