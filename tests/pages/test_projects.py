"""The Projects page, run in this process."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from demo.databases import Database
from tests.support import factories
from tests.support.app import App, keyed


@pytest.fixture
def project(fresh_database: Database) -> UUID:
    """A project with a chat, a folder and a piece, all with titles that are markup."""
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="استوديو النور")
    project = factories.row(
        url, "projects", account_id=account, title="<script>alert(1)</script> **x**", canvas_data={"note": "private"}
    )
    history = [{"role": "user", "content": "hush"}]
    chat = factories.row(url, "chat_interfaces", project_id=project, chat_history=history, position_x=900)
    factories.row(url, "canvas_folders", project_id=project, name="F" * 255, width=-300, height=-200)
    piece = factories.row(
        url,
        "content_pieces",
        account_id=account,
        project_id=project,
        source_url="javascript:alert(1)",
        platform="tiktok",
        content_type="video",
        title="<b>Title</b>",
        transcript="**word** for word",
    )
    factories.row(
        url,
        "canvas_connections",
        project_id=project,
        source_type="content_piece",
        source_id=piece,
        target_type="chat_interface",
        target_id=chat,
    )
    return project


def text(at: Any) -> str:
    """Everything the page says."""
    parts = [*at.subheader, *at.markdown, *at.caption, *at.text, *at.info, *at.warning, *at.code]
    return " ".join(str(part.value) for part in parts)


def only(database: Database, table: str) -> str:
    """The id of the one row."""
    [found] = factories.values(database.owner_url, f"SELECT id::text FROM {table}")
    return found


def test_the_list_obeys_its_url(app: App, database: Database) -> None:
    with psycopg.connect(database.reader_url) as connection:
        answer = connection.execute("SELECT count(*) FROM projects WHERE title ILIKE '%plan%' AND is_archived")
        [expected] = answer.fetchone() or (0,)
    at = app("mona", "projects", projects_title="PLAN", projects_archived="yes")
    assert not at.exception
    assert f'**{expected}** archived projects with "PLAN" in the title' in text(at).replace("\\", "")


def test_one_project_shows_its_text_as_text(app: App, project: UUID) -> None:
    at = app("vera", "projects", project=str(project))
    assert not at.exception
    assert not at.warning
    [title] = at.subheader
    assert title.value.replace("\\", "") == "<script>alert(1)</script> **x**"
    assert "<script>" not in title.value
    assert "1 folder, 1 piece, 1 chat, 1 connection" in text(at)
    [findings] = [frame.value for frame in at.dataframe if "What" in frame.value]
    assert list(findings["What"]) == ["Inside out"]


def test_a_piece_opens_with_its_words(app: App, project: UUID, fresh_database: Database) -> None:
    at = app("vera", "projects", project=str(project), item=only(fresh_database, "content_pieces"))
    assert not at.exception
    assert "**word** for word" in [element.value for element in at.text]
    assert not [link for link in at.get("link_button") if "javascript" in str(link)]


@pytest.mark.parametrize("who", ["sam", "mona", "rita", "ada"])
def test_whoever_works_on_customers_things_may_look_on_record(
    app: App, project: UUID, fresh_database: Database, who: str
) -> None:
    at = app(who, "projects", project=str(project), item=only(fresh_database, "chat_interfaces"))
    assert "hush" not in text(at)
    keyed(at.button, "projects_reveal_chat").click().run()
    assert "hush" in text(at)
    at.run()
    assert factories.values(fresh_database.owner_url, "SELECT action FROM dashboard.audit_log") == ["chat.reveal"]


def test_who_only_reads_sees_neither_chat_nor_data(app: App, project: UUID, fresh_database: Database) -> None:
    at = app("vera", "projects", project=str(project), item=only(fresh_database, "chat_interfaces"))
    assert "hush" not in text(at)
    assert [button.key for button in at.button if "reveal" in str(button.key)] == []
    assert "it holds what a customer wrote" in text(at)


def test_canvas_data_is_hidden_until_asked_for(app: App, project: UUID, fresh_database: Database) -> None:
    at = app("mona", "projects", project=str(project))
    assert len(at.json) == 0
    keyed(at.button, "projects_reveal").click().run()
    assert "private" in at.json[0].value
    audited = "SELECT concat_ws(' ', action, object_id, after ->> 'revealed') FROM dashboard.audit_log"
    assert factories.values(fresh_database.owner_url, audited) == [f"project.reveal {project} canvas_data"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"project": "nonsense"}, "That is not a valid project id"),
        ({"project": str(uuid4())}, "This project does not exist"),
        ({"projects_after": "after.00000000-0000-4000-8000-000000000001.sZ"}, "projects"),
        ({"projects_account": "nobody at all"}, "No account matches"),
    ],
)
def test_a_foreign_url_is_answered(app: App, database: Database, query: dict[str, str], sentence: str) -> None:
    at = app("vera", "projects", **query)
    assert not at.exception
    assert sentence in text(at).replace("\\", "")


@pytest.mark.parametrize("item", ["nonsense", "ffffffff-ffff-4fff-8fff-ffffffffffff"])
def test_an_unknown_item_is_answered(app: App, project: UUID, item: str) -> None:
    at = app("vera", "projects", project=str(project), item=item)
    assert not at.exception
    assert "not a valid item id" in text(at) or "item does not exist" in text(at)


def test_an_empty_project_says_so(app: App, fresh_database: Database) -> None:
    empty = factories.row(fresh_database.owner_url, "projects", title="Untitled")
    at = app("vera", "projects", project=str(empty))
    assert not at.exception
    assert "The canvas is empty" in text(at).replace("\\", "")
    assert "(no account)" in text(at).replace("\\", "")
