"""A reviewer judges by keyboard alone, and what customers' files are really plays."""

from __future__ import annotations

import re
from typing import Final

import psycopg
from playwright.sync_api import Page, expect

from tests.support import site_factories
from tests.support.site import SignIn, Site, ask
from tests.support.until import until

VERDICTS: Final = "dashboard.review_verdict"
KEYS: Final = ("a", "w", "x", "a", "s") * 4
TWICE: Final = """key => [1, 2].forEach(() => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, composed: true })))"""
"""So fast as nobody presses: on a busy machine two presses come one after the other's answer."""
ASKED: Final = {"w": "needs_work", "x": "reject"}


def ready(page: Page, *, asked: str = "", but: str = "") -> str:
    """The item whose keys are listened for, once it is another than `but` and the reason of `asked` is asked for."""
    listening = f"[data-ready=true][data-asked='{asked}'][data-item]:not([data-item='{but}'])"
    return str(page.locator(listening).get_attribute("data-item"))


def test_rita_judges_twenty_items_by_keyboard(page: Page, site: Site, sign_in: SignIn) -> None:
    account_id = site_factories.account(site, site_factories.mark())
    site_factories.content(site, account_id, len(KEYS) + 1)
    before, logged = site_factories.last(site, "review_verdict"), site_factories.last(site, "audit_log")
    page.goto(f"/content?content_review=newest&content_account={account_id}")
    sign_in(page, "rita")
    seen = [ready(page)]
    for number, key in enumerate(KEYS, 1):
        expect(page.get_by_text(re.compile(rf"^{number} / \d"))).to_be_visible()
        page.evaluate(TWICE, key)  # the second press comes too early to mean the next item
        if key in ASKED:
            assert ready(page, asked=ASKED[key]) == seen[-1]
            page.keyboard.press("2")
        seen.append(ready(page, but=seen[-1]))
        expect(page.get_by_text(seen[-1])).to_be_visible()
    found = ask(
        site,
        f"SELECT object_id::text, verdict, reasons, is_late, seconds FROM {VERDICTS} WHERE id > %s ORDER BY id",
        before,
    )
    assert [row[0] for row in found] == seen[:-1]
    assert [row[1] for row in found] == ["approve", "needs_work", "reject", "approve", "skip"] * 4
    assert [row[2] for row in found] == [[], ["Off brand"], ["Off brand"], [], []] * 4
    assert all(not row[3] and isinstance(row[4], int | float) and 0 <= row[4] < 600 for row in found)
    judged = "SELECT object_id FROM dashboard.audit_log WHERE id > %s AND action = 'review.verdict' ORDER BY id"
    assert [row[0] for row in ask(site, judged, logged)] == [row[0] for row in found if row[1] != "skip"]
    page.keyboard.press("u")
    assert ready(page, but=seen[-1]) == seen[-2]
    undone = ask(site, f"SELECT object_id::text FROM {VERDICTS} WHERE id > %s AND undone_at IS NOT NULL", before)
    assert undone == [(seen[-2],)]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Review these")).to_be_visible()
    held = "SELECT FROM dashboard.review WHERE claimed_by IS NOT NULL AND object_id = %s"
    assert ask(site, held, seen[-2]) == []


def test_video_and_audio_really_play_at_the_speed_chosen(page: Page, site: Site, sign_in: SignIn) -> None:
    sign_in(page, "rita")
    for kind, press in (("video", True), ("audio", False)):
        [found] = ask(
            site,
            "SELECT id FROM generated_content WHERE generation_status = 'completed' AND content_type = %s LIMIT 1",
            kind,
        )
        page.goto(f"/content?media={found[0]}")
        player = page.locator(kind).first
        player.wait_for(state="attached")
        if press:
            page.locator("[data-speed='2']").click()
        expect(page.locator("[data-speed='2']")).to_have_attribute("aria-pressed", "true")
        player.evaluate("element => { element.muted = true; return element.play(); }")
        player.evaluate(
            """element => new Promise((done, failed) => {
                element.addEventListener("timeupdate", () => element.currentTime > 0.5 && done());
                element.addEventListener("error", () => failed(element.error));
            })"""
        )
        assert player.evaluate("element => element.playbackRate") == 2
        page.keyboard.press("<")
        assert player.evaluate("element => element.playbackRate") == 1.5
        page.keyboard.press(">")


def test_stored_files_open_with_a_session_and_a_signature_only(page: Page, site: Site, sign_in: SignIn) -> None:
    path = "/demo/storage/media/x.mp4?until=99999999999&token=0"
    assert page.request.get(f"{site.url}{path}", max_redirects=0).status == 303
    sign_in(page, "rita")
    assert page.request.get(f"{site.url}{path}").status == 400
    assert page.request.get(f"{site.url}/demo/storage/media/..%2f..%2fapp.py?until=9&token=0").status == 400


def test_a_press_while_another_is_carried_out_does_not_cut_it_short(page: Page, site: Site, sign_in: SignIn) -> None:
    [piece] = site_factories.content(site, site_factories.account(site, site_factories.mark()), 1)
    page.goto(f"/content?piece={piece}")
    sign_in(page, "rita")
    page.get_by_role("textbox", name="New note").fill("Seen by two")
    with psycopg.connect(site.database.owner_url) as other:
        other.execute("LOCK TABLE dashboard.audit_log IN EXCLUSIVE MODE")
        page.get_by_role("button", name="Add note").click()
        until(
            lambda: ask(site, "SELECT FROM pg_locks WHERE NOT granted AND relation = 'dashboard.audit_log'::regclass")
        )
        page.get_by_role("button", name="Back to the list").click()
        page.request.get("/healthz")
    expect(page.get_by_text("Note added.")).to_be_visible()
    expect(page.get_by_role("button", name="Review these")).to_be_visible()
