"""CSV files that say what they hold, harm no spreadsheet, and are on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import pandas as pd
import streamlit as st

from actions import exports
from components.format import literal
from core.identity import Viewer

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_button(what: str, words: str, rows: Callable[[], pd.DataFrame], viewer: Viewer, cap: int) -> None:
    """A button that downloads everything the view matches, if the viewer may export."""
    if not viewer.can("export"):
        return

    def file() -> bytes:
        frame = rows()
        exports.record(viewer, what, words, len(frame))
        return text(frame, words, viewer.email, cap).encode("utf-8-sig")

    st.download_button(
        "CSV",
        data=file,
        file_name=f"{what}-{datetime.now(UTC):%Y%m%d-%H%M}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help=f"All {literal(words)}, at most {cap:,} rows",
        key=f"{what}_csv",
    )


def text(frame: pd.DataFrame, words: str, email: str, cap: int) -> str:
    """The frame as CSV under header lines: the filter, the zone, who exported, and whether rows were left out."""
    lines = [
        f"# AICON Desk: {' '.join(words.split())}",
        f"# Times in UTC. Exported {datetime.now(UTC):%Y-%m-%d %H:%M:%S} by {email}.",
        f"# {len(frame):,} rows." + (f" Cut at {cap:,}: narrow the filters for the rest." if len(frame) >= cap else ""),
    ]
    return "\n".join(lines) + "\n" + frame.map(neutral).to_csv(index=False, date_format="%Y-%m-%d %H:%M:%S")


def neutral(cell: object) -> object:
    """A cell that no spreadsheet runs: text that begins like a formula gets an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
