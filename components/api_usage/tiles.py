"""The figures on top of API usage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from components.api_usage.filters import DOMAIN, View, floor
from components.ui import cards, fmt
from components.ui.cards import change
from components.ui.freshness import TTL_S
from core.database import load, rows
from queries import definitions
from queries.api_usage import trends
from queries.definitions import Figure
from queries.rollups import state

_SINCE: Final = " There is no comparison: the range before begins earlier than the first recorded call."


def tiles(view: View) -> dict[str, Callable[[], None]]:
    """The four figures by name, each drawn on its own."""
    return {
        "Calls": lambda: _count(view, "calls", definitions.CALLS),
        "Error rate": lambda: _error_rate(view),
        "Tokens": lambda: _count(view, "tokens", definitions.TOKENS),
        "Credits": lambda: _count(view, "credits", definitions.CREDITS_BY_CALLS),
    }


def _count(view: View, name: str, figure: Figure) -> None:
    told, missing = _totals(view), _missing(view)
    cards.metric(
        figure,
        fmt.compact(told[name]),
        exact=f"{told[name]:,} {name}, {view.span}. Complete {_buckets(view)} compared: {told[f'{name}_done']:,} "
        f"against {told[f'{name}_before']:,} before.{_SINCE if missing else ''}",
        delta=missing or change(told[f"{name}_done"], told[f"{name}_before"]),
        good="neither",
        trend=_course(view, name),
        versus="" if missing else "vs range before",
        is_change=missing is None,
    )


def _error_rate(view: View) -> None:
    told, missing = _totals(view), _missing(view)
    known = {part: told[f"calls{part}"] - told[f"unknown{part}"] for part in ("", "_done", "_before")}
    now, done, before = (_share(told[f"errors{part}"], calls) for part, calls in known.items())
    cards.metric(
        definitions.ERROR_RATE,
        fmt.percent(now),
        exact=f"{told['errors']:,} of {known['']:,} calls failed."
        f"{fmt.unknown_calls(told['unknown'])}{_SINCE if missing else ''}",
        delta=missing or fmt.points(done, before),
        good="neither" if missing else "down",
        trend=_course(view, "errors"),
        versus="" if missing else "vs range before",
        is_change=missing is None,
    )


def _missing(view: View) -> str | None:
    """Why there is nothing to compare with, if so: the range before begins before the first call that is known."""
    [first] = rows(state.first_call(), ttl_s=TTL_S, domain=DOMAIN)
    since = trends.before(view.where, view.now).since
    if first["at"] is None or floor(first["at"], view.where.grain) <= since:
        return None
    return f"no comparison: the first call is of {first['at']:%-d %b %Y}"


def _course(view: View, name: str) -> list[float | None]:
    """The complete buckets: the running one would look like a fall."""
    frame = load(trends.over_time(view.where), ttl_s=TTL_S, domain=DOMAIN).iloc[:-1]
    if name == "errors":
        known = frame["calls"] - frame["unknown"]
        return [_share(*counts) for counts in zip(frame["errors"], known, strict=True)]
    return [float(value) for value in frame[name]]


def _totals(view: View) -> dict[str, Any]:
    [row] = rows(trends.totals(view.where, view.now), ttl_s=TTL_S, domain=DOMAIN)
    return {name: value or 0 for name, value in row.items()}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _buckets(view: View) -> str:
    return "hours" if view.where.grain == "hour" else "days"
