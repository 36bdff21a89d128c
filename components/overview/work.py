"""What needs a person now: every source of work, ranked, each row a link to what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from components.accounts import work as account_work
from components.api_usage import work as api_work
from components.content import work as content_work
from components.creators import work as creator_work
from components.jobs import work as job_work
from components.system import work as system_work
from components.ui import feedback, fmt
from components.ui.work_item import Work
from components.usage import work as usage_work

_SEVERITIES: Final = ("red", "orange", "yellow", "gray")


SOURCES: Final[dict[str, Callable[[], Sequence[Work]]]] = {
    "Failed jobs": job_work.failed_jobs,
    "Failing endpoints": api_work.failing_endpoints,
    "Credit spikes": usage_work.spikes,
    "Gone quiet": usage_work.gone_quiet,
    "Late roll-ups": system_work.late_rollups,
    "Failing accounts": account_work.failing,
    "Over limits": account_work.over_limits,
    "Storage": account_work.filling,
    "Past due": account_work.past_due,
    "Failed content": content_work.failed,
    "Stuck content": content_work.stuck,
    "Expiring files": content_work.expiring,
    "Unreviewed content": content_work.unreviewed,
    "Stuck training": content_work.stuck_models,
    "Overdue creators": creator_work.overdue,
    "Neglected creators": creator_work.neglected,
}
"""Each source asks one question with one query; a source that fails says so and the others stand."""


def listed() -> None:
    """The work list, the worst and widest first."""
    found: list[Work] = []
    for name, source in SOURCES.items():
        with feedback.error_boundary(name):
            found += source()
    for work in sorted(found, key=lambda work: (_SEVERITIES.index(work.severity), -work.reach)):
        _row(work)
    if not found:
        st.markdown(":green[:material/task_alt:] **Nothing needs you.**")


def _row(work: Work) -> None:
    text, link = st.columns([5, 2], vertical_alignment="center", gap="small")
    with text, st.container(gap="xxsmall"):
        st.markdown(f":{work.severity}[:material/{work.icon}:] **{fmt.literal(work.headline)}**")
        st.caption(fmt.literal(work.detail))
    with link, st.container(horizontal_alignment="right"):
        st.page_link(
            work.page, label=work.label, icon=":material/arrow_forward:", icon_position="right", query_params=work.query
        )
