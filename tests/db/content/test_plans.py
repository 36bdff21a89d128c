"""No read behind Content, Reviews and Models scans a table that grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from sqlalchemy import Connection

from queries.content import conditions, detail, filters, generated, review_stats, reviews, work
from queries.content import listing as content
from queries.content.filters import ContentFilter, Kind
from queries.content.listing import Sort
from queries.jobs import links
from queries.models import figures
from queries.models import listing as model_list
from queries.models.figures import ModelFilter
from queries.sql.keyset import Cursor
from queries.tables.base import Rows
from tests.support.plans import plan, scanned

GROWING = {"processing_queue", "content_pieces", "content_analysis", "generated_scripts", "generated_content"}
# A fixed moment: it stands in the tests' names, which every test process must give alike.
ID, NOW = UUID(int=7), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KINDS: tuple[Kind, ...] = get_args(Kind)
SORTS: tuple[Sort, ...] = get_args(Sort)

FILTERS: dict[str, ContentFilter] = {
    "all": ContentFilter(),
    "failed": ContentFilter(status="failed"),
    "unknown": ContentFilter(status="unknown"),
    "platform and type": ContentFilter(platform="tiktok", content_type="video"),
    "creator": ContentFilter(creator_id=ID),
    "account": ContentFilter(account_id=ID),
    "project": ContentFilter(project_id=ID),
    "remix": ContentFilter(is_remix=True),
    "expiring": ContentFilter(expiring_days=7),
    "scores": ContentFilter(engagement_from=90, sentiment_until=-0.5),
    "model": ContentFilter(model="gpt-4o"),
    "waiting": ContentFilter(judged="waiting"),
    "approved": ContentFilter(judged="approve"),
    "days": ContentFilter(since=NOW - timedelta(days=2), until=NOW),
    "text": ContentFilter(text="zone 2 cardio"),
}

READS: dict[str, Rows] = {
    **{f"page, {k}, {n}": content.page(k, w, "created", True, None, 50) for k in KINDS for n, w in FILTERS.items()},
    **{f"total, {k}, {n}": content.total(k, w) for k in KINDS for n, w in FILTERS.items()},
    **{f"counts, {k}": content.status_counts(k, FILTERS["all"]) for k in KINDS},
    **{f"page by {s}": content.page("piece", FILTERS["all"], s, False, None, 50) for s in SORTS},
    **{f"total by {s}": content.total("piece", FILTERS["waiting"], s) for s in SORTS},
    "page after": content.page("piece", FILTERS["all"], "sentiment", False, Cursor.of(-0.5, ID, True), 50),
    "page before": content.page("piece", FILTERS["all"], "created", True, Cursor.of(NOW, ID, False), 50),
    "export": content.export("piece", FILTERS["failed"]),
    "piece": detail.piece(ID),
    "transcript": detail.transcript(ID),
    "analyses": detail.analyses_of(ID),
    "annotations": detail.annotations_of(ID),
    "script": generated.script(ID),
    "media": generated.media(ID),
    "scripts of": generated.scripts_of(ID),
    "media of a piece": generated.media_of(piece_id=ID),
    "media of a script": generated.media_of(script_id=ID),
    **{f"jobs by {k}": links.jobs_of(k, ID) for k in ("content_piece_id", "script_id", "voice_model_id")},
    "notes": detail.notes_on("piece", ID),
    "failed content": work.failed(),
    "stuck content": work.stuck(),
    "expiring": work.expiring(),
    "models used": filters.models("piece"),
    "creator": filters.creator_named("@rosa"),
    "creator as typed": filters.creator_named(" rosa "),
    "model uses": figures.uses("voice", ID),
    **{f"models by {s}": model_list.page(ModelFilter(), s, True, None) for s in get_args(model_list.Sort)},
    "models exported": model_list.export(ModelFilter()),
    "model counts": figures.counts(ModelFilter()),
    "stuck training": figures.stuck(),
    "model": figures.one("avatar", ID),
    "versions": figures.versions(ID, "Ada"),
    "review history": reviews.history("piece", ID),
    "standing": reviews.standing("piece", ID),
    "agreement": review_stats.agreement(),
    "backlog": review_stats.backlog("piece"),
    "oldest waiting": work.waiting(),
    "queue": content.first("piece", FILTERS["waiting"], "created", False, 24, reviews.offered("piece", ID)),
    "queue by score": content.first("piece", FILTERS["waiting"], "sentiment", False, 24, reviews.offered("piece", ID)),
    "sample": reviews.sample("piece", conditions.clauses("piece", FILTERS["all"]), 20),
}


@pytest.mark.parametrize("name", READS)
def test_no_sequential_scan_of_a_growing_table(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, READS[name]))) & GROWING == set()
