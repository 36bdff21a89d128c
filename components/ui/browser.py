"""Our own scripts in the browser, served as files, since the policy bars inline ones; and how much room there is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components.v2 import component

from core._compat import ComponentConfig, ComponentManifest, ComponentRenderer, get_bidi_component_manager

_COMPONENTS: Final = Path(__file__).parents[1]
_SCRIPTS: Final = "frontend"


def part(name: str, *, css: bool = False) -> ComponentRenderer:
    """The component whose script is `frontend/<name>.js`, and whose style, if it has one, is `frontend/<name>.css`."""
    full_name = f"desk.{name}"
    manager = get_bidi_component_manager()
    # Streamlit finds such folders in installed packages only, and the Desk is not one.
    if manager.get_component_asset_root(full_name) is None:
        manager.register_from_manifest(
            ComponentManifest("desk", "1", [ComponentConfig(name, _SCRIPTS)]), package_root=_COMPONENTS
        )
    return component(full_name, js=f"{name}.js", css=f"{name}.css" if css else None)


_WINDOW: Final = "window"


def is_narrow() -> bool:
    """Whether there is no room for a row of fields: as the browser said, or as its kind makes likely."""
    said = st.session_state.get(_WINDOW, {}).get("narrow")
    return "Mobi" in st.context.headers.get("User-Agent", "") if said is None else bool(said)


def measure() -> None:
    """Ask the browser; when it says otherwise than was thought, the page is drawn again."""
    part("window")(key=_WINDOW, data={"is_narrow": is_narrow()}, on_narrow_change=_measured, height=1)


def _measured() -> None:
    """The next run draws the fields as the window asks for."""
