"""Who judged what, what waits, and how reviewing goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Double,
    Interval,
    Text,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from queries import keyset
from queries.content_filters import SOURCES, Kind
from queries.job_states import span
from queries.tables import accounts, creators, review, review_verdict
from queries.tables.base import Rows

DAYS: Final = 30
"""How far back the statistics and the backlog look."""
TOP: Final = 8

v, r = review_verdict, review


def history(kind: Kind, object_id: UUID) -> Rows:
    """Every verdict and skip that an item got, newest first.

    Columns: id, reviewer_email, verdict, reasons, words, decided_at, seconds, is_late, undone_at.
    """
    columns = (v.c.id, v.c.reviewer_email, v.c.verdict, v.c.reasons, v.c.words, v.c.decided_at, v.c.seconds)
    return (
        select(*columns, v.c.is_late, v.c.undone_at)
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
    ).where(v.c.reviewer_id == reviewer, v.c.undone_at.is_(None), v.c.decided_at >= _today())


def per_day() -> Rows:
    """Verdicts of each reviewer on each of the last `DAYS` days. Columns: day, reviewer, verdicts, median_s."""
    day = _day(v.c.decided_at)
    return (
        select(
            day.label("day"),
            v.c.reviewer_email.label("reviewer"),
            func.count().label("verdicts"),
            func.percentile_cont(0.5).within_group(v.c.seconds).filter(~v.c.is_late).label("median_s"),
        )
        .where(*_counted())
        .group_by(day, v.c.reviewer_email)
        .order_by(day, v.c.reviewer_email)
    )


def shares(by: str) -> Rows:
    """Verdicts by platform, creator, account or model over the last `DAYS` days, the most judged first.

    Columns: name, verdicts, approved, needs_work, rejected, approved_share.
    """
    name, joined = {
        "platform": (v.c.platform, v),
        "model": (v.c.ai_model, v),
        "creator": (
            func.coalesce(creators.c.display_name, creators.c.username),
            v.outerjoin(creators, creators.c.id == v.c.creator_id),
        ),
        "account": (accounts.c.name, v.outerjoin(accounts, accounts.c.id == v.c.account_id)),
    }[by]
    label = func.coalesce(name, "—")

    def counted(verdict: str) -> ColumnElement[Any]:
        return func.count().filter(v.c.verdict == verdict)

    return (
        select(
            label.label("name"),
            func.count().label("verdicts"),
            counted("approve").label("approved"),
            counted("needs_work").label("needs_work"),
            counted("reject").label("rejected"),
            (cast(counted("approve"), Double) / func.count()).label("approved_share"),
        )
        .select_from(joined)
        .where(*_counted())
        .group_by(label)
        .order_by(func.count().desc(), label)
        .limit(TOP)
    )


def agreement() -> Rows:
    """How often two reviewers of one item agreed, over the last `DAYS` days: the last verdict of each.

    Columns: items (judged by two or more), agreed.
    """
    last = (
        select(v.c.kind, v.c.object_id, v.c.reviewer_id, v.c.verdict)
        .ext(distinct_on(v.c.kind, v.c.object_id, v.c.reviewer_id))
        .where(*_counted())
        .order_by(v.c.kind, v.c.object_id, v.c.reviewer_id, v.c.id.desc())
        .subquery()
    )
    several = (
        select((func.min(last.c.verdict) == func.max(last.c.verdict)).label("agreed"))
        .group_by(last.c.kind, last.c.object_id)
        .having(func.count() > 1)
        .subquery()
    )
    return select(func.count().label("items"), func.count().filter(several.c.agreed).label("agreed"))


def backlog(kind: Kind) -> Rows:
    """What was added and what was first judged on each of the last `DAYS` days, of what was added in them and is done.

    Columns: day, added, judged, waiting (at the end of the day; running sum of added less judged).
    """
    t = SOURCES[kind]
    at = t.table.c.created_at
    recent = [at >= _since(), t.status == "completed"]
    days = func.generate_series(
        cast(_since(), Date), cast(func.now(), Date), literal_column("interval '1 day'", Interval)
    )
    day = select(cast(days, Date).label("day")).subquery()
    added = select(_day(at).label("day"), func.count().label("n")).where(*recent).group_by(_day(at)).subquery()
    is_kind = r.c.kind == literal_column(f"'{kind}'", Text)
    judged = (
        select(_day(r.c.verdict_at).label("day"), func.count().label("n"))
        .join_from(r, t.table, t.table.c.id == r.c.object_id)
        .where(is_kind, r.c.verdict.is_not(None), *recent)
        .group_by(_day(r.c.verdict_at))
        .subquery()
    )
    come, gone = func.coalesce(added.c.n, 0), func.coalesce(judged.c.n, 0)
    return (
        select(
            day.c.day,
            come.label("added"),
            gone.label("judged"),
            cast(func.sum(come - gone).over(order_by=day.c.day), BigInteger).label("waiting"),
        )
        .outerjoin_from(day, added, added.c.day == day.c.day)
        .outerjoin(judged, judged.c.day == day.c.day)
        .order_by(day.c.day)
    )


def oldest_waiting(kind: Kind) -> Rows:
    """What waits for its first verdict of what was added within `DAYS` days and is done.

    Columns: items (at most `COUNT_CAP`), is_capped, oldest_at.
    """
    t = SOURCES[kind]
    at = t.table.c.created_at
    judged = select(r.c.object_id).where(
        r.c.kind == literal_column(f"'{kind}'", Text), r.c.object_id == t.table.c.id, r.c.verdict.is_not(None)
    )
    rows = select(t.table.c.id, at).where(at >= _since(), t.status == "completed", ~judged.exists())
    counted = select(keyset.capped_count(rows).label("n")).cte().prefix_with("MATERIALIZED")
    oldest = rows.order_by(at).limit(1).subquery()
    return select(
        func.least(counted.c.n, keyset.COUNT_CAP).label("items"),
        (counted.c.n > keyset.COUNT_CAP).label("is_capped"),
        select(oldest.c.created_at).scalar_subquery().label("oldest_at"),
    )


def offered(kind: Kind, reviewer: UUID) -> list[ColumnElement[bool]]:
    """That an item may be offered to a reviewer: nobody else holds it, and the reviewer has not skipped it since it was
    last queued."""
    identity = SOURCES[kind].table.c.id
    is_kind = literal_column(f"'{kind}'", Text)
    held = select(r.c.object_id).where(
        r.c.kind == is_kind, r.c.object_id == identity, r.c.claimed_until > func.now(), r.c.claimed_by != reviewer
    )
    skipped = (
        select(v.c.id)
        .outerjoin_from(v, r, (r.c.kind == v.c.kind) & (r.c.object_id == v.c.object_id))
        .where(
            v.c.kind == is_kind,
            v.c.object_id == identity,
            v.c.reviewer_id == reviewer,
            v.c.verdict == "skip",
            v.c.undone_at.is_(None),
            or_(r.c.requeued_at.is_(None), v.c.decided_at > r.c.requeued_at),
        )
    )
    return [~held.exists(), ~skipped.exists()]


def sample(kind: Kind, where: list[ColumnElement[bool]], per_day: int, days: int = 7) -> Rows:
    """The same random items for everybody: so many of each of the last so many UTC days, the newest day first.

    Columns: id, position. The choice is by a hash of the id, so it stands however often it is asked.
    """
    t = SOURCES[kind].table
    start = literal_column(f"date_trunc('day', now(), 'UTC') - interval '{int(days) - 1} days'")
    by_hash = func.hashtextextended(cast(t.c.id, Text), literal_column("7"))
    rank = func.row_number().over(partition_by=_day(t.c.created_at), order_by=by_hash).label("rank")
    ranked = select(t.c.id, _day(t.c.created_at).label("day"), rank).where(t.c.created_at >= start, *where).subquery()
    position = func.row_number().over(order_by=(ranked.c.day.desc(), ranked.c.rank)).label("position")
    return select(ranked.c.id, position).where(ranked.c.rank <= per_day)


def of_sample(kind: Kind, chosen: Rows, conditions: Sequence[ColumnElement[bool]]) -> Rows:
    """Those of a sample that meet the conditions, in its order. Columns: id, position."""
    sampled, t = chosen.cte("sampled"), SOURCES[kind].table
    found = select(sampled.c.id, sampled.c.position).join_from(sampled, t, t.c.id == sampled.c.id)
    return found.where(*conditions).order_by(sampled.c.position)


def _counted() -> list[ColumnElement[bool]]:
    return [v.c.undone_at.is_(None), v.c.verdict != "skip", v.c.decided_at >= _since()]


def _since() -> ColumnElement[Any]:
    return _today() - span(days=DAYS - 1)


def _today() -> ColumnElement[Any]:
    return literal_column("date_trunc('day', now(), 'UTC')")


def _day(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The UTC day of a time."""
    return cast(func.timezone(literal_column("'UTC'"), moment), Date)
