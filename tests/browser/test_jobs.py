"""Support finds failed jobs and puts them right, in a real browser on a real database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

import psycopg
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Site
from tests.browser.grid import cell, grid, open_row, settled, tick

FAILED = "/jobs?jobs_state=failed&jobs_range=all&refresh=off&jobs_charts=off"
EXPORTS = "SELECT count(*) FROM dashboard.audit_log WHERE action = 'export'"
NEWEST = (
    "SELECT id FROM processing_queue WHERE status = 'failed' ORDER BY coalesce(completed_at, updated_at) DESC, id DESC"
)


def ask(site: Site, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What the database holds, past the app."""
    with psycopg.connect(site.database.reader_url) as connection:
        return connection.execute(statement, values).fetchall()  # pyright: ignore[reportArgumentType]  # a literal


def newest_failed(site: Site, count: int) -> list[UUID]:
    """The ids on top of the list."""
    return [row[0] for row in ask(site, f"{NEWEST} LIMIT {count}") if isinstance(row[0], UUID)]


def states(site: Site, ids: Sequence[UUID]) -> set[object]:
    """The statuses these jobs have now."""
    return {row[0] for row in ask(site, "SELECT status FROM processing_queue WHERE id = ANY(%s)", list(ids))}


def test_sam_retries_five_failed_jobs(page: Page, site: Site, sign_in: SignIn) -> None:
    page.goto(FAILED)
    sign_in(page, "sam")
    ids = newest_failed(site, 5)
    assert cell(page, 0, 0) == f"{str(ids[0])[:4]}…{str(ids[0])[-4:]}"
    for row in range(5):
        tick(page, row)
    page.get_by_role("button", name="Retry 5 jobs").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("may be spent again")).to_be_visible()
    dialog.get_by_role("textbox", name="Reason").fill("the outage is over")
    dialog.get_by_role("button", name="Retry 5 jobs").click()
    expect(page.get_by_text("5 retried.")).to_be_visible()
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


def test_selection_survives_a_refresh_and_pauses_it(page: Page, sign_in: SignIn) -> None:
    page.goto(FAILED.replace("refresh=off", "refresh=5s"))
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


def test_the_url_is_the_view(page: Page, sign_in: SignIn) -> None:
    page.goto("/jobs?refresh=off")
    sign_in(page, "sam")
    settled(page)
    page.get_by_role("radio", name="Failed").or_(page.get_by_role("button", name="Failed")).first.click()
    expect(page).to_have_url("http://" + page.url.split("/")[2] + "/jobs?refresh=off&jobs_state=failed")
    page.get_by_role("textbox", name="Error text").fill("voice")
    page.keyboard.press("Enter")
    expect(page.get_by_text('failed jobs with "voice" in the error').first).to_be_visible()
    link = page.url
    page.reload()
    expect(page.get_by_text('failed jobs with "voice" in the error').first).to_be_visible()
    page.go_back()
    expect(page.get_by_text('"voice" in the error')).to_have_count(0)
    page.goto(link)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("textbox", name="Error text")).to_have_value("")
    assert "jobs_" not in page.url


def test_a_job_opens_and_its_link_opens_it_again(page: Page, site: Site, sign_in: SignIn) -> None:
    page.goto(FAILED)
    sign_in(page, "sam")
    settled(page)
    [newest] = newest_failed(site, 1)
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
    [found] = ask(
        site, "SELECT id, job_data ->> 'prompt' FROM processing_queue WHERE job_data ? 'prompt' ORDER BY id LIMIT 1"
    )
    page.goto(f"/jobs?refresh=off&jobs_charts=off&job={found[0]}")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="Reveal")).to_be_visible()
    expect(drawer.get_by_text("••••••").first).to_be_visible()
    expect(drawer.get_by_text(str(found[1])[:40])).to_have_count(0)
    drawer.get_by_role("button", name="Reveal").click()
    expect(drawer.get_by_text(str(found[1])[:40]).first).to_be_visible()
    [audited] = ask(
        site, "SELECT count(*) FROM dashboard.audit_log WHERE action = 'job.reveal' AND object_id = %s", str(found[0])
    )
    assert audited == (1,)


def test_vera_sees_no_verbs(page: Page, sign_in: SignIn) -> None:
    page.goto(FAILED)
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
    page.goto(FAILED)
    sign_in(page, "sam")
    settled(page)
    [[before]] = ask(site, EXPORTS)
    assert isinstance(before, int)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    [failed] = ask(site, "SELECT count(*) FROM processing_queue WHERE status = 'failed'")
    lines = text.splitlines()
    assert lines[0] == '"# AICON Desk: failed jobs"'
    assert lines[2].startswith(f'"# {failed[0]:,} rows.')
    assert '"=HYPERLINK' not in text
    assert ask(site, EXPORTS) == [(before + 1,)]
