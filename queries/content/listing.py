"""Which pieces, scripts and generated media there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Literal, cast
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Text,
    and_,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from queries.content.columns import joined
from queries.content.conditions import (
    SEEN,
    WINDOWS,
    Looked,
    Unseen,
    analysed,
    clauses,
    in_status,
    judged,
    looked,
    newest_analysis,
    of_few_pieces,
    own,
    unjudged,
)
from queries.content.filters import DERIVED, SOURCES, STATUSES, ContentFilter, Kind
from queries.sql import keyset
from queries.sql.keyset import COUNT_CAP, Cursor, Key
from queries.tables import (
    content_analysis,
    content_pieces,
    generated_content,
    generated_scripts,
    review,
)
from queries.tables.base import Rows

Sort = Literal["created", "engagement", "sentiment"]
"""What a list can be sorted by: each is an index. Scores sort pieces only, and then only those that have the score."""
EXPORT_CAP: Final = 20_000
DEAR_CAP: Final = 1_000
"""Where a count stops when every row of it costs a look-up: in an analysis, a long text or another table."""

c, s, g = content_pieces, generated_scripts, generated_content
a, r = content_analysis, review


def page(kind: Kind, where: ContentFilter, sort: Sort, descending: bool, cursor: Cursor | None, limit: int) -> Rows:
    """One page of a kind, in display order; items without a creation time come last.

    Columns: those of `content_columns.joined`, sort_key (with id the `Cursor` of a row) and has_more (rows follow in
    the walked direction).
    """
    table = SOURCES[kind].table
    key, (conditions, _) = _order(kind, sort, where)
    walked = keyset.keyset_page(key, conditions, descending, cursor, limit)
    return (
        joined(kind, walked.join(table, table.c.id == walked.c.id))
        .add_columns(walked.c.key.label("sort_key"), walked.c.has_more)
        .order_by(walked.c.position)
    )


def first(
    kind: Kind, where: ContentFilter, sort: Sort, descending: bool, limit: int, free: Sequence[ColumnElement[bool]] = ()
) -> Rows:
    """The first so many ids of the list that are also `free`, in its order. Columns: id, position."""
    key, (conditions, _) = _order(kind, sort, where)
    walked = keyset.keyset_page(key, [*conditions, *free, key.id == SOURCES[kind].table.c.id], descending, None, limit)
    return select(walked.c.id, walked.c.position).order_by(walked.c.position)


def total(kind: Kind, where: ContentFilter, sort: Sort = "created", free: Sequence[ColumnElement[bool]] = ()) -> Rows:
    """How many items match and are also `free`, up to `COUNT_CAP` or `DEAR_CAP`. Columns: those of `counted`."""
    key, (conditions, unseen) = _order(kind, sort, where)
    held = [] if sort == "created" else [key.has_value]
    joined = [key.id == SOURCES[kind].table.c.id] if free else []
    ids = select(key.id).where(*conditions, *held, *joined, *free)
    # As the list walks, whose pages are in memory by then.
    ids = ids if kind == "piece" else ids.order_by(key.value.desc(), key.id.desc())
    return counted(ids, _cap(kind, where, sort, free), unseen)


def counted(rows: Rows, cap: int, unseen: Unseen) -> Rows:
    """How many rows there are.

    Columns: items (at most the cap), is_floor (there are more, or there may be, as something was not looked at) and
    for each of `WINDOWS` unseen_NAME (whether it left something out).
    """
    number = select(keyset.capped_count(rows, cap).label("n")).cte().prefix_with("MATERIALIZED")
    left = select(*(unseen.get(name, false()).label(f"unseen_{name}") for name in WINDOWS)).cte("left_out")
    is_floor = or_(number.c.n > cap, *left.c).label("is_floor")
    return select(func.least(number.c.n, cap).label("items"), is_floor, *left.c).join_from(number, left, true())


def status_counts(kind: Kind, where: ContentFilter, sort: Sort = "created") -> Rows:
    """How many items are in each status under the filter, whatever status it names.

    Columns: status (`unknown` where there is none; `stuck` beside its own), items, is_floor (there are, or may be,
    more). Where a count is dear, or a whole index would be read for few, the first `SEEN` items found are told apart by
    status; `stuck` is then always among the rows.
    """
    if _cap(kind, where.of(""), sort) == DEAR_CAP or where.of("").is_narrow:
        return _status_counts_of_some(kind, where.of(""), sort)
    parts: list[Rows] = []
    for status in (*STATUSES, *DERIVED):
        ids = select(SOURCES[kind].table.c.id).where(*clauses(kind, where.of(status)))
        number = select(keyset.capped_count(ids).label("n")).subquery()
        parts.append(select(literal(status, Text).label("status"), number.c.n))
    counts = union_all(*parts).subquery()
    return select(
        counts.c.status, func.least(counts.c.n, COUNT_CAP).label("items"), (counts.c.n > COUNT_CAP).label("is_floor")
    )


def _status_counts_of_some(kind: Kind, where: ContentFilter, sort: Sort) -> Rows:
    key, (conditions, unseen) = _order(kind, sort, where)
    t = SOURCES[kind]
    held = [] if sort == "created" else [key.has_value]
    joined = [] if key.id is t.table.c.id else [key.id == t.table.c.id]
    stuck = and_(*in_status(t, "stuck")).label("is_stuck")
    some = select(t.status.label("status"), stuck).where(*conditions, *held, *joined).limit(SEEN + 1).cte("some")
    is_more = select(func.count() > SEEN).select_from(some).scalar_subquery()
    is_floor = or_(is_more, *unseen.values()).label("is_floor")
    status = func.coalesce(some.c.status, literal("unknown", Text))
    told = select(status.label("status"), func.count().label("items"), is_floor).group_by(status)
    derived = select(literal("stuck", Text), func.count(), is_floor).select_from(some).where(some.c.is_stuck)
    return select(*union_all(told, derived).subquery().c)


def _window(kind: Kind, where: ContentFilter) -> Looked:
    """That an analysis is of one of the newest pieces that match, what their analysis says aside."""
    conditions, unseen = own(kind, where)
    matching = select(c.c.id).where(*conditions)
    window = keyset.newest(matching, c.c.created_at, c.c.id, SEEN).cte("window").prefix_with("MATERIALIZED")
    found = a.c.content_piece_id.in_(select(window.c.id))
    return Looked([found], {**unseen, "pieces": keyset.more_than(matching, SEEN)})


def export(
    kind: Kind, where: ContentFilter, sort: Sort = "created", descending: bool = True, limit: int = EXPORT_CAP
) -> Rows:
    """The list for a CSV, in its order, at most `limit`. Columns: those of `content_columns.joined`."""
    table = SOURCES[kind].table
    key, (conditions, _) = _order(kind, sort, where)
    walked = keyset.keyset_page(key, conditions, descending, None, limit)
    return joined(kind, walked.join(table, table.c.id == walked.c.id)).order_by(walked.c.position)


def _cap(kind: Kind, where: ContentFilter, sort: Sort, free: Sequence[ColumnElement[bool]] = ()) -> int:
    is_dear = sort != "created" or where.is_analysed or where.text or where.judged != "any" or free
    return DEAR_CAP if is_dear or (kind != "piece" and (where.platform or of_few_pieces(where))) else COUNT_CAP


def _order(kind: Kind, sort: Sort, where: ContentFilter) -> tuple[Key, Looked]:
    """What a list walks, and the conditions on the way.

    Pieces by score, and those whose analysis is asked about, are found along the analyses, whose indexes carry what can
    be asked; the newest are then the last analysed.
    """
    at: ColumnElement[Any] = SOURCES[kind].table.c.created_at
    if kind != "piece" or (sort == "created" and not where.is_analysed):
        return Key(at, SOURCES[kind].table.c.id, at.is_not(None), at.is_(None)), looked(kind, where)
    identity = cast("ColumnElement[UUID]", a.c.content_piece_id)
    asked = [*analysed(where), newest_analysis()]
    if where.text or (sort != "created" and where.is_narrow):
        found, unseen = _window(kind, where)
        asked += found
    else:
        asked += judged(kind, where.judged, identity)
        unseen = unjudged(kind, where.judged)
        if conditions := own(kind, replace(where, judged="any")).clauses:
            asked += [identity == c.c.id, *conditions]
    if sort == "created":
        return Key(a.c.created_at, identity, a.c.created_at.is_not(None), a.c.created_at.is_(None)), Looked(
            asked, unseen
        )
    score = a.c.engagement_score if sort == "engagement" else a.c.sentiment_score
    # As text: SQLAlchemy would make of `false()` and the join's condition nothing but false, and of the join a product.
    return Key(score, identity, score.is_not(None), literal_column("false", Boolean)), Looked(asked, unseen)
