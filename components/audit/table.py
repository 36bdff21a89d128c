"""The audit log as a list and as counts per day."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from components.audit import filters
from components.audit.filters import View
from components.ui import charts, exports, feedback, fmt, gate, pager, records, url
from components.ui.exports import Export
from core.database import load, rows
from queries.audit import log

CHART_PX: Final = 190


def per_day(view: View) -> None:
    """How many rows match on each day; a bar leads to its rows."""
    frame = load(log.per_day(_undated(view), view.first_day, view.days))
    charts.title("Per day", view.span, frame, key="audit_per_day")
    days = list(frame["day"])
    total = int(frame["entries"].sum())

    def pick() -> None:
        points = st.session_state["audit_per_day"].selection.points
        if points:
            url.write(audit_day=f"{days[points[0]['point_index']]:%Y-%m-%d}", audit_after=None)

    charts.over_time(
        frame,
        "day",
        {"entries": charts.Series("rows", "blue")},
        kind="bar",
        key="audit_per_day",
        alt=f"Audit rows per UTC day: {total:,} in {view.days} days. Select a bar to see its rows.",
        hover="%a %d %b %Y",
        open_from=pd.Timestamp.now("UTC").normalize(),
        on_select=pick,
        height=CHART_PX,
    )


def draw_table(view: View) -> None:
    """One page of rows, newest first; a row opens."""
    [count] = rows(log.total(view.where))
    # On the left: above its right end a table draws its own tools when the mouse is near.
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{fmt.count(count['entries'])}** audit {'row' if count['entries'] == 1 else 'rows'}", width="content"
        )
        exports.csv_button("audit", log.EXPORT_CAP, _export)
    found = load(log.page(view.where, view.cursor))
    if found.empty:
        feedback.empty("No audit rows match.", "Widen the time, or clear a filter.", "history")
        return
    config = st.column_config
    records.table(
        "audit",
        _displayed(found),
        {
            "When": config.TextColumn("When (UTC)", width=150),
            "Who": config.TextColumn("Who", width=170),
            "Action": config.TextColumn("Action", width=138),
            "Object": config.TextColumn("Object", width=150),
            "Account": config.TextColumn("Account", width=140),
            "Why": config.TextColumn("Why", width=240),
        },
        [int(n) for n in found["id"]],
        lambda entry: url.write(entry=str(entry)),
        alt=f"Audit rows, newest first: {len(found)} of {fmt.count(count['entries'])}",
        button=("Row", 72),
    )
    pager.pager(found, view)


def _export(limit: int) -> Export:
    gate.require("audit")
    shown = filters.view()
    return Export(shown.words, log.export(shown.where, limit))


def _displayed(found: pd.DataFrame) -> pd.DataFrame:
    kind = found["object_type"].str.replace("_", " ")
    which = found["object_id"].map(_short, na_action="ignore").fillna("")
    return pd.DataFrame(
        {
            "Row": found["id"].map(lambda n: f"#{n}"),
            "When": fmt.times(found["at"]),
            "Who": found["actor_email"].map(fmt.plain, na_action="ignore"),
            "Action": found["action"].map(fmt.plain),
            "Object": (kind + " " + which).map(fmt.plain),
            "Account": found["account_name"].map(fmt.plain, na_action="ignore"),
            "Why": found["reason"].map(fmt.plain, na_action="ignore"),
        }
    )


def _short(identity: str) -> str:
    return fmt.short_id(identity) if len(identity) > 16 else identity


def _undated(view: View) -> log.AuditFilter:
    """The filter without its time: the chart keeps its days when one of them is picked."""
    return replace(view.where, since=None, until=None)
