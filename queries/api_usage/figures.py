"""Which service or endpoint is failing, slow or expensive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    and_,
    case,
    func,
    literal,
    select,
    union,
)

from core.thresholds import Flags
from queries.api_usage.filters import ApiFilter, counted, detailed
from queries.rollups import state
from queries.sql import histograms
from queries.sql.aggregates import share as share_of
from queries.sql.aggregates import sum_where
from queries.tables import accounts
from queries.tables.base import UTC_TIME, Rows

P95_CALLS: Final = 20
P99_CALLS: Final = 100
"""With fewer calls the percentile says nothing."""
BASE_DAYS: Final = 7
"""An endpoint is compared with so many days before the range."""
DEAD_SHARE: Final = 0.5
"""More errors than this are failing, however many were usual."""
NAMES_DAYS: Final = 90
TOP: Final = 20
NOBODY: Final = "00000000-0000-0000-0000-000000000000"
"""How the roll-up writes a call without an account."""


def endpoints(where: ApiFilter, flags: Flags) -> Rows:
    """How every endpoint does in the range.

    Columns: service, endpoint ('' where the product wrote none), calls, errors, share (0 to 1), errors_429, errors_5xx,
    unknown (no status, no message: in no share), tokens, credits, timed (calls with a latency), p50_ms, p95_ms (None
    under `P95_CALLS`), p99_ms (None under `P99_CALLS`), base (error share of the seven days before; None where those
    had too few known calls to say), is_flagged, is_as_usual. Flagged are `calls` and more known ones whose Wilson 95 %
    lower bound of the error share exceeds both `share` and `ratio` times the base, or half; as usual is what exceeds
    `share` alone. The share is None where no call is known. Flagged first, then most calls.
    """
    since = literal(where.since, UTC_TIME)
    by_endpoint = detailed if where.account_id else counted  # an account's roll-up knows services only
    rows = by_endpoint(where.over(where.since - timedelta(days=BASE_DAYS), where.until))
    is_now = rows.c.at >= since
    names = ("requests", "errors", "errors_429", "errors_5xx", "unknown", "tokens", "credits")
    known_before = sum_where(rows.c.requests - rows.c.unknown, ~is_now)
    errors_before = sum_where(rows.c.errors, ~is_now)
    sums = select(
        rows.c.service,
        rows.c.endpoint,
        *(sum_where(rows.c[name], is_now).label(name) for name in names),
        case((known_before >= flags.calls, share_of(errors_before, known_before))).label("base"),
    )
    e = sums.group_by(rows.c.service, rows.c.endpoint).subquery("e")
    timed = histograms.percentiles(detailed(where), ["service", "endpoint"]).subquery("timed")
    known = e.c.requests - e.c.unknown
    share = share_of(e.c.errors, known)
    at_least, is_enough = wilson_low(e.c.errors, known), known >= flags.calls
    # An endpoint that is dead for days is its own base: what fails every other time is failing, whatever was usual.
    worse = func.greatest(flags.share, func.least(flags.ratio * func.coalesce(e.c.base, 0), DEAD_SHARE))
    is_flagged = and_(is_enough, at_least > worse)
    is_as_usual = and_(is_enough, at_least > flags.share, ~is_flagged)
    return (
        select(
            e.c.service,
            e.c.endpoint,
            e.c.requests.label("calls"),
            e.c.errors,
            share.label("share"),
            e.c.errors_429,
            e.c.errors_5xx,
            e.c.unknown,
            e.c.tokens,
            e.c.credits,
            func.coalesce(timed.c.n, 0).label("timed"),
            *told(timed),
            e.c.base,
            is_flagged.label("is_flagged"),
            is_as_usual.label("is_as_usual"),
        )
        .outerjoin_from(e, timed, and_(timed.c.service == e.c.service, timed.c.endpoint == e.c.endpoint))
        .where(e.c.requests > 0)
        .order_by(is_flagged.desc(), e.c.requests.desc(), e.c.service, e.c.endpoint)
    )


def services(where: ApiFilter) -> Rows:
    """How every service does in the range, for a plan, whose endpoints are not told apart.

    Columns: service, calls, errors, unknown (in no share), share (None where no call is known), tokens, credits. Most
    calls first.
    """
    rows = counted(where)
    calls, errors, unknown = _calls(rows)
    return (
        select(
            rows.c.service,
            calls.label("calls"),
            errors.label("errors"),
            unknown.label("unknown"),
            share_of(errors, calls - unknown).label("share"),
            func.sum(rows.c.tokens).cast(BigInteger).label("tokens"),
            func.sum(rows.c.credits).cast(BigInteger).label("credits"),
        )
        .group_by(rows.c.service)
        .order_by(calls.desc(), rows.c.service)
    )


def names(now: datetime) -> Rows:
    """What was called in the last 90 days; before the roll-up is filled, in the last 24 closed hours.

    Columns: service, endpoint, request_type; by name.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    lately = state.api_call_hours(hour - timedelta(hours=24), hour).c
    rolled = state.names_since((now - timedelta(days=NAMES_DAYS)).date())
    found = union(rolled, select(lately.service, lately.endpoint, lately.request_type)).subquery("found")
    return select(found).order_by(found.c.service, found.c.endpoint, found.c.request_type)


def top_accounts(where: ApiFilter, limit: int = TOP) -> Rows:
    """Who calls most. Columns: account_id, name (None: the account is gone, or there was none), calls, errors, unknown,
    share (of errors among known calls, 0 to 1; None without any), tokens, credits, part (of all calls under the filter,
    0 to 1). By account and service only."""
    if where.grain == "hour":
        found = state.account_api_hours(where.since, where.until)
    else:
        days = state.account_days if where.service is None else state.account_api_days
        found = days(where.since.date(), where.until.date())
    kept = [] if where.service is None else [found.c.service == where.service]
    if where.account_id:
        kept.append(found.c.account_id == where.account_id)
    if where.plan:
        kept.append(found.c.account_id.in_(select(accounts.c.id).where(accounts.c.plan_type == where.plan)))
    calls, errors, unknown = _calls(found)
    ranked = (
        select(
            found.c.account_id,
            calls.label("calls"),
            errors.label("errors"),
            unknown.label("unknown"),
            share_of(errors, calls - unknown).label("share"),
            func.sum(found.c.tokens).cast(BigInteger).label("tokens"),
            func.sum(found.c.credits).cast(BigInteger).label("credits"),
            (calls.cast(Double) / func.sum(calls).over()).label("part"),
        )
        .where(*kept)
        .group_by(found.c.account_id)
        .order_by(calls.desc(), found.c.account_id)
        .limit(limit)
        .subquery("ranked")
    )
    return (
        select(ranked, accounts.c.name)
        .outerjoin_from(ranked, accounts, accounts.c.id == ranked.c.account_id)
        .order_by(ranked.c.calls.desc(), ranked.c.account_id)
    )


def wilson_low(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Any]:
    """The lower end of the 95 % Wilson interval of a share: what it is at least, few calls or many; None of none."""
    n = func.nullif(whole.cast(Double), 0)
    p = part.cast(Double) / n
    spread = func.sqrt((p * (1 - p) + 0.9604 / n) / n)
    return (p + 1.9208 / n - 1.96 * spread) / (1 + 3.8416 / n)


def _calls(rows: Any) -> list[ColumnElement[Any]]:
    """Calls, errors and unknown ones, added up."""
    return [func.sum(rows.c[name]).cast(BigInteger) for name in ("requests", "errors", "unknown")]


def told(timed: Any) -> list[ColumnElement[Any]]:
    """The percentiles that enough calls stand behind."""
    return [
        timed.c.p50_ms,
        case((timed.c.n >= P95_CALLS, timed.c.p95_ms)).label("p95_ms"),
        case((timed.c.n >= P99_CALLS, timed.c.p99_ms)).label("p99_ms"),
    ]
