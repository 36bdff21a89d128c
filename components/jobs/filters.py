"""The Jobs page's filters, drawn as tiles and fields."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from components.jobs.view import ACTIVE, View
from components.ui import fields, fmt, url
from core.database import rows
from queries import definitions
from queries.jobs import listing
from queries.jobs.states import TERMINAL, State

TILES: Final[tuple[State, ...]] = (
    "due", "scheduled", "retrying", "stranded", "processing", "stuck", "failed", "completed", "cancelled",
)  # fmt: skip
ALL: Final = "all"


def tiles(view: View) -> None:
    """A clickable tile for every state with its count under the other filters; a failure group is within one state."""
    told = {row["state"]: row for row in rows(listing.state_counts(replace(view.where, signature="")))}
    parts: dict[str, tuple[str, ...]] = {ACTIVE: ("queued", "processing")}
    parts[ALL] = (*parts[ACTIVE], *TERMINAL, "unknown")

    def count(state: str) -> str:
        of = [told[part] for part in parts.get(state, (state,))]
        return fmt.count(sum(row["jobs"] for row in of), is_floor=any(row["is_floor"] for row in of))

    fields.tiles(
        view,
        "state",
        "State",
        (ALL, ACTIVE, *TILES) if view.state == ACTIVE else (ALL, *TILES),
        count,
        help=definitions.JOB_STATES.help,
    )


def draw_filters(view: View) -> bool:
    """The filters beside the state; whether the account that was typed, if any, is clear."""
    return fields.draw_filters(view, options={"sort": view.orders}, beside=partial(_marks, view), after=_charts)


def _marks(view: View) -> None:
    """What a click on a chart or a group narrowed the list to, each with the way back."""
    told: dict[str, str] = {}
    if view.signature:
        told["signature"] = view.signature.text[:60]
    if view.ended:
        told["ended"] = f"Ended {fmt.span(*view.ended)}"
    if view.run:
        told["run"] = "Of one run"
    fields.chips(view, told)


def _charts() -> None:
    has = shows_charts()
    st.button(
        "Hide charts" if has else "Show charts",
        icon=":material/bar_chart_off:" if has else ":material/bar_chart:",
        type="tertiary",
        on_click=url.write,
        kwargs={"jobs_charts": "off" if has else None},
        key="jobs_charts_toggle",
    )


def shows_charts() -> bool:
    """Whether the charts and failure groups stand above the list; who works through the list may fold them away."""
    return url.value("jobs_charts", "on", ("on", "off")) == "on"
