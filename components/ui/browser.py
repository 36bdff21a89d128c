"""Parts of the Desk that run in the browser: our own scripts, served as files, since the policy bars inline ones."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

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
