"""What has no time, or one that cannot have been, hides nothing that has one; and what a clock says wrong is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from actions.accounts import summary
from actions.creators import categories
from components.content import work
from core.database import rows
from demo.databases import Database
from queries import overview
from queries.accounts import detail, listing, recent
from queries.accounts.filters import AccountFilter
from queries.content import conditions, filters, reviews
from queries.content import listing as content
from queries.content.filters import ContentFilter
from queries.creators import detail as creator_detail
from queries.creators import listing as creators
from queries.jobs import groups, links, signatures
from queries.jobs import listing as jobs
from queries.jobs.filters import JobFilter
from tests.support import clock, factories
from tests.support.factories import at, job

ENDLESS = sql.SQL("timestamptz 'infinity'")
TODAY = sql.SQL("(now() AT TIME ZONE 'UTC')::date")
PIECE: dict[str, Any] = {"source_url": "https://x", "platform": "tiktok", "content_type": "video"}
NEVER = pytest.mark.parametrize("never", [None, ENDLESS], ids=["none", "infinite"])


@NEVER
def test_failures(fresh_database: Database, monkeypatch: pytest.MonkeyPatch, never: Any) -> None:
    monkeypatch.setattr(signatures, "WINDOW", 3)
    odd = job(status="failed", completed_at=never, updated_at=never, error_message="odd")
    new = job(status="failed", completed_at=at("-1 minute"), error_message="new")
    factories.rows(fresh_database.owner_url, "processing_queue", [odd] * 3 + [new] * 2)
    found = {row["signature"]: row["jobs"] for row in rows(groups.failed_by_signature(JobFilter()))}
    assert found == {"new": 2, "odd": 1}


def test_jobs_of_a_record_and_a_file(fresh_database: Database) -> None:
    url, piece, creator = fresh_database.owner_url, uuid4(), uuid4()
    names = {"content_piece_id": str(piece), "creator_id": str(creator)}
    odd = job(job_type="content_scraping", job_data=names, created_at=None)
    factories.rows(url, "processing_queue", [odd] * 20)
    new = factories.row(url, "processing_queue", **{**odd, "created_at": at("-1 minute")})
    for found in (
        links.jobs_of("content_piece_id", piece),
        creator_detail.scrapes(creator),
        jobs.export(JobFilter(), 2),
    ):
        assert rows(found)[0]["id"] == str(new)


def test_projects_never_opened(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="One")
    factories.rows(url, "projects", [{"account_id": account, "title": "never", "last_accessed_at": None}] * 8)
    factories.row(url, "projects", account_id=account, title="now", last_accessed_at=at("-1 minute"))
    assert rows(recent.recent_projects(account))[0]["title"] == "now"


@NEVER
def test_pieces(fresh_database: Database, monkeypatch: pytest.MonkeyPatch, never: Any) -> None:
    for name in ("SEEN", "SEARCHED"):
        monkeypatch.setattr(conditions, name, 3)
    monkeypatch.setattr(conditions, "ENOUGH", 2)
    monkeypatch.setattr(content, "SEEN", 3)
    url = fresh_database.owner_url
    creator = factories.row(url, "creators", platform="tiktok", username="u", profile_url="https://x")
    piece = {**PIECE, "creator_id": creator, "title": "needle"}
    factories.rows(url, "content_pieces", [{**piece, "created_at": never}] * 3)
    new = factories.row(url, "content_pieces", **piece, created_at=at("-1 minute"))
    script = factories.row(url, "generated_scripts", content_piece_id=new)
    factories.row(url, "content_analysis", content_piece_id=new, engagement_score=50)

    def found(kind: Any, where: ContentFilter, sort: Any = "created") -> set[str]:
        return {row["id"] for row in rows(content.page(kind, where, sort, True, None, 10))}

    assert str(new) in found("piece", ContentFilter(text="needle"))
    assert found("script", ContentFilter(creator_id=creator)) == {str(script)}
    assert str(new) in found("piece", ContentFilter(creator_id=creator), "engagement")


@pytest.mark.parametrize("kind", ["piece", "script"])
def test_models_in_use(fresh_database: Database, kind: Any) -> None:
    url = fresh_database.owner_url
    piece = factories.row(url, "content_pieces", **PIECE)
    table, at_ = ("content_analysis", "analyzed_at") if kind == "piece" else ("generated_scripts", "created_at")
    odd = {"content_piece_id": piece, "ai_model_used": "odd", "created_at": None, at_: None}
    factories.rows(url, table, [odd] * 5_000)
    factories.rows(url, table, [{**odd, "ai_model_used": f"m{number}", at_: at("-1 minute")} for number in range(60)])
    factories.row(url, table, **{**odd, "ai_model_used": "", at_: at("-1 minute")})
    assert {row["model"] for row in rows(filters.models(kind))} == {"odd", *(f"m{number}" for number in range(60))}


def test_an_unknown_use_is_after_one_below_nothing(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    factories.row(url, "accounts", name="unknown", storage_limit_gb=10)
    for name, limit, used in (("below", 10, "-50"), ("little", 10, "-1"), ("of nothing", 0, "-1")):
        account = factories.row(url, "accounts", name=name, storage_limit_gb=limit)
        factories.row(url, "account_usage_stats", account_id=account, stat_date=TODAY, storage_used_gb=used)
    summary.refresh()
    names = [row["name"] for row in rows(listing.page(AccountFilter(), "storage", True, None))]
    assert names[:2] == ["little", "below"]
    binned = rows(listing.distribution(AccountFilter()))
    assert {row["bin"]: row["accounts"] for row in binned if row["quota"] == "storage"} == {0: 3}


def test_a_failure_counts_by_its_end_whenever_its_job_was_made(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="One")
    for made in (None, at("-40 days"), sql.SQL("timestamptz '-infinity'")):
        one = job(account_id=account, status="failed", created_at=made, completed_at=at("-1 second"))
        factories.row(url, "processing_queue", **one)
    [row] = rows(detail.pulse(account))
    assert row["jobs_failed_7d"] == 3


@pytest.mark.parametrize("ahead", ["infinity", "20000-01-01", "9000-01-01"])
def test_what_is_ahead_is_not_of_the_last_days(fresh_database: Database, ahead: str) -> None:
    moment, url = sql.SQL("timestamptz {}").format(ahead), fresh_database.owner_url
    for status in ("failed", "completed"):
        factories.row(url, "content_pieces", **PIECE, processing_status=status, created_at=moment)
    factories.row(url, "processing_queue", **job(status="failed", completed_at=moment))
    assert work.failed() == work.unreviewed() == rows(reviews.sample("piece", [], 1)) == []
    [told] = rows(overview.failed_jobs(clock.now()))
    [listed] = rows(jobs.total(JobFilter(("failed",), since=datetime.now(UTC) - timedelta(hours=24))))
    assert told["value"] == listed["jobs"] == 0


@pytest.mark.parametrize("scraped", ["1970-01-01", "2014-12-31", "-infinity", "infinity"])
def test_a_creator_whose_last_scrape_cannot_have_been_is_overdue(fresh_database: Database, scraped: str) -> None:
    creator = {"platform": "tiktok", "username": "u", "profile_url": "https://x", "scrape_frequency_hours": 1}
    moment = sql.SQL("timestamptz {}").format(scraped)
    factories.row(fresh_database.owner_url, "creators", **creator, last_scraped_at=moment)
    [row] = rows(creators.overdue())
    assert row["creators"] == 1


def test_a_job_whose_start_cannot_have_been_is_stuck_by_its_last_change(fresh_database: Database) -> None:
    for start in ("infinity", "9000-01-01"):
        began = sql.SQL("timestamptz {}").format(start)
        old = job(status="processing", started_at=began, created_at=at("-3 days"), updated_at=at("-3 days"))
        factories.row(fresh_database.owner_url, "processing_queue", **old)
    assert {row["state"]: row["jobs"] for row in rows(jobs.state_counts(JobFilter()))}["stuck"] == 2


def test_a_category_after_the_last_place(fresh_database: Database) -> None:
    factories.row(fresh_database.owner_url, "creator_categories", name="Z", sort_order=2**31 - 1)
    categories.add("New", "", factories.viewer("admin"))
