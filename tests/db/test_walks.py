"""Every list, walked page by page in every order and both directions, holds each of its rows once: with no key, equal
keys, and keys that only PostgreSQL can hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, get_args
from uuid import UUID

import psycopg
import pytest

from actions.accounts import summary
from core.database import load, rows
from demo.databases import Database
from queries.accounts import listing as accounts
from queries.accounts.filters import SORTS, AccountFilter
from queries.content import listing as content
from queries.content.filters import ContentFilter
from queries.creators import listing as creators
from queries.creators.filters import CreatorFilter
from queries.jobs import listing as jobs
from queries.jobs.filters import JobFilter
from queries.models import listing as models
from queries.models.figures import ModelFilter
from queries.projects import listing as projects
from queries.projects.listing import ProjectFilter
from queries.sql.keyset import Cursor
from queries.tables.base import Rows
from tests.support import factories
from tests.support.odd.values import MOMENTS, SCORES, WHOLE

Page = Callable[[str, bool, Cursor | None, int], Rows]
STATUSES: Final = ("queued", "processing", "completed", "failed", "cancelled", None)
TWICE: Final = (*MOMENTS, *MOMENTS)
STORED: Final = """
INSERT INTO processing_queue (job_type, job_data, status, created_at, scheduled_at, completed_at, updated_at)
SELECT 'file_processing', '{}', status, one::timestamptz, one::timestamptz, other::timestamptz, one::timestamptz
FROM unnest(%(statuses)s::text[]) AS status, unnest(%(moments)s::text[]) AS one,
    unnest(ARRAY[NULL, 'infinity', '2026-01-01']) AS other;
INSERT INTO accounts (name, created_at) SELECT 'same', one::timestamptz FROM unnest(%(moments)s::text[]) AS one;
INSERT INTO projects (title, created_at, last_accessed_at)
SELECT 'same', one::timestamptz, one::timestamptz FROM unnest(%(moments)s::text[]) AS one;
INSERT INTO creators (platform, username, profile_url, follower_count, last_scraped_at, created_at)
SELECT platform, 'u' || n, 'https://x', number::integer, one::timestamptz, one::timestamptz
FROM unnest('{tiktok,youtube}'::text[]) AS platform, unnest(%(moments)s::text[], %(numbers)s::text[])
    WITH ORDINALITY AS odd (one, number, n);
INSERT INTO content_pieces (source_url, platform, content_type, created_at)
SELECT 'https://x', 'upload', 'video', one::timestamptz FROM unnest(%(moments)s::text[]) AS one;
INSERT INTO content_analysis (content_piece_id, engagement_score, sentiment_score, created_at)
SELECT id, score::numeric, score::numeric, created_at FROM content_pieces, unnest(%(scores)s::text[]) AS score;
INSERT INTO generated_scripts (created_at) SELECT one::timestamptz FROM unnest(%(moments)s::text[]) AS one;
INSERT INTO generated_content (content_type, created_at)
SELECT 'audio', one::timestamptz FROM unnest(%(moments)s::text[]) AS one;
INSERT INTO voice_models (name, quality_score, version_number, training_status, created_at, updated_at)
SELECT 'same', score::numeric, number::integer, nullif(status, 'processing'), one::timestamptz, one::timestamptz
FROM unnest(%(moments)s::text[]) AS one, unnest(%(scores)s::text[], (%(numbers)s::text[])[1:5],
    '{pending,training,completed,failed,processing}'::text[]) AS odd (score, number, status);
"""


class Walked(NamedTuple):
    """A list: its page, in which orders, the column that tells its rows apart, and how many rows it has to hold."""

    page: Page
    sorts: Sequence[str]
    number: int | None = None
    identity: str = "id"


LISTS: Final[dict[str, Walked]] = {
    **{
        f"jobs, {states}": Walked(
            lambda sort, down, at, limit, states=states: jobs.page(JobFilter(states), sort, down, at, limit),  # pyright: ignore[reportArgumentType]  # its own sorts
            get_args(jobs.Sort),
            len(TWICE) * 3 * (len(states) or len(STATUSES)),
        )
        for states in ((), ("failed",), ("failed", "cancelled"), ("queued",), ("failed", "queued"), ("unknown",))
    },
    "accounts": Walked(
        lambda sort, down, at, limit: accounts.page(AccountFilter(), sort, down, at, limit),  # pyright: ignore[reportArgumentType]
        SORTS, len(TWICE), "account_id",
    ),
    "projects": Walked(
        lambda sort, down, at, limit: projects.page(ProjectFilter(), sort, down, at, limit),  # pyright: ignore[reportArgumentType]
        get_args(projects.Sort), len(TWICE),
    ),
    "creators": Walked(
        lambda sort, down, at, limit: creators.page(CreatorFilter(), sort, down, at, limit),  # pyright: ignore[reportArgumentType]
        get_args(creators.Sort), 2 * len(TWICE),
    ),
    "models": Walked(
        lambda sort, down, at, limit: models.page(ModelFilter(), sort, down, at, limit),  # pyright: ignore[reportArgumentType]
        get_args(models.Sort), len(TWICE) * len(SCORES),
    ),
    "scripts": Walked(
        lambda _, down, at, limit: content.page("script", ContentFilter(), "created", down, at, limit),
        ["created"], len(TWICE),
    ),
    "media": Walked(
        lambda _, down, at, limit: content.page("media", ContentFilter(), "created", down, at, limit),
        ["created"], len(TWICE),
    ),
    "pieces": Walked(
        lambda sort, down, at, limit: content.page("piece", ContentFilter(), sort, down, at, limit),  # pyright: ignore[reportArgumentType]
        get_args(content.Sort),
    ),
}  # fmt: skip


@pytest.fixture
def odd(fresh_database: Database) -> Database:
    """A database in which every key of every list is odd, equal to another or missing."""
    numbers = [WHOLE[n % len(WHOLE)] for n in range(len(TWICE))]
    told: dict[str, Any] = {
        "statuses": list(STATUSES),
        "moments": list(TWICE),
        "scores": list(SCORES),
        "numbers": numbers,
    }
    with psycopg.connect(fresh_database.owner_url, cursor_factory=psycopg.ClientCursor) as owner:
        owner.execute(STORED.encode(), told | {"numbers": numbers})
    summary.refresh()
    return fresh_database


def test_every_list_holds_each_row_once_in_every_order_both_ways(odd: Database) -> None:
    for name, listed in LISTS.items():
        for sort in listed.sorts:
            for down in (True, False):
                _walked(f"{name} by {sort}", listed, sort, down)


def _walked(name: str, listed: Walked, sort: str, down: bool) -> None:
    whole = [str(row[listed.identity]) for row in rows(listed.page(sort, down, None, 10_000))]
    assert len(set(whole)) == len(whole), f"{name}: a row twice"
    assert listed.number in {None, len(whole)}, f"{name}: rows missing"
    limit = len(whole) // 3 + 1
    pages: list[list[str]] = []
    place: Cursor | None = None
    while place or not pages:
        found = load(listed.page(sort, down, place, limit))
        pages.append([str(one) for one in found[listed.identity]])
        assert len(pages) <= 3, f"{name}: no end"
        last, first = found.iloc[-1], found.iloc[0]
        place = Cursor.of(last["sort_key"], last[listed.identity], True) if first["has_more"] else None
        back = Cursor.of(first["sort_key"], first[listed.identity], False)
        if len(pages) > 1:
            before = [str(row[listed.identity]) for row in rows(listed.page(sort, down, back, limit))]
            assert before == pages[-2], f"{name}: another page on the way back"
    assert [one for page in pages for one in page] == whole, f"{name}: other rows page by page"


def test_failed_jobs_without_any_end_hide_no_others(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ended = [factories.job(status="failed", completed_at=factories.at(f"-{n} hours")) for n in range(20)]
    endless = [factories.job(status="failed", completed_at=None, updated_at=None) for _ in range(55)]
    stored = factories.rows(url, "processing_queue", [*ended, *endless])
    first = rows(jobs.page(JobFilter(("failed",)), "ended", True, None, 50))
    assert [UUID(row["id"]) for row in first[:20]] == stored[:20]
    assert first[0]["has_more"]
    place = Cursor.of(first[-1]["sort_key"], first[-1]["id"], True)
    second = rows(jobs.page(JobFilter(("failed",)), "ended", True, place, 50))
    assert {UUID(row["id"]) for row in [*first, *second]} == set(stored)
