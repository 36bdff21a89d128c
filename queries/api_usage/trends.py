"""How calls, failures and latency run over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, extract, func, literal, null, select, union_all

from queries.api_usage.figures import told
from queries.api_usage.filters import ApiFilter, counted, detailed, midnight_of, summed
from queries.sql import histograms
from queries.sql.aggregates import sum_where
from queries.sql.time import span
from queries.tables.base import UTC_TIME, Rows
from queries.tables.rollups import KEPT_DAYS

_SUMMED: Final = ("requests", "errors", "errors_429", "errors_5xx", "unknown", "tokens", "credits")


def totals(where: ApiFilter, now: datetime) -> Rows:
    """The range in four figures beside the equally long range before, of which the complete buckets are compared.

    Columns: calls, errors, unknown (calls with neither status nor message, which are in no rate), tokens, credits (all
    of the range), calls_done and so on (its complete buckets), calls_before and so on (as many complete buckets
    before).
    """
    since, done = literal(where.since, UTC_TIME), literal(_done(where, now), UTC_TIME)
    parts = (counted(where), summed(before(where, now)))
    figures = ("at", "requests", "errors", "unknown", "tokens", "credits")
    rows = union_all(*(select(*(part.c[name] for name in figures)) for part in parts)).subquery("rows")
    sums: list[ColumnElement[Any]] = []
    for name in figures[1:]:
        label = "calls" if name == "requests" else name
        sums += [
            sum_where(rows.c[name], rows.c.at >= since).label(label),
            sum_where(rows.c[name], and_(rows.c.at >= since, rows.c.at < done)).label(f"{label}_done"),
            sum_where(rows.c[name], rows.c.at < since).label(f"{label}_before"),
        ]
    return select(*sums)


def before(where: ApiFilter, now: datetime) -> ApiFilter:
    """The range that a range is compared with: as many buckets before it as it has complete ones."""
    return where.over(where.since - (_done(where, now) - where.since), where.since)


def over_time(where: ApiFilter) -> Rows:
    """Calls and failures per bucket, a row for each of the range, oldest first.

    Columns: at, calls, errors, unknown, good (neither of both), errors_429, errors_5xx, errors_other (None where the
    split is not kept), tokens, credits. Counts are 0 where nothing was called.
    """
    rows = counted(where)
    each = (
        select(rows.c.at, *(func.sum(rows.c[name]).cast(BigInteger).label(name) for name in _SUMMED))
        .group_by(rows.c.at)
        .subquery("each")
    )
    is_split = where.is_raw or not (where.account_id or where.plan)
    b = buckets(where)
    n = {name: func.coalesce(each.c[name], 0) for name in _SUMMED}
    split = [n["errors_429"], n["errors_5xx"], n["errors"] - n["errors_429"] - n["errors_5xx"]]
    none = null().cast(BigInteger)
    return (
        select(
            b.c.at,
            n["requests"].label("calls"),
            n["errors"].label("errors"),
            n["unknown"].label("unknown"),
            (n["requests"] - n["errors"] - n["unknown"]).label("good"),
            *(
                (value if is_split else none).label(name)
                for name, value in zip(("errors_429", "errors_5xx", "errors_other"), split, strict=True)
            ),
            n["tokens"].label("tokens"),
            n["credits"].label("credits"),
        )
        .outerjoin_from(b, each, each.c.at == b.c.at)
        .order_by(b.c.at)
    )


def latency(where: ApiFilter) -> Rows:
    """Latency per bucket from merged histograms, a row for each bucket, oldest first; gaps where too few were timed.

    Columns: at, timed, p50_ms, p95_ms, p99_ms, as in `endpoints`. Within 2 % of the exact percentiles.
    """
    timed = histograms.percentiles(detailed(where), ["at"]).subquery("timed")
    b = buckets(where)
    return (
        select(b.c.at, func.coalesce(timed.c.n, 0).label("timed"), *told(timed))
        .outerjoin_from(b, timed, timed.c.at == b.c.at)
        .order_by(b.c.at)
    )


def heat(where: ApiFilter) -> Rows:
    """When calls are made and fail: by hour of the UTC day and ISO weekday (1 is Monday).

    Columns: weekday, hour, calls, errors, unknown. Only what happened; by hours, whatever the filter's grain.
    """
    rows = counted(replace(where, grain="hour"))
    counts = {"calls": rows.c.requests, "errors": rows.c.errors, "unknown": rows.c.unknown}
    sums = [func.sum(count).label(name) for name, count in counts.items()]
    hours = select(func.timezone("UTC", rows.c.at).label("local"), *sums).group_by(rows.c.at).subquery("hours")
    weekday = extract("isodow", hours.c.local).cast(BigInteger).label("weekday")
    hour = extract("hour", hours.c.local).cast(BigInteger).label("hour")
    return select(
        weekday,
        hour,
        *(func.sum(hours.c[name]).cast(BigInteger).label(name) for name in counts),
    ).group_by(weekday, hour)


def heat_since(where: ApiFilter) -> datetime:
    """From when on the heat map looks: a week at least, and no longer than accounts are kept by hour."""
    since = min(where.since, where.until - timedelta(days=7))
    if where.is_raw or not (where.account_id or where.plan):
        return since
    return max(since, where.until - timedelta(days=KEPT_DAYS["account_api_hour"] or 0))


def buckets(where: ApiFilter) -> Any:
    """The start of every bucket of the range. Columns: at."""
    step = span(hours=1) if where.grain == "hour" else span(days=1)
    last = literal(where.until - where.step, UTC_TIME)
    # In UTC, whatever the session's zone: a day's step must not follow a clock change.
    starts = func.generate_series(
        func.timezone("UTC", literal(where.since, UTC_TIME)), func.timezone("UTC", last), step
    ).label("local")
    local = select(starts).subquery("local")
    return select(func.timezone("UTC", local.c.local, type_=UTC_TIME).label("at")).subquery("buckets")


def _done(where: ApiFilter, now: datetime) -> datetime:
    """Until when the range's buckets are complete."""
    end = now.replace(minute=0, second=0, microsecond=0) if where.grain == "hour" else midnight_of(now)
    return max(min(where.until, end), where.since)
