"""The page's address is its state: every filter is read from the URL and written back to it.

Streamlit's own binding writes a widget's label, which here carries live counts; these write the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

T = TypeVar("T")


def value(key: str, default: str, valid: Sequence[str] | Mapping[str, object] | None = None) -> str:
    """What the URL says under a key; a stale or foreign value is the default."""
    said = st.query_params.get(key, default)
    return said if valid is None or said in valid else default


def uuid(key: str) -> UUID | None:
    """The id that the URL names under a key; None when absent or malformed."""
    try:
        return UUID(st.query_params.get(key, ""))
    except ValueError:
        return None


def page() -> str:
    """What names the page that this run is of."""
    run = get_script_run_ctx()
    return run.page_script_hash if run else ""


def write(**values: str | None) -> None:
    """Put values into the URL; None and the empty string remove the key."""
    for key, said in values.items():
        if said:
            st.query_params[key] = said
        elif key in st.query_params:
            del st.query_params[key]


def bind(key: str, current: T, default: T, also: Callable[[], None] | None = None) -> Callable[[], None]:
    """Seed the widget `key` from the URL and return the callback that writes its changes back.

    `also` runs on a change: a changed filter starts again at the first page.
    """
    st.session_state[key] = current

    def changed() -> None:
        chosen = st.session_state[key]
        write(**{key: None if chosen is None or chosen == default else str(chosen).strip()})
        if also:
            also()

    return changed
