"""Where things are: what a new noun or page is easily left out of, and what keeps folders small."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.util import find_spec
from typing import Final

import pytest

from demo.places import ROOT

NO_NOUNS: Final = {
    "components": {"ui", "frontend", "overview", "find"},
    "queries": {"sql", "tables", "rollups"},
    "actions": set[str](),
}
"""Folders that may be imported by nouns, or are made of many."""
MOST_MODULES: Final = 25
LEFT_OUT: Final = {".venv", "node_modules", ".git"}
SOURCES: Final = sorted(
    path for path in ROOT.rglob("*") if path.suffix in {".py", ".sql"} and not LEFT_OUT & set(path.parts)
)
LINTER: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_no_package_is_left_out_of_the_search_for_circles() -> None:
    [ancestors] = [one["ancestors"] for one in LINTER["contracts"] if one["type"] == "acyclic_siblings"]
    assert ancestors == LINTER["root_packages"]


@pytest.mark.parametrize("layer", NO_NOUNS)
def test_every_noun_is_under_the_contract(layer: str) -> None:
    nouns = {path.name for path in (ROOT / layer).iterdir() if path.is_dir() and not path.name.startswith("__")}
    [held] = [
        one["modules"] for one in LINTER["contracts"] if one["name"] == f"Nouns do not import each other: {layer}"
    ]
    assert set(held) == {f"{layer}.{noun}" for noun in nouns - NO_NOUNS[layer]}


def test_what_knows_no_noun_may_import_none() -> None:
    [of_all] = [one for one in LINTER["contracts"] if one["name"] == "What all nouns use knows none"]
    nouns = {path.name for path in (ROOT / "components").iterdir() if (path / "__init__.py").exists()} - {"ui"}
    assert set(of_all["forbidden_modules"]) >= {f"components.{noun}" for noun in nouns}


def test_the_readme_has_every_page() -> None:
    told = re.findall(r"^\| `/([a-z_]*)", (ROOT / "README.md").read_text(), re.M)
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__"}
    assert {page or "overview" for page in told} == pages


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    modules = Counter(path.parent.relative_to(ROOT).as_posix() for path in SOURCES if path.name != "__init__.py")
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}


def test_what_is_run_by_its_name_is_there() -> None:
    papers = [
        ROOT / "Makefile",
        ROOT / "Dockerfile",
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("*/*.sh"),
    ]
    told = re.findall(r"python -m ([\w.]+)", "\n".join(path.read_text() for path in papers))
    assert "tests.support.chromium" in told
    assert [module for module in told if find_spec(module) is None] == []


def test_what_tests_share_is_in_support() -> None:
    borrowed = re.compile(r"^from tests\.(?!support\b)\S+ import .*|^from tests import .*", re.M)
    found = {
        path.name: borrowed.findall(path.read_text())
        for path in SOURCES
        if path.suffix == ".py" and "tests" in path.parts
    }
    assert {name: lines for name, lines in found.items() if lines} == {}
