"""What acts on a press reads the view anew: no callback and no file keeps the view, rows or person of the last run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.places import ROOT

FILES = sorted(path for folder in ("components", "pages") for path in (ROOT / folder).rglob("*.py"))

CALLBACKS = ("on_click", "on_change", "on_select", "on_dismiss", "also", "export")
HANDED = ("args", "kwargs")
KEPT = ("View", "Viewer", "DataFrame", "Filter")
"""How the types end that say what was seen or who looked."""
MADE = {"load", "rows", "view", "viewer", "require", "replace"}
"""The calls that answer with one."""

Function = ast.FunctionDef | ast.Lambda


def kept(function: Function) -> set[str]:
    """The names of a function, parameters and locals, that hold a view, a filter, rows or a person."""
    found = {a.arg for a in function.args.args + function.args.kwonlyargs if a.annotation and is_kept(a.annotation)}
    for node in own(function):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and is_kept(node.annotation):
            found.add(node.target.id)
        if isinstance(node, ast.Assign) and gives(node.value, found):
            found |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return found


def own(function: Function) -> Iterator[ast.AST]:
    """What a function consists of, without the functions inside it."""
    waiting: list[ast.AST] = list(function.body) if isinstance(function, ast.FunctionDef) else [function.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting[:0] = ast.iter_child_nodes(node)


def is_kept(annotation: ast.expr) -> bool:
    """Whether the type holds what was seen or who looked."""
    return ast.unparse(annotation).removesuffix(" | None").endswith(KEPT)


def gives(value: ast.expr, known: set[str]) -> bool:
    """Whether an expression is such a thing: asked for just now, or another one, or its filter."""
    match value:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in MADE
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name), attr="where"):
            return name in known
        case _:
            return False


def captured(tree: ast.Module) -> list[str]:
    """Where a callback, or what is handed to one, holds the view, rows or person of the run that drew it."""
    faults: list[str] = []

    def visit(function: Function, around: set[str]) -> None:
        names = around | kept(function)
        inner = {node.name: node for node in own(function) if isinstance(node, ast.FunctionDef)}
        for call in (node for node in own(function) if isinstance(node, ast.Call)):
            is_file = isinstance(call.func, ast.Attribute) and call.func.attr == "download_button"
            for keyword in call.keywords:
                if keyword.arg in HANDED:
                    used = handed(keyword.value, names)
                elif keyword.arg in CALLBACKS or (is_file and keyword.arg == "data"):
                    used = closed_over(keyword.value, inner) & names
                else:
                    continue
                faults.extend(f"line {call.lineno}: {keyword.arg} keeps {name}" for name in sorted(used))
        for node in own(function):
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                visit(node, names)

    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            visit(node, set())
    return faults


def handed(value: ast.expr, names: set[str]) -> set[str]:
    """Which of the names are handed over whole, or their filter is: an id or a number of theirs may be."""
    if isinstance(value, ast.Tuple | ast.List):
        parts = value.elts
    elif isinstance(value, ast.Dict):
        parts = value.values
    else:
        parts = [value]
    return {ast.unparse(part) for part in parts if gives(part, names)}


def closed_over(value: ast.expr, inner: dict[str, ast.FunctionDef]) -> set[str]:
    """The names that a callback takes from the function that made it."""
    match value:
        case ast.Name(id=name) if name in inner:
            return loads(inner[name])
        case ast.Lambda():
            return loads(value)
        case ast.Call(func=ast.Name(id="partial") | ast.Attribute(attr="partial")):
            return loads(value)
        case _:
            return set()


def loads(node: ast.AST) -> set[str]:
    """The names that an expression or function takes from around it."""
    inside = list(ast.walk(node))
    given = {n.arg for n in inside if isinstance(n, ast.arg)}
    given |= {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)} - given


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_callback_keeps_what_the_last_run_saw(path: Path) -> None:
    assert captured(ast.parse(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(shown: View):\n    csv_button('x', export=lambda n: load(shown.where))",
        "def f(shown: View):\n    def go(): rows(shown.where)\n    st.button('x', on_click=go)",
        "def f(shown: View):\n    st.button('x', on_click=go, args=(shown,))",
        "def f(shown: View):\n    st.button('x', on_click=go, kwargs={'where': shown.where})",
        "def f(shown: View):\n    where = shown.where\n    st.button('x', on_click=partial(go, where))",
        "def f():\n    shown = job_view.view()\n    st.button('x', on_click=lambda: go(shown))",
        "def f():\n    found = load(page())\n    st.download_button('x', data=lambda: found.to_csv())",
        "def f(viewer: Viewer):\n    def draw():\n        st.button('x', on_click=lambda: act(viewer))",
        "def f():\n    viewer = gate.require('read')\n    st.button('x', on_click=act, args=(viewer,))",
    ],
)
def test_the_rule_catches_what_keeps_it(source: str) -> None:
    assert captured(ast.parse(source))
