"""Admins decide about staff in a browser, and whoever loses a right loses it in pages that are open."""

from __future__ import annotations

from uuid import UUID

import psycopg
from playwright.sync_api import Page, expect

from tests.support import site_factories
from tests.support.grid import HEADER_PX, ROW_PX, grid, settled
from tests.support.site import SignIn, Site

ADA = "de5c0000-0000-4000-8000-000000000005"


def decided(site: Site, action: str, user_id: UUID) -> list[tuple[object, ...]]:
    """What the audit log says about this decision."""
    with psycopg.connect(site.database.reader_url) as connection:
        return connection.execute(
            "SELECT reason, before, after FROM dashboard.audit_log WHERE action = %s AND object_id = %s ORDER BY id",
            [action, str(user_id)],
        ).fetchall()


def open_first(page: Page) -> None:
    """Press the button in the first row; without boxes it is the first thing there."""
    grid(page).click(position={"x": 22, "y": HEADER_PX + ROW_PX / 2})


def confirm(page: Page, verb: str, reason: str) -> None:
    """Press the verb in the drawer, give the reason, and confirm."""
    page.get_by_role("dialog").get_by_role("button", name=verb).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill(reason)
    dialog.get_by_role("button", name=verb).click()


def test_who_is_deactivated_is_out_of_an_open_page(page: Page, colleague: Page, site: Site, sign_in: SignIn) -> None:
    leaver = site_factories.person(site, "support")
    colleague.goto("/jobs?refresh=off")
    sign_in(colleague, leaver.name)
    expect(colleague.get_by_role("heading", name="Jobs")).to_be_visible()
    page.goto(f"/staff?person={leaver.user_id}")
    sign_in(page, "ada")
    confirm(page, "Deactivate", "left the company")
    expect(page.get_by_text(f"{leaver.name} is deactivated")).to_be_visible()
    expect(colleague.get_by_text("You are signed out")).to_be_visible()
    expect(colleague.get_by_role("heading", name="Jobs")).to_have_count(0)
    change = ({"is_active": True}, {"is_active": False})
    assert decided(site, "staff.deactivate", leaver.user_id) == [("left the company", *change)]


def test_who_is_demoted_loses_the_admins_pages(page: Page, colleague: Page, site: Site, sign_in: SignIn) -> None:
    admin = site_factories.person(site, "admin")
    colleague.goto("/staff")
    sign_in(colleague, admin.name)
    grid(colleague)
    site.expected.append('"event": "denied"')
    page.goto(f"/staff?person={admin.user_id}")
    sign_in(page, "ada")
    page.get_by_role("dialog").get_by_role("button", name="Change role").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="New role").click()
    page.get_by_role("option", name="viewer", exact=True).click()
    expect(dialog.get_by_text("Loses")).to_be_visible()
    dialog.get_by_role("textbox", name="Reason").fill("moves on")
    dialog.get_by_role("button", name="Change role").click()
    expect(page.get_by_text(f"{admin.name} is viewer now")).to_be_visible()
    expect(colleague.get_by_test_id("stDataFrame")).to_have_count(0)
    expect(colleague.get_by_role("link", name="Staff")).to_have_count(0)
    assert decided(site, "staff.role", admin.user_id) == [("moves on", {"role": "admin"}, {"role": "viewer"})]


def test_an_admin_finds_no_way_to_decide_about_themselves(page: Page, sign_in: SignIn) -> None:
    page.goto(f"/staff?person={ADA}")
    sign_in(page, "ada")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("This is you")).to_be_visible()
    for verb in ("Change role", "Deactivate", "Invite"):
        expect(page.get_by_role("button", name=verb)).to_have_count(0)


def test_a_decision_is_in_the_log_with_its_difference_and_leads_back(page: Page, site: Site, sign_in: SignIn) -> None:
    leaver, island = site_factories.person(site, "support"), f"Réunion-{site_factories.mark()}"
    page.goto(f"/staff?person={leaver.user_id}")
    sign_in(page, "ada")
    confirm(page, "Deactivate", f"a long holiday on {island}")
    expect(page.get_by_text(f"{leaver.name} is deactivated")).to_be_visible()
    page.goto(f"/audit?audit_words={island}")
    settled(page)
    expect(page.get_by_text("1 audit row", exact=False).first).to_be_visible()
    open_first(page)
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("staff.deactivate")).to_be_visible()
    expect(drawer.get_by_text("is active")).to_be_visible()
    expect(drawer.get_by_text("true")).to_be_visible()
    expect(drawer.get_by_text("false")).to_be_visible()
    expect(drawer.get_by_text("of the chain")).to_be_visible()
    page.reload()
    drawer.get_by_role("link", name="Open").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Reactivate")).to_be_visible()
