"""Somebody narrows usage and API usage, and a colleague opens the same view from the link."""

from __future__ import annotations

import re

import psycopg
from playwright.sync_api import Page, expect

from tests.support.grid import click_mark, settled
from tests.support.site import SignIn, Site


def ask(site: Site, statement: str) -> str:
    """One value that the database holds, past the app."""
    with psycopg.connect(site.database.reader_url) as connection:
        [found] = connection.execute(statement.encode()).fetchone() or [None]
    return str(found)


def choose(page: Page, field: str, option: str) -> None:
    """Choose an option of a field, and wait until the page has answered."""
    page.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def figure(page: Page, label: str) -> str:
    """The figure under a label."""
    card = page.get_by_test_id("stMetric").filter(has_text=label)
    expect(card).to_be_visible()
    return card.get_by_test_id("stMetricValue").inner_text()


def test_usage_is_its_url(page: Page, colleague: Page, site: Site, sign_in: SignIn) -> None:
    account = ask(
        site,
        "SELECT account_id FROM account_usage_stats WHERE account_id IS NOT NULL AND stat_date >= current_date - 90"
        " GROUP BY 1 ORDER BY sum(total_credits_used) DESC LIMIT 1",
    )
    page.goto("/usage")
    sign_in(page, "sam")
    everybody = figure(page, "Credits, last 30 days")
    choose(page, "Range", "Last 90 days")
    expect(page).to_have_url(re.compile("usage_range=90d$"))
    choose(page, "Grain", "Per week")
    page.get_by_role("textbox", name="Account").fill(account)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("usage_account="))
    settled(page)
    told = figure(page, "Credits, last 90 days")
    assert told != everybody
    link = page.url
    page.reload()
    assert figure(page, "Credits, last 90 days") == told
    expect(page.get_by_text("Credits per week by feature")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("textbox", name="Account")).to_have_value("")
    expect(page).to_have_url(re.compile("usage_grain=week$"))
    colleague.goto(link)
    sign_in(colleague, "mona")
    assert figure(colleague, "Credits, last 90 days") == told
    expect(colleague.get_by_role("textbox", name="Account")).to_have_value(account)
    page.goto(link)
    page.get_by_role("button", name="Clear").click()
    assert figure(page, "Credits, last 30 days") == everybody
    assert "usage_" not in page.url


def test_a_bar_leads_to_its_calls(page: Page, colleague: Page, sign_in: SignIn) -> None:
    page.goto("/api_usage")
    sign_in(page, "sam")
    figure(page, "Error rate")
    choose(page, "Service", "anthropic")
    expect(page).to_have_url(re.compile("api_usage_service=anthropic$"))
    choose(page, "Range", "Last 7 days")
    chart = page.get_by_test_id("stPlotlyChart").first
    bar = chart.locator(".bars .point path").nth(3)
    expect(page.get_by_text("Calls and errors per day")).to_be_visible()
    click_mark(page, bar)
    expect(page.get_by_text("Tables show only")).to_be_visible()
    expect(page).to_have_url(re.compile("api_usage_bucket="))
    page.get_by_role("radio", name="Failed only").or_(page.get_by_role("button", name="Failed only")).first.click()
    expect(page).to_have_url(re.compile("api_usage_calls=failed"))
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"# AICON Desk: failed API calls to anthropic, ')
    assert all('"error"' in line for line in lines[4:])
    link = page.url
    colleague.goto(link)
    sign_in(colleague, "vera")
    expect(colleague.get_by_text("Tables show only")).to_be_visible()
    assert colleague.get_by_role("button", name="CSV").count() == 0
    page.get_by_role("button", name="Whole range").click()
    expect(page.get_by_text("Tables show only")).to_have_count(0)
    page.get_by_role("button", name="Refresh now").click()
    settled(page)
