"""One text that tries everything stands in every column of the database, and no page makes anything of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from core.identity import Viewer
from demo import databases, stack
from demo.databases import Database
from demo.personas import PERSONAS
from demo.places import ROOT
from demo.servers import PostgreSQL, Valkey
from tests import payloads
from tests.browser.conftest import free_port
from tests.browser.grid import settled

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
PAGES: Final = (
    *(
        "",
        "accounts",
        "account?account={account}",
        "projects",
        "usage",
        "api_usage",
        "jobs",
        "content",
        "models",
        "creators",
        "audit",
        "system",
    ),
    "staff",
)
UNTOLD: Final = {"system"}
"""Pages that tell of the Desk alone."""
ADMINS: Final = {"audit", "system", "staff"}
SEED: Final = """
INSERT INTO dashboard.staff_note (id, object_type, object_id, author_id, author_email, body)
SELECT gen_random_uuid(), kind, id::uuid, %(ada)s, 'a@b.c', 'x'
FROM (VALUES ('account', %(account)s), ('piece', %(piece)s)) AS o (kind, id);
INSERT INTO dashboard.audit_log (
    actor_id, actor_email, actor_role, action, object_type, object_id, account_id, reason, before, after, request_id
)
SELECT %(ada)s, 'a@b.c', 'admin', action, kind, id, %(account)s, 'x', '{"name": "x"}', '{"name": "y"}', 'r'
FROM (VALUES ('account.limits', 'account', %(account)s), ('job.retry', 'job', %(job)s),
    ('creator.update', 'creator', %(creator)s), ('staff.change_role', 'staff', %(ada)s),
    ('review.requeue', 'piece', %(piece)s)) AS o (action, kind, id), generate_series(1, 6);
INSERT INTO dashboard.review_verdict (
    kind, object_id, reviewer_id, reviewer_email, verdict, reasons, words, platform, ai_model
)
SELECT 'piece', %(piece)s, %(ada)s, 'a@b.c', 'reject', '{x}', 'x', 'tiktok', 'x' FROM generate_series(1, 4);
INSERT INTO dashboard.review (kind, object_id, verdict, verdict_at) VALUES ('piece', %(piece)s, 'reject', now());
INSERT INTO dashboard.bulk_run (id, actor_id, verb, reason, asked, closed_at)
VALUES (gen_random_uuid(), %(ada)s, 'retry', 'x', '[]', now());
INSERT INTO dashboard.creator_draft (user_id, creator_id, field, seen, wanted)
SELECT %(ada)s, %(creator)s, field, '"x"', '"y"' FROM unnest('{username,display_name,bio}'::text[]) AS field;
INSERT INTO dashboard.staff_session (id_hash, user_id, expires_at, user_agent, address, other_addresses)
VALUES (sha256('x'), %(ada)s, now() + interval '1 day', 'x', 'x', '{x}');
DELETE FROM public.api_usage_logs WHERE created_at < now() - interval '2 days';
"""
CHOSEN: Final = {
    "account": "SELECT account_id FROM processing_queue WHERE status = 'failed' GROUP BY 1 ORDER BY count(*) LIMIT 1",
    "job": "SELECT id FROM processing_queue WHERE status = 'failed' AND account_id = %(account)s LIMIT 1",
    "piece": "SELECT content_piece_id FROM content_annotations GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "script": "SELECT id FROM generated_scripts WHERE content_piece_id IS NOT NULL LIMIT 1",
    "media": "SELECT id FROM generated_content WHERE generation_status = 'failed' LIMIT 1",
    "voice": "SELECT id FROM voice_models LIMIT 1",
    "avatar": "SELECT id FROM avatar_models LIMIT 1",
    "creator": "SELECT creator_id FROM account_followed_creators GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "project": "SELECT project_id FROM chat_interfaces GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "chat": "SELECT id FROM chat_interfaces WHERE project_id = %(project)s LIMIT 1",
    "folder": "SELECT id FROM canvas_folders LIMIT 1",
    "folder_project": "SELECT project_id FROM canvas_folders WHERE id = %(folder)s",
    "item": "SELECT id FROM content_pieces WHERE project_id = %(project)s LIMIT 1",
}
"""The record that each drawer shows, chosen before the payload hides what is what."""
BESIDE: Final = 3
DRAWERS: Final = (
    *("jobs?job={job}", "content?piece={piece}", "content?script={script}"),
    *("content?media={media}", "models?voice={voice}", "models?avatar={avatar}", "creators?creator={creator}"),
    *("projects?project={project}", "projects?project={project}&item={item}", "projects?project={project}&item={chat}"),
    *("projects?project={folder_project}&item={folder}", "staff?person={ada}", "audit?entry={entry}"),
    *("creators?creators_tab=categories", "creators?creators_mode=edit", "content?content_tab=script"),
    *(
        "content?content_tab=media",
        "content?content_look=cards",
        "content?content_review=newest",
        "jobs?jobs_range=all",
    ),
    *("jobs?jobs_account=pwn7", "projects?projects_title=pwn7", "usage?usage_range=90d"),
)
OPENS: Final = re.compile(
    r"(…|^More|^Table|^Filters|^Copy|^Edit|^Edit limits|^Add creator|^Add category|^Invite|^Import|^Change role"
    r"|^Deactivate|^Reveal .*|^Show .* messages?|^Show canvas data|^Review and save .*|^What is still running.*)$"
)
"""Buttons behind which there is more to read."""
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
SEEN: Final = r"""(mark) => [
    ...[...document.querySelectorAll("input, textarea")].map(one => one.value),
    ...[...document.querySelectorAll("[data-testid=stMain], [role=dialog]")].map(one => one.textContent),
].some(one => one.includes(mark))"""


class Payload:
    """The app on a database full of it, and what is where."""

    def __init__(self, url: str, places: Mapping[str, str], refused: Mapping[str, str]) -> None:
        self.url, self.places, self.refused = url, places, refused


@pytest.fixture(scope="module")
def full(
    postgresql: PostgreSQL, demo_template: str, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Payload]:
    """An app of its own."""
    database, port = databases.copy(postgresql, demo_template, "payloads"), free_port()
    places = _seeded(database)
    refused = payloads.spread(database.owner_url, SPARED)
    log = tmp_path_factory.mktemp("payloads") / "app.log"
    with log.open("wb") as output, stack.serving(database, valkey, port, log=output):
        yield Payload(f"http://localhost:{port}", places, refused)
    databases.drop(postgresql, "payloads")


def _seeded(database: Database) -> dict[str, str]:
    """A row in every table of the Desk's, and roll-ups of everything; what the drawers are to show."""
    places: dict[str, Any] = {"ada": str(PERSONAS[-1].user_id)}
    with psycopg.connect(database.owner_url, cursor_factory=psycopg.ClientCursor) as connection:
        for name, question in CHOSEN.items():
            [found] = connection.execute(question.encode(), places).fetchone() or [None]
            places[name] = str(found)
        connection.execute(SEED.encode(), places)
        [entry] = connection.execute("SELECT max(id) FROM dashboard.audit_log").fetchone() or [0]
    environment = os.environ | {
        "DATABASE_URL": database.writer_url,
        "DATABASE_READ_URL": database.reader_url,
        "AUTH_MODE": "demo",
    }
    subprocess.run(
        [sys.executable, "manage.py", "rollup", "--backfill", "--full-speed"], cwd=ROOT, env=environment, check=True
    )
    return places | {"entry": str(entry)}


@contextmanager
def _signed_in(browser: Browser, full: Payload, persona: Viewer) -> Generator[tuple[BrowserContext, list[str]]]:
    """A browser of one person, and every address of the payload's that it asks for."""
    asked: list[str] = []
    with browser.new_context(base_url=full.url, viewport={"width": 1440, "height": 1600}) as context:
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


def _at_rest(address: str) -> str:
    """The address without the page's own refreshing."""
    return f"/{address}{'&' if '?' in address else '?'}refresh=off"


def _read(page: Page) -> None:
    """Wait until a page or a drawer is drawn to its end."""
    page.get_by_test_id("stMain").get_by_test_id("stElementContainer").first.wait_for()
    settled(page)
    expect(page.get_by_test_id("stMain").get_by_test_id("stSkeleton")).to_have_count(0, timeout=90_000)


def _looked_at(page: Page, where: str, found: list[str]) -> None:
    """Note what was made of the payload."""
    found += [f"{where}: {one}" for one in page.evaluate(MADE, {"host": payloads.HOST})]


def test_every_column_holds_it_that_can(full: Payload) -> None:
    words = {
        f"{schema}.{table}.{name}" for schema, told in WORDS.items() for table, some in told.items() for name in some
    }
    assert set(full.refused) == words, full.refused


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.role)
def test_no_page_makes_anything_of_it(browser: Browser, full: Payload, persona: Viewer) -> None:
    found: list[str] = []
    with _signed_in(browser, full, persona) as (context, asked):
        addresses = [page for page in PAGES if persona.role == "admin" or page not in ADMINS]
        for address, page in _opened(context, [one.format(**full.places) for one in addresses]):
            if address not in UNTOLD:
                page.wait_for_function(SEEN, arg=payloads.MARK)
            _looked_at(page, address, found)
    assert found == []
    assert asked == []


def test_no_drawer_or_dialog_makes_anything_of_it(browser: Browser, full: Payload) -> None:
    found: list[str] = []
    with _signed_in(browser, full, PERSONAS[-1]) as (context, asked):
        for address, page in _opened(context, [one.format(**full.places) for one in DRAWERS]):
            page.wait_for_function(SEEN, arg=payloads.MARK)
            _looked_at(page, address, found)
            for part in page.locator("summary").all():
                part.click()
            settled(page)
            _looked_at(page, f"{address}, unfolded", found)
            _look_behind(page, address, found)
    assert found == []
    assert asked == []


def _look_behind(page: Page, address: str, found: list[str]) -> None:
    """Press each button that opens something, from the page as it first was."""
    names = [one.strip() for one in page.get_by_role("button").all_inner_texts()]
    for name in dict.fromkeys(name for name in names if OPENS.search(name)):
        page.goto(_at_rest(address), wait_until="commit")
        _read(page)
        page.get_by_role("button", name=name).first.click()
        settled(page)
        _looked_at(page, f"{address}, {name}", found)
