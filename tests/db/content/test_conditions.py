"""What a search of content left out is said in every figure; list, count, tiles, queue and file are one set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import psycopg
import pytest

from core.database import rows
from demo.databases import Database
from queries.content import conditions, listing, reviews
from queries.content.conditions import SEARCHED, SEEN, VERDICTS
from queries.content.filters import ContentFilter, Kind
from tests.support import factories
from tests.support.searched import ACCOUNT, CREATOR, NEW, filled

MANY = 10_000
ORDERS = [(sort, down) for sort in get_args(listing.Sort) for down in (True, False)]


def counted(where: ContentFilter, sort: listing.Sort = "created", kind: Kind = "piece") -> dict[str, Any]:
    [found] = rows(listing.total(kind, where, sort))
    return found


def unseen(found: dict[str, Any]) -> list[str]:
    return [name for name in conditions.WINDOWS if found[f"unseen_{name}"]]


def listed(where: ContentFilter, sort: listing.Sort = "created", descending: bool = True) -> set[str]:
    return {row["id"] for row in rows(listing.page("piece", where, sort, descending, None, MANY))}


def test_a_search_that_left_older_pieces_out_says_so_however_few_it_found(fresh_database: Database) -> None:
    filled(fresh_database, near=44, older=600, far=558)
    where = ContentFilter(text=NEW)
    found = counted(where)
    assert (found["items"], found["is_floor"], unseen(found)) == (44, True, ["texts"])
    for status in ("failed", "completed"):
        part = counted(where.of(status))
        tile = next(row for row in rows(listing.status_counts("piece", where)) if row["status"] == status)
        assert (tile["items"], tile["is_floor"]) == (part["items"], True) == (len(listed(where.of(status))), True)
    nothing = counted(where.of("pending"))
    assert (nothing["items"], nothing["is_floor"]) == (0, True)
    tiles = rows(listing.status_counts("piece", replace(where, content_type="audio")))
    assert all(row["items"] == 0 and not row["is_floor"] for row in tiles)
    # The way out that the notice names.
    last = datetime.now(UTC) - timedelta(minutes=SEARCHED + 1)
    found = counted(replace(where, until=last))
    assert (found["items"], found["is_floor"], unseen(found)) == (558, False, [])


def test_every_window_is_one_set_for_list_count_tiles_queue_and_file(fresh_database: Database) -> None:
    filled(fresh_database, near=44, older=600, far=558)
    reviewer = factories.viewer("reviewer").user_id
    free = reviews.offered("piece", reviewer)
    for where in (
        ContentFilter(text=NEW),
        ContentFilter(account_id=ACCOUNT),
        ContentFilter(engagement_from=10),
        ContentFilter(text=NEW, engagement_from=10),
    ):
        for sort, descending in ORDERS:
            for one in (where, where.of("failed"), replace(where, judged="waiting")):
                found, page = counted(one, sort), listed(one, sort, descending)
                told = where.text, sort, one.status, one.judged
                assert {row["id"] for row in rows(listing.export("piece", one, sort, descending))} == page, told
                is_cut_short = len(page) > found["items"]
                assert found["items"] == (listing.DEAR_CAP if is_cut_short else len(page)), told
                assert found["is_floor"] == (is_cut_short or bool(unseen(found))), told
                queue = rows(listing.first("piece", one, sort, descending, MANY, free))
                assert {str(row["id"]) for row in queue} == page, told
                tiles = {row["status"]: row for row in rows(listing.status_counts("piece", one, sort))}
                of_failed = counted(one.of("failed"), sort)
                failed = tiles.get("failed", {"items": 0, "is_floor": tiles["stuck"]["is_floor"]})
                assert failed["is_floor"] or failed["items"] == of_failed["items"], told
    text = ContentFilter(text=NEW)
    sample, _ = conditions.looked("piece", text.of("completed"))
    assert {str(row["id"]) for row in rows(reviews.sample("piece", sample, MANY))} <= listed(text)


def test_words_that_few_of_the_newest_hold_are_searched_for_in_all(fresh_database: Database) -> None:
    filled(fresh_database, near=5, older=600, far=558)
    found = counted(ContentFilter(text=NEW))
    assert (found["items"], found["is_floor"], unseen(found)) == (563, False, [])
    assert counted(ContentFilter(text="nowhere"))["is_floor"] is False


def test_where_the_window_held_everything_no_count_is_a_floor(fresh_database: Database) -> None:
    filled(fresh_database, newest=SEARCHED - 1, near=44, older=1, far=1)
    for where in (ContentFilter(text=NEW), ContentFilter(account_id=ACCOUNT)):
        for sort in ("created", "engagement"):
            found = counted(where, sort)
            assert unseen(found) == [], (where, sort)
            assert not found["is_floor"] or found["items"] == listing.COUNT_CAP
    assert counted(ContentFilter(text=NEW))["items"] == 45


def test_few_scores_among_the_newest_are_a_floor_when_older_ones_were_not_sorted(fresh_database: Database) -> None:
    filled(fresh_database, newest=SEEN, near=3, older=600, far=500)
    found = counted(ContentFilter(account_id=ACCOUNT), "engagement")
    assert (found["items"], found["is_floor"], unseen(found)) == (3, True, ["pieces"])
    both = counted(ContentFilter(text=NEW), "engagement")
    assert (both["items"], both["is_floor"]) == (503, False)


def test_scripts_of_the_newest_pieces_are_a_floor(fresh_database: Database) -> None:
    filled(fresh_database, near=44, older=600, far=558)
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute(
            "INSERT INTO generated_scripts (content_piece_id, account_id, original_script, rewritten_script) "
            "SELECT id, account_id, 'a', 'b' FROM content_pieces WHERE title LIKE '%WALRUS%'"
        )
    found = counted(ContentFilter(creator_id=CREATOR), kind="script")
    assert (found["items"], found["is_floor"], unseen(found)) == (44, True, ["pieces"])
    found = counted(ContentFilter(text=NEW), kind="script")
    assert (found["items"], found["is_floor"], unseen(found)) == (44, True, ["texts"])
    for row in rows(listing.status_counts("script", ContentFilter(text=NEW))):
        assert row["is_floor"]


@pytest.mark.parametrize("number", [VERDICTS, VERDICTS + 1])
def test_the_last_verdicts_are_a_floor_when_there_are_more(fresh_database: Database, number: int) -> None:
    filled(fresh_database, near=0, older=600, far=0)
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute(
            "INSERT INTO dashboard.review (kind, object_id, verdict, verdict_at) SELECT 'piece', id, 'approve', now() "
            f"FROM content_pieces ORDER BY id LIMIT {number}".encode()
        )
    found = counted(ContentFilter(judged="approve", status="failed"))
    assert unseen(found) == (["verdicts"] if number > VERDICTS else [])
    assert found["is_floor"] is (number > VERDICTS)
    assert 0 < found["items"] < listing.DEAR_CAP
    by_score = counted(ContentFilter(judged="approve", engagement_from=1))
    assert (by_score["items"], by_score["is_floor"]) == (0, number > VERDICTS)
