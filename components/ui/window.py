"""How much room the window has: only the browser knows."""

from __future__ import annotations

from typing import Final

import streamlit as st

from components.ui import browser

_KEY: Final = "window"


def is_narrow() -> bool:
    """Whether there is no room for a row of fields: as the browser said, or as its kind makes likely."""
    said = st.session_state.get(_KEY, {}).get("narrow")
    return "Mobi" in st.context.headers.get("User-Agent", "") if said is None else bool(said)


def measure() -> None:
    """Ask the browser; when it says otherwise than was thought, the page is drawn again."""
    browser.part("window")(key=_KEY, data={"is_narrow": is_narrow()}, on_narrow_change=_measured, height=1)


def _measured() -> None:
    """The next run draws the fields as the window asks for."""
