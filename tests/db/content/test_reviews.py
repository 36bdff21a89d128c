"""Reviews: one item for one reviewer, every verdict kept, nothing of the customer's touched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from actions.content import claims, reviews
from actions.content.claims import Claim
from core.database import rows
from core.errors import Forbidden, Invalid, NotFound
from core.identity import Viewer
from demo.databases import Database
from queries.content import conditions, listing, review_stats
from queries.content import reviews as asked
from queries.content.filters import ContentFilter
from queries.tables import review, review_verdict
from tests.support import factories

WAITING = ContentFilter(status="completed", judged="waiting")


def pieces(database: Database, number: int) -> list[UUID]:
    """So many completed pieces, the oldest first."""
    return factories.rows(
        database.owner_url,
        "content_pieces",
        [
            {
                "source_url": "https://x.example/", "platform": "tiktok", "content_type": "video",
                "processing_status": "completed", "created_at": factories.at(f"-{number - n} minutes"),
            }
            for n in range(number)
        ],
    )  # fmt: skip


def taken(viewer: Viewer, *, descending: bool = False) -> Claim:
    """The viewer's next item."""
    claim = maybe(viewer, descending=descending)
    assert claim is not None
    return claim


def maybe(viewer: Viewer, *, descending: bool = False) -> Claim | None:
    """The viewer's next item, if one waits."""
    free = asked.offered("piece", viewer.user_id)
    candidates = listing.first("piece", WAITING, "created", descending, claims.CANDIDATES, free)
    return claims.claim("piece", candidates, viewer)


def standing(object_id: UUID) -> dict[str, Any]:
    return rows(select(review).where(review.c.object_id == object_id))[0]


def verdicts(object_id: UUID) -> list[dict[str, Any]]:
    return rows(select(review_verdict).where(review_verdict.c.object_id == object_id).order_by(review_verdict.c.id))


def expire(database: Database, object_id: UUID) -> None:
    """Lunch."""
    factories.values(
        database.owner_url,
        "UPDATE dashboard.review SET claimed_until = now() - interval '1 second' WHERE object_id = %s RETURNING 1",
        object_id,
    )


def lapsed(database: Database, claim: Claim) -> Claim:
    """The claim once its ten minutes are over."""
    expire(database, claim.id)
    return replace(claim, claimed_until=standing(claim.id)["claimed_until"])


@pytest.mark.usefixtures("waits_for_locks")
def test_eight_reviewers_never_share_one_of_two_hundred_items(fresh_database: Database) -> None:
    ids = pieces(fresh_database, 200)

    def work(viewer: Viewer) -> list[UUID]:
        done: list[UUID] = []
        while claim := maybe(viewer):
            reviews.judge(claim, "approve", viewer)
            done.append(claim.id)
        return done

    with ThreadPoolExecutor(8) as pool:
        by_reviewer = list(pool.map(work, [factories.viewer("reviewer") for _ in range(8)]))
    judged = [one for done in by_reviewer for one in done]
    assert len(judged) == 200
    assert set(judged) == set(ids)
    assert sum(bool(done) for done in by_reviewer) > 1
    assert factories.values(
        fresh_database.owner_url, "SELECT count(*) FROM dashboard.review_verdict WHERE is_late"
    ) == [0]
    audited = "SELECT count(DISTINCT object_id) FROM dashboard.audit_log WHERE action = 'review.verdict'"
    assert factories.values(fresh_database.owner_url, audited) == [200]


def test_a_claimed_item_is_offered_to_nobody_else_until_it_ends(fresh_database: Database) -> None:
    first, second = pieces(fresh_database, 2)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    assert taken(rita).id == first
    assert taken(rita).id == first
    assert taken(mona).id == second
    third = factories.viewer("reviewer")
    assert maybe(third) is None
    assert claims.claim_one("piece", first, third) is None
    expire(fresh_database, first)
    assert taken(third).id == first


def test_a_verdict_counts_and_is_on_record(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    before = factories.values(fresh_database.owner_url, "SELECT content_pieces::text FROM content_pieces")
    rita = factories.viewer("reviewer")
    kept = reviews.judge(taken(rita), "reject", rita, reasons=["Policy"], words=" not\x00 this ")
    assert kept == reviews.Kept(is_late=False, others=())
    assert standing(piece)["verdict"] == "reject"
    assert standing(piece)["claimed_by"] is None
    [row] = verdicts(piece)
    assert (row["reasons"], row["words"], row["platform"], row["is_late"]) == (["Policy"], "not this", "tiktok", False)
    assert 0 <= row["seconds"] < 60
    assert maybe(rita) is None
    audited = (
        "SELECT concat_ws('|', object_type, object_id, before ->> 'verdict', after ->> 'verdict', reason)"
        " FROM dashboard.audit_log"
    )
    assert factories.values(fresh_database.owner_url, audited) == [f"piece|{piece}|reject|Policy; not this"]
    assert factories.values(fresh_database.owner_url, "SELECT content_pieces::text FROM content_pieces") == before


def test_a_verdict_after_the_claim_ended_is_kept_and_says_so(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    mine = lapsed(fresh_database, taken(rita))
    reviews.judge(taken(mona), "approve", mona)
    kept = reviews.judge(mine, "needs_work", rita, words="too long")
    assert kept == reviews.Kept(is_late=True, others=(mona.email,))
    assert [(row["verdict"], row["is_late"]) for row in verdicts(piece)] == [("approve", False), ("needs_work", True)]
    assert standing(piece)["verdict"] == "needs_work"
    assert rows(review_stats.agreement()) == [{"items": 1, "agreed": 0}]


def test_a_late_verdict_leaves_the_other_reviewers_claim(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    mine = lapsed(fresh_database, taken(rita))
    theirs = taken(mona)
    assert reviews.judge(mine, "approve", rita).is_late
    assert standing(piece)["claimed_by"] == str(mona.user_id)
    assert reviews.judge(theirs, "approve", mona) == reviews.Kept(is_late=False, others=(rita.email,))
    assert rows(review_stats.agreement()) == [{"items": 1, "agreed": 1}]


def test_undo_brings_the_item_back_and_what_counted_before(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    reviews.judge(taken(mona), "approve", mona)
    held = claims.claim_one("piece", piece, rita)
    assert held is not None
    reviews.judge(held, "reject", rita, reasons=["Policy"])
    again = reviews.undo(rita)
    assert again is not None
    assert again.held is not None
    assert again.id == again.held.id == piece
    assert standing(piece)["verdict"] == "approve"
    assert standing(piece)["claimed_by"] == str(rita.user_id)
    assert [row["undone_at"] is not None for row in verdicts(piece)] == [False, True]
    assert reviews.undo(rita) is None
    undone = (
        "SELECT concat_ws('|', before ->> 'verdict', after ->> 'verdict') FROM dashboard.audit_log"
        " WHERE action = 'review.undo'"
    )
    assert factories.values(fresh_database.owner_url, undone) == ["reject|approve"]


def test_a_second_verdict_within_ones_ten_minutes_is_not_late(fresh_database: Database) -> None:
    pieces(fresh_database, 1)
    rita = factories.viewer("reviewer")
    mine = taken(rita)
    assert reviews.judge(mine, "approve", rita) == reviews.Kept(is_late=False, others=())
    assert reviews.judge(mine, "reject", rita, words="no") == reviews.Kept(is_late=False, others=())
    assert [row["is_late"] for row in verdicts(mine.id)] == [False, False]


def test_a_second_verdict_after_ones_ten_minutes_is_late_only_where_somebody_took_the_item(
    fresh_database: Database,
) -> None:
    [piece] = pieces(fresh_database, 1)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    mine = taken(rita)
    reviews.judge(mine, "approve", rita)
    over = replace(mine, claimed_until=mine.claimed_at)
    assert reviews.judge(over, "reject", rita, words="no") == reviews.Kept(is_late=False, others=())
    theirs = claims.claim_one("piece", piece, mona)
    assert theirs is not None
    assert reviews.judge(over, "approve", rita).is_late, "a colleague holds it"
    expire(fresh_database, piece)
    assert reviews.judge(over, "approve", rita).is_late, "a colleague held it"
    reviews.judge(theirs, "approve", mona)
    assert reviews.judge(over, "reject", rita, words="no").is_late, "a colleague judged it last"


def test_undo_gives_back_the_item_in_view(fresh_database: Database) -> None:
    first, second = pieces(fresh_database, 2)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    reviews.judge(taken(rita), "approve", rita)
    in_view = taken(rita)
    undone = reviews.undo(rita, in_view)
    assert undone is not None
    assert undone.held is not None
    assert (undone.held.id, in_view.id) == (first, second)
    assert standing(second)["claimed_by"] is None
    assert taken(mona).id == second
    assert reviews.undo(rita, undone.held) is None
    assert standing(first)["claimed_by"] == str(rita.user_id), "with nothing left to undo, what is in view stays"


def test_undo_keeps_the_item_in_view_where_it_gives_no_other(fresh_database: Database) -> None:
    first, second = pieces(fresh_database, 2)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    reviews.judge(taken(rita), "approve", rita)
    in_view = taken(rita)
    assert claims.claim_one("piece", first, mona) is not None
    assert reviews.undo(rita, in_view) == reviews.Undone("piece", first, None)
    assert standing(second)["claimed_by"] == str(rita.user_id)


def test_undo_of_the_item_in_view_holds_it_again(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita = factories.viewer("reviewer")
    reviews.judge(taken(rita), "approve", rita)
    again = claims.claim_one("piece", piece, rita)
    undone = reviews.undo(rita, again)
    assert undone is not None
    assert undone.held is not None
    assert standing(piece)["claimed_by"] == str(rita.user_id)


def test_undo_gives_no_claim_on_what_is_gone(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita = factories.viewer("reviewer")
    reviews.judge(taken(rita), "approve", rita)
    factories.values(fresh_database.owner_url, "DELETE FROM content_pieces WHERE id = %s RETURNING 1", piece)
    assert reviews.undo(rita) == reviews.Undone("piece", piece, None, is_gone=True)
    assert standing(piece)["claimed_by"] is None
    assert [row["undone_at"] is not None for row in verdicts(piece)] == [True]


@pytest.mark.usefixtures("waits_for_locks")
def test_two_who_undo_into_each_others_items_wait_in_no_circle(fresh_database: Database) -> None:
    pieces(fresh_database, 2)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    for _ in range(10):
        one, other = taken(rita), taken(mona)
        reviews.judge(one, "approve", rita)
        reviews.judge(other, "approve", mona)
        views = [claims.claim_one("piece", other.id, rita), claims.claim_one("piece", one.id, mona)]
        for held in views:
            assert held is not None
            expire(fresh_database, held.id)
        with ThreadPoolExecutor(2) as pool:
            undone = list(pool.map(reviews.undo, [rita, mona], views))
        assert [done is not None for done in undone] == [True, True]
        for held, viewer in ((one, rita), (other, mona), (other, rita), (one, mona)):
            claims.release(held, viewer)


def test_undo_gives_no_claim_that_a_colleague_has(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    reviews.judge(taken(rita), "approve", rita)
    assert claims.claim_one("piece", piece, mona) is not None
    assert reviews.undo(rita) == reviews.Undone("piece", piece, None)
    assert standing(piece)["claimed_by"] == str(mona.user_id)
    assert standing(piece)["verdict"] is None


def test_skip_is_for_one_reviewer_until_queued_again(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita, mona = factories.viewer("reviewer"), factories.viewer("reviewer")
    reviews.skip(taken(rita), rita)
    assert maybe(rita) is None
    assert taken(mona).id == piece
    claims.release(taken(mona), mona)
    reviews.requeue("piece", piece, mona)
    assert taken(rita).id == piece


def test_queued_again_it_waits_and_keeps_its_verdicts(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita = factories.viewer("reviewer")
    reviews.judge(taken(rita), "approve", rita)
    reviews.requeue("piece", piece, rita, "look again")
    assert standing(piece)["verdict"] is None
    assert len(verdicts(piece)) == 1
    assert taken(rita).id == piece


@pytest.mark.parametrize("role", ["viewer", "support", "account_manager"])
def test_only_reviewers_judge(fresh_database: Database, role: Any) -> None:
    [piece] = pieces(fresh_database, 1)
    held = taken(factories.viewer("reviewer"))
    other = factories.viewer(role)
    for act in (
        lambda: maybe(other),
        lambda: reviews.judge(held, "approve", other),
        lambda: reviews.skip(held, other),
        lambda: reviews.undo(other),
        lambda: reviews.requeue("piece", piece, other),
    ):
        with pytest.raises(Forbidden):
            act()
    assert verdicts(piece) == []


def test_refuses_what_is_no_verdict(fresh_database: Database) -> None:
    pieces(fresh_database, 1)
    rita = factories.viewer("reviewer")
    held = taken(rita)
    with pytest.raises(Invalid):
        reviews.judge(held, "reject", rita, reasons=["  "], words="\x00")
    with pytest.raises(Invalid):
        reviews.judge(held, "perfect", rita)  # pyright: ignore[reportArgumentType]  # what a forged widget could send
    with pytest.raises(Invalid):
        reviews.judge(held, "reject", rita, reasons=["x"] * 11)
    assert verdicts(held.id) == []


def test_says_when_the_item_is_gone(fresh_database: Database) -> None:
    [piece] = pieces(fresh_database, 1)
    rita = factories.viewer("reviewer")
    held = taken(rita)
    factories.values(fresh_database.owner_url, "DELETE FROM content_pieces WHERE id = %s RETURNING 1", piece)
    with pytest.raises(NotFound):
        reviews.judge(held, "approve", rita)


def test_a_sample_is_the_same_for_everybody_and_so_many_a_day(fresh_database: Database) -> None:
    pieces(fresh_database, 30)
    chosen = asked.sample("piece", conditions.clauses("piece", ContentFilter(status="completed")), 5)
    first, again = ([row["id"] for row in rows(chosen)] for _ in range(2))
    assert sorted(first) == sorted(again)
    a_day = "SELECT least(count(*), 5) FROM content_pieces GROUP BY (created_at AT TIME ZONE 'UTC')::date"
    assert len(first) == sum(factories.values(fresh_database.owner_url, a_day))
    rita = factories.viewer("reviewer")
    held = claims.claim("piece", asked.of_sample("piece", chosen, "waiting", rita.user_id), rita)
    assert held is not None
    assert str(held.id) in first
