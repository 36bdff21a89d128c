"""What the Creators page reads: hand-counted, and without scanning a table that grows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from core.database import rows
from demo.databases import Database
from queries.creators import categories, detail, listing
from queries.creators.filters import CreatorFilter
from queries.sql.keyset import Cursor
from queries.tables.base import Rows
from tests.support import factories
from tests.support.factories import at
from tests.support.plans import plan, scanned

GROWING = {"processing_queue", "api_usage_logs", "content_pieces", "account_usage_stats", "audit_log"}
ID = UUID(int=7)
SORTS: tuple[listing.Sort, ...] = get_args(listing.Sort)
VALUES: dict[listing.Sort, Any] = {
    "followers": 5,
    "scraped": datetime(2026, 1, 2, tzinfo=UTC),
    "username": "m",
    "created": datetime(2026, 1, 2, tzinfo=UTC),
}  # fmt: skip
FILTERS = {
    "all": CreatorFilter(),
    "platform": CreatorFilter(platform="tiktok", is_verified=True),
    "category": CreatorFilter(category=ID),
    "none": CreatorFilter(is_uncategorised=True, is_active=True),
    "overdue": CreatorFilter(is_overdue=True),
    "range": CreatorFilter(followers_from=10, followers_until=20, is_active=False),
    "followed by": CreatorFilter(followed_by=ID),
    "nobody": CreatorFilter(is_followed=False, is_active=True),
    "text": CreatorFilter(text="50%_\\'"),
}
READS: dict[str, Rows] = {
    **{f"page, {n}, {sort}": listing.page(w, sort, True, None) for n, w in FILTERS.items() for sort in SORTS},
    **{
        f"page, {sort}, {forward}, {value}": listing.page(CreatorFilter(), sort, True, Cursor.of(value, ID, forward))
        for sort in SORTS
        for forward in (True, False)
        for value in (VALUES[sort], None)
    },
    **{f"total, {n}": listing.total(w) for n, w in FILTERS.items()},
    **{f"counts, {n}": listing.state_counts(w) for n, w in FILTERS.items()},
    "export": listing.export(CreatorFilter()),
    "ids": listing.ids(CreatorFilter()),
    "some": listing.some([ID]),
    "named": listing.named([("tiktok", "A")]),
    "drafts": listing.drafts(ID),
    "overdue": listing.overdue(),
    "neglected": listing.neglected(),
    "one": detail.one(ID),
    "followers": detail.followers(ID),
    "pieces": detail.pieces_by_day(ID),
    "scrapes": detail.scrapes(ID),
    "changes": detail.last_changes([ID]),
    "categories": categories.names(),
    "counted categories": categories.listed(),
}


@pytest.mark.parametrize("name", READS)
def test_no_sequential_scan_of_a_growing_table(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, READS[name]))) & GROWING == set()


@pytest.fixture
def six(fresh_database: Database) -> dict[str, UUID]:
    """Six creators by name, one account that follows two of them, once another."""
    url = fresh_database.owner_url
    science = factories.row(url, "creator_categories", name="Science")
    account = factories.row(url, "accounts", name="Lumen")
    told: dict[str, dict[str, Any]] = {
        "fresh": {"follower_count": 10, "category_id": science, "last_scraped_at": at("-1 hour"),
                  "display_name": "Hanna"},
        "late": {"follower_count": 20, "category_id": science, "last_scraped_at": at("-25 hours")},
        "never": {"follower_count": 30, "is_verified": True},
        "off": {"follower_count": 40, "is_active": False, "last_scraped_at": at("-90 days")},
        "nulls": {"is_active": None, "is_verified": None, "scrape_frequency_hours": None,
                  "last_scraped_at": at("-30 minutes")},
        "100%": {"follower_count": 5, "last_scraped_at": at("-1 minute"), "category_id": science},
    }  # fmt: skip
    ids = {
        name: factories.row(
            url,
            "creators",
            **{"platform": "tiktok", "username": name, "profile_url": f"https://x/{name}", "scrape_frequency_hours": 24}
            | columns,
        )
        for name, columns in told.items()
    }
    for name, is_active in (("fresh", True), ("late", True), ("never", False)):
        factories.row(url, "account_followed_creators", account_id=account, creator_id=ids[name], is_active=is_active)
    for _ in range(3):
        factories.row(
            url, "content_pieces", creator_id=ids["late"], source_url="u", platform="tiktok", content_type="video"
        )
    return ids | {"account": account, "science": science}


def found(where: CreatorFilter) -> set[str]:
    """The usernames that match, having agreed with the count."""
    listed = {row["username"] for row in rows(listing.page(where, "username", False, None))}
    assert rows(listing.total(where)) == [{"creators": len(listed), "is_capped": False}]
    assert len(rows(listing.ids(where))) == len(listed)
    return listed


def test_filters(six: dict[str, UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(CreatorFilter(is_overdue=True)) == {"late", "never"}
    assert found(CreatorFilter(is_active=True, is_followed=False)) == {"never", "nulls", "100%"}
    assert found(CreatorFilter(is_active=True, is_uncategorised=True)) == {"never", "nulls"}
    assert found(CreatorFilter(category=six["science"])) == {"fresh", "late", "100%"}
    assert found(CreatorFilter(is_active=False)) == {"off"}
    assert found(CreatorFilter(is_verified=False)) == {"fresh", "late", "off", "nulls", "100%"}
    assert found(CreatorFilter(followers_from=10, followers_until=30)) == {"fresh", "late"}
    assert found(CreatorFilter(followed_by=six["account"])) == {"fresh", "late"}
    assert found(CreatorFilter(platform="youtube")) == set()
    assert found(CreatorFilter(text="100%")) == {"100%"}
    assert found(CreatorFilter(text="aNN")) == {"fresh"}
    assert found(CreatorFilter(text="x/LATE")) == {"late"}
    [counts] = rows(listing.state_counts(CreatorFilter()))
    told = {"all": 6, "overdue": 2, "unfollowed": 3, "uncategorised": 2, "active": 5, "inactive": 1}
    assert counts == told | {"is_floor": False}
    [counts] = rows(listing.state_counts(CreatorFilter(text="://")))
    assert (counts["all"], counts["unfollowed"], counts["is_floor"]) == (6, 3, False)
    monkeypatch.setattr(listing, "COUNT_CAP", 3)
    [counts] = rows(listing.state_counts(CreatorFilter(text="://")))
    assert (counts["all"], counts["is_floor"]) == (4, True)
    [late] = rows(listing.page(CreatorFilter(text="late"), "username", False, None))
    assert (late["accounts"], late["pieces"], late["is_overdue"], late["category_name"]) == (1, 3, True, "Science")


def test_what_the_overview_says(six: dict[str, UUID]) -> None:
    [overdue] = rows(listing.overdue())
    assert (overdue["creators"], overdue["never"]) == (2, 1)
    assert rows(listing.neglected()) == [{"unfollowed": 3, "uncategorised": 2}]
    counted = {row["name"]: (row["creators"], row["active_creators"]) for row in rows(categories.listed())}
    assert counted["Science"] == (3, 3)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_pages_cover_the_list_once_in_order(database: Database, sort: listing.Sort, descending: bool) -> None:
    everything = [row["id"] for row in rows(listing.page(CreatorFilter(), sort, descending, None, 10_000))]
    seen: list[str] = []
    place: Cursor | None = None
    while True:
        page = rows(listing.page(CreatorFilter(), sort, descending, place, 70))
        seen += [row["id"] for row in page]
        if not page[0]["has_more"]:
            break
        place = Cursor.of(page[-1]["sort_key"], page[-1]["id"], is_forward=True)
    assert seen == everything
    assert len(set(seen)) == len(everything) > 100


def test_detail(six: dict[str, UUID], fresh_database: Database) -> None:
    late = six["late"]
    [one] = rows(detail.one(late))
    assert (one["is_overdue"], one["metadata"], one["category_name"]) == (True, "{}", "Science")
    assert [row["pieces"] for row in rows(detail.pieces_by_day(late))] == [3]
    assert [(row["name"], row["total"]) for row in rows(detail.followers(late))] == [("Lumen", 1)]
    job = factories.job(
        job_type="content_scraping", job_data={"creator_id": str(late)}, status="failed", error_message="no"
    )
    factories.rows(fresh_database.owner_url, "processing_queue", [job, factories.job(job_type="content_scraping")])
    assert [(row["status"], row["error_message"]) for row in rows(detail.scrapes(late))] == [("failed", "no")]
    assert rows(detail.one(uuid4())) == []
    [same] = rows(listing.named([("youtube", "late"), ("tiktok", "LATE")]))
    assert (same["at"], UUID(same["id"])) == (1, late)
