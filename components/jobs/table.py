"""The list of jobs: a page of rows, the ids that are selected, and the way to the next page."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from components.jobs.view import View
from components.ui import feedback, fmt, pager, records, url
from components.ui.statuses import errors
from components.ui.theme import STATES
from core.database import load
from queries.jobs import listing

PAGE_ROWS: Final = 50
_TIMES: Final = {
    "ended": ("ended_at", "Ended (UTC)"),
    "scheduled": ("scheduled_at", "Due (UTC)"),
    "created": ("created_at", "Created (UTC)"),
}


SELECTION: Final = records.Selection("jobs")


def page_of(view: View) -> pd.DataFrame:
    """The page of jobs that the view names."""
    return load(listing.page(view.where, *view.order, view.cursor, PAGE_ROWS))


def told(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Each row's id, and how it reads aloud."""
    accounts = rows["account_name"].fillna("no account").map(fmt.plain)
    parts = zip(rows["id"], rows["state"], rows["job_type"], accounts, strict=True)
    return [{"id": str(one), "told": f"{state} {kind}, {account}"} for one, state, kind, account in parts]


def draw_table(rows: pd.DataFrame, view: View) -> None:
    """A page of jobs; a job opens by its button, boxes select, the box in the header selects the page."""
    if rows.empty:
        _nothing(view)
        return
    config = st.column_config
    records.table(
        "jobs",
        _displayed(rows, view),
        {
            "State": config.MultiselectColumn("State", options=list(STATES), color=list(STATES.values()), width=100),
            "Type": config.TextColumn("Type", width=128),
            "Account": config.TextColumn("Account", width=140),
            "Error": config.TextColumn("Error", width=230),
            "Priority": config.NumberColumn("Priority", width=62, format="localized"),
            "Attempts": config.TextColumn("Tries", width=58, alignment="right"),
            "Credits": config.NumberColumn(
                "Credits", width=65, help="Charged, or estimated where nothing was yet", format="localized"
            ),
            "Time": config.TextColumn(_TIMES[view.order.name][1], width=150),
        },
        list(rows["id"]),
        lambda job: url.write(job=job),
        alt=view.table_name(len(rows)),
        selection=SELECTION,
    )
    pager.pager(rows, view)


def _displayed(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    time = rows[_TIMES[view.order.name][0]]
    account = rows["account_name"].fillna("(no account)").map(fmt.plain)
    return pd.DataFrame(
        {
            "Job": rows["id"].map(fmt.short_id),
            "State": rows["state"].map(lambda state: [state]),
            "Type": rows["job_type"],
            "Account": account,
            "Error": errors(rows["status"], rows["error_message"]),
            "Priority": rows["priority"],
            "Attempts": rows["attempts"].fillna(0).astype(str)
            + " / "
            + rows["max_attempts"].astype(str).replace("<NA>", "3"),
            "Credits": rows["actual_credits"].where(rows["actual_credits"].fillna(0) > 0, rows["estimated_credits"]),
            "Time": fmt.times(time),
        }
    )


def _nothing(view: View) -> None:
    step = "Widen the time range, or clear a filter." if view.where.since else "Clear a filter."
    if view.signature:  # the group was opened from failures, so they were there
        step = f"They may have been retried or cancelled since: the audit log says by whom. {step}"
    feedback.empty(f"No {view.words}.", step, "task_alt")
