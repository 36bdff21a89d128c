"""What a content filter amounts to in SQL, in the shapes that stay fast on half a million pieces (docs/content.md)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, tuple_, union
from sqlalchemy.orm import aliased

from queries.content.filters import SOURCES, STUCK_HOURS, TEXT_FROM, ContentFilter, Judged, Kind, Source
from queries.sql.constants import constant
from queries.sql.keyset import more_than, newest
from queries.sql.text import contains, printable
from queries.sql.time import between, lately, span
from queries.tables import content_analysis, content_pieces, generated_content, generated_scripts, review
from queries.tables.base import Rows

SEEN: Final = 2_000
"""Pieces that are looked at for what no index is in the order of: the newest that match."""
SEARCHED: Final = 2_000
"""Pieces whose texts are read, the newest; all texts are searched through their index where those hold fewer than
`ENOUGH` hits, since words that most texts hold are what an index finds slowly. Neither status nor verdict moves this
window: a search finds one set, of which a tile counts, a queue offers and a file holds a part."""
ENOUGH: Final = 20
VERDICTS: Final = 2_000
"""Approved items, and so on, are those of so many last verdicts."""

c, s, g = content_pieces, generated_scripts, generated_content
a = content_analysis


Window = Literal["texts", "pieces", "verdicts"]
"""What is looked at no further than some number of the newest."""
WINDOWS: Final[tuple[Window, ...]] = get_args(Window)
Unseen = dict[Window, ColumnElement[bool]]
"""For each window that a read looks through, whether it left anything out."""


class Looked(NamedTuple):
    """The conditions on a table that a filter amounts to, and what was not looked at for them."""

    clauses: list[ColumnElement[bool]]
    unseen: Unseen


def clauses(kind: Kind, where: ContentFilter) -> list[ColumnElement[bool]]:
    """The conditions on the kind's table that the filter amounts to; none for an empty filter."""
    return looked(kind, where).clauses


def looked(kind: Kind, where: ContentFilter) -> Looked:
    """The conditions on the kind's table that the filter amounts to, and what they leave unseen."""
    found, unseen = own(kind, where)
    if kind == "piece" and (asked := analysed(where)):
        newest = select(a.c.id).where(a.c.content_piece_id == c.c.id, newest_analysis(), *asked)
        found = [*found, newest.correlate(c).exists()]
    return Looked(found, unseen)


def own(kind: Kind, where: ContentFilter) -> Looked:
    """The conditions without those on the analysis."""
    source = SOURCES[kind]
    t = source.table.c
    found: list[ColumnElement[bool]] = []
    if where.content_type and source.content_type is not None:
        found.append(source.content_type == where.content_type)
    if where.account_id:
        found.append(t.account_id == where.account_id)
    if where.added_hours is not None:
        found += lately(t.created_at, where.added_hours)
    found += between(t.created_at, where.since, where.until)
    of_item = in_status(source, where.status) + judged(kind, where.judged)
    if kind == "piece":
        found += of_pieces(where)
        origin = _hits(where, found) if _text(where) else Looked([], {})
    else:
        if where.model and source.model is not None:
            found.append(source.model == where.model)
        of_origin = where
        if kind == "media" and where.project_id:
            found.append(g.c.project_id == where.project_id)
            of_origin = replace(where, project_id=None)
        origin = _made_of(kind, of_origin)
    return Looked([*of_item, *found, *origin.clauses], unjudged(kind, where.judged) | origin.unseen)


def _made_of(kind: Kind, where: ContentFilter) -> Looked:
    """What the filter says about the piece that a script or media was made from."""
    inner = of_pieces(where)
    if of_few_pieces(where):
        hits = _hits(where, inner) if _text(where) else Looked([], {})
        matching = select(c.c.id).where(*inner, *hits.clauses)
        pieces = select(newest(matching, c.c.created_at, c.c.id, SEEN).cte("pieces").prefix_with("MATERIALIZED").c.id)
        scripts = select(s.c.id).where(s.c.content_piece_id.in_(pieces))
        made = s.c.content_piece_id.in_(pieces) if kind == "script" else g.c.script_id.in_(scripts)
        return Looked([made], {**hits.unseen, "pieces": more_than(matching, SEEN)})
    if not inner:
        return Looked([], {})
    # OFFSET keeps it a question about each row on the way: as a join, all such pieces would be read first.
    origin = select(c.c.id).where(c.c.id == s.c.content_piece_id, *inner).offset(0)
    if kind == "script":
        return Looked([origin.correlate(s).exists()], {})
    joined = select(c.c.id).join(s, s.c.content_piece_id == c.c.id).where(s.c.id == g.c.script_id, *inner).offset(0)
    return Looked([joined.correlate(g).exists()], {})


def _text(where: ContentFilter) -> str:
    """The text that is searched for; none where it is too short."""
    text = printable(where.text)
    return text if len(text) >= TEXT_FROM else ""


def _hits(where: ContentFilter, others: list[ColumnElement[bool]]) -> Looked:
    """The pieces under the other conditions that hold the text: of the newest, or where those have few, of all."""
    columns = (c.c.title, c.c.description, c.c.transcript)
    window = newest(select(c.c.id, *columns).where(*others), c.c.created_at, c.c.id, SEARCHED).subquery("newest")
    said = [contains(column, _text(where)) for column in (window.c.title, window.c.description, window.c.transcript)]
    near = select(window.c.id).where(or_(*said)).cte("near").prefix_with("MATERIALIZED")
    is_rare = select(func.count() < ENOUGH).select_from(near).scalar_subquery()
    has_older = more_than(select(c.c.id).where(*others), SEARCHED)
    anywhere = or_(*(contains(column, _text(where)) for column in columns))
    # Not in the index's own order, or PostgreSQL would walk all pieces for it.
    later = func.coalesce(c.c.created_at, literal_column("'-infinity'::timestamptz")).desc()
    indexed = select(c.c.id).where(is_rare, has_older, anywhere, *others).order_by(later).limit(SEEN + 1)
    far = indexed.cte("far").prefix_with("MATERIALIZED")
    is_cut = select(func.count() > SEEN).select_from(far).scalar_subquery()
    both = union(select(near.c.id), select(far.c.id)).subquery()
    hits = select(select(both.c.id).cte("hits").prefix_with("MATERIALIZED").c.id)
    return Looked([c.c.id.in_(hits)], {"texts": and_(has_older, or_(~is_rare, is_cut))})


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
    return asked + ([a.c.ai_model_used == where.model] if where.model else [])


def judged(kind: Kind, verdict: Judged, identity: ColumnElement[Any] | None = None) -> list[ColumnElement[bool]]:
    """What the verdict that counts for an item must be; nothing for any. `identity` is the item's id."""
    if verdict == "any":
        return []
    r = aliased(review, name="judged")
    item = SOURCES[kind].table.c.id if identity is None else identity
    of_kind = [r.c.kind == constant(kind), r.c.object_id == item]
    if verdict == "waiting":
        return [~select(r.c.object_id).where(*of_kind, r.c.verdict.is_not(None)).exists()]
    newest = _newest_verdicts(kind, verdict).limit(VERDICTS)
    return [item.in_(select(newest.cte("judged").prefix_with("MATERIALIZED").c.object_id))]


def unjudged(kind: Kind, verdict: Judged) -> Unseen:
    """Whether more items have the verdict than `judged` looks at."""
    is_windowed = verdict not in {"any", "waiting"}
    return {"verdicts": more_than(_newest_verdicts(kind, verdict), VERDICTS)} if is_windowed else {}


def _newest_verdicts(kind: Kind, verdict: Judged) -> Rows:
    r = aliased(review, name="judged")
    is_kind = r.c.kind == constant(kind)
    return select(r.c.object_id).where(is_kind, r.c.verdict == verdict).order_by(r.c.verdict_at.desc())
