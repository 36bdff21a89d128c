"""Which pieces, scripts and generated media there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, cast
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Text, func, literal, literal_column, select, union_all
from sqlalchemy.orm import aliased

from queries import keyset
from queries.content_filters import SOURCES, STATUSES, ContentFilter, Kind, clauses, newest_analysis
from queries.keyset import COUNT_CAP, Key, Place
from queries.tables import (
    accounts,
    avatar_models,
    content_analysis,
    content_pieces,
    creators,
    generated_content,
    generated_scripts,
    projects,
    review,
    voice_models,
)
from queries.tables.base import Rows

Sort = Literal["created", "engagement", "sentiment"]
"""What a list can be sorted by: each is an index. Scores sort pieces only, and then only those that have the score."""
EXPORT_CAP: Final = 20_000
WORDS: Final = 300
"""How much of a long text a list carries."""

c, s, g = content_pieces, generated_scripts, generated_content
a, r = content_analysis, review


def page(kind: Kind, where: ContentFilter, sort: Sort, descending: bool, place: Place | None, limit: int) -> Rows:
    """One page of a kind, in display order; items without a creation time come last.

    Columns: those of `_listed`, sort_key (with id the `Place` of a row) and has_more (rows follow in the walked
    direction).
    """
    table = SOURCES[kind].table
    if place and sort != "created":
        place = replace(place, value=Decimal(str(place.value)) / 100)
    walked = keyset.walk(*_order(kind, sort, where), descending, place, limit)
    return (
        _joined(kind, walked.join(table, table.c.id == walked.c.id))
        .add_columns(walked.c.key.label("sort_key"), walked.c.has_more)
        .order_by(walked.c.position)
    )


def first(
    kind: Kind, where: ContentFilter, sort: Sort, descending: bool, limit: int, free: Sequence[ColumnElement[bool]] = ()
) -> Rows:
    """The first so many ids of the list that are also `free`, in its order. Columns: id, position."""
    key, conditions = _order(kind, sort, where)
    walked = keyset.walk(key, [*conditions, *free, key.id == SOURCES[kind].table.c.id], descending, None, limit)
    return select(walked.c.id, walked.c.position).order_by(walked.c.position)


def total(kind: Kind, where: ContentFilter, sort: Sort = "created", free: Sequence[ColumnElement[bool]] = ()) -> Rows:
    """How many items match and are also `free`. Columns: items (at most `COUNT_CAP`), is_capped (there are more)."""
    return counted(_ids(kind, where, sort).where(*free))


def counted(rows: Rows) -> Rows:
    """How many rows there are. Columns: items (at most `COUNT_CAP`), is_capped (there are more)."""
    number = select(keyset.capped_count(rows).label("n")).cte().prefix_with("MATERIALIZED")
    return select(func.least(number.c.n, COUNT_CAP).label("items"), (number.c.n > COUNT_CAP).label("is_capped"))


def status_counts(kind: Kind, where: ContentFilter, sort: Sort = "created") -> Rows:
    """How many items are in each status under the filter, whatever status it names.

    Columns: status (`unknown` where there is none), items (at most `COUNT_CAP`), is_capped.
    """
    parts: list[Rows] = []
    for status in (*STATUSES, "unknown"):
        number = select(keyset.capped_count(_ids(kind, where.of(status), sort)).label("n")).subquery()
        parts.append(select(literal(status, Text).label("status"), number.c.n))
    counts = union_all(*parts).subquery()
    return select(
        counts.c.status, func.least(counts.c.n, COUNT_CAP).label("items"), (counts.c.n > COUNT_CAP).label("is_capped")
    )


def export(kind: Kind, where: ContentFilter, limit: int = EXPORT_CAP) -> Rows:
    """All matching items for a CSV, newest first, at most `limit`. Columns: those of `_listed`."""
    table = SOURCES[kind].table
    return (
        _joined(kind, table)
        .where(*clauses(kind, where))
        .order_by(table.c.created_at.desc().nulls_last(), table.c.id.desc())
        .limit(limit)
    )


def fits(place: Place | None, sort: Sort) -> Place | None:
    """The place if it belongs to a list in this order; a stale or foreign one opens the first page.

    Places by score hold hundredths.
    """
    if place is None or (place.value is None and sort == "created"):
        return place
    if sort == "created":
        return place if isinstance(place.value, datetime) else None
    return place if isinstance(place.value, int) and abs(place.value) < 100_000 else None


def _ids(kind: Kind, where: ContentFilter, sort: Sort) -> Rows:
    """The ids of all that match; by score, of those that have it."""
    table = SOURCES[kind].table
    key, conditions = _order(kind, sort, where)
    ids = select(table.c.id).where(*conditions)
    return ids if sort == "created" else ids.where(key.has_value)


def _order(kind: Kind, sort: Sort, where: ContentFilter) -> tuple[Key, list[ColumnElement[bool]]]:
    table = SOURCES[kind].table
    conditions = clauses(kind, where)
    if kind != "piece" or sort == "created":
        at = table.c.created_at
        return Key(at, table.c.id, at.is_not(None), at.is_(None)), conditions
    score = a.c.engagement_score if sort == "engagement" else a.c.sentiment_score
    # As text: SQLAlchemy would make of `false()` and the join's condition nothing but false, and of the join a product.
    nobody = literal_column("false", Boolean)
    identity = cast("ColumnElement[UUID]", a.c.content_piece_id)
    return Key(score, identity, score.is_not(None), nobody), [newest_analysis(), *conditions]


def _joined(kind: Kind, start: Any) -> Rows:
    """The columns of a list. Every kind: id, status, content_type, platform, title, thumbnail_url, account_id,
    account_name, project_id, project_title, creator_id, creator, model, credits, seconds, bytes, expires_at, is_remix,
    error_message, engagement, sentiment, verdict, claimed_until, created_at; None where the kind has no such thing."""
    origin = aliased(content_pieces, name="origin") if kind != "piece" else c
    newest = _newest(origin) if kind == "piece" else None
    frm = start
    if kind == "media":
        frm = frm.outerjoin(s, s.c.id == g.c.script_id).outerjoin(voice_models, voice_models.c.id == g.c.voice_model_id)
        frm = frm.outerjoin(avatar_models, avatar_models.c.id == g.c.avatar_model_id)
    if kind != "piece":
        frm = frm.outerjoin(origin, origin.c.id == s.c.content_piece_id)
    table = SOURCES[kind].table
    project = g.c.project_id if kind == "media" else origin.c.project_id
    frm = (
        frm.outerjoin(accounts, accounts.c.id == table.c.account_id)
        .outerjoin(projects, projects.c.id == project)
        .outerjoin(creators, creators.c.id == origin.c.creator_id)
        .outerjoin(r, (r.c.kind == kind) & (r.c.object_id == table.c.id))
    )
    if newest is not None:
        frm = frm.outerjoin(newest, literal(True))
    return select(*_listed(kind, origin, newest)).select_from(frm)


def _newest(origin: Any) -> Any:
    return (
        select(a.c.engagement_score, a.c.sentiment_score, a.c.ai_model_used)
        .where(a.c.content_piece_id == origin.c.id)
        .order_by(a.c.created_at.desc().nulls_last(), a.c.id.desc())
        .limit(1)
        .lateral("newest")
    )


def _listed(kind: Kind, origin: Any, newest: Any) -> list[ColumnElement[Any]]:
    table, nothing = SOURCES[kind].table, literal(None, Text)
    own: dict[str, ColumnElement[Any]] = {
        "content_type": literal("script", Text) if kind == "script" else table.c.content_type,
        "model": nothing,
        "credits": nothing,
        "seconds": nothing,
        "bytes": nothing,
        "expires_at": nothing,
        "is_remix": nothing,
        "error_message": nothing,
        "engagement": nothing,
        "sentiment": nothing,
    }
    if kind == "piece":
        own |= {"model": newest.c.ai_model_used, "seconds": c.c.duration_seconds, "bytes": c.c.file_size_bytes}
        own |= {"expires_at": c.c.storage_expires_at, "is_remix": c.c.is_remix}
        own |= {"engagement": newest.c.engagement_score, "sentiment": newest.c.sentiment_score}
    elif kind == "script":
        own |= {"model": s.c.ai_model_used, "credits": s.c.generation_cost_credits}
    else:
        model = func.concat_ws(" · ", voice_models.c.name, avatar_models.c.name)
        own |= {"model": func.nullif(model, ""), "credits": g.c.generation_cost_credits}
        own |= {"seconds": g.c.duration_seconds, "bytes": g.c.file_size_bytes}
        own |= {"error_message": func.left(g.c.error_message, WORDS)}
    return [
        table.c.id,
        func.coalesce(SOURCES[kind].status, literal("unknown", Text)).label("status"),
        origin.c.platform,
        func.left(func.coalesce(origin.c.title, origin.c.source_url), WORDS).label("title"),
        func.left(origin.c.thumbnail_url, 2_000).label("thumbnail_url"),
        table.c.account_id,
        accounts.c.name.label("account_name"),
        (g.c.project_id if kind == "media" else origin.c.project_id).label("project_id"),
        projects.c.title.label("project_title"),
        origin.c.creator_id,
        func.coalesce(creators.c.display_name, creators.c.username).label("creator"),
        *(column.label(name) for name, column in own.items()),
        r.c.verdict,
        r.c.claimed_until,
        table.c.created_at,
    ]
