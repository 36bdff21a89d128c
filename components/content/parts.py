"""What the views of a piece, a script and generated media share: facts, long texts, small tables, links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from components.ui import fmt, records, url
from components.ui.details import seconds
from core.database import rows
from queries.content import detail
from queries.content.filters import Kind


def small_table(
    found: Sequence[Mapping[str, Any]], columns: Mapping[str, Any], shown: Mapping[str, Sequence[Any]], *, key: str,
    kind: Kind | str,
) -> None:  # fmt: skip
    """A few rows; each opens by its button in the place that its kind has."""
    identities = [str(row["id"]) for row in found]

    def opened(identity: str) -> None:
        url.write(**dict.fromkeys(("piece", "script", "media")))
        url.write(**{kind: identity})

    button = records.opener(key, identities, opened, "Item", 88, alignment="left")
    frame = pd.DataFrame({"Item": [fmt.short_id(identity) for identity in identities], **shown})
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        column_config={"Item": button, **columns},
        height="content",
        placeholder=fmt.EMPTY,
    )


def notes(kind: Kind, object_id: UUID) -> None:
    """What staff told each other about it."""
    found = rows(detail.notes_on(kind, object_id))
    st.markdown(f"**Staff notes** :gray[· {fmt.total(found)}]")
    if not found:
        st.caption("None.")
    for note in found:
        pin = ":material/keep: " if note["is_pinned"] else ""
        st.markdown(f":gray[{pin}{fmt.literal(note['author_email'])} · {fmt.age(note['created_at'])}]")
        st.text(fmt.plain(note["body"]))


def media_table(found: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Generated media; each opens by its button."""
    small_table(
        found,
        {"Voice": st.column_config.TextColumn("Voice · avatar", width=170)},
        {
            "Type": [row["content_type"] for row in found],
            "Status": [row["status"] for row in found],
            "Voice": [" · ".join(filter(None, (row["voice"], row["avatar"]))) or None for row in found],
            "Length": [seconds(row["seconds"]).partition(" :")[0] for row in found],
            "Created": [fmt.age(row["created_at"]) for row in found],
        },
        key=key,
        kind="media",
    )
