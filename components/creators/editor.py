"""The page of creators as a form: every cell that may be changed, with the unsaved edits in place."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import pandas as pd
import streamlit as st

from actions.creators.fields import HOURS_MAX, NAME_LENGTH, Field, stored
from components.creators import columns, edits
from components.creators.view import View, category_names
from components.ui import feedback, records
from core.errors import DeskError, Invalid

_DRAWN: Final = "creators_drawn"
_EDITED: Final[dict[str, Field]] = {
    "Name": "display_name",
    "Category": "category_id",
    "Active": "is_active",
    "Verified": "is_verified",
    "Every": "scrape_frequency_hours",
}
"""Column of the editor to field."""


def editor(found: pd.DataFrame, view: View) -> None:
    """The page as a form; every change goes into the change set at once, under the creator's id."""
    config = st.column_config
    generation = edits.generation()
    key = records.key("creators_editor", list(found["id"]), generation)
    found, cells_shown = _frozen(key, found)
    names = category_names()
    st.data_editor(
        cells_shown,
        key=key,
        hide_index=True,
        on_change=_changed,
        args=(key, generation),
        disabled=["Creator", "Platform", "Followers", "Scraped"],
        column_config={
            "Creator": columns.username_column(135),
            "Platform": columns.platform_column(),
            "Name": config.TextColumn("Name", width=190, max_chars=NAME_LENGTH),
            "Category": config.SelectboxColumn(
                "Category", options=list(names), format_func=lambda identity: names[str(identity)], width=190
            ),
            "Active": config.CheckboxColumn("Active", width=78),
            "Verified": config.CheckboxColumn("Verified", width=86),
            "Every": config.NumberColumn(
                "Every (h)", min_value=1, max_value=HOURS_MAX, step=1, required=True, width=92, format="localized"
            ),
            "Followers": config.NumberColumn("Followers", format="compact", width=76),
            "Scraped": config.TextColumn("Last scraped (UTC)", width=136),
        },
        height="content",
        alt=view.table_name(len(found), "editable"),
    )


def _changed(key: str, generation: int) -> None:
    """Put what was edited into the change set, against the values that stood there when it was."""
    kept: tuple[str, pd.DataFrame, pd.DataFrame] | None = st.session_state.get(_DRAWN)
    if kept is None or kept[0] != key or edits.generation() != generation:
        return  # an editor that was reset reports all that was ever typed into it
    found = kept[1]
    names = category_names()
    for row, cells in st.session_state[key]["edited_rows"].items():
        for column, wanted in cells.items():
            try:
                _put(UUID(found["id"].iloc[row]), _EDITED[column], found.iloc[row], wanted, names)
            except DeskError as error:
                feedback.flash("error", f"@{found['username'].iloc[row]}: {error}")
                edits.reset_editor()


def _frozen(key: str, found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows and cells as they were when this editor was first drawn.

    The browser drops what is being typed when the data under it change: they stand still until the editor is reset,
    and what others change meanwhile is told when saving.
    """
    kept: tuple[str, pd.DataFrame, pd.DataFrame] | None = st.session_state.get(_DRAWN)
    if kept is None or kept[0] != key:
        kept = (key, found, _edited(found))
        st.session_state[_DRAWN] = kept
    return kept[1], kept[2]


def _put(creator_id: UUID, field: Field, row: pd.Series[Any], wanted: object, names: dict[str, str]) -> None:
    loaded: Any = None if pd.isna(row[field]) else row[field]
    if hasattr(loaded, "item"):
        loaded = loaded.item()  # a number of numpy's
    if field == "category_id" and wanted and names.get(str(wanted), "").endswith(" (inactive)"):
        raise Invalid("That category is inactive. Choose another.")
    if field == "scrape_frequency_hours" and isinstance(wanted, float) and wanted.is_integer():
        wanted = int(wanted)
    edits.put(creator_id, field, stored(field, loaded), wanted, f"@{row['username']}")


def _edited(found: pd.DataFrame) -> pd.DataFrame:
    """The saved values with the unsaved edits in place."""
    shown = found[["display_name", "category_id", "is_active", "is_verified", "scrape_frequency_hours"]].astype(object)
    shown = shown.where(shown.notna(), None)
    for (creator_id, field), kept in edits.pending().items():
        wanted = kept.edit.wanted
        shown.loc[found["id"] == str(creator_id), field] = str(wanted) if isinstance(wanted, UUID) else wanted
    return pd.DataFrame(
        {
            "Creator": columns.profiles(found),
            "Platform": found["platform"].map(lambda platform: [platform]),
            "Name": shown["display_name"].astype("string"),
            "Category": shown["category_id"].astype("string"),
            "Active": shown["is_active"].astype("boolean").fillna(True),
            "Verified": shown["is_verified"].astype("boolean").fillna(False),
            "Every": shown["scrape_frequency_hours"].astype("Int64"),
            "Followers": found["follower_count"],
            "Scraped": columns.scraped(found),
        }
    )
