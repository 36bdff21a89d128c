"""The review statistics, counted by hand on verdicts of known reviewers, days, seconds and kinds."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from core.database import rows
from demo.databases import Database
from queries.content import review_stats, reviews, work
from tests.support import factories

ADA, BEN = UUID(int=1), UUID(int=2)
NAMES: Final = {ADA: "ada@aicon.example", BEN: "ben@aicon.example"}


def noon(day: int) -> sql.SQL:
    """Noon UTC so many days ago; of today no later than now."""
    return sql.SQL(f"least(date_trunc('day', now(), 'UTC') - interval '{int(day)} days' + interval '12 hours', now())")  # pyright: ignore[reportArgumentType]  # a number


def verdict(url: str, item: int, who: UUID, said: str, day: int, seconds: float, **more: Any) -> None:
    """One verdict so many days ago."""
    columns: dict[str, Any] = {
        "kind": "piece", "object_id": UUID(int=100 + item), "reviewer_id": who, "reviewer_email": NAMES[who],
        "verdict": said, "words": "why", "decided_at": noon(day), "seconds": seconds, "platform": "tiktok",
        "ai_model": "m1",
    } | more  # fmt: skip
    insert(url, "review_verdict", columns)


def insert(url: str, table: str, columns: dict[str, Any]) -> None:
    """One row of the Desk's own."""
    slots = [v if isinstance(v, sql.Composable) else sql.Placeholder(k) for k, v in columns.items()]
    statement = sql.SQL("INSERT INTO dashboard.{} ({}) VALUES ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(slots)
    )
    with psycopg.connect(url) as connection:
        connection.execute(statement, {k: v for k, v in columns.items() if not isinstance(v, sql.Composable)})


@pytest.fixture
def judged(fresh_database: Database) -> str:
    """Eight verdicts that count and four that do not."""
    url = fresh_database.owner_url
    lumen, creator = factories.row(url, "accounts", name="Lumen"), factories.row(
        url, "creators", platform="tiktok", username="rosa", profile_url="https://x", display_name="Rosa"
    )  # fmt: skip
    verdict(url, 1, ADA, "approve", 2, 10, account_id=lumen, creator_id=creator)
    verdict(url, 2, ADA, "approve", 2, 20, account_id=lumen)
    verdict(url, 3, ADA, "reject", 2, 60, platform="youtube", ai_model="m2")
    verdict(url, 4, ADA, "needs_work", 1, 8)
    verdict(url, 1, BEN, "approve", 1, 30, account_id=lumen, creator_id=creator)
    verdict(url, 2, BEN, "reject", 1, 40, account_id=lumen)
    verdict(url, 4, BEN, "approve", 1, 900, is_late=True)  # counts, but its time is the reviewer's lunch
    verdict(url, 5, BEN, "approve", 1, 50, platform=None, ai_model=None)
    verdict(url, 6, BEN, "skip", 1, 1)
    verdict(url, 7, BEN, "approve", 1, 1, undone_at=factories.at("-1 hour"))
    verdict(url, 8, BEN, "approve", 30, 1)
    verdict(url, 9, ADA, "approve", 400, 1)
    return url


def test_verdicts_per_day_and_reviewer_with_median_time(judged: str) -> None:
    found = rows(review_stats.per_day())
    told = [(row["reviewer"][:3], row["verdicts"], row["median_s"]) for row in found]
    assert told == [("ada", 3, 20), ("ada", 1, 8), ("ben", 4, 40)]
    assert len({row["day"] for row in found}) == 2
    assert rows(reviews.decided_by(ADA)) == [{"decided": 0, "skipped": 0, "median_s": None}]


def test_shares_by_what_was_judged(judged: str) -> None:
    def shares(by: str) -> list[tuple[Any, ...]]:
        columns = ("name", "verdicts", "approved", "needs_work", "rejected", "approved_share")
        return [tuple(row[column] for column in columns) for row in rows(review_stats.shares(by))]

    assert shares("platform") == [("tiktok", 6, 4, 1, 1, 4 / 6), ("youtube", 1, 0, 0, 1, 0), ("—", 1, 1, 0, 0, 1)]
    assert shares("model") == [("m1", 6, 4, 1, 1, 4 / 6), ("m2", 1, 0, 0, 1, 0), ("—", 1, 1, 0, 0, 1)]
    assert shares("account") == [("Lumen", 4, 3, 0, 1, 0.75), ("—", 4, 2, 1, 1, 0.5)]
    assert shares("creator") == [("—", 6, 3, 1, 2, 0.5), ("Rosa", 2, 2, 0, 0, 1)]


def test_agreement_compares_the_last_verdict_of_each_reviewer(judged: str) -> None:
    # Item 1: both approve. Item 2: approve and reject. Item 4: needs work and approve.
    assert rows(review_stats.agreement()) == [{"items": 3, "agreed": 1}]
    verdict(judged, 4, ADA, "approve", 0, 5)
    assert rows(review_stats.agreement()) == [{"items": 3, "agreed": 2}]


def test_backlog_is_a_running_sum_of_added_less_judged(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    piece = {"source_url": "https://x", "platform": "tiktok", "content_type": "video", "processing_status": "completed"}
    added = {0: 1, 1: 2, 3: 3}
    ids = {
        day: [factories.row(url, "content_pieces", **piece, created_at=noon(day)) for _ in range(number)]
        for day, number in added.items()
    }
    factories.row(url, "content_pieces", **(piece | {"processing_status": "failed"}), created_at=noon(1))
    factories.row(url, "content_pieces", **piece, created_at=noon(40))
    for item, day in ((ids[3][0], 2), (ids[3][1], 1), (ids[1][0], 1)):
        insert(url, "review", {"kind": "piece", "object_id": item, "verdict": "approve", "verdict_at": noon(day)})
    found = rows(review_stats.backlog("piece"))
    assert len(found) == review_stats.DAYS
    told = [(row["added"], row["judged"], row["waiting"]) for row in found[-4:]]
    assert told == [(3, 0, 3), (0, 1, 2), (2, 2, 2), (1, 0, 3)]
    assert sum(row["added"] for row in found) == 6
    assert [row["pieces"] for row in rows(work.waiting())] == [3]
