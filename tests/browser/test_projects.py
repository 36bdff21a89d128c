"""A customer's canvas, and finding anything, in a real browser."""

from __future__ import annotations

import re
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import factories
from tests.support.grid import settled, still
from tests.support.site import SignIn, Site
from tests.support.until import until

MARKUP = "<img src=x onerror=\"document.title='owned'\"><b>bold</b>"


@pytest.fixture
def project(site: Site) -> str:
    """A project whose titles are markup: two folders, one of them collapsed, two pieces, one chat."""
    url = site.database.owner_url
    project = factories.row(url, "projects", title=MARKUP)
    folder = factories.row(url, "canvas_folders", project_id=project, name=MARKUP, width=600, height=400)
    closed = {"is_collapsed": True, "position_y": 500, "width": 600, "height": 300}
    factories.row(url, "canvas_folders", project_id=project, name="Closed", **closed)
    what = {"project_id": project, "source_url": "javascript:alert(1)", "platform": "tiktok", "content_type": "video"}
    piece = factories.row(url, "content_pieces", title=MARKUP, transcript=MARKUP, position_x=30, position_y=70, **what)
    factories.row(url, "content_pieces", title="Far", position_x=10_000_000, position_y=-10_000_000, **what)
    factories.row(url, "canvas_folder_items", folder_id=folder, content_piece_id=piece)
    history = [{"role": "user", "content": MARKUP}]
    chat = factories.row(url, "chat_interfaces", project_id=project, name="Lab", position_x=800, chat_history=history)
    ends = {"source_type": "folder", "target_type": "chat_interface", "project_id": project}
    factories.row(url, "canvas_connections", source_id=folder, target_id=chat, **ends)
    factories.row(url, "canvas_connections", source_id=folder, target_id=uuid4(), **ends)
    return str(project)


def drawn(page: Page) -> Locator:
    """The canvas, with its items."""
    canvas = page.locator(".canvas")
    canvas.locator(".item").first.wait_for()
    return canvas


def transform(page: Page) -> str:
    """Where the canvas is moved to, and how far it is zoomed."""
    return str(drawn(page).locator(".world").evaluate("world => world.style.transform"))


def test_the_canvas_is_drawn_moves_zooms_and_opens(page: Page, site: Site, project: str, sign_in: SignIn) -> None:
    violations: list[str] = []
    page.on("console", lambda said: violations.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"/projects?project={project}")
    sign_in(page, "mona")
    canvas = drawn(page)
    expect(canvas.locator(".folder")).to_have_count(2)
    expect(canvas.locator(".piece")).to_have_count(2)
    expect(canvas.locator(".folder.collapsed")).to_have_text(re.compile("Closed"))
    expect(canvas.locator(".piece .title").first).to_have_text(MARKUP)
    assert canvas.locator("img, b:not(.tip b)").count() == 0
    still(page)
    start = transform(page)
    canvas.hover(position={"x": 20, "y": 300})
    page.mouse.down()
    page.mouse.move(300, 700, steps=3)
    page.mouse.up()
    moved = transform(page)
    assert moved != start
    canvas.get_by_role("button", name="Zoom in").click()
    assert transform(page).split("scale")[1] != moved.split("scale")[1]
    canvas.get_by_role("button", name="Fit to content").click()
    assert transform(page) == start
    canvas.locator(".piece").first.hover()
    expect(canvas.locator(".tip")).to_contain_text("Status: pending")
    canvas.locator(".piece").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(MARKUP).first).to_be_visible()
    expect(drawer.get_by_role("link", name="Open the source")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(page).not_to_have_url(re.compile("item="))
    assert page.title() != "owned"
    assert violations == []


def test_a_canvas_that_nobody_moved_fits_the_room_that_it_gets(page: Page, project: str, sign_in: SignIn) -> None:
    page.goto(f"/projects?project={project}")
    sign_in(page, "mona")
    fit = drawn(page).get_by_role("button", name="Fit to content")
    still(page)
    opened = transform(page)
    page.set_viewport_size({"width": 1200, "height": 900})
    until(lambda: transform(page) != opened)
    still(page)
    narrow = transform(page)
    fit.click()
    assert transform(page) == narrow
    drawn(page).get_by_role("button", name="Zoom in").click()
    moved, width = transform(page), drawn(page).evaluate("canvas => canvas.clientWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    until(lambda: drawn(page).evaluate("canvas => canvas.clientWidth") > width)
    still(page)
    assert transform(page) == moved, "what a person looks at stays in view"


def test_the_canvas_is_walked_by_keyboard(page: Page, site: Site, project: str, sign_in: SignIn) -> None:
    page.goto(f"/projects?project={project}")
    sign_in(page, "mona")
    canvas = drawn(page)
    settled(page)
    expect(page.get_by_text("Drawn are the oldest 2,000 folders, pieces and chats each")).to_be_visible()
    canvas.focus()
    page.keyboard.press("Tab")
    folder, piece = canvas.locator(".folder").first, canvas.locator(".piece").first
    expect(folder).to_be_focused()
    expect(canvas.locator(".tip")).to_contain_text("Folder")
    page.keyboard.press("ArrowRight")
    expect(canvas.locator(".chat")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(folder).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(piece).to_be_focused()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(MARKUP).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(piece).to_be_focused()
    page.keyboard.press("Escape")
    expect(canvas).to_be_focused()


def test_a_chat_is_read_on_request_and_on_record(page: Page, site: Site, project: str, sign_in: SignIn) -> None:
    page.goto(f"/projects?project={project}")
    sign_in(page, "mona")
    drawn(page).locator(".chat .head").click()
    drawer = page.get_by_role("dialog")
    reveal = drawer.get_by_role("button", name="Show 1 message")
    expect(reveal).to_be_visible()
    expect(drawer.get_by_text(MARKUP)).to_have_count(0)
    reveal.click()
    expect(drawer.get_by_text(MARKUP)).to_be_visible()
    with psycopg.connect(site.database.reader_url) as connection:
        audited = connection.execute(
            "SELECT actor_email FROM dashboard.audit_log JOIN chat_interfaces c ON c.id::text = object_id"
            " WHERE action = 'chat.reveal' AND c.project_id = %s",
            [project],
        )
        assert audited.fetchall() == [("mona@desk.example",)]


def slash(page: Page) -> Locator:
    """Press the key until it is heard: the part that listens loads by itself."""
    page.wait_for_function(
        "() => !document.body"
        ".dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }))"
    )
    field = page.get_by_label("Find anything").first
    expect(field).to_be_focused()
    return field


def test_slash_finds_from_anywhere_and_types_elsewhere(page: Page, site: Site, project: str, sign_in: SignIn) -> None:
    with psycopg.connect(site.database.reader_url) as connection:
        [creator] = connection.execute("SELECT id FROM creators ORDER BY id LIMIT 1").fetchone() or (None,)
    page.goto(f"/projects?project={project}")
    sign_in(page, "vera")
    drawn(page)
    page.get_by_role("button", name="All projects").click()
    title = page.get_by_role("textbox", name="Title")
    title.click()
    page.keyboard.type("a/b")
    expect(title).to_have_value("a/b")
    page.get_by_role("heading", level=1).click()
    settled(page)
    field = slash(page)
    page.get_by_role("heading", level=1).click()
    expect(field).not_to_be_focused()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type(str(creator))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/creators\\?creator={creator}"))
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("Creator", exact=True)).to_be_visible()


def test_slash_opens_a_folded_sidebar(page: Page, sign_in: SignIn) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto("/projects")
    sign_in(page, "vera")
    settled(page)
    expect(slash(page)).to_be_in_viewport()
