"""A block that may fail alone leaves no name behind that another one goes on with."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from demo.places import ROOT

FILES: Final = [path for layer in ("components", "pages") for path in sorted((ROOT / layer).rglob("*.py"))]


def carried(source: str) -> Iterator[str]:
    """Names that only one guarded block binds, and that are read outside of it."""
    for scope in ast.walk(ast.parse(source)):
        if not isinstance(scope, ast.Module | ast.FunctionDef):
            continue
        own = list(_within(scope))
        guarded = [
            node for node in own if isinstance(node, ast.With) and "error_boundary" in ast.unparse(node.items[0])
        ]
        for block in guarded:
            inside = {id(node) for node in ast.walk(block)}
            outside = [node for node in own if id(node) not in inside]
            yield from sorted(
                _names(ast.walk(block), ast.Store) & _names(outside, ast.Load) - _names(outside, ast.Store)
            )


def _names(nodes: Iterable[ast.AST], context: type[ast.expr_context]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a scope, but not to the functions in it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield from _within(node)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_block_goes_on_with_what_another_made(path: Path) -> None:
    assert list(carried(path.read_text())) == []


def test_each_is_noticed() -> None:
    first = "with feedback.error_boundary('A'):\n    counts = f()\n"
    assert list(carried(f"{first}g(counts)")) == ["counts"]
    assert list(carried(f"{first}with feedback.error_boundary('B'):\n    g(counts)")) == ["counts"]
    assert list(carried(f"counts = 0\n{first}g(counts)")) == []
