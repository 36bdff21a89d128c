"""Support finds failed jobs and puts them right, in a real browser on a real database."""

from __future__ import annotations

import csv
import re
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.support import site_factories
from tests.support.grid import cell, grid, open_row, settled, tick
from tests.support.site import SignIn, Site, ask, states
from tests.support.site_factories import FAILED, failed, failed_jobs, mark

EXPORTS = "SELECT actor_email FROM dashboard.audit_log WHERE action = 'export' AND id > %s"


def test_sam_retries_five_failed_jobs(page: Page, site: Site, sign_in: SignIn) -> None:
    link, ids = failed(site, 5)
    page.goto(link)
    sign_in(page, "sam")
    assert cell(page, 0, 0) == f"{str(ids[0])[:4]}…{str(ids[0])[-4:]}"
    for row in range(5):
        tick(page, row)
    page.get_by_role("button", name="Retry 5 jobs").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("may be spent again")).to_be_visible()
    dialog.get_by_role("textbox", name="Reason").fill("the outage is over")
    dialog.get_by_role("button", name="Retry 5 jobs").click()
    expect(page.get_by_text("5 jobs are queued again.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_have_count(0)
    assert states(site, ids) == {"queued"}
    audited = ask(
        site,
        "SELECT object_id, before ->> 'status', after ->> 'status', reason, actor_email FROM dashboard.audit_log"
        " WHERE action = 'job.retry' AND object_id = ANY(%s)",
        [str(identity) for identity in ids],
    )
    assert sorted(str(row[0]) for row in audited) == sorted(map(str, ids))
    assert {row[1:4] for row in audited} == {("failed", "queued", "the outage is over")}
    assert {str(row[4]).split("@")[0] for row in audited} == {"sam"}


def test_selection_survives_a_refresh_and_pauses_it(page: Page, site: Site, sign_in: SignIn) -> None:
    link, _ = failed(site, 3)
    page.goto(link.replace("refresh=off", "refresh=5s"))
    sign_in(page, "sam")
    grid(page)
    expect(page.get_by_text("Live · as of")).to_be_visible()
    tick(page, 0)
    tick(page, 2)
    expect(page.get_by_text("Paused: 2 selected")).to_be_visible()
    page.get_by_role("radio", name="Due").or_(page.get_by_role("button", name="Due")).first.click()
    page.wait_for_url("**jobs_state=due**")
    settled(page)
    page.go_back()
    settled(page)
    expect(page.get_by_text("Paused: 2 selected")).to_be_visible()
    page.get_by_role("button", name="Unselect").click()
    expect(page.get_by_text("Live · as of")).to_be_visible()


def test_the_url_is_the_view(page: Page, site: Site, sign_in: SignIn) -> None:
    error = mark()
    failed_jobs(site, 2, error)
    listed = page.get_by_text(f'failed jobs with "{error}" in the error')
    page.goto("/jobs?refresh=off")
    sign_in(page, "sam")
    settled(page)
    page.get_by_role("radio", name="Failed").or_(page.get_by_role("button", name="Failed")).first.click()
    expect(page).to_have_url("http://" + page.url.split("/")[2] + "/jobs?refresh=off&jobs_state=failed")
    page.get_by_role("textbox", name="Error text").fill(error)
    page.keyboard.press("Enter")
    expect(listed.first).to_be_visible()
    link = page.url
    page.reload()
    expect(listed.first).to_be_visible()
    page.go_back()
    expect(listed).to_have_count(0)
    page.goto(link)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("textbox", name="Error text")).to_have_value("")
    assert "jobs_" not in page.url


def test_a_job_opens_and_its_link_opens_it_again(page: Page, site: Site, sign_in: SignIn) -> None:
    link, [newest] = failed(site, 1)
    page.goto(link)
    sign_in(page, "sam")
    settled(page)
    open_row(page, 0)
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(str(newest))).to_be_visible()
    assert f"job={newest}" in page.url
    page.reload()
    expect(page.get_by_role("dialog").get_by_text(str(newest))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("[?&]job="))


def test_hidden_values_are_revealed_on_record(page: Page, site: Site, sign_in: SignIn) -> None:
    sign_in(page, "sam")
    prompt = site_factories.mark()
    [found] = site_factories.failed_jobs(site, 1, "no voice", job_data={"prompt": prompt})
    page.goto(f"/jobs?refresh=off&jobs_charts=off&job={found}")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="Reveal")).to_be_visible()
    expect(drawer.get_by_text("••••••").first).to_be_visible()
    expect(drawer.get_by_text(prompt)).to_have_count(0)
    drawer.get_by_role("button", name="Reveal").click()
    expect(drawer.get_by_text(prompt).first).to_be_visible()
    [audited] = ask(
        site, "SELECT count(*) FROM dashboard.audit_log WHERE action = 'job.reveal' AND object_id = %s", str(found)
    )
    assert audited == (1,)


def test_vera_sees_no_verbs(page: Page, site: Site, sign_in: SignIn) -> None:
    page.goto(failed(site, 1)[0])
    sign_in(page, "vera")
    settled(page)
    tick(page, 0)
    expect(page.get_by_text("1 selected").first).to_be_visible()
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    expect(page.get_by_role("button", name="CSV")).to_have_count(0)
    page.get_by_role("button", name="Unselect").click()
    open_row(page, 0)
    expect(page.get_by_role("dialog").get_by_text("Timeline")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("button", name="Retry")).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_role("button", name="Reveal")).to_have_count(0)


def test_the_csv_names_its_filter_and_runs_no_formula(page: Page, site: Site, sign_in: SignIn) -> None:
    error = f'=HYPERLINK("{site_factories.mark()}")'
    site_factories.failed_jobs(site, 3, error)
    page.goto(f"{FAILED}&jobs_error={quote(error)}")
    sign_in(page, "sam")
    settled(page)
    before = site_factories.last(site, "audit_log")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        [title, _, count, *rows] = csv.reader(file)
    assert title[0].startswith("# AICON Desk: failed jobs")
    assert count[0].startswith("# 3 rows.")
    assert [cell for row in rows for cell in row if error in cell] == [f"'{error}"] * 3
    assert ask(site, EXPORTS, before) == [("sam@desk.example",)]
