"""The Jobs page's filters, drawn as tiles and fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from components.jobs.view import ACTIVE, PRIORITIES, RANGES, SORTS, View
from components.ui import fields, fmt, url
from core.database import rows
from queries.jobs import listing
from queries.jobs.states import JOB_TYPES, TERMINAL, State

TILES: Final[tuple[State, ...]] = (
    "due", "scheduled", "retrying", "stranded", "processing", "stuck", "failed", "completed", "cancelled",
)  # fmt: skip
ALL: Final = "all"
FIELDS: Final = ("jobs_account", "jobs_error", "jobs_type", "jobs_range", "jobs_priority", "jobs_sort")
KEYS: Final = (*FIELDS, "jobs_state", "jobs_after", "jobs_signature", "jobs_ended", "jobs_run")


def tiles(shown: View) -> None:
    """A clickable tile for every state with its count under the other filters; a failure group is within one state."""
    where = replace(shown.where, signature="")
    told = {row["state"]: row for row in rows(listing.state_counts(where))}
    parts: dict[str, tuple[str, ...]] = {ACTIVE: ("queued", "processing")}
    parts[ALL] = (*parts[ACTIVE], *TERMINAL, "unknown")

    def label(state: str) -> str:
        of = [told[part] for part in parts.get(state, (state,))]
        number = fmt.count(sum(row["jobs"] for row in of), is_floor=any(row["is_capped"] for row in of))
        return f"{state.capitalize()} **{number}**"

    changed = url.bind("jobs_state", shown.state or ALL, ALL, also=_other_state)
    st.pills(
        "State",
        (ALL, ACTIVE, *TILES) if shown.state == ACTIVE else (ALL, *TILES),
        key="jobs_state",
        format_func=label,
        on_change=changed,
        required=True,
        label_visibility="collapsed",
    )


def draw(shown: View) -> None:
    """The filters beside the state in one row that wraps, and the way back to none."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(FIELDS):
            fields.text("jobs_account", "Account", "Account: name, e-mail or id", "apartment", 190, _first_page)
            fields.text("jobs_error", "Error text", "Error text", "search", 150, _first_page)
            types = {"": "Any type", **{name: name for name in JOB_TYPES}}
            fields.choice("jobs_type", "Type", types, "", 165, _first_page)
            fields.choice("jobs_range", "Ended", RANGES, "24h", 140, _first_page)
            fields.choice("jobs_priority", "Priority", PRIORITIES, "any", 120, _first_page)
            fields.choice("jobs_sort", "Order", SORTS, "auto", 140, _first_page)
        _marks(shown)
        fields.clear(KEYS)
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


def _marks(shown: View) -> None:
    """What a click on a chart or a group narrowed the list to, each with the way back."""
    told: dict[str, str] = {}
    if shown.where.signature:
        told["jobs_signature"] = shown.where.signature[:60]
    if shown.where.ended_from and shown.where.ended_until:
        told["jobs_ended"] = f"Ended {shown.where.ended_from:%d %b %H:%M} to {shown.where.ended_until:%H:%M} UTC"
    if shown.where.run:
        told["jobs_run"] = "Of one run"
    for key, words in told.items():
        st.button(
            fmt.literal(words),
            icon=":material/close:",
            icon_position="right",
            help="Show the others too",
            on_click=narrow,
            kwargs={key: None},
            key=f"{key}_mark",
        )


def narrow(**values: str | None) -> None:
    """Narrow the list to what was clicked, from its first page."""
    url.write(**values, jobs_after=None)


def _other_state() -> None:
    if st.session_state.jobs_state != "failed":
        url.write(jobs_signature=None)
    _first_page()


def _first_page() -> None:
    url.write(jobs_after=None)
