"""A reviewer judges by keyboard alone, and what customers' files are really plays."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Site
from tests.browser.grid import settled
from tests.browser.test_jobs import ask

ITEMS: Final = 20
SLOW_MS: Final = 20_000
VERDICTS: Final = "dashboard.review_verdict"


def test_rita_judges_twenty_items_by_keyboard(page: Page, site: Site, sign_in: SignIn) -> None:
    sign_in(page, "rita")
    page.goto("/content?content_review=newest")
    keys = ("a", "w", "x", "a", "s")
    for number in range(ITEMS):
        counter = page.get_by_text(re.compile(r"^\d+ / "))
        held = page.locator("[data-testid=stCaptionContainer] code").first
        expect(held).to_be_visible(timeout=SLOW_MS)
        before = held.inner_text()
        settled(page)
        key = keys[number % len(keys)]
        page.keyboard.press(key)
        if key in "wx":
            expect(page.get_by_text(re.compile("^Why ")).first).to_be_visible(timeout=SLOW_MS)
            expect(page.get_by_role("button", name="Off brand")).to_be_visible(timeout=SLOW_MS)
            settled(page)
            page.keyboard.press("2")
        expect(held).not_to_have_text(before, timeout=SLOW_MS)
        expect(counter.first).to_be_visible()
    settled(page)
    found = {
        row[0]: row[1]
        for row in ask(site, f"SELECT verdict, count(*) FROM {VERDICTS} WHERE undone_at IS NULL GROUP BY 1")
    }
    assert found == {"approve": 8, "needs_work": 4, "reject": 4, "skip": 4}
    [reasons] = ask(site, f"SELECT array_agg(DISTINCT r) FROM {VERDICTS}, unnest(reasons) AS r")
    assert reasons == (["Off brand"],)
    [odd] = ask(site, f"SELECT count(*) FROM {VERDICTS} WHERE is_late OR seconds NOT BETWEEN 0 AND 120")
    assert odd == (0,)
    [audited] = ask(site, "SELECT count(*) FROM dashboard.audit_log WHERE action = 'review.verdict'")
    assert audited == (16,)
    [last] = ask(site, f"SELECT object_id FROM {VERDICTS} ORDER BY id DESC LIMIT 1")
    page.keyboard.press("u")
    expect(page.locator("[data-testid=stCaptionContainer] code").first).to_have_text(str(last[0]), timeout=SLOW_MS)
    [undone] = ask(site, f"SELECT count(*) FROM {VERDICTS} WHERE undone_at IS NOT NULL")
    assert undone == (1,)


def test_video_and_audio_really_play(page: Page, site: Site, sign_in: SignIn) -> None:
    sign_in(page, "rita")
    for kind in ("video", "audio"):
        [found] = ask(
            site,
            "SELECT id FROM generated_content WHERE generation_status = 'completed' AND content_type = %s LIMIT 1",
            kind,
        )
        page.goto(f"/content?media={found[0]}")
        player = page.locator(kind).first
        player.wait_for(state="attached")
        player.evaluate("element => { element.muted = true; return element.play(); }")
        page.wait_for_function(
            "kind => document.querySelector(kind).currentTime > 0.5 && !document.querySelector(kind).error", arg=kind
        )


def test_stored_files_open_with_a_session_and_a_signature_only(page: Page, site: Site, sign_in: SignIn) -> None:
    path = "/demo/storage/media/x.mp4?until=99999999999&token=0"
    assert page.request.get(f"{site.url}{path}", max_redirects=0).status == 303
    sign_in(page, "rita")
    assert page.request.get(f"{site.url}{path}").status == 400
    assert page.request.get(f"{site.url}/demo/storage/media/..%2f..%2fapp.py?until=9&token=0").status == 400
