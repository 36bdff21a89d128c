"""Projects, their canvases and everything that can be found, on hand-made records."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
import pytest

from actions.projects import chats
from components.projects.canvas_scene import scene
from core.database import rows
from core.errors import Forbidden, NotFound
from demo.databases import Database
from queries.projects import canvas, canvas_items, listing
from queries.projects.listing import ProjectFilter, Sort
from queries.sql.keyset import Cursor
from tests.support import factories
from tests.support.factories import at

TITLES = ("Alpha", "beta", "مشروع", "<script>", "50% off_", "Zeta")


@pytest.fixture
def account(fresh_database: Database) -> UUID:
    """An account with six projects opened 1 to 5 days ago and one never, the second archived; another's project."""
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="One")
    for n, title in enumerate(TITLES):
        opened: Any = None if title == "Zeta" else at(f"-{n + 1} days")
        factories.row(
            url,
            "projects",
            account_id=account,
            title=title,
            is_archived=title == "beta" or None,
            last_accessed_at=opened,
            created_at=at(f"-{10 - n} days"),
        )
    factories.row(url, "projects", title="Alphabet", last_accessed_at=at("-40 days"))
    return account


def titles(where: ProjectFilter, sort: Sort = "accessed", descending: bool = True) -> list[str]:
    """The titles of the first page."""
    return [row["title"] for row in rows(listing.page(where, sort, descending, None, 50))]


def test_the_list_is_narrowed_by_each_filter(account: UUID) -> None:
    assert titles(ProjectFilter(account_id=account)) == list(TITLES)
    assert titles(ProjectFilter(title="ALPHA")) == ["Alpha", "Alphabet"]
    assert titles(ProjectFilter(title="50% off_")) == ["50% off_"]
    assert titles(ProjectFilter(title="%")) == ["50% off_"]
    assert titles(ProjectFilter(title="مشروع\x00")) == ["مشروع"]
    assert titles(ProjectFilter(archived="yes")) == ["beta"]
    assert len(titles(ProjectFilter(archived="no"))) == 6
    assert [row["projects"] for row in rows(listing.total(ProjectFilter(archived="no")))] == [6]
    assert len(rows(listing.export(ProjectFilter()))) == 7


@pytest.mark.parametrize("sort", get_args(Sort))
@pytest.mark.parametrize("descending", [True, False])
def test_pages_forward_and_back_hold_every_project_once(account: UUID, sort: Sort, descending: bool) -> None:
    whole = titles(ProjectFilter(), sort, descending)
    assert sorted(whole) == sorted([*TITLES, "Alphabet"])
    if sort == "accessed":
        assert whole[-1] == "Zeta"
    seen: list[list[str]] = []
    place, first, has_more = None, None, True
    while has_more:
        page = rows(listing.page(ProjectFilter(), sort, descending, place, 3))
        seen.append([row["title"] for row in page])
        has_more = page[0]["has_more"]
        place = Cursor.of(page[-1]["sort_key"], page[-1]["id"], True)
        assert Cursor.decode(place.encode()) == place
        first = Cursor.of(page[0]["sort_key"], page[0]["id"], False)
    assert [title for page in seen for title in page] == whole
    back = [row["title"] for row in rows(listing.page(ProjectFilter(), sort, descending, first, 3))]
    assert back == seen[-2]


def test_collaborators_come_with_their_level_owners_first(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    home, other = (factories.row(url, "accounts", name=name) for name in ("Home", "Other"))
    project = factories.row(url, "projects", title="P", account_id=home)
    for email, level, account in (("v@x.y", "viewer", home), ("o@x.y", "owner", home), ("e@x.y", "editor", other)):
        user = factories.row(url, "users", email=email, account_id=account, is_active=level != "viewer")
        factories.row(url, "project_collaborators", project_id=project, user_id=user, permission_level=level)
    found = rows(listing.collaborators(project))
    assert [(row["email"], row["permission_level"], row["is_outside"], row["is_active"]) for row in found] == [
        ("o@x.y", "owner", False, True),
        ("e@x.y", "editor", True, True),
        ("v@x.y", "viewer", False, False),
    ]


class Canvas:
    """A canvas with one of everything that can be wrong."""

    def __init__(self, url: str) -> None:
        self.project, self.other = (factories.row(url, "projects", title=title) for title in ("Mine", "Theirs"))
        self.folder = factories.row(
            url, "canvas_folders", project_id=self.project, name="F" * 255, width=-300, height=-200, color="oops"
        )
        self.piece = self.add_piece(url, self.project, 99_999_999.99)
        self.foreign = self.add_piece(url, self.other, 0)
        chat = {"chat_history": [{"role": "user", "content": "hush"}], "position_x": 900}
        self.chat = factories.row(url, "chat_interfaces", project_id=self.project, **chat)
        self.odd_chat = factories.row(url, "chat_interfaces", project_id=self.project, chat_history={"a": 1})
        for piece in (self.piece, self.foreign):
            factories.row(url, "canvas_folder_items", folder_id=self.folder, content_piece_id=piece)
        style = {"color": "#ff0000", "width": 3, "dashed": True}
        self.connect(url, "folder", self.folder, "chat_interface", self.chat, style)
        self.connect(url, "content_piece", self.foreign, "folder", self.folder, [1])
        # The right id under the wrong type is nothing.
        self.connect(url, "folder", self.chat, "content_piece", uuid4(), None)

    def add_piece(self, url: str, project: UUID, x: float) -> UUID:
        """A piece at a place."""
        what = {"source_url": "https://x.y/", "platform": "tiktok", "content_type": "video", "title": "<script>"}
        return factories.row(url, "content_pieces", project_id=project, position_x=x, position_y=-x, **what)

    def connect(self, url: str, source: str, source_id: UUID, target: str, target_id: UUID, style: Any) -> None:
        """A connection of the project."""
        ends = {"source_type": source, "source_id": source_id, "target_type": target, "target_id": target_id}
        factories.row(url, "canvas_connections", project_id=self.project, connection_style=style, **ends)


def test_a_canvas_is_read_as_it_is_stored(fresh_database: Database) -> None:
    made_canvas = Canvas(fresh_database.owner_url)
    items = rows(canvas.items(made_canvas.project))
    assert [row["kind"] for row in items] == ["folder", "content_piece", "chat_interface", "chat_interface"]
    assert {row["id"] for row in items} == {
        str(one) for one in (made_canvas.folder, made_canvas.piece, made_canvas.chat, made_canvas.odd_chat)
    }
    assert [row["amount"] for row in items if row["kind"] == "chat_interface"].count(None) == 1
    assert (items[1]["x"], items[1]["y"], items[0]["width"]) == (99_999_999.99, -99_999_999.99, -300)
    members = rows(canvas.memberships(made_canvas.project))
    assert {row["piece_id"]: row["is_foreign"] for row in members} == {
        str(made_canvas.piece): False,
        str(made_canvas.foreign): True,
    }
    lines = {row["source_id"]: row for row in rows(canvas.connections(made_canvas.project))}
    ours = lines[str(made_canvas.folder)]
    assert (ours["color"], ours["width"], ours["dashed"]) == ("#ff0000", "3", "true")
    ends = ("source_is_there", "source_is_here", "target_is_there", "target_is_here")
    assert [ours[end] for end in ends] == [True, True, True, True]
    assert [lines[str(made_canvas.foreign)][end] for end in ends] == [True, False, True, True]
    assert [lines[str(made_canvas.chat)][end] for end in ends] == [False, False, False, False]
    faults = {finding.what for finding in scene(items, members, list(lines.values())).findings}
    assert faults >= {"Inside out", "Dangling connection", "Connection to another project", "Foreign piece in a folder"}


def test_one_item_of_each_kind_is_told(fresh_database: Database) -> None:
    made_canvas = Canvas(fresh_database.owner_url)
    [piece] = rows(canvas_items.one_piece(made_canvas.piece))
    assert (piece["title"], piece["project_id"]) == ("<script>", str(made_canvas.project))
    [chat] = rows(canvas_items.one_chat(made_canvas.chat))
    assert (chat["messages"], "hush" in str(chat)) == (1, False)
    folder = rows(canvas_items.one_folder(made_canvas.folder))
    assert {row["piece_id"] for row in folder} == {str(made_canvas.piece), str(made_canvas.foreign)}
    [history] = rows(canvas_items.history(made_canvas.chat))
    assert "hush" in history["chat_history"]


def test_five_hundred_items_are_drawn(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    project = factories.row(url, "projects", title="Large")
    what = {"source_url": "u", "platform": "tiktok", "content_type": "video", "project_id": project}
    pieces = factories.rows(
        url, "content_pieces", [what | {"position_x": n % 25 * 240, "position_y": n // 25 * 300} for n in range(500)]
    )
    ends = {"source_type": "content_piece", "target_type": "content_piece", "project_id": project}
    factories.rows(
        url,
        "canvas_connections",
        [ends | {"source_id": a, "target_id": b} for a, b in pairwise(pieces)],
    )
    canvas_of = (canvas.items(project), canvas.memberships(project), canvas.connections(project))
    found = scene(*(rows(read) for read in canvas_of))
    assert (len(found.items), len(found.lines), len(found.findings)) == (500, 499, 0)


def test_a_reveal_is_one_row_on_record(fresh_database: Database) -> None:
    made_canvas = Canvas(fresh_database.owner_url)
    chats.reveal_history(made_canvas.chat, factories.viewer("account_manager"))
    chats.reveal_canvas(made_canvas.project, factories.viewer("reviewer"))
    with psycopg.connect(fresh_database.owner_url) as connection:
        audited = connection.execute(
            "SELECT action, object_type, object_id, actor_role, after FROM dashboard.audit_log ORDER BY id"
        ).fetchall()
    assert audited == [
        ("chat.reveal", "chat", str(made_canvas.chat), "account_manager", {"revealed": "chat_history"}),
        ("project.reveal", "project", str(made_canvas.project), "reviewer", {"revealed": "canvas_data"}),
    ]
    with pytest.raises(NotFound):
        chats.reveal_history(uuid4(), factories.viewer("admin"))
    with pytest.raises(Forbidden):
        chats.reveal_history(made_canvas.chat, factories.viewer("viewer"))
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.audit_log") == [2]
