"""What the Jobs page is narrowed to, read from its URL and drawn as tiles and fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast, get_args
from uuid import UUID

import streamlit as st

from components import format as written
from components import url
from core.database import rows
from core.settings import settings
from queries import accounts, jobs
from queries.filters import JobFilter, Priority
from queries.job_states import JOB_TYPES, TERMINAL, State, StuckAfter
from queries.keyset import Place

TILES: Final[tuple[State, ...]] = (
    "due", "scheduled", "retrying", "stranded", "processing", "stuck", "failed", "completed", "cancelled",
)  # fmt: skip
ALL: Final = "all"
RANGES: Final = {"24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days", "all": "Any time"}
_SPANS: Final = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
PRIORITIES: Final = {"any": "Any priority", "high": "Above 0", "normal": "0", "low": "Below 0"}
SORTS: Final = {
    "auto": "Best order",
    "created-desc": "Newest first",
    "created-asc": "Oldest first",
    "ended-desc": "Last ended first",
    "ended-asc": "First ended first",
    "scheduled-asc": "Next due first",
    "scheduled-desc": "Last due first",
}
KEYS: Final = ("jobs_type", "jobs_account", "jobs_error", "jobs_range", "jobs_priority", "jobs_sort", "jobs_after")


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: the filter, its order, the place in the list, and accounts that a person may have meant."""

    where: JobFilter
    state: State | None
    sort: jobs.Sort
    descending: bool
    place: Place | None
    range: str
    account_name: str | None = None
    unmatched_account: str | None = None
    candidates: Mapping[str, str] | None = None

    @property
    def words(self) -> str:
        """The view as a person would say it: `failed jobs of Lumen Media in the last 24 hours`."""
        parts = [f"{self.state} jobs" if self.state else "jobs"]
        if self.where.job_types:
            parts.append(f"of type {self.where.job_types[0]}")
        if self.account_name:
            parts.append(f"of {self.account_name}")
        if self.where.error:
            parts.append(f'with "{self.where.error}" in the error')
        if self.where.since:
            parts.append(f"in the {RANGES[self.range].lower()}")
        return " ".join(parts)


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    state = cast("State | None", url.value("jobs_state", "", get_args(State)) or None)
    job_type = url.value("jobs_type", "", JOB_TYPES)
    chosen_range = url.value("jobs_range", "24h", RANGES)
    order = url.value("jobs_sort", "auto", SORTS)
    sort, _, direction = (_best_order(state) if order == "auto" else order).partition("-")
    typed = url.value("jobs_account", "").strip()[:320]
    candidates = _accounts(typed) if typed else {}
    account = next(iter(candidates)) if len(candidates) == 1 else None
    span = _SPANS.get(chosen_range)
    return View(
        where=JobFilter(
            states=(state,) if state else (),
            job_types=(job_type,) if job_type else (),
            account_id=UUID(account) if account else None,
            error=url.value("jobs_error", "").strip()[:200],
            priority=cast("Priority", url.value("jobs_priority", "any", PRIORITIES)),
            since=datetime.now(UTC) - span if span else None,
            stuck_after=StuckAfter(settings().stuck_after_minutes),
        ),
        state=state,
        sort=cast("jobs.Sort", sort),
        descending=direction == "desc",
        place=Place.decode(url.value("jobs_after", "")),
        range=chosen_range,
        account_name=candidates.get(account) if account else None,
        unmatched_account=typed if typed and not candidates else None,
        candidates=candidates if len(candidates) > 1 else None,
    )


def tiles(shown: View) -> None:
    """A clickable tile for every state with its count under the other filters."""
    counts = {row["state"]: row["jobs"] + row["is_capped"] for row in rows(jobs.state_counts(shown.where))}
    counts[ALL] = sum(counts[state] for state in ("queued", "processing", *TERMINAL, "unknown"))

    def label(state: str) -> str:
        return f"{state.capitalize()} **{written.count(counts[state])}**"

    changed = url.bind("jobs_state", shown.state or ALL, ALL, also=_first_page)
    st.pills(
        "State",
        (ALL, *TILES),
        key="jobs_state",
        format_func=label,
        on_change=changed,
        required=True,
        label_visibility="collapsed",
    )


def fields(shown: View) -> None:
    """The filters beside the state, in one row that wraps, and the way back to none."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _text("jobs_account", "Account", "Account: name, e-mail or id", "apartment", 190)
        _text("jobs_error", "Error text", "Error text", "search", 150)
        _select("jobs_type", "Type", {"": "Any type", **{name: name for name in JOB_TYPES}}, "", 165)
        _select("jobs_range", "Ended", RANGES, "24h", 140)
        _select("jobs_priority", "Priority", PRIORITIES, "any", 120)
        _select("jobs_sort", "Order", SORTS, "auto", 140)
        if any(key in st.query_params for key in (*KEYS, "jobs_state")):
            st.button("Clear", icon=":material/close:", type="tertiary", on_click=clear, key="jobs_clear")


def which_account(shown: View) -> None:
    """When the account's text fits several, ask which one is meant."""
    if shown.candidates:
        names = dict(shown.candidates)

        def choose() -> None:
            url.write(jobs_account=st.session_state.jobs_which)
            _first_page()

        st.pills(
            f"Which account? {len(names)} match"
            + (", of which the first 20 are shown" if len(names) == accounts.MATCHES else ""),
            list(names),
            key="jobs_which",
            format_func=lambda identity: written.literal(names[identity]),
            on_change=choose,
        )


def clear() -> None:
    """Show the page as it opens."""
    url.write(**dict.fromkeys((*KEYS, "jobs_state")))


def _first_page() -> None:
    url.write(jobs_after=None)


def _best_order(state: State | None) -> str:
    """What one wants to see first: the last to end, the next to run, else the newest."""
    if state in TERMINAL:
        return "ended-desc"
    return "scheduled-asc" if state in {"due", "scheduled", "queued", "retrying", "stranded"} else "created-desc"


def _accounts(typed: str) -> dict[str, str]:
    return {row["id"]: row["name"] for row in rows(accounts.matching(typed), ttl_s=60, domain="accounts")}


def _text(key: str, label: str, placeholder: str, icon: str, width: int) -> None:
    changed = url.bind(key, url.value(key, ""), "", also=_first_page)
    st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        icon=f":material/{icon}:",
        on_change=changed,
        max_chars=320,
        width=width,
        label_visibility="collapsed",
    )


def _select(key: str, label: str, options: Mapping[str, str], default: str, width: int) -> None:
    changed = url.bind(key, url.value(key, default, options), default, also=_first_page)
    st.selectbox(
        label,
        list(options),
        key=key,
        format_func=lambda option: options[option],
        on_change=changed,
        width=width,
        label_visibility="collapsed",
    )
