"""Change many creators from a CSV: choose the file, see what it would do, then do that."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from actions.creators import csv_import
from actions.creators.csv_file import COLUMNS, NONE, ROWS_MAX
from actions.creators.csv_import import Plan
from actions.creators.fields import LABELS
from components.creators import edits, save
from components.creators.view import category_names
from components.ui import feedback, fmt, gate, records
from components.ui.dialogs import Pending
from core.errors import DeskError
from core.identity import Viewer

_PLAN: Final = "creators_plan"
_ASKED: Final = Pending[str]("creators_importing", _PLAN)
_SHOWN: Final = 500
_NAMED: Final = 20


def button() -> None:
    """Opens the form."""
    st.button("Import", icon=":material/upload:", on_click=_ask, key="creators_import")


def dialog(viewer: Viewer) -> bool:
    """The form, if it is open; whether it was."""
    asked = _ASKED.waiting
    if asked is None or not viewer.can("creators"):
        return False

    @st.dialog("Change creators from a CSV", width="medium", icon=":material/upload:", on_dismiss=_ASKED.close)
    def opened() -> None:
        viewer = gate.require("creators")
        st.caption(
            f"Columns: id, or platform and username; then any of {fmt.literal(', '.join(COLUMNS[3:]))}. "
            f"An empty cell leaves the value, {fmt.literal(NONE)} empties it. At most {ROWS_MAX:,} rows; "
            "no creator is added."
        )
        file = st.file_uploader("CSV file", type="csv", key=records.key("import_file", asked), max_upload_size=5)
        if file is None:
            st.session_state.pop(_PLAN, None)
            return
        with feedback.error_boundary("Dry run"):
            with st.spinner("Trying it out, nothing is written…"):
                plan = _planned(file.file_id, file.getvalue(), viewer)
            _preview(plan)
            _go(plan, file.file_id)

    opened()
    return True


def _planned(identity: str, content: bytes, viewer: Viewer) -> Plan:
    """The dry run of this file, made once: what is confirmed is what was shown."""
    kept: tuple[str, Plan] | None = st.session_state.get(_PLAN)
    if kept is None or kept[0] != identity:
        kept = (identity, csv_import.plan(content, viewer))
        st.session_state[_PLAN] = kept
    return kept[1]


def _preview(plan: Plan) -> None:
    st.markdown(
        f"**{fmt.plural(plan.creators, 'creator')}** of {fmt.plural(plan.rows, 'row')} would change "
        f"({fmt.plural(len(plan.edits), 'value')}), {plan.unchanged:,} already match, "
        f"{len(plan.faults):,} cannot be used."
    )
    if plan.ignored:
        more = f" and {len(plan.ignored) - _NAMED:,} more" if len(plan.ignored) > _NAMED else ""
        named = ", ".join(name[:40] for name in plan.ignored[:_NAMED])
        st.caption(f"Ignored columns: {fmt.literal(named)}{more}.")
    if plan.faults:
        st.dataframe(
            pd.DataFrame(plan.faults[:_SHOWN], columns=["line", "problem"]).map(_text),
            hide_index=True,
            column_config={
                "line": st.column_config.NumberColumn("Line", width=60, format="localized"),
                "problem": "Why not",
            },
            height=min(31 * (len(plan.faults) + 1) + 3, 180),
            alt="Rows that cannot be used",
        )
        if len(plan.faults) > _SHOWN:
            st.caption(f"The first {_SHOWN:,} of {len(plan.faults):,} rows that cannot be used.")
    if plan.edits:
        names = category_names()
        lines = [
            {
                "Creator": fmt.plain(plan.names[edit.creator_id]),
                "Field": LABELS[edit.field],
                "From": save.shown_value(edit.field, edit.seen, names),
                "To": save.shown_value(edit.field, edit.wanted, names),
            }
            for edit in plan.edits[:_SHOWN]
        ]
        st.dataframe(
            pd.DataFrame(lines),
            hide_index=True,
            height=min(31 * (len(lines) + 1) + 3, 260),
            alt="What the file would change",
        )
        if len(plan.edits) > _SHOWN:
            st.caption(f"The first {_SHOWN:,} of {len(plan.edits):,} values.")


def _text(cell: object) -> object:
    return fmt.plain(cell) if isinstance(cell, str) else cell


def _go(plan: Plan, file_id: str) -> None:
    field = records.key("import_reason", file_id)
    reason = st.text_input("Reason (optional)", key=field, max_chars=500, help="Kept in the audit log.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Back", type="tertiary", on_click=_ASKED.back, key=records.key("import_back", file_id))
        is_wanted = st.button(
            f"Change {fmt.plural(plan.creators, 'creator')}",
            type="primary",
            disabled=not plan.edits,
            key=records.key("import_do", file_id),
        )
    if is_wanted:
        progress = st.progress(0.0, "Writing…")
        try:
            done = csv_import.run(
                plan,
                gate.require("creators"),
                reason,
                lambda number, of: progress.progress(number / of, f"{number:,} of {fmt.plural(of, 'creator')}"),
            )
        except DeskError as error:
            feedback.problem(str(error))
            return
        if done.unreached:
            feedback.problem(f"{done.summary()} Try again for the rest.")
            return
        feedback.told(done, "Import: ")
        edits.reset_editor()
        _ASKED.back()


def _ask() -> None:
    _ASKED.ask(records.question())
