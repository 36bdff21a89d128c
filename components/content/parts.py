"""What the views of a piece, a script and generated media share: facts, long texts, small tables, links."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import pandas as pd
import streamlit as st

from components.ui import fmt, records, url
from components.ui.destinations import homes
from components.ui.masking import shortened
from components.ui.statuses import badge
from core.database import rows
from queries.content import detail
from queries.content.filters import Kind

LONG_PX: Final = 210
JOBS_SHOWN: Final = 10


def facts(told: Mapping[str, str]) -> None:
    """Names and what is so, one a line; values are Markdown."""
    st.table(dict(told), border="horizontal")


def moment(at: Any) -> str:
    """A time with its age."""
    return fmt.EMPTY if at is None else f"{fmt.utc(at)} :gray[{fmt.age(at)}]"


def seconds(value: int | None) -> str:
    """A length as it is stored; what no recording can have is said to be odd."""
    if value is None or value == 0:
        return fmt.EMPTY if value is None else "0 s"
    return f"{value:,} s :orange[impossible]" if value < 0 else fmt.duration(value)


def size(value: int | None) -> str:
    """A size as it is stored."""
    if value is None:
        return fmt.EMPTY
    return f"{value:,} B :orange[impossible]" if value < 0 else f"{fmt.compact(value)}B"


def passage(title: str, text: str | None, length: int | None) -> None:
    """A long text as written, and how much of it is left out."""
    st.markdown(f"**{title}**")
    if not text:
        st.caption("None.")
        return
    with st.container(border=True, height=LONG_PX if len(text) > 500 else "content"):
        st.text(fmt.plain(text))
    if length and length > len(text):
        st.caption(f"The first {len(text):,} of {length:,} characters.")


def stored_json(title: str, text: str | None) -> None:
    """Stored JSON, folded; nothing where there is nothing."""
    if text and text not in {"{}", "[]", "null"}:
        with st.expander(title):
            st.json(shortened(json.loads(text)))


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


def jobs(key: str, object_id: UUID) -> None:
    """The jobs about a record, with what went wrong, each a link to its page."""
    found = rows(detail.jobs_of(key, object_id))[:JOBS_SHOWN]
    st.markdown(f"**Jobs** :gray[· {fmt.total(found)}]")
    if not found:
        st.caption("No job names it.")
    for row in found:
        left, right = st.columns([5, 1], vertical_alignment="center", gap="small")
        with left:
            kind, age = fmt.literal(row["job_type"]), fmt.age(row["created_at"])
            st.markdown(f"{badge(row['status'])} {kind} :gray[{age}]")
            if row["error_message"]:
                st.text(fmt.plain(row["error_message"]))
        with right:
            homes({"Open": ("processing_queue", row)})


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
            "Made": [fmt.age(row["created_at"]) for row in found],
        },
        key=key,
        kind="media",
    )
