"""The review queue on a page: what is gone, what was answered already, and how far the queue is."""

from __future__ import annotations

from uuid import UUID

from streamlit.testing.v1 import AppTest

from core.database import rows
from demo.databases import Database
from queries.content import reviews
from tests.support import factories
from tests.support.app import App, click
from tests.support.searched import NEW, filled


def told(at: AppTest) -> str:
    """Everything that stands on the page outside of tables."""
    return "\n".join(str(element.value) for found in (at.markdown, at.caption, at.error, at.info) for element in found)


def pieces(database: Database, number: int) -> list[UUID]:
    """So many finished pieces, the newest first."""
    known = {"source_url": "https://x", "platform": "tiktok", "content_type": "text", "processing_status": "completed"}
    return [
        factories.row(database.owner_url, "content_pieces", **known, created_at=factories.at(f"-{n + 1} minutes"))
        for n in range(number)
    ]


def test_a_queue_tells_its_place_and_goes_past_what_was_deleted(app: App, fresh_database: Database) -> None:
    first, second, third = pieces(fresh_database, 3)
    for order in ("newest", "sample-5"):
        at = app("rita", "content", content_review=order)
        assert "**1 / 3** " in told(at)
    at = app("rita", "content", content_review="newest")
    factories.values(fresh_database.owner_url, "DELETE FROM content_pieces WHERE id = %s RETURNING 1", first)
    at.button(key=f"review_approve_{first}").click().run()
    assert "no longer exists" in told(at)
    assert "**1 / 2** " in told(at)
    at.button(key=f"review_skip_{second}").click().run()
    assert "**2 / 2** " in told(at)
    at.button(key=f"review_approve_{third}").click().run()
    assert "Nothing to review" in told(at)
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


def test_undo_of_what_was_deleted_says_so_and_leaves_the_item_in_view(app: App, fresh_database: Database) -> None:
    first, second = pieces(fresh_database, 2)
    at = app("rita", "content", content_review="newest")
    at.button(key=f"review_approve_{first}").click().run()
    factories.values(fresh_database.owner_url, "DELETE FROM content_pieces WHERE id = %s RETURNING 1", first)
    at.button(key=f"review_undo_{second}").click().run()
    assert "That item no longer exists, so another one is in view" in told(at).replace("\\", "")
    assert "does not exist" not in told(at)
    assert at.button(key=f"review_approve_{second}")


def test_undo_leaves_the_item_that_was_in_view_to_others(app: App, fresh_database: Database) -> None:
    first, second = pieces(fresh_database, 2)
    at = app("rita", "content", content_review="newest")
    at.button(key=f"review_approve_{first}").click().run()
    at.button(key=f"review_undo_{second}").click().run()
    assert at.button(key=f"review_approve_{first}")
    assert app("ada", "content", content_review="newest").button(key=f"review_approve_{second}")


def test_what_is_gone_says_so(app: App, fresh_database: Database) -> None:
    for kind in ("piece", "script", "media"):
        assert "does not exist" in told(app("rita", "content", **{kind: str(UUID(int=9))}))
        assert "is not a valid id" in told(app("rita", "content", **{kind: "nonsense"}))
    assert "This model does not exist" in told(app("rita", "models", voice="nonsense"))


def test_list_and_queue_say_what_their_search_left_out(app: App, fresh_database: Database) -> None:
    notice = "Searched the newest 2,000 pieces; older ones were not searched: choose days to search them."
    filled(fresh_database, near=44, older=600, far=558)
    at = app("rita", "content", content_text=NEW)
    assert "**44+** " in told(at)
    assert notice in told(at)
    [tiles] = [group for group in at.button_group if group.key == "content_state"]
    shown = {option.replace("\\", "") for option in tiles.options}
    assert {"All **44+**", "Failed **4+**", "Completed **40+**", "Pending **0+**"} <= shown
    failed = told(app("rita", "content", content_text=NEW, content_state="failed"))
    assert "**4+** " in failed
    assert notice in failed
    nothing = told(app("rita", "content", content_text=NEW, content_state="pending"))
    assert "in what was searched" in nothing
    for order in ("newest", "sentiment", "sample-50"):
        queue = told(app("rita", "content", content_text=NEW, content_review=order))
        assert notice in queue, order
        assert "0+** " in queue, order
    everything = told(app("rita", "content"))
    assert "**2,600** " in everything
    assert "newest 2,000" not in everything
