"""The review queue on a page: what is gone, what was answered already, and how far the queue is."""

from __future__ import annotations

from uuid import UUID

from streamlit.testing.v1 import AppTest

from core.database import rows
from demo.databases import Database
from queries import reviews
from tests.db import made
from tests.pages.conftest import App, click


def told(at: AppTest) -> str:
    """Everything that stands on the page outside of tables."""
    return "\n".join(str(element.value) for found in (at.markdown, at.caption, at.error, at.info) for element in found)


def pieces(database: Database, number: int) -> list[UUID]:
    """So many finished pieces, the newest first."""
    known = {"source_url": "https://x", "platform": "tiktok", "content_type": "text", "processing_status": "completed"}
    return [
        made.row(database.owner_url, "content_pieces", **known, created_at=made.at(f"-{n + 1} minutes"))
        for n in range(number)
    ]


def test_a_queue_tells_its_place_and_goes_past_what_was_deleted(app: App, fresh_database: Database) -> None:
    first, second, third = pieces(fresh_database, 3)
    for order in ("newest", "sample-5"):
        at = app("rita", "content", content_review=order)
        assert "**1 / 3** " in told(at)
    at = app("rita", "content", content_review="newest")
    made.values(fresh_database.owner_url, "DELETE FROM content_pieces WHERE id = %s RETURNING 1", first)
    at.button(key=f"review_approve_{first}").click().run()
    assert "does not exist any more" in told(at)
    assert "**1 / 2** " in told(at)
    at.button(key=f"review_skip_{second}").click().run()
    assert "**2 / 2** " in told(at)
    at.button(key=f"review_approve_{third}").click().run()
    assert "Nothing waits" in told(at)
    assert "**2 / 2** " in told(at)
    assert not at.exception


def test_what_is_pressed_for_an_answered_item_judges_nothing(app: App, fresh_database: Database) -> None:
    first, second = pieces(fresh_database, 2)
    at = app("rita", "content", content_review="newest")
    late = at.button(key=f"review_approve_{first}").proto.id
    click(at, late)
    click(at, late)  # a second one that was on its way
    assert [row["verdict"] for row in rows(reviews.history("piece", first))] == ["approve"]
    assert rows(reviews.history("piece", second)) == []


def test_what_is_gone_says_so(app: App, fresh_database: Database) -> None:
    for kind in ("piece", "script", "media"):
        assert "There is no such" in told(app("rita", "content", **{kind: str(UUID(int=9))}))
        assert "is no id" in told(app("rita", "content", **{kind: "nonsense"}))
    assert "There is no such model" in told(app("rita", "models", voice="nonsense"))
