"""What the browser sends again when the page changes acts on nothing: the fields that stay, and our scripts' state."""

from __future__ import annotations

import ast
from typing import Final

from demo.places import ROOT

DRAWN_ON_EVERY_PAGE: Final = (
    "navigation.py",
    *(f"components/{name}.py" for name in ("find/field", "ui/gate", "ui/browser")),
)
# `_ask` answers a new text only, the second is told by a trigger, which counts once, and the third does nothing.
HARMLESS: Final = {("on_change", "_ask"), ("on_again_change", "_ask_on_this_page"), ("on_narrow_change", "_measured")}


def test_no_field_of_every_page_takes_its_value_for_a_persons_act() -> None:
    found = {
        (str(keyword.arg), ast.unparse(keyword.value))
        for file in DRAWN_ON_EVERY_PAGE
        for node in ast.walk(ast.parse((ROOT / file).read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if str(keyword.arg).startswith("on_") and str(keyword.arg).endswith("change")
    }
    assert found == HARMLESS


def test_our_scripts_tell_of_acts_by_triggers() -> None:
    scripts = {file.name: file.read_text() for file in (ROOT / "components/frontend").glob("*.js")}
    assert {name for name, script in scripts.items() if "setStateValue" in script} == {"window.js"}
