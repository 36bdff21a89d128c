"""What happened around a job: its account's other jobs, the same failure elsewhere, its account's failed API calls."""

from __future__ import annotations

from uuid import UUID

import pandas as pd
import streamlit as st

from actions.policy import stuck_after
from components.jobs.view import ACTIVE, View
from components.ui import details, fmt, records, url
from components.ui.params import Signature
from components.ui.theme import badge
from core.database import rows
from queries.jobs import neighbours
from queries.jobs.listing import Job
from queries.jobs.neighbours import Neighbour, SameFailure


def still_running(job: Job) -> None:
    """One way to everything of this customer that is not over."""
    if job["account_id"]:
        st.button(
            f"What is still running for {fmt.literal(job['account_name'] or 'this account')}",
            icon=":material/filter_alt:",
            type="tertiary",
            on_click=_listed,
            kwargs={"jobs_account": job["account_id"], "jobs_state": ACTIVE},
            key=records.key("job_still_running", job["id"]),
        )


def of_account(job_id: UUID, job: Job) -> None:
    """Other jobs of the account within ten minutes of this one."""
    if not (job["account_id"] and job["created_at"]):
        return
    found = rows(neighbours.of_account(job_id, UUID(job["account_id"]), job["created_at"], stuck_after()))
    st.markdown("**Same account, within 10 minutes**")
    if not found:
        st.caption("No other jobs.")
    for one in found:
        _neighbour(one, f"{badge(one['state'])} {fmt.literal(one['job_type'])} :gray[{fmt.utc(one['at'])}]")
    details.beyond(found)


def of_signature(job_id: UUID) -> None:
    """Other failures with the same message."""
    found = rows(neighbours.of_signature(job_id))
    if not found:
        return
    others = fmt.plural(found[0]["jobs"], "other job", is_floor=found[0]["is_floor"])
    st.markdown(f"**Failed the same way** :gray[· {others}]")
    for one in found[:4]:
        account = fmt.literal(one["account_name"] or "no account")
        _neighbour(one, f"{fmt.literal(one['job_type'])} of {account} :gray[{fmt.age(one['at'])}]")
    st.button(
        "Show all",
        icon=":material/filter_alt:",
        type="tertiary",
        on_click=_listed,
        kwargs={
            "jobs_signature": str(Signature(found[0]["hash"], found[0]["signature"])),
            "jobs_state": "failed",
            "jobs_range": "all",
        },
        key=records.key("job_same", job_id),
    )


def api_errors(job: Job) -> None:
    """Failed API calls of the account within an hour of the failure."""
    if job["status"] != "failed" or not job["account_id"] or not job["ended_at"]:
        return
    found = rows(neighbours.api_errors(UUID(job["account_id"]), job["ended_at"]))
    st.markdown("**API errors** :gray[· of this account, within an hour of the failure]")
    if not found:
        st.caption("No API errors for this account in that hour.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "Time (UTC)": [fmt.utc(one["at"]) for one in found],
                "Service": [one["service_name"] for one in found],
                "Endpoint": [one["endpoint"] for one in found],
                "Status": [one["status_code"] for one in found],
                "Message": [fmt.plain(one["error_message"] or "") for one in found],
            }
        ),
        hide_index=True,
        placeholder=fmt.EMPTY,
        alt=f"{len(found)} failed API calls around the failure",
    )
    if found[0]["calls"] > len(found):
        st.caption(f"The nearest {len(found)} of {found[0]['calls']:,}.")


def _neighbour(one: Neighbour | SameFailure, label: str) -> None:
    st.button(
        label, type="tertiary", on_click=_open, args=(one["id"],), key=records.key("job_to", one["id"], label[:12])
    )


def _open(job_id: str) -> None:
    url.write(job=job_id)
    st.rerun()


def _listed(**values: str) -> None:
    url.write(**dict.fromkeys(View.keys()), job=None)
    url.write(**values)
    st.rerun()
