"""A quota in few characters: a level, used of the limit, and the colour of its band."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from components.ui import fmt
from components.ui.theme import BAND_ICONS, BANDS, hex_of
from queries.accounts.quotas import BANDS as BY_NUMBER
from queries.accounts.quotas import Band, band

_LEVELS: Final = "▁▂▃▄▅▆▇█"
YEAR_DAYS: Final = 365


def amount(value: float | None) -> str:
    """A used amount or a limit: gigabytes with their hundredths, so that what is over its limit looks so."""
    return fmt.EMPTY if value is None or value != value else fmt.decimal(value)


def level(used: float | None, limit: float | None) -> str:
    """How full, as one of eight heights; nothing where nothing is known."""
    if used is None or limit is None or used != used or limit != limit:
        return ""
    share = used / limit if limit > 0 else float(used >= limit)
    return _LEVELS[max(0, min(int(share * 8), 7))]


def cell(used: Any, limit: Any) -> str:
    """Used of the limit as a table's cell: `▆ 20 / 25`."""
    left, right = (None if _is_none(value) else float(value) for value in (used, limit))
    return f"{level(left, right)} {amount(left)} / {amount(right)}".strip()


def days_to_full(soonest: Any, latest: Any, *, rates_known: bool, is_full: bool, has_limit: bool) -> str:
    """When the storage is full: `12 to 19 d`, `> 1 year`, `not growing`, `no limit`, or nothing where a rate is not
    known."""
    if not has_limit:
        return "no limit"
    if is_full:
        return "full"
    if not rates_known:
        return ""
    if _is_none(soonest):
        return "not growing"
    first, last = int(soonest), None if _is_none(latest) else int(latest)
    if first > YEAR_DAYS:
        return "> 1 year"
    if last is None or last > YEAR_DAYS:
        return f"from {first:,} d"
    return f"{first:,} d" if first == last else f"{first:,} to {last:,} d"


def band_name(number: int) -> Band:
    """The band that the database calls by a number."""
    return BY_NUMBER[number]


def badge(band: Band) -> str:
    """A band as a Markdown badge with its icon."""
    return f":{BANDS[band]}-badge[:material/{BAND_ICONS[band]}: {band}]"


def bar(used: float | None, limit: int | None) -> None:
    """How much of the limit is used, in the colour of its band; of more than the limit, a notch says where it lies."""
    told = band(used, limit)
    whole = max(used or 0, limit or 0)
    if used is None or limit is None or whole <= 0:
        filled, notch = (1.0 if told in {"over", "at limit"} else 0.0), None
    else:
        filled, notch = used / whole, max(limit, 0) / whole if used > limit else None
    color = hex_of(BANDS[told])
    mark = (
        "" if notch is None else f'<rect x="{200 * notch:.1f}" width="1.5" height="6" fill="{hex_of("background")}"/>'
    )
    st.image(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 6"><clipPath id="c"><rect width="200" height="6" '
        'rx="3"/></clipPath><g clip-path="url(#c)"><rect width="200" height="6" fill="#80808040"/>'
        f'<rect width="{200 * filled:.1f}" height="6" fill="{color}"/>{mark}</g></svg>',
        width="stretch",
        alt=f"{amount(used)} of {amount(limit)} used: {told}",
    )


def _is_none(value: Any) -> bool:
    return value is None or value != value or str(value) == "<NA>"
