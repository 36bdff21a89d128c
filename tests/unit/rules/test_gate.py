"""Every page asks the gate before it does anything else, and the navigation lists exactly the pages there are."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from core.identity import Permission
from demo.places import ROOT

PAGES = sorted(path for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py")


def is_gate(statement: ast.stmt) -> bool:
    """Whether the statement is `gate.require("…")`, kept in `viewer` or not, with a permission that exists."""
    match statement:
        case ast.Assign(targets=[ast.Name(id="viewer")], value=call) | ast.Expr(value=call):
            pass
        case _:
            return False
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="gate"), attr="require"),
            args=[ast.Constant(value=permission)],
            keywords=[],
        ):
            return permission in get_args(Permission)
        case _:
            return False


def first_statement(source: str) -> ast.stmt | None:
    """What a page does first, after its docstring and imports."""
    body = ast.parse(source).body
    docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) if body else False
    return next((s for s in body[docstring:] if not isinstance(s, ast.Import | ast.ImportFrom)), None)


def test_there_are_pages() -> None:
    assert PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_pages_first_statement_is_the_gate(path: Path) -> None:
    first = first_statement(path.read_text())
    assert first is not None
    assert is_gate(first), f"{path.name}, line {first.lineno}: must be `viewer = gate.require(…)`"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import streamlit as st\nst.title('x')\nviewer = gate.require('read')",
        "if True:\n    viewer = gate.require('read')",
        "viewer = gate.viewer()",
        "viewer = gate.require('everything')",
        "viewer = other.require('read')",
        "def require(x): ...\nviewer = require('read')",
    ],
)
def test_the_rule_catches_a_page_that_starts_otherwise(source: str) -> None:
    first = first_statement(source)
    assert first is None or not is_gate(first)
