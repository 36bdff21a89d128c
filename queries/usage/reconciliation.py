"""What each place that records credits says of the same days; they overlap, so they are compared and never added."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, func, literal_column, null, select

from queries.jobs import states
from queries.rollups import state
from queries.sql.outcomes import ended_at
from queries.sql.time import midnight
from queries.sql.whose import whose
from queries.tables import processing_queue as q
from queries.tables.base import Rows
from queries.usage.credits import artefacts_total, per_day
from queries.usage.filters import Feature, UsageFilter

JOB_TYPES: Final[dict[Feature, str]] = {
    "analysis": "content_analysis",
    "scripts": "script_generation",
    "voice": "voice_generation",
    "avatar": "avatar_generation",
}
"""The jobs that do a feature's work."""


def recorded_where(where: UsageFilter) -> Rows:
    """Credits of the range by each record.

    Columns: stats (`account_usage_stats`), artefacts (analyses, scripts, media), jobs (`actual_credits` of jobs that
    ended), logs (API calls). NULL where the record does not tell the filter's rows apart: statistics and calls know no
    feature.
    """
    stats = null().cast(BigInteger) if where.feature else _total(select(per_day(where).subquery("stats").c.credits))
    logs = null().cast(BigInteger) if where.feature else _logs(where)
    return select(
        stats.label("stats"), artefacts_total(where).label("artefacts"), _jobs(where).label("jobs"), logs.label("logs")
    )


def _jobs(where: UsageFilter) -> ColumnElement[Any]:
    """Of one account or plan by its jobs; of everybody by the roll-up."""
    since, until = midnight(where.since), midnight(where.until)
    if where.account_id or where.plan:
        kept = [states.any_status(states.TERMINAL), ended_at() >= since]
        kept += [ended_at() < until, *whose(q.c.account_id, where.account_id, where.plan)]
        if where.feature:
            kept.append(q.c.job_type == JOB_TYPES[where.feature])
        return _total(select(q.c.actual_credits.label("credits")).where(*kept))
    hours = state.job_hours(since, until)
    done = select(hours.c.credits)
    return _total(done.where(hours.c.job_type == JOB_TYPES[where.feature]) if where.feature else done)


def _logs(where: UsageFilter) -> ColumnElement[Any]:
    if not (where.account_id or where.plan):
        return _total(select(state.api_call_days(where.since, where.until).c.credits))
    of = state.account_api_days(where.since, where.until)
    return _total(select(of.c.credits).where(*whose(of.c.account_id, where.account_id, where.plan)))


def _total(credits: Rows) -> ColumnElement[Any]:
    found = credits.subquery()
    return select(func.coalesce(func.sum(found.c.credits), literal_column("0")).cast(BigInteger)).scalar_subquery()
