"""The figures on top of Usage & credits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from components.ui import cards, fmt, left_out
from components.ui.cards import change
from components.ui.freshness import TTL_S
from components.usage.filters import RANGES, View
from core.database import rows
from queries import definitions
from queries.usage import figures, month_end

DOMAIN: Final = "usage"
UNRECORDED: Final = "a day of which fewer than half of the usual accounts have statistics is not"


def tiles(view: View) -> dict[str, Callable[[], None]]:
    """The four figures by name, each drawn on its own."""
    return {
        "This month": lambda: _month(view),
        "Projected month end": lambda: _projection(view),
        "Range": lambda: _range(view),
        "Storage": lambda: _storage(view),
    }


def _month(view: View) -> None:
    told = _one(month_end.month_end(view.where, view.today))
    through = f"through {told['through']}" if told["through"] else cards.NO_DAY
    compared = fmt.against(told["days"], told["previous_days"]) or "vs same days last month"
    cards.metric(
        definitions.CREDITS_THIS_MONTH,
        fmt.compact(told["value"]),
        exact=f"{told['value']:,.0f} credits on complete days, {through} (UTC); {told['previous']:,.0f} on the same "
        f"days of last month. Recorded: {fmt.plural(told['days'], 'day')} against {told['previous_days']}.",
        delta=change(told["value"], told["previous"]),
        good="neither",
        trend=told["series"],
        versus=compared if told["through"] else cards.NO_DAY,
    )


def _projection(view: View) -> None:
    told = _one(month_end.month_end(view.where, view.today))
    if told["projected"] is None:
        cards.metric(
            definitions.PROJECTION,
            fmt.EMPTY,
            exact=f"A projection needs {month_end.NEEDED_DAYS} recorded days of the last 28.",
            delta="too little history",
            good="neither",
            trend=[],
            versus="",
            is_change=False,
        )
        return
    low, high = told["low"], told["high"]
    is_known = low is not None
    told_ends = [fmt.compact(end) for end in (low, high)] if is_known else []
    if fmt.compact(told["projected"]) in told_ends:  # the rounded figure would lie on the edge of its band
        told_ends = [f"{end:,.0f}" for end in (low, high)] if round(low) < round(high) else [f"{low:,.0f}"]
    band = f"likely {' to '.join(told_ends)}" if is_known else "no error band yet"
    cards.metric(
        definitions.PROJECTION,
        fmt.compact(told["projected"]),
        exact=_method(told),
        delta=band,
        good="neither",
        trend=told["growth"] or [],
        versus="(80 %)" if is_known else "",
        is_change=False,
    )


def _method(told: dict[str, Any]) -> str:
    said = (
        f"{told['projected']:,.0f} credits, with {fmt.plural(told['rest_days'], 'day')} left, today included. "
        f"Last month ended at {told['last_month']:,.0f} on {fmt.plural(told['last_month_days'], 'recorded day')}. "
    )
    if told["low"] is None:
        return said + f"{told['trials']} past days are too few to test the forecast on, so there is no error band."
    return said + (
        f"The same forecast, made on {told['trials']} earlier days for as many days ahead, was off by no more than "
        f"that between {told['low']:,.0f} and {told['high']:,.0f} in 80 % of those cases."
    )


def _range(view: View) -> None:
    told = _one(figures.comparison(view.where))
    days = fmt.plural(told["days"], "complete day")
    known = told["previous_recorded"]
    unequal = fmt.against(told["recorded"], known)
    is_whole = told["recorded"] == known == told["days"]
    unknown = "" if is_whole else f" Recorded: {fmt.plural(told['recorded'], 'day')} against {known}; {UNRECORDED}."
    cards.metric(
        definitions.CREDITS_OF_RANGE,
        fmt.compact(told["value"]),
        exact=f"{told['value']:,} credits on {days}; {told['previous']:,} on the {told['days']} before.{unknown}",
        label=f"Credits, {RANGES[view.range].lower()}",
        delta=change(told["value"], told["previous"]),
        good="neither",
        trend=told["series"],
        versus=unequal or f"vs {fmt.plural(known, 'day')} before",
    )


def _storage(view: View) -> None:
    told = _one(figures.storage(view.where, view.today))
    used, limit = told["used_gb"], told["limit_gb"]
    if used is None:
        shown_value, note = fmt.EMPTY, "not measured yet"
    else:
        shown_value = f"{used:,.1f} GB"
        note = f"{fmt.percent(told['limited_gb'] / limit)} of limits" if limit else "no limits"
    if told["left_out"]:
        note = f"{note}, {fmt.plural(told['left_out'], 'row')} left out"
    dates = "" if used is None else f" Measured from {told['oldest']} to {told['newest']}."
    cards.metric(
        definitions.STORAGE,
        shown_value,
        exact=f"Of {fmt.plural(told['accounts'], 'account')}.{dates}{left_out.sentence(told['left_out'])}",
        delta=note,
        good="neither",
        trend=told["series"] or [],
        versus="",
        is_change=False,
    )


def compared(view: View) -> str:
    """Of how many recorded days a change of the range tells, where those before are more or fewer."""
    told = _one(figures.comparison(view.listed))
    unequal = fmt.against(told["recorded"], told["previous_recorded"])
    return f"Changes compare {unequal}." if unequal else ""


def _one(statement: Any) -> dict[str, Any]:
    [row] = rows(statement, ttl_s=TTL_S, domain=DOMAIN)
    return row
