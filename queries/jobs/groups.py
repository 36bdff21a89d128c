"""Why jobs failed: failures of the same cause together."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Double, Text, func, select, true
from sqlalchemy.dialects.postgresql import array

from queries.jobs import states
from queries.jobs.filters import JobFilter, job_clauses
from queries.jobs.signatures import has_older, newest_failures
from queries.sql import keyset, time, usable
from queries.sql.constants import constant
from queries.sql.outcomes import ended_at
from queries.tables import processing_queue as q
from queries.tables.base import Rows


def failed_by_signature(where: JobFilter) -> Rows:
    """Why jobs failed: the newest `signatures.WINDOW` failures under the filter, grouped by error signature.

    Columns: signature, hash (of it), jobs, share (of the window), first_at, last_at (failure times), job_types (list),
    accounts (how many), per_hour (of the last 24 hours, the running one last), is_window_full (older failures were not
    looked at). Most first.
    """
    return _by_signature(job_clauses(where.of("failed")))


def failed_recently() -> Rows:
    """The Overview's line on failed jobs: the most frequent cause of the last 24 hours; no row when nothing failed.

    Columns: those of `failed_by_signature`, and failed (jobs of every cause, at most `COUNT_CAP`), is_capped (more
    failed).
    """
    lately = time.lately(ended_at(), 24)
    groups = _by_signature(lately).subquery()
    failed = keyset.capped(select(q.c.id).where(states.is_status("failed"), *lately), "failed").subquery()
    return (
        select(groups, failed.c.failed, failed.c.is_capped)
        .join_from(groups, failed, true())
        .order_by(groups.c.jobs.desc(), groups.c.signature)
        .limit(1)
    )


def _by_signature(clauses: list[ColumnElement[bool]]) -> Rows:
    rows = newest_failures(clauses, q.c.job_type, q.c.account_id).subquery()
    f = select(rows, time.hours_ago(usable.moment(rows.c.ended_at)).label("hour")).cte("f")
    window = select(func.count()).select_from(f).scalar_subquery()
    per_hour = [func.count().filter(f.c.hour == constant(hour)) for hour in reversed(range(25))]
    return (
        select(
            f.c.signature,
            f.c.hash,
            func.count().label("jobs"),
            (func.count().cast(Double) / window).label("share"),
            func.min(usable.moment(f.c.ended_at)).label("first_at"),
            func.max(usable.moment(f.c.ended_at)).label("last_at"),
            func.array_agg(f.c.job_type.cast(Text).distinct()).label("job_types"),
            func.count(f.c.account_id.distinct()).label("accounts"),
            array(per_hour).label("per_hour"),
            has_older(clauses).label("is_window_full"),
        )
        .group_by(f.c.signature, f.c.hash)
        .order_by(func.count().desc(), f.c.signature)
    )
