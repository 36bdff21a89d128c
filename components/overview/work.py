"""What needs a person now: every source of work, ranked, each row a link to what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from components.accounts import work as account_work
from components.content import work as content_work
from components.creators import work as creator_work
from components.ui import feedback, fmt
from components.ui.work_item import TTL_S, Work
from components.usage import work as usage_work
from core.database import rows
from queries.jobs import listing

_SEVERITIES: Final = ("red", "orange", "yellow", "gray")


def failed_jobs() -> list[Work]:
    """Jobs that failed in the last day, with their most frequent cause."""
    return [_failed(row) for row in rows(listing.failed_recently(), ttl_s=TTL_S, domain="jobs")]


def _failed(row: dict[str, Any]) -> Work:
    accounts = fmt.plural(row["accounts"], "account", is_floor=row["is_window_full"])
    last = fmt.age(row["last_at"])
    return Work(
        severity="red",
        reach=row["accounts"],
        icon="error",
        headline=f"{fmt.plural(row['failed'], 'job', is_floor=row['is_capped'])} failed in 24 h, "
        f"{fmt.count(row['jobs'], row['jobs'], is_floor=row['is_window_full'])} with the same error",
        detail=f"{row['signature']} · {accounts} · last {last}",
        page="pages/jobs.py",
        label="Open the group",
        query={"jobs_state": "failed", "jobs_signature": row["signature"]},
    )


SOURCES: Final[dict[str, Callable[[], Sequence[Work]]]] = {
    "Failed jobs": failed_jobs,
    "Failing endpoints": usage_work.failing_endpoints,
    "Credit spikes": usage_work.spikes,
    "Gone quiet": usage_work.gone_quiet,
    "Late roll-ups": usage_work.late_rollups,
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
        with feedback.region(name):
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
