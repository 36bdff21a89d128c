"""What a content filter amounts to in SQL, in the shapes that stay fast on half a million pieces (docs/content.md)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, func, literal_column, or_, select, tuple_, union
from sqlalchemy.orm import aliased

from queries.content_filters import SOURCES, STUCK_HOURS, TEXT_FROM, ContentFilter, Judged, Kind, Source
from queries.filters import between, contains, printable
from queries.job_states import span
from queries.tables import content_analysis, content_pieces, generated_content, generated_scripts, review
from queries.tables.base import Rows

SEEN: Final = 2_000
"""Pieces that are looked at for what no index is in the order of: the newest that match. A page says when it did so."""
SEARCHED: Final = 2_000
"""Pieces whose texts are read, the newest; all texts are searched through their index where those hold fewer than
`ENOUGH` hits, since words that most texts hold are what an index finds slowly."""
ENOUGH: Final = 20
VERDICTS: Final = 2_000
"""Approved items, and so on, are those of so many last verdicts."""

c, s, g = content_pieces, generated_scripts, generated_content
a = content_analysis


def clauses(kind: Kind, where: ContentFilter) -> list[ColumnElement[bool]]:
    """The conditions on the kind's table that the filter amounts to; none for an empty filter."""
    asked = analysed(where) if kind == "piece" else []
    about = [select(a.c.id).where(a.c.content_piece_id == c.c.id, newest_analysis(), *asked).correlate(c).exists()]
    return own(kind, where) + (about if asked else [])


def own(kind: Kind, where: ContentFilter) -> list[ColumnElement[bool]]:
    """The conditions without those on the analysis."""
    source = SOURCES[kind]
    t = source.table.c
    found = in_status(source, where.status)
    if where.content_type and source.content_type is not None:
        found.append(source.content_type == where.content_type)
    if where.account_id:
        found.append(t.account_id == where.account_id)
    if where.added_hours is not None:
        found.append(t.created_at >= func.now() - span(hours=where.added_hours))
    found += between(t.created_at, where.since, where.until)
    found += judged(kind, where.judged)
    if kind == "piece":
        found += of_pieces(where)
        return [*found, c.c.id.in_(_hits(where, found))] if _text(where) else found
    if where.model and source.model is not None:
        found.append(source.model == printable(where.model))
    if kind == "media" and where.project_id:
        found.append(g.c.project_id == where.project_id)
        where = replace(where, project_id=None)
    return found + _made_of(kind, where)


def _made_of(kind: Kind, where: ContentFilter) -> list[ColumnElement[bool]]:
    """What the filter says about the piece that a script or media was made from."""
    inner = of_pieces(where)
    if of_few_pieces(where):
        if _text(where):
            inner.append(c.c.id.in_(_hits(where, inner)))
        newest = select(c.c.id).where(*inner).order_by(c.c.created_at.desc(), c.c.id.desc()).limit(SEEN)
        pieces = select(newest.cte("pieces").prefix_with("MATERIALIZED").c.id)
        scripts = select(s.c.id).where(s.c.content_piece_id.in_(pieces))
        return [s.c.content_piece_id.in_(pieces) if kind == "script" else g.c.script_id.in_(scripts)]
    if not inner:
        return []
    # OFFSET keeps it a question about each row on the way: as a join, all such pieces would be read first.
    origin = select(c.c.id).where(c.c.id == s.c.content_piece_id, *inner).offset(0)
    if kind == "script":
        return [origin.correlate(s).exists()]
    joined = select(c.c.id).join(s, s.c.content_piece_id == c.c.id).where(s.c.id == g.c.script_id, *inner).offset(0)
    return [joined.correlate(g).exists()]


def _text(where: ContentFilter) -> str:
    """The text that is searched for; none where it is too short."""
    text = printable(where.text)
    return text if len(text) >= TEXT_FROM else ""


def _hits(where: ContentFilter, others: list[ColumnElement[bool]]) -> Rows:
    """The pieces under the other conditions that hold the text: of the newest, or where those have few, of all."""
    columns = (c.c.title, c.c.description, c.c.transcript)
    order = (c.c.created_at.desc(), c.c.id.desc())
    newest = select(c.c.id, *columns).where(*others).order_by(*order).limit(SEARCHED).subquery("newest")
    said = [contains(column, _text(where)) for column in (newest.c.title, newest.c.description, newest.c.transcript)]
    near = select(newest.c.id).where(or_(*said)).cte("near").prefix_with("MATERIALIZED")
    is_rare = select(func.count() < ENOUGH).select_from(near).scalar_subquery()
    anywhere = or_(*(contains(column, _text(where)) for column in columns))
    # Not in the index's own order, or PostgreSQL would walk all pieces for it.
    later = func.coalesce(c.c.created_at, literal_column("'-infinity'::timestamptz")).desc()
    far = select(c.c.id).where(is_rare, anywhere, *others).order_by(later).limit(SEEN)
    both = union(select(near.c.id), select(far.subquery().c.id)).subquery()
    return select(select(both.c.id).cte("hits").prefix_with("MATERIALIZED").c.id)


def of_few_pieces(where: ContentFilter) -> bool:
    """Whether scripts and media are found from their pieces, the newest `SEEN` that match, rather than the other way
    round."""
    places = (where.creator_id, where.project_id, where.expiring_days)
    return where.is_remix or bool(_text(where)) or any(place is not None for place in places)


def in_status(source: Source, status: str) -> list[ColumnElement[bool]]:
    """That something is in a stored or derived status; nothing for none."""
    if status == "unknown":
        return [source.status.is_(None)]
    if status == "stuck":
        changed = func.coalesce(source.table.c.updated_at, source.table.c.created_at)
        return [source.status.in_(("pending", "processing")), changed < func.now() - span(hours=STUCK_HOURS)]
    return [source.status == status] if status else []


def of_pieces(where: ContentFilter) -> list[ColumnElement[bool]]:
    """The conditions on `content_pieces` that say where a piece came from."""
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
    return found


def newest_analysis() -> ColumnElement[bool]:
    """That `content_analysis` is the newest of its piece's; one that has no time is the oldest."""
    later = aliased(content_analysis, name="later")
    never = literal_column("'-infinity'::timestamptz")
    mine, other = (tuple_(func.coalesce(x.c.created_at, never), x.c.id) for x in (a, later))
    superseded = select(later.c.id).where(later.c.content_piece_id == a.c.content_piece_id, other > mine)
    return ~superseded.correlate(a).exists()


def analysed(where: ContentFilter) -> list[ColumnElement[bool]]:
    """What the newest analysis must say; nothing where the filter does not ask."""
    asked: list[ColumnElement[bool]] = []
    for column, low, high in (
        (a.c.engagement_score, where.engagement_from, where.engagement_until),
        (a.c.sentiment_score, where.sentiment_from, where.sentiment_until),
    ):
        # As decimals, which the columns are: beside a float PostgreSQL would turn every row's score into one.
        asked += [] if low is None else [column >= Decimal(str(low))]
        asked += [] if high is None else [column <= Decimal(str(high))]
    return asked + ([a.c.ai_model_used == printable(where.model)] if where.model else [])


def judged(kind: Kind, verdict: Judged, identity: ColumnElement[Any] | None = None) -> list[ColumnElement[bool]]:
    """What the verdict that counts for an item must be; nothing for any. `identity` is the item's id."""
    if verdict == "any":
        return []
    r = aliased(review, name="judged")
    item = SOURCES[kind].table.c.id if identity is None else identity
    of_kind = [r.c.kind == literal_column(f"'{kind}'", Text), r.c.object_id == item]
    if verdict == "waiting":
        return [~select(r.c.object_id).where(*of_kind, r.c.verdict.is_not(None)).exists()]
    newest = select(r.c.object_id).where(of_kind[0], r.c.verdict == verdict).order_by(r.c.verdict_at.desc())
    return [item.in_(select(newest.limit(VERDICTS).cte("judged").prefix_with("MATERIALIZED").c.object_id))]
