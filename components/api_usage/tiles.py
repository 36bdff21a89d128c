"""The figures on top of API usage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from components.api_usage.filters import DOMAIN, View, floor
from components.ui import cards, fmt
from components.ui.cards import change
from components.ui.freshness import TTL_S
from core.database import load, rows
from queries.api_usage import trends
from queries.rollups import state

HEIGHT: Final = 172
_SINCE: Final = " There is no comparison: the range before begins earlier than the first recorded call."


def tiles(shown: View) -> dict[str, Callable[[], None]]:
    """The four figures by name, each drawn on its own."""
    return {
        "Calls": lambda: _count(shown, "calls", "Calls", "calls"),
        "Error rate": lambda: _error_rate(shown),
        "Tokens": lambda: _count(shown, "tokens", "Tokens", "tokens"),
        "Credits": lambda: _count(shown, "credits", "Credits, by calls", "credits"),
    }


def _count(shown: View, name: str, label: str, unit: str) -> None:
    told, missing = _totals(shown), _missing(shown)
    cards.metric(
        label,
        fmt.compact(told[name]),
        exact=f"{told[name]:,} {unit}, {shown.span}. Complete {_buckets(shown)} compared: {told[f'{name}_done']:,} "
        f"against {told[f'{name}_before']:,} before.{_SINCE if missing else ''}",
        delta=missing or change(told[f"{name}_done"], told[f"{name}_before"]),
        good="neither",
        trend=_course(shown, name),
        versus="" if missing else "vs range before",
        is_change=missing is None,
    )


def _error_rate(shown: View) -> None:
    told, missing = _totals(shown), _missing(shown)
    now, done, before = (_share(told[f"errors{part}"], told[f"calls{part}"]) for part in ("", "_done", "_before"))
    moved = None if done is None or before is None else f"{(done - before) * 100:+.1f} pp"
    cards.metric(
        "Error rate",
        fmt.percent(now),
        exact=f"{told['errors']:,} of {told['calls']:,} calls failed: status 400 or more, or a message without one."
        f"{_SINCE if missing else ''}",
        delta=missing or moved,
        good="neither" if missing else "down",
        trend=_course(shown, "errors"),
        versus="" if missing else "vs range before",
        is_change=missing is None,
    )


def _missing(shown: View) -> str | None:
    """Why there is nothing to compare with, if so: the range before begins before the first call that is known."""
    [first] = rows(state.first_call(), ttl_s=TTL_S, domain=DOMAIN)
    since = trends.before(shown.where, shown.now).since
    if first["at"] is None or floor(first["at"], shown.where.grain) <= since:
        return None
    return f"no comparison: the first call is of {first['at']:%-d %b}"


def _course(shown: View, name: str) -> list[float]:
    """The complete buckets: the running one would look like a fall."""
    frame = load(trends.over_time(shown.where), ttl_s=TTL_S, domain=DOMAIN).iloc[:-1]
    if name == "errors":
        return [float(share) for share in (frame["errors"] / frame["calls"].where(frame["calls"] > 0)).fillna(0)]
    return [float(value) for value in frame[name]]


def _totals(shown: View) -> dict[str, Any]:
    [row] = rows(trends.totals(shown.where, shown.now), ttl_s=TTL_S, domain=DOMAIN)
    return {name: value or 0 for name, value in row.items()}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _buckets(shown: View) -> str:
    return "hours" if shown.where.grain == "hour" else "days"
