"""Who judged what, and what may be offered to whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from queries.content.conditions import judged
from queries.content.filters import SOURCES, Judged, Kind
from queries.sql import usable
from queries.sql.constants import constant
from queries.tables import review, review_verdict
from queries.tables.base import Rows

v, r = review_verdict, review


def history(kind: Kind, object_id: UUID) -> Rows:
    """Every verdict and skip that an item got, newest first.

    Columns: id, reviewer_email, verdict, reasons, words, decided_at, seconds, is_late, undone_at, total (of all, beyond
    the limit).
    """
    columns = (v.c.id, v.c.reviewer_email, v.c.verdict, v.c.reasons, v.c.words, v.c.decided_at, v.c.seconds)
    return (
        select(*columns, v.c.is_late, v.c.undone_at, func.count().over().label("total"))
        .where(v.c.kind == kind, v.c.object_id == object_id)
        .order_by(v.c.id.desc())
        .limit(50)
    )


def standing(kind: Kind, object_id: UUID) -> Rows:
    """What counts for an item now and who holds it; no row when it was never offered.

    Columns: verdict, verdict_at, verdict_by, claimed_by, claimed_at, claimed_until, is_claimed.
    """
    held = func.coalesce(r.c.claimed_until > func.now(), False).label("is_claimed")
    columns = (r.c.verdict, r.c.verdict_at, r.c.verdict_by, r.c.claimed_by, r.c.claimed_at, r.c.claimed_until)
    return select(*columns, held).where(r.c.kind == kind, r.c.object_id == object_id)


def decided_by(reviewer: UUID) -> Rows:
    """What a reviewer did today (UTC). Columns: decided (verdicts), skipped, median_s."""
    is_skip = v.c.verdict == "skip"
    return select(
        func.count().filter(~is_skip).label("decided"),
        func.count().filter(is_skip).label("skipped"),
        func.percentile_cont(0.5).within_group(v.c.seconds).filter(~v.c.is_late).label("median_s"),
    ).where(v.c.reviewer_id == reviewer, v.c.undone_at.is_(None), v.c.decided_at >= today())


def offered(kind: Kind, reviewer: UUID, identity: ColumnElement[Any] | None = None) -> list[ColumnElement[bool]]:
    """That an item may be offered to a reviewer: nobody else holds it, and the reviewer has not skipped it since it was
    last queued. `identity` is the item's id."""
    item = SOURCES[kind].table.c.id if identity is None else identity
    is_kind = constant(kind)
    held = select(r.c.object_id).where(r.c.kind == is_kind, r.c.claimed_until > func.now(), r.c.claimed_by != reviewer)
    skipped = (
        select(v.c.object_id)
        .outerjoin_from(v, r, (r.c.kind == v.c.kind) & (r.c.object_id == v.c.object_id))
        .where(
            v.c.kind == is_kind,
            v.c.reviewer_id == reviewer,
            v.c.verdict == "skip",
            v.c.undone_at.is_(None),
            or_(r.c.requeued_at.is_(None), v.c.decided_at > r.c.requeued_at),
        )
    )
    # Both lists are short and read once, whatever the order of the walk.
    return [item.not_in(held), item.not_in(skipped)]


def sample(kind: Kind, where: list[ColumnElement[bool]], per_day: int, days: int = 7) -> Rows:
    """The same random items for everybody: so many of each of the last so many UTC days, the newest day first.

    Columns: id, position. The choice is by a hash of the id, so it stands however often it is asked.
    """
    t = SOURCES[kind].table
    start = literal_column(f"date_trunc('day', now(), 'UTC') - interval '{int(days) - 1} days'")
    by_hash = func.hashtextextended(cast(t.c.id, Text), literal_column("7"))
    rank = func.row_number().over(partition_by=day_of(t.c.created_at), order_by=by_hash).label("rank")
    recent = [t.c.created_at >= start, usable.has_been(t.c.created_at)]
    ranked = select(t.c.id, day_of(t.c.created_at).label("day"), rank).where(*recent, *where).subquery()
    position = func.row_number().over(order_by=(ranked.c.day.desc(), ranked.c.rank)).label("position")
    return select(ranked.c.id, position).where(ranked.c.rank <= per_day)


def of_sample(kind: Kind, chosen: Rows, verdict: Judged, reviewer: UUID) -> Rows:
    """Those of a sample that have that verdict and may be offered, in its order. Columns: id, position."""
    sampled = chosen.cte("sampled").prefix_with("MATERIALIZED")
    found = select(sampled.c.id, sampled.c.position)
    free = [*judged(kind, verdict, sampled.c.id), *offered(kind, reviewer, sampled.c.id)]
    return found.where(*free).order_by(sampled.c.position)


def today() -> ColumnElement[Any]:
    """The beginning of the UTC day."""
    return literal_column("date_trunc('day', now(), 'UTC')")


def day_of(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The UTC day of a time."""
    return cast(func.timezone(literal_column("'UTC'"), moment), Date)
