"""What people read is in the words of docs/glossary.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from demo.places import ROOT

ROOMS: Final = ("actions", "components", "core", "demo", "ops", "pages", "queries", "schema", "web")
FILES: Final = sorted(
    [*(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), *ROOT.glob("*.py"), *ROOT.glob("web/**/*.html")]
)
PRIVATE: Final = re.compile(
    r"(?<![Tt]here )\b(?:is|are) no (?!longer\b)"
    r"|\b(?:[Tt]here is no such|already so|so already|called so|is there already|by somebody meanwhile|left alone"
    r"|stands? with|is well)\b|\bWho is\b.*\balready\b"
)


def texts(source: str) -> Iterator[str]:
    """Every text in the code that is no docstring; where a value is put in, `…`."""
    tree = ast.parse(source)
    mute = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    mute |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in mute:
            yield node.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_said_in_private_words(path: Path) -> None:
    said = [path.read_text()] if path.suffix == ".html" else texts(path.read_text())
    assert list(filter(PRIVATE.search, said)) == []


def test_each_is_noticed() -> None:
    source = (
        'f"{a} is no role"\ndef g():\n    """It is no text."""\n    h("Nothing is called so.", f"It is no longer {c}")'
    )
    assert list(filter(PRIVATE.search, texts(source))) == ["… is no role", "Nothing is called so."]
