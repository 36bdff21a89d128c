"""How reviewing goes: who judged how much, what was found where, and whether the backlog grows."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Date, Double, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from queries.content.filters import SOURCES, Kind
from queries.content.reviews import day_of, today
from queries.sql.constants import constant
from queries.sql.time import span
from queries.tables import accounts, creators, review, review_verdict
from queries.tables.base import Rows

DAYS: Final = 30
"""How far back the statistics and the backlog look."""
TOP: Final = 8

v, r = review_verdict, review


def per_day() -> Rows:
    """Verdicts of each reviewer on each of the last `DAYS` days. Columns: day, reviewer, verdicts, median_s."""
    day = day_of(v.c.decided_at)
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

    Columns: name, verdicts, approved, needs_work, rejected, approved_share, total (of
    all, beyond the limit).
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
            func.count().over().label("total"),
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
    often = select(v.c.kind, v.c.object_id).where(*_counted()).group_by(v.c.kind, v.c.object_id)
    often = often.having(func.count() > 1).cte("often")
    last = (
        select(v.c.kind, v.c.object_id, v.c.reviewer_id, v.c.verdict)
        .join(often, (often.c.kind == v.c.kind) & (often.c.object_id == v.c.object_id))
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
    days = func.generate_series(cast(_since(), Date), cast(func.now(), Date), span(days=1))
    day = select(cast(days, Date).label("day")).subquery()
    added = select(day_of(at).label("day"), func.count().label("n")).where(*recent).group_by(day_of(at)).subquery()
    is_kind = r.c.kind == constant(kind)
    judged = (
        select(day_of(r.c.verdict_at).label("day"), func.count().label("n"))
        .join_from(r, t.table, t.table.c.id == r.c.object_id)
        .where(is_kind, r.c.verdict.is_not(None), *recent)
        .group_by(day_of(r.c.verdict_at))
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


def _counted() -> list[ColumnElement[bool]]:
    return [v.c.undone_at.is_(None), v.c.verdict != "skip", v.c.decided_at >= _since()]


def _since() -> ColumnElement[Any]:
    return today() - span(days=DAYS - 1)
