"""What the content lists are narrowed to; an absent filter adds no SQL at all."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, and_, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import aliased

from queries.filters import between, contains, escaped, printable
from queries.job_states import span
from queries.tables import content_analysis, content_pieces, creators, generated_content, generated_scripts, review
from queries.tables.base import Rows

Kind = Literal["piece", "script", "media"]
"""Content pieces, scripts and generated media: what can be listed, opened and judged."""
Verdict = Literal["approve", "needs_work", "reject"]
Judged = Literal["any", "waiting", "approve", "needs_work", "reject"]
STATUSES: Final = ("pending", "processing", "completed", "failed")
PLATFORMS: Final = ("instagram", "tiktok", "youtube", "linkedin", "twitter", "upload")
TYPES: Final = ("video", "image", "text", "audio")
TEXT_FROM: Final = 3
"""Letters from which on text is searched for: a trigram index knows nothing shorter."""

c, s, g = content_pieces, generated_scripts, generated_content
a = content_analysis


@dataclass(frozen=True, slots=True)
class ContentFilter:
    """Which items of a kind are meant. Times are half-open (`since` ≤ creation < `until`); scores include their ends.

    Scores and the model of a piece are those of its newest analysis. `platform`, `creator_id`, `project_id` and `text`
    of a script or of media are those of the piece it was made from (a project of media is its own).
    """

    status: str = ""
    platform: str = ""
    content_type: str = ""
    creator_id: UUID | None = None
    account_id: UUID | None = None
    project_id: UUID | None = None
    is_remix: bool = False
    expiring_days: int | None = None
    engagement_from: float | None = None
    engagement_until: float | None = None
    sentiment_from: float | None = None
    sentiment_until: float | None = None
    model: str = ""
    judged: Judged = "any"
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    def of(self, status: str) -> ContentFilter:
        """The same filter for one status, as its tile needs it."""
        return replace(self, status=status)

    def waiting(self) -> ContentFilter:
        """The same filter for what nobody has judged yet: what a queue is made of."""
        return replace(self, judged="waiting")


class Source(NamedTuple):
    """The columns that every kind has, by the name that its table gives them."""

    table: Table[Any]
    status: ColumnElement[Any]
    content_type: ColumnElement[Any] | None
    model: ColumnElement[Any] | None


SOURCES: Final[dict[Kind, Source]] = {
    "piece": Source(c, c.c.processing_status, c.c.content_type, None),
    "script": Source(s, s.c.generation_status, None, s.c.ai_model_used),
    "media": Source(g, g.c.generation_status, g.c.content_type, None),
}


def clauses(kind: Kind, where: ContentFilter) -> list[ColumnElement[bool]]:
    """The conditions on the kind's table that the filter amounts to; none for an empty filter."""
    source = SOURCES[kind]
    t = source.table.c
    found: list[ColumnElement[bool]] = []
    if where.status:
        found.append(source.status.is_(None) if where.status == "unknown" else source.status == where.status)
    if where.content_type and source.content_type is not None:
        found.append(source.content_type == where.content_type)
    if where.account_id:
        found.append(t.account_id == where.account_id)
    found += between(t.created_at, where.since, where.until)
    found += judged(kind, where.judged)
    if kind == "piece":
        return found + of_pieces(where) + _analysed(where)
    if where.model and source.model is not None:
        found.append(source.model == printable(where.model))
    if kind == "media" and where.project_id:
        found.append(g.c.project_id == where.project_id)
        where = replace(where, project_id=None)
    if inner := of_pieces(where):
        pieces = select(c.c.id).where(*inner)
        scripts = select(s.c.id).where(s.c.content_piece_id.in_(pieces))
        found.append(s.c.content_piece_id.in_(pieces) if kind == "script" else g.c.script_id.in_(scripts))
    return found


def of_pieces(where: ContentFilter) -> list[ColumnElement[bool]]:
    """The conditions on `content_pieces` that say where a piece came from and what it says."""
    found: list[ColumnElement[bool]] = []
    if where.platform:
        found.append(c.c.platform == where.platform)
    if where.creator_id:
        found.append(c.c.creator_id == where.creator_id)
    if where.project_id:
        found.append(c.c.project_id == where.project_id)
    if where.is_remix:
        found.append(c.c.is_remix.is_(True))
    if where.expiring_days is not None:
        now = func.now()
        found += [c.c.storage_expires_at >= now, c.c.storage_expires_at < now + span(days=where.expiring_days)]
    if len(text := printable(where.text)) >= TEXT_FROM:
        found.append(or_(*(contains(column, text) for column in (c.c.title, c.c.description, c.c.transcript))))
    return found


def newest_analysis() -> ColumnElement[bool]:
    """That `content_analysis` is the newest of `content_pieces`'s; one that has no time is the oldest."""
    later = aliased(content_analysis, name="later")
    never = literal_column("'-infinity'::timestamptz")
    mine, other = (tuple_(func.coalesce(x.c.created_at, never), x.c.id) for x in (a, later))
    superseded = select(later.c.id).where(later.c.content_piece_id == a.c.content_piece_id, other > mine)
    return and_(a.c.content_piece_id == c.c.id, ~superseded.correlate(a).exists())


def _analysed(where: ContentFilter) -> list[ColumnElement[bool]]:
    """What the newest analysis must say."""
    asked: list[ColumnElement[bool]] = []
    for column, low, high in (
        (a.c.engagement_score, where.engagement_from, where.engagement_until),
        (a.c.sentiment_score, where.sentiment_from, where.sentiment_until),
    ):
        asked += ([column >= low] if low is not None else []) + ([column <= high] if high is not None else [])
    if where.model:
        asked.append(a.c.ai_model_used == printable(where.model))
    return [select(a.c.id).where(newest_analysis(), *asked).correlate(c).exists()] if asked else []


def judged(kind: Kind, verdict: Judged) -> list[ColumnElement[bool]]:
    """What the verdict that counts for an item must be; nothing for any."""
    if verdict == "any":
        return []
    r = aliased(review, name="judged")
    of_kind = [r.c.kind == literal_column(f"'{kind}'", Text), r.c.object_id == SOURCES[kind].table.c.id]
    if verdict == "waiting":
        return [~select(r.c.object_id).where(*of_kind, r.c.verdict.is_not(None)).exists()]
    return [select(r.c.object_id).where(*of_kind, r.c.verdict == verdict).exists()]


def models(kind: Kind) -> Rows:
    """Which AI models analysed pieces or wrote scripts lately (of the newest 5,000). Columns: model, used."""
    column, at = (s.c.ai_model_used, s.c.created_at) if kind == "script" else (a.c.ai_model_used, a.c.analyzed_at)
    if kind != "script":
        at = func.coalesce(a.c.analyzed_at, a.c.created_at)
    newest = select(column.label("model")).order_by(at.desc()).limit(5_000).subquery()
    used = func.count().label("used")
    return (
        select(newest.c.model, used)
        .where(newest.c.model.is_not(None))
        .group_by(newest.c.model)
        .order_by(used.desc())
        .limit(50)
    )


def creator_named(text: str) -> Rows:
    """The creator with that id, username or display name; usernames first. Columns: id, name."""
    wanted = printable(text)
    n = creators.c
    exactly = [func.lower(column) == wanted.removeprefix("@").lower() for column in (n.username, n.display_name)]
    # ILIKE without a wildcard, beside the comparison: what the trigram indexes answer.
    pattern = escaped(wanted.removeprefix("@"))
    by_text = [and_(n.username.ilike(pattern, escape="\\"), exactly[0]), n.display_name.ilike(pattern, escape="\\")]
    with suppress(ValueError):
        by_text = [n.id == UUID(wanted)]
    return (
        select(n.id, func.coalesce(n.display_name, n.username).label("name"))
        .where(or_(*by_text))
        .order_by(exactly[0].desc(), n.id)
        .limit(1)
    )
