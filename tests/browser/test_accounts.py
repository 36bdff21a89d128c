"""An account manager raises a limit, meets a colleague's edit, and reads and writes notes, in a real browser."""

from __future__ import annotations

import psycopg
from playwright.sync_api import Page, expect

from tests.support import site_factories
from tests.support.grid import cell, grid, open_row, settled
from tests.support.site import SignIn, Site

DECIDED = "FROM dashboard.audit_log WHERE account_id = %s AND action LIKE 'account.%%' ORDER BY id"


def ask(site: Site, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What the database holds, past the app."""
    with psycopg.connect(site.database.reader_url) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def test_mona_raises_a_limit_from_the_overview_in_four_clicks(page: Page, site: Site, sign_in: SignIn) -> None:
    name = site_factories.mark()
    identity = site_factories.account(site, name, users=3, user_limit=0)  # nobody is further over a limit
    sign_in(page, "mona")
    expect(page.get_by_text(f"{name} is over its user limit")).to_be_visible()

    page.locator(f"a[href*='account={identity}']").click()  # 1
    page.get_by_role("button", name="Edit limits").click()  # 2
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("spinbutton", name="Users").fill("8")
    page.keyboard.press("Tab")
    expect(dialog.get_by_text("→ 8")).to_be_visible()
    dialog.get_by_role("textbox", name="Reason").fill("bigger plan agreed")
    dialog.get_by_role("button", name="Save").click()  # 3
    expect(page.get_by_text("Limits saved")).to_be_visible()
    page.get_by_role("link", name="Overview").click()  # 4

    expect(page.get_by_text("Needs you")).to_be_visible()
    settled(page)
    expect(page.get_by_text(f"{name} is over its user limit")).to_have_count(0)
    assert ask(site, f"SELECT action, reason {DECIDED}", identity) == [("account.limits", "bigger plan agreed")]
    assert ask(site, "SELECT user_limit FROM accounts WHERE id = %s", identity) == [(8,)]


def test_the_second_of_two_managers_chooses(page: Page, site: Site, sign_in: SignIn) -> None:
    seen = 20
    identity = site_factories.account(site, site_factories.mark(), creator_limit=seen)
    page.goto(f"/account?account={identity}")
    sign_in(page, "mona")
    page.get_by_role("button", name="Edit limits").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("spinbutton", name="Creators")
    field.fill(str(seen + 2))
    page.keyboard.press("Tab")
    with psycopg.connect(site.database.writer_url) as colleague:
        colleague.execute("UPDATE accounts SET creator_limit = %s WHERE id = %s", [seen + 9, identity])
    dialog.get_by_role("textbox", name="Reason").fill("two more")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Not saved")).to_be_visible()
    for number in (seen, seen + 9, seen + 2):
        expect(dialog.get_by_role("cell", name=str(number), exact=True).first).to_be_visible()
    assert ask(site, "SELECT creator_limit FROM accounts WHERE id = %s", identity) == [(seen + 9,)]
    dialog.get_by_role("button", name="Take mine").click()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Limits saved")).to_be_visible()
    assert ask(site, "SELECT creator_limit FROM accounts WHERE id = %s", identity) == [(seen + 2,)]
    assert ask(site, f"SELECT action {DECIDED}", identity) == [
        ("account.limits_refused",),
        ("account.limits",),
    ]


def test_the_list_narrows_by_its_url_and_opens_an_account(page: Page, site: Site, sign_in: SignIn) -> None:
    name = site_factories.mark()
    ids = [site_factories.account(site, f"{name} {letter}", users=2) for letter in "abc"]
    site_factories.account(site, f"{name} within its limits")
    page.goto(f"/accounts?accounts_band=over&accounts_sort=name-asc&accounts_search={name}")
    sign_in(page, "mona")
    expect(page.get_by_text("3 accounts, over")).to_be_visible()
    grid(page)
    assert cell(page, 0, -1) == f"{name} a" or cell(page, 0, 0) == f"{name} a"
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert "# AICON Desk: accounts, over" in lines[0]
    assert len(lines) == 4 + len(ids)
    open_row(page, 0)
    page.wait_for_url(f"**/account?account={ids[0]}")
    expect(page.get_by_role("heading", name=f"{name} a")).to_be_visible()


def test_notes_are_left_for_colleagues(page: Page, site: Site, sign_in: SignIn) -> None:
    identity = site_factories.account(site, site_factories.mark())
    page.goto(f"/account?account={identity}")
    sign_in(page, "sam")
    expect(page.get_by_text("API calls", exact=True)).to_be_visible()
    settled(page)
    expect(page.get_by_role("button", name="Edit limits")).to_have_count(0)
    page.get_by_role("textbox", name="Note").fill("Prefers <b>mail</b> *and* $x$")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Prefers <b>mail</b> *and* $x$")).to_be_visible()
    page.get_by_role("button", name="Pin").first.click()
    expect(page.get_by_role("button", name="Unpin").first).to_be_visible()
    assert ask(site, "SELECT is_pinned FROM dashboard.staff_note WHERE object_id = %s", identity) == [(True,)]
