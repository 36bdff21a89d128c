"""How long jobs waited and ran, by one rule: from the roll-up, or where it does not tell jobs apart from jobs."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    SmallInteger,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from queries.jobs import states
from queries.jobs.filters import JobFilter, job_clauses
from queries.jobs.health import is_rolled
from queries.rollups import state
from queries.sql import histograms
from queries.sql.outcomes import ended_at
from queries.sql.time import last, lately, seconds, span
from queries.tables import processing_queue as q
from queries.tables.base import Rows

TIMED: Final = 10_000
"""Where the roll-up does not tell jobs apart, so many that ended last are looked at, and for clocks that disagree."""
P95_LEAST: Final = 20
P99_LEAST: Final = 100
"""Below so many jobs a percentile says nothing."""

_NEWEST: Final = (ended_at().desc(), q.c.id.desc())
_LEAST: Final = {50: 1, 95: P95_LEAST, 99: P99_LEAST}
_HISTOGRAMS: Final = ("wait_hb", "wait_hn", "run_hb", "run_hn")


def timings(where: JobFilter, hours: int) -> Rows:
    """How long the jobs that ended in the last so many hours waited and ran, by type, and of all types together.

    Wait is from `scheduled_at` (else `created_at`) to `started_at`, run from there to the end (`completed_at`, else
    `updated_at`); one that is negative, or of a moment that cannot be, is in no percentile. Columns: job_type (None:
    all), jobs (with a wait or a run), wait_p50_s, wait_p95_s, wait_p99_s, run_p50_s, run_p95_s, run_p99_s (seconds,
    within 2 %; None under `P95_LEAST` and `P99_LEAST` jobs), skewed (of the newest `TIMED` ends those whose clocks
    disagree), is_window_full (there are older ends than those), is_cut (and they are in no percentile).
    """
    newest = _newest(where, hours).cte("newest")
    ends = _ends(where, newest, last(hours)).cte("ends")
    kinds = union_all(
        select(ends.c.job_type).distinct(), select(newest.c.job_type).distinct(), select(null().cast(Text))
    ).subquery("kinds")
    kind = select(kinds).distinct().subquery("kind")
    skewed = (
        select(newest.c.job_type, func.count().label("n"))
        .where(newest.c.is_skewed, ~newest.c.is_beyond)
        .group_by(newest.c.job_type)
        .subquery("skewed")
    )
    parts = {name: _by_type(ends, name).subquery(name) for name in ("wait", "run")}
    wait, run = parts.values()
    is_full = select(newest.c.is_beyond).where(newest.c.is_beyond).exists()
    of_all = select(func.sum(skewed.c.n)).scalar_subquery()
    found = select(
        kind.c.job_type,
        func.greatest(wait.c.n, run.c.n, 0).label("jobs"),
        *(
            case((part.c.n >= least, part.c[f"p{percent}_ms"] / 1000)).label(f"{name}_p{percent}_s")
            for name, part in parts.items()
            for percent, least in _LEAST.items()
        ),
        func.coalesce(case((kind.c.job_type.is_(None), of_all), else_=skewed.c.n), 0).cast(BigInteger).label("skewed"),
        is_full.label("is_window_full"),
        (false() if is_rolled(where) else is_full).label("is_cut"),
    ).outerjoin_from(kind, skewed, skewed.c.job_type == kind.c.job_type)
    for part in (wait, run):
        found = found.outerjoin(part, part.c.job_type.is_not_distinct_from(kind.c.job_type))
    return found.order_by(kind.c.job_type.nulls_last())


def queue_wait() -> Rows:
    """The wait of all jobs as `timings` has it: the 95th percentile of the last 24 hours, beside the 24 before.

    Columns: value_s and previous_s (seconds; None under `P95_LEAST` jobs), jobs (with a wait), series (seconds per
    hour, the running one last; None where no job ended).
    """
    since = last(24)
    ended = state.job_hours(last(48), func.now())
    half = case((ended.c.bucket >= since, literal("now", Text)), else_=literal("before", Text)).label("half")
    halves = select(half, ended.c.wait_hb, ended.c.wait_hn).subquery("halves")
    p = histograms.percentiles(halves, ["half"], bins="wait_hb", counts="wait_hn", ps=(95,)).cte("p")
    hourly = histograms.percentiles(ended, ["bucket"], bins="wait_hb", counts="wait_hn", ps=(95,)).subquery("hourly")
    hours = select(func.generate_series(since, func.now(), span(hours=1)).label("at")).subquery("hours")
    course = select(func.array_agg(aggregate_order_by(hourly.c.p95_ms / 1000, hours.c.at))).select_from(
        hours.outerjoin(hourly, hourly.c.bucket == hours.c.at)
    )

    def of(name: str, column: ColumnElement[Any]) -> Any:
        return select(column).where(p.c.half == name).scalar_subquery()

    return select(
        of("now", _told(p)).label("value_s"),
        of("before", _told(p)).label("previous_s"),
        func.coalesce(of("now", p.c.n), 0).label("jobs"),
        course.scalar_subquery().label("series"),
    )


def durations(
    due_at: ColumnElement[Any], started_at: ColumnElement[Any], ended: ColumnElement[Any]
) -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    """How long a run waited and ran, in seconds, as `dashboard.job_rows` has it, and whether its clocks disagree.

    None where a moment is missing, cannot be, or lies before the one it follows; the last two are clocks that disagree,
    and so is a start ahead of now.
    """
    earliest = func.dashboard.earliest()
    has_start = and_(started_at >= earliest, started_at <= func.least(ended, func.now()) + span(days=1))
    wait_s = case((and_(has_start, due_at >= earliest, due_at <= started_at), seconds(due_at, started_at)))
    run_s = case((and_(has_start, started_at <= ended), seconds(started_at, ended)))
    is_skewed = or_(
        and_(ended.is_not(None), run_s.is_(None)),
        and_(ended.is_(None), started_at > func.now()),
        and_(due_at.is_not(None), wait_s.is_(None)),
    )
    return wait_s, run_s, func.coalesce(and_(started_at.is_not(None), is_skewed), literal_column("false"))


def _told(p: FromClause) -> ColumnElement[Any]:
    return case((p.c.n >= P95_LEAST, p.c.p95_ms / 1000))


def _by_type(ends: CTE, name: str) -> Rows:
    """Columns: job_type (None: all), n, p50_ms, p95_ms, p99_ms."""
    bins, counts = f"{name}_hb", f"{name}_hn"
    return histograms.percentiles(ends, ["job_type"], bins=bins, counts=counts, ps=tuple(_LEAST), with_all=True)


def _ends(where: JobFilter, newest: CTE, since: ColumnElement[Any]) -> Rows:
    """Jobs that ended, by the hour and type, or each alone. Columns: job_type, wait_hb, wait_hn, run_hb, run_hn."""
    if is_rolled(where):
        hours = state.job_hours(since, func.now())
        rolled = select(hours.c.job_type, *(hours.c[name] for name in _HISTOGRAMS))
        return rolled.where(hours.c.job_type.in_(where.job_types)) if where.job_types else rolled
    n = newest.c
    return select(n.job_type, *_alone(n.wait_s, "wait"), *_alone(n.run_s, "run")).where(~n.is_beyond)


def _newest(where: JobFilter, hours: int) -> Rows:
    """Columns: job_type, wait_s, run_s (None where there is none), is_skewed, is_beyond (of the newest `TIMED`)."""
    ended = ended_at()
    window = (
        select(
            q.c.job_type.cast(Text).label("job_type"),
            func.coalesce(q.c.scheduled_at, q.c.created_at).label("due_at"),
            q.c.started_at,
            ended.label("ended_at"),
            (func.row_number().over(order_by=_NEWEST) > TIMED).label("is_beyond"),
        )
        .where(*job_clauses(where), *lately(ended, hours), states.any_status(states.TERMINAL))
        .where(q.c.started_at.is_not(None))
        .order_by(*_NEWEST)
        .limit(TIMED + 1)
        .subquery("ended")
    )
    w = window.c
    wait_s, run_s, is_skewed = durations(w.due_at, w.started_at, w.ended_at)
    told = (wait_s.label("wait_s"), run_s.label("run_s"), is_skewed.label("is_skewed"))
    return select(w.job_type, *told, w.is_beyond)


def _alone(seconds: ColumnElement[Any], name: str) -> list[ColumnElement[Any]]:
    """A histogram of one, as the roll-up's; NULL without a duration."""
    ms = cast(func.round(seconds * 1000), BigInteger)
    bin_ = array([func.dashboard.latency_bucket(ms)]).cast(ARRAY(SmallInteger))
    one = array([literal_column("1")]).cast(ARRAY(Integer))
    return [
        case((seconds.is_not(None), bin_)).label(f"{name}_hb"),
        case((seconds.is_not(None), one)).label(f"{name}_hn"),
    ]
