"""Where credits are recorded: daily statistics, artefacts, jobs. The records overlap: never add across them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, FromClause, func, select, union_all

from queries.rollups import state
from queries.sql.constants import constant
from queries.sql.time import midnight, utc_day
from queries.sql.whose import whose
from queries.tables import account_usage_stats as stats
from queries.tables import content_analysis, content_pieces, generated_content, generated_scripts
from queries.tables.base import Rows
from queries.usage.filters import Feature, UsageFilter


class Artefact(NamedTuple):
    """Where one feature's credits stand: the table, whose it is, when it was done and what it cost."""

    rows: FromClause
    account_id: ColumnElement[Any]
    done_at: ColumnElement[Any]
    credits: ColumnElement[Any]
    kept: list[ColumnElement[bool]]


def _media(content_type: str) -> Artefact:
    return Artefact(
        generated_content,
        generated_content.c.account_id,
        func.coalesce(generated_content.c.processing_completed_at, generated_content.c.created_at),
        generated_content.c.generation_cost_credits,
        [generated_content.c.content_type == constant(content_type)],
    )


ARTEFACTS: Final[dict[Feature, Artefact]] = {
    "analysis": Artefact(
        # An analysis belongs to its piece's account; PostgreSQL drops the join where nobody asks whose it is.
        content_analysis.outerjoin(content_pieces, content_pieces.c.id == content_analysis.c.content_piece_id),
        content_pieces.c.account_id,
        func.coalesce(content_analysis.c.analyzed_at, content_analysis.c.created_at),
        content_analysis.c.analysis_cost_credits,
        [],
    ),
    "scripts": Artefact(
        generated_scripts,
        generated_scripts.c.account_id,
        func.coalesce(generated_scripts.c.generated_at, generated_scripts.c.created_at),
        generated_scripts.c.generation_cost_credits,
        [],
    ),
    "voice": _media("audio"),
    "avatar": _media("video"),
}


def recorded(where: UsageFilter) -> Rows:
    """Credits per account and day under the filter. Columns: account_id, day, credits.

    From `account_usage_stats`, the one place that has them all; where the filter names a feature, which the statistics
    do not tell apart, from that feature's artefacts.
    """
    if where.feature:
        return by_artefact(where, where.feature, with_account=True)
    return select(
        stats.c.account_id,
        stats.c.stat_date.label("day"),
        func.coalesce(stats.c.total_credits_used, 0).label("credits"),
    ).where(
        stats.c.stat_date >= where.since,
        stats.c.stat_date < where.until,
        *whose(stats.c.account_id, where.account_id, where.plan),
    )


def by_artefact(where: UsageFilter, feature: Feature, *, with_account: bool) -> Rows:
    """One feature's credits per day, on the day the artefact was done. Columns: (account_id,) day, credits."""
    at = ARTEFACTS[feature]
    day = utc_day(at.done_at)
    keys = [*([at.account_id.label("account_id")] if with_account else []), day.label("day")]
    return (
        select(*keys, func.coalesce(func.sum(at.credits), 0).cast(BigInteger).label("credits"))
        .select_from(at.rows)
        .where(
            at.done_at >= midnight(where.since),
            at.done_at < midnight(where.until),
            *at.kept,
            *whose(at.account_id, where.account_id, where.plan),
        )
        .group_by(*([at.account_id] if with_account else []), day)
    )


def per_day(where: UsageFilter) -> Rows:
    """Credits per day under the filter, recorded as in `recorded`. Columns: day, credits."""
    if where.feature:
        return by_artefact(where, where.feature, with_account=False)
    if where.is_fleet:
        days = state.usage_days(where.since, where.until)
        return select(days.c.bucket.label("day"), days.c.credits)
    had = recorded(where).subquery("had")
    return select(had.c.day, func.sum(had.c.credits).cast(BigInteger).label("credits")).group_by(had.c.day)


def artefacts_total(where: UsageFilter) -> ColumnElement[Any]:
    """All features' credits by artefacts, or those of the filter's feature."""
    features: list[Feature] = [where.feature] if where.feature else list(ARTEFACTS)
    parts = union_all(*(select(by_artefact(where, name, with_account=False).subquery().c.credits) for name in features))
    found = parts.subquery()
    return select(func.coalesce(func.sum(found.c.credits), 0).cast(BigInteger)).scalar_subquery()
