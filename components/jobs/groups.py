"""Why jobs failed: the failures under the view's filters by error signature, each group a way into the list."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from components.jobs.view import RANGES, View
from components.ui import cards, fields, fmt, params, records
from core.database import load
from queries.jobs.groups import failed_by_signature
from queries.sql import signatures

TTL_S: Final = 15
_ROWS: Final = 5
_ROW_PX: Final = 31
_SKELETON: Final = 150


def card(view: View) -> None:
    """The failure groups, where the view holds failures."""
    if view.state in {"", "failed"} and not view.where.signature:
        with st.container(border=True):
            cards.isolated("Failure groups", lambda: _groups(view), _SKELETON)


def _groups(view: View) -> None:
    where = replace(view.where, signature="")
    groups = load(failed_by_signature(where), ttl_s=TTL_S, domain="jobs")
    if groups.empty:
        st.markdown("**Failure groups** :gray[· no failures under these filters]")
        return
    of = int(groups["jobs"].sum())
    window = f"the newest {signatures.WINDOW:,} failures" if groups["is_window_full"].iloc[0] else f"{of:,} failures"
    when = "" if view.where.ended_from else f", {RANGES[view.range].lower()}"
    st.markdown(f"**Failure groups** :gray[· {window}{when}, grouped by message]")
    told = [params.Signature(*both) for both in zip(groups["hash"], groups["signature"], strict=True)]
    config = st.column_config

    def open_group(chosen: params.Signature) -> None:
        fields.narrow(View, jobs_signature=str(chosen), jobs_state="failed")
        st.rerun()  # the whole page: a click in a card runs that card alone

    st.dataframe(
        pd.DataFrame(
            {
                "Error": [fmt.plain(one.text) for one in told],
                "Jobs": groups["jobs"],
                "Share": groups["share"] * 100,
                "Accounts": groups["accounts"],
                "Types": [", ".join(kinds) for kinds in groups["job_types"]],
                "24 h": groups["per_hour"],
                "First": fmt.ages(groups["first_at"]),
                "Last": fmt.ages(groups["last_at"]),
            }
        ),
        key="jobs_groups",
        hide_index=True,
        column_config={
            "Error": records.opener("jobs_groups", told, open_group, "Error", 350, alignment="left"),
            "Jobs": config.NumberColumn("Jobs", width=56, format="localized"),
            "Share": config.ProgressColumn("Share", format="%.1f%%", min_value=0, max_value=100, width=120),
            "Accounts": config.NumberColumn("Accounts", width=72, format="localized"),
            "Types": config.TextColumn("Types", width=150),
            "24 h": config.BarChartColumn(
                "24 h", width=140, y_min=0, help="Failures per hour, the running one on the right"
            ),
            "First": config.TextColumn("First", width=72),
            "Last": config.TextColumn("Last", width=72),
        },
        height=min(len(groups), _ROWS) * _ROW_PX + _ROW_PX + 2,
        alt=f"{len(groups)} groups of failures; the largest, {told[0].text}, has {int(groups['jobs'].iloc[0]):,} jobs",
    )
