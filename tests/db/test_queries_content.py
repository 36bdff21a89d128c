"""No read behind Content, Reviews and Models scans a table that grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from sqlalchemy import Connection

from queries import (
    content,
    content_conditions,
    content_detail,
    content_filters,
    content_made,
    content_work,
    model_list,
    models,
    review_stats,
    reviews,
)
from queries.content import Sort
from queries.content_filters import ContentFilter, Kind
from queries.keyset import Place
from queries.models import ModelFilter
from queries.tables.base import Rows
from tests.db.plans import plan, scanned

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
    "page after": content.page("piece", FILTERS["all"], "sentiment", False, Place(-50, ID), 50),
    "page before": content.page("piece", FILTERS["all"], "created", True, Place(NOW, ID, False), 50),
    "export": content.export("piece", FILTERS["failed"]),
    "piece": content_detail.piece(ID),
    "transcript": content_detail.transcript(ID),
    "analyses": content_detail.analyses_of(ID),
    "annotations": content_detail.annotations_of(ID),
    "script": content_made.script(ID),
    "media": content_made.media(ID),
    "scripts of": content_made.scripts_of(ID),
    "media of a piece": content_made.media_of(piece_id=ID),
    "media of a script": content_made.media_of(script_id=ID),
    **{f"jobs by {k}": content_detail.jobs_of(k, ID) for k in ("content_piece_id", "script_id", "voice_model_id")},
    "notes": content_detail.notes_on("piece", ID),
    "failed content": content_work.failed(),
    "stuck content": content_work.stuck(),
    "expiring": content_work.expiring(),
    "models used": content_filters.models("piece"),
    "creator": content_filters.creator_named("@rosa"),
    "model uses": models.uses("voice", ID),
    **{f"models by {s}": model_list.page(ModelFilter(), s, True, None) for s in get_args(model_list.Sort)},
    "models exported": model_list.export(ModelFilter()),
    "model counts": models.counts(ModelFilter()),
    "stuck training": models.stuck(),
    "model": models.one("avatar", ID),
    "versions": models.versions(ID, "Ada"),
    "review history": reviews.history("piece", ID),
    "standing": reviews.standing("piece", ID),
    "agreement": review_stats.agreement(),
    "backlog": review_stats.backlog("piece"),
    "oldest waiting": content_work.waiting(),
    "queue": content.first("piece", FILTERS["waiting"], "created", False, 24, reviews.offered("piece", ID)),
    "queue by score": content.first("piece", FILTERS["waiting"], "sentiment", False, 24, reviews.offered("piece", ID)),
    "sample": reviews.sample("piece", content_conditions.clauses("piece", FILTERS["all"]), 20),
}


@pytest.mark.parametrize("name", READS)
def test_no_sequential_scan_of_a_growing_table(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, READS[name]))) & GROWING == set()
