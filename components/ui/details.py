"""What a record's drawer or page is made of: facts, long texts, stored JSON, the jobs about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import streamlit as st

from components.ui import fmt
from components.ui.destinations import homes
from components.ui.masking import shortened
from components.ui.statuses import badge, errors
from core import jsontext
from core.database import rows
from queries.jobs import links

LONG_PX: Final = 210
JOBS_SHOWN: Final = 10


def facts(told: Mapping[str, str]) -> None:
    """Names and what is so, one a line; values are Markdown."""
    st.table(dict(told), border="horizontal")


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


def stored_json(title: str, text: str | None, size_bytes: int | None) -> None:
    """Stored JSON, folded; nothing where there is nothing."""
    if text is None and size_bytes:
        st.caption(f"{title}: {size_bytes:,} bytes, too large to draw here.")
    elif text and text not in {"{}", "[]", "null"}:
        with st.expander(title):
            draw_json(jsontext.loads(text))


def beyond(found: Sequence[Mapping[Any, Any]]) -> None:
    """Say by the column `total` of a list with a limit that there are more than are shown, where there are."""
    if found and found[0]["total"] > len(found):
        st.caption(f"The first {len(found):,} of {found[0]['total']:,}.")


def draw_json(value: Any, *, expanded: bool | int = True) -> None:
    """JSON to unfold; long text is cut, and numbers that the browser would change stand as text, which is said."""
    st.json(shortened(value), expanded=expanded)
    if _has_digits(value):
        st.caption("Numbers that a browser would round are shown as text.")


def _has_digits(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_digits, value.values() if isinstance(value, dict) else value))
    return isinstance(value, jsontext.Digits)


def jobs(key: str, object_id: UUID) -> None:
    """The jobs about a record, with what went wrong, each a link to its page."""
    found = rows(links.jobs_of(key, object_id))[:JOBS_SHOWN]
    st.markdown(f"**Jobs** :gray[· {fmt.total(found)}]")
    if not found:
        st.caption("No jobs.")
    for row in found:
        left, right = st.columns([5, 1], vertical_alignment="center", gap="small")
        with left:
            kind, age = fmt.literal(row["job_type"]), fmt.age(row["created_at"])
            st.markdown(f"{badge(row['status'])} {kind} :gray[{age}]")
            for error in filter(None, errors([row["status"]], [row["error_message"]])):
                st.text(error)
        with right:
            homes({"Open": ("processing_queue", row)})
