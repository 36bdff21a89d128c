"""CSV files that say what they hold, harm no spreadsheet, and are on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from numbers import Number
from typing import NamedTuple

import pandas as pd
import streamlit as st

from actions import exports
from actions.formulas import neutral
from components.ui import fmt, gate
from components.ui.later import Tab
from core.database import load
from queries.tables.base import Rows


class Export(NamedTuple):
    """What a file holds: the view in words, and its rows or the question for them."""

    words: str
    rows: Rows | pd.DataFrame


def csv_button(what: str, cap: int, export: Callable[[int], Export]) -> None:
    """A button that downloads everything the view matches, if the viewer may export.

    `export` reads the view anew in the request that fetches the file, so that the file holds what stands in the fields
    then. It is given how many rows to ask for: one more than the file takes tells that it is cut.
    """
    if not gate.viewer().can("export"):
        return
    tab = Tab()

    def file() -> bytes:
        with tab.now():
            viewer = gate.require("export")
            words, rows = export(cap + 1)
            frame = rows if isinstance(rows, pd.DataFrame) else load(rows)
            exports.record(viewer, what, words, min(len(frame), cap))
            return text(frame, words, viewer.email, cap).encode("utf-8-sig")

    st.download_button(
        "CSV",
        data=file,
        file_name=f"{what}-{datetime.now(UTC):%Y%m%d-%H%M}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help=f"Everything that this view matches, at most {cap:,} rows",
        key=f"{what}_csv",
    )


def text(frame: pd.DataFrame, words: str, email: str, cap: int) -> str:
    """The frame as CSV under header lines: the filter, the zone, who exported, and whether rows were left out.

    A frame of more than `cap` rows is cut to them. The csv writer writes every line and quotes every cell.
    """
    kept = frame.head(cap)
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for line in (
        f"# AICON Desk: {' '.join(words.split())}",
        f"# Times in UTC. Exported {fmt.utc(datetime.now(UTC))} by {email}.",
        f"# {len(kept):,} rows." + (f" Cut at {cap:,}: narrow the filters for the rest." if len(frame) > cap else ""),
    ):
        writer.writerow([neutral(line)])
    writer.writerow([neutral(str(name)) for name in kept.columns])
    writer.writerows(zip(*(_cells(kept[name]) for name in kept.columns), strict=True))
    return out.getvalue()


def _cells(column: pd.Series) -> list[object]:
    """A column as the file has it: numbers stay numbers, text runs nowhere, what is not known is empty."""
    return [_cell(value) if known else "" for value, known in zip(column.astype(object), column.notna(), strict=True)]


def _cell(value: object) -> object:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, datetime):
        return fmt.utc(value)
    if isinstance(value, date):
        return fmt.day(value)
    return value if isinstance(value, Number) else neutral(str(value))
