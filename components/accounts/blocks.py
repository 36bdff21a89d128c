"""What one customer does with the product, block by block; each leads to its page, narrowed to the customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import streamlit as st

from actions.policy import stuck_after
from components.ui import destinations, fmt
from components.ui.statuses import errors
from components.ui.theme import STATES
from core.database import rows
from queries.accounts import detail, recent
from queries.jobs import listing
from queries.jobs.filters import JobFilter

BLOCK_PX: Final = 180
_STATUSES: Final = {"completed": "green", "failed": "red", "processing": "blue", "pending": "gray", "queued": "gray",
                    "training": "blue", "active": "green"}  # fmt: skip
_JOBS: Final = 6


def members(account_id: UUID) -> None:
    """Who uses it: role, last sign-in, and how each presents the brand."""
    found = rows(detail.members(account_id))
    if not found:
        st.caption("This account has no users.")
        return
    _table(
        {
            "Name": [row["name"] or fmt.EMPTY for row in found],
            "E-mail": [row["email"] for row in found],
            "Role": [_or_none(row["role"]) + ("" if row["is_active"] else ", inactive") for row in found],
            "Last login": [fmt.age(row["last_login_at"]) for row in found],
            "Brand": [row["brand_name"] for row in found],
            "Persona": [row["persona_description"] for row in found],
            "Audience": [row["target_audience"] for row in found],
            "Preferences": [row["content_style_preferences"] for row in found],
        },
        f"{found[0]['members']} users",
        height=BLOCK_PX + 40,
    )
    if found[0]["members"] > len(found):
        st.caption(f"The {len(found)} who signed in last, of {fmt.count(found[0]['members'])}.")


def followed(account_id: UUID) -> None:
    """Whom it follows."""
    found = rows(detail.followed(account_id))
    if not found:
        st.caption("This account follows no creators.")
        return
    _table(
        {
            "Creator": [row["display_name"] or row["username"] for row in found],
            "Username": [row["username"] and f"@{row['username']}" for row in found],
            "Platform": [row["platform"] for row in found],
            "Followers": [None if (n := row["follower_count"]) is None else fmt.compact(n) for row in found],
            "Scraped": [fmt.age(row["last_scraped_at"]) for row in found],
            "Since": [fmt.age(row["followed_at"]) for row in found],
        },
        alt=f"{len(found)} creators",
    )
    _more(found[0]["creators"], len(found), "creators", "Open creators", {"creators_account": str(account_id)})


def projects(account_id: UUID) -> None:
    """What it works on."""
    found = rows(recent.recent_projects(account_id))
    if not found:
        st.caption("This account has no projects.")
        return
    _table(
        {
            "Project": [row["title"] + (" (archived)" if row["is_archived"] else "") for row in found],
            "Last opened": [fmt.age(row["last_accessed_at"]) for row in found],
            "Created": [fmt.age(row["created_at"]) for row in found],
        },
        alt=f"{len(found)} projects",
    )
    _more(found[0]["projects"], len(found), "projects", "Open projects", {"projects_account": str(account_id)})


def content(account_id: UUID) -> None:
    """What it pulled in, and how far that is."""
    found = rows(recent.content(account_id))
    if not found:
        st.caption("This account has added no content.")
        return
    _table(
        {
            "Status": [[_or_none(row["status"])] for row in found],
            "Pieces": [row["pieces"] for row in found],
            "Files": [f"{row['bytes'] / 1024**3:,.1f} GB" for row in found],
            "Newest": [fmt.age(row["newest_at"]) for row in found],
        },
        "content by status",
    )
    _more(sum(row["pieces"] for row in found), None, "content", "Open content", {"content_account": str(account_id)})


def media(account_id: UUID) -> None:
    """What was generated for it."""
    found = rows(recent.media(account_id))
    if not found:
        st.caption("This account has generated no media.")
        return
    _table(
        {
            "Status": [[_or_none(row["status"])] for row in found],
            "Type": [row["content_type"] for row in found],
            "Items": [row["media"] for row in found],
            "Credits": [row["credits"] for row in found],
            "Newest": [fmt.age(row["newest_at"]) for row in found],
        },
        "generated media by type and status",
    )
    where = {"content_tab": "media", "content_account": str(account_id)}
    _more(sum(row["media"] for row in found), None, "content", "Open generated media", where)


def models(account_id: UUID) -> None:
    """Its voice and avatar models."""
    found = rows(recent.models(account_id))
    if not found:
        st.caption("This account has no models.")
        return
    _table(
        {
            "Status": [[_or_none(row["status"])] for row in found],
            "Model": [row["name"] for row in found],
            "Kind": [row["kind"] + ("" if row["is_active"] else ", inactive") for row in found],
            "Quality": [row["quality_score"] for row in found],
            "Created": [fmt.age(row["created_at"]) for row in found],
        },
        alt=f"{len(found)} models",
    )
    _more(found[0]["models"], len(found), "models", "Open models", {"models_account": str(account_id)})


def job_list(account_id: UUID) -> None:
    """Its jobs: how many in which state, and the newest."""
    where = JobFilter(account_id=account_id, stuck_after=stuck_after())
    counts = {row["state"]: row for row in rows(listing.state_counts(where))}
    told = [
        f":{STATES[state]}-badge[{state} {fmt.count(row['jobs'], is_floor=row['is_floor'])}]"
        for state in ("failed", "stuck", "stranded", "processing", "due", "scheduled", "completed")
        if (row := counts[state])["jobs"]
    ]
    st.markdown(" ".join(told) if told else ":gray[This account has no jobs.]")
    found = rows(listing.page(where, "created", True, None, _JOBS))
    if not found:
        return
    _table(
        {
            "Status": [[row["state"]] for row in found],
            "Type": [row["job_type"] for row in found],
            "Created": [fmt.age(row["created_at"]) for row in found],
            "Error": errors(*zip(*((row["status"], row["error_message"]) for row in found), strict=True)),
        },
        alt=f"{len(found)} newest jobs",
    )
    _more(None, len(found), "jobs", "Open jobs", {"jobs_account": str(account_id), "jobs_range": "all"})


def api_errors(account_id: UUID) -> None:
    """Its API calls of the last 24 hours, by service."""
    found = rows(recent.api_errors(account_id), ttl_s=30, domain="api_usage")
    if not found:
        st.caption("No API calls in 24 hours.")
        return
    _table(
        {
            "Service": [row["service"] for row in found],
            "Calls": [row["calls"] for row in found],
            "Errors": [_errors(row) for row in found],
            **({"Unknown": [row["unknown"] for row in found]} if any(row["unknown"] for row in found) else {}),
            "429": [row["errors_429"] for row in found],
            "5xx": [row["errors_5xx"] for row in found],
            "Last": [fmt.age(row["last_error_at"]) for row in found],
            "Message": [row["last_error"] for row in found],
        },
        "API calls by service",
    )
    _more(None, None, "api_usage", "Open API usage", {"api_usage_account": str(account_id)})


def _errors(row: Mapping[str, int]) -> str:
    known = row["calls"] - row["unknown"]
    return f"{row['errors']:,} ({row['errors'] / known:.1%})" if known else fmt.EMPTY


def _table(columns: dict[str, list[Any]], alt: str, *, height: int = BLOCK_PX) -> None:
    """A small table of customers' text, as text."""
    config = st.column_config
    badges = {**_STATUSES, **STATES}
    drawn = {
        name: [fmt.plain(value) if isinstance(value, str) else value for value in values]
        for name, values in columns.items()
    }
    st.dataframe(
        drawn,
        hide_index=True,
        height=min(height, 31 * (len(next(iter(columns.values()))) + 1) + 3),
        column_config={
            "Status": config.MultiselectColumn("Status", options=list(badges), color=list(badges.values()), width=104)
        },
        placeholder=fmt.EMPTY,
        alt=alt,
    )


def _more(total: int | None, shown: int | None, page: str, label: str, query: dict[str, str]) -> None:
    """How many there are in all, and the way to them where that page exists."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        newest = f"{shown} newest of " if total is not None and shown is not None and total > shown else ""
        st.caption(f"{newest}{fmt.count(total)} in all" if total is not None else "", width="content")
        if destinations.has(page):
            st.page_link(
                f"pages/{page}.py", label=label, icon=":material/arrow_forward:", icon_position="right",
                query_params=query, width="content",
            )  # fmt: skip


def _or_none(value: str | None) -> str:
    return value or "unknown"
