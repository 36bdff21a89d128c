"""Where things are: what a new noun or page is easily left out of, and what keeps folders small."""

from __future__ import annotations

import tomllib
from typing import Final

from demo.places import ROOT

NO_NOUNS: Final = {
    "components": {"ui", "frontend", "overview", "find"},
    "queries": {"sql", "tables", "rollups"},
    "actions": set[str](),
}
"""Folders that may be imported by nouns, or are made of many."""
LINTER: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_no_package_is_left_out_of_the_search_for_circles() -> None:
    [ancestors] = [one["ancestors"] for one in LINTER["contracts"] if one["type"] == "acyclic_siblings"]
    assert ancestors == LINTER["root_packages"]
