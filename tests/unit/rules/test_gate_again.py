"""What Streamlit runs without its page asks the gate by itself, and no rights of a moment ago are kept for later."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.places import ROOT

FILES = sorted([ROOT / "navigation.py", *(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])
OWN = {("gate.py", "_retry")}
"""The gate's own: it runs while nobody can be looked up, and shows nothing."""
ALONE = {"fragment", "dialog"}
LOOKED_UP = re.compile(r"gate\.(require|viewer)\(")
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def parse(source: str) -> ast.Module:
    """The tree, each node with its parent."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.__dict__["above"] = node
    return tree


def runs_alone(function: ast.FunctionDef) -> bool:
    """Whether Streamlit runs it again without its page: a fragment or a dialog."""
    names = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    return any(isinstance(name, ast.Attribute) and name.attr in ALONE for name in names)


def deferred(tree: ast.Module) -> Iterator[Function | None]:
    """What `data=` of each download button names: run at a click, without the page."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "download_button":
            for given in node.keywords:
                if given.arg == "data":
                    yield functions.get(given.value.id) if isinstance(given.value, ast.Name) else None


def asks_first(function: Function | None) -> bool:
    """Whether the first thing it does is `gate.require(…)`, whose answer it may keep; in its tab, if it is in none."""
    if not isinstance(function, ast.FunctionDef):
        return False
    body = function.body[1:] if ast.get_docstring(function) else function.body
    match body:
        case [ast.With(items=[ast.withitem(context_expr=entered)], body=within)] if ast.unparse(entered) == "tab.now()":
            body = within
        case _:
            pass
    match body[0] if body else None:
        case ast.Expr(value=call) | ast.Assign(targets=[ast.Name(id="viewer")], value=call):
            pass
        case _:
            return False
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="gate"), attr="require"), args=[_], keywords=[]):
            return True
        case _:
            return False


def unasked(source: str, file: str = "") -> list[str]:
    """What runs alone without asking the gate first."""
    tree = parse(source)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and runs_alone(n)]
    names = [f.name for f in functions if not asks_first(f) and (file, f.name) not in OWN]
    return names + ["data="] * sum(not asks_first(function) for function in deferred(tree))


def viewers(function: Function) -> set[str]:
    """The names in a function that hold a viewer: parameters said to be one, and what the gate answered."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    held = {a.arg for a in arguments if a.annotation and "Viewer" in ast.unparse(a.annotation)}
    return held | assigned(function.body if isinstance(function.body, list) else [function.body])


def assigned(body: list[ast.stmt] | list[ast.expr]) -> set[str]:
    """Names that are given the gate's answer in these statements, functions within left out."""
    held: set[str] = set()
    left: list[ast.AST] = [*body]
    while left:
        node = left.pop()
        if isinstance(node, ast.Assign) and LOOKED_UP.match(ast.unparse(node.value)):
            held |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if not isinstance(node, Function):
            left.extend(ast.iter_child_nodes(node))
    return held


def kept(source: str) -> list[str]:
    """Viewers that outlive the run that looked them up: in a closure, or handed to a callback."""
    tree = parse(source)
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            around = [above for above in ancestors(node) if isinstance(above, Function)]
            outer = set[str]().union(assigned(tree.body), *(viewers(f) for f in around[1:]))
            if around and node.id in outer - viewers(around[0]):
                found.append(f"{node.lineno}: {node.id} in a closure")
        if isinstance(node, ast.keyword) and node.arg in {"args", "kwargs"}:
            holders = [above for above in ancestors(node) if isinstance(above, Function)]
            here = set[str]().union(assigned(tree.body), *(viewers(f) for f in holders))
            names = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
            found.extend(f"{node.value.lineno}: {name} for a callback" for name in sorted(names & here))
    return found


def ancestors(node: ast.AST) -> Iterator[ast.AST]:
    """What a node stands in, from the inside."""
    while above := node.__dict__.get("above"):
        yield above
        node = above


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_runs_alone_asks_the_gate_first(path: Path) -> None:
    assert unasked(path.read_text(), path.name) == [], "start it with `gate.require(…)`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_viewer_is_kept_for_later(path: Path) -> None:
    assert kept(path.read_text()) == [], "look the viewer up when it acts: `gate.require(…)` or `gate.viewer()`"


@pytest.mark.parametrize(
    "source",
    [
        "@st.fragment\ndef f():\n    st.text('x')",
        "@st.fragment(run_every=5)\ndef f():\n    '''Says.'''\n    st.text('x')\n    gate.require('read')",
        "@st.dialog('x')\ndef f():\n    viewer = gate.viewer()",
        "def g():\n    @st.dialog('x')\n    def f():\n        with region('x'):\n            gate.require('read')",
        "st.download_button('CSV', data=lambda: b'')",
        "def file():\n    return b''\nst.download_button('CSV', data=file)",
    ],
)
def test_the_first_rule_catches(source: str) -> None:
    assert unasked(source)


@pytest.mark.parametrize(
    "source",
    [
        "@st.fragment\ndef f():\n    '''Says.'''\n    gate.require('read')",
        "@st.dialog('x')\ndef f():\n    viewer = gate.require(PERMISSION[asked.verb])",
        "def file():\n    viewer = gate.require('export')\nst.download_button('CSV', data=file)",
        "def file():\n    with tab.now():\n        gate.require('export')\nst.download_button('CSV', data=file)",
    ],
)
def test_the_first_rule_lets_through(source: str) -> None:
    assert unasked(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(viewer: Viewer):\n    cards.card('x', lambda: block(viewer))",
        "def f(who: Viewer | None):\n    def g():\n        act(who)",
        "viewer = gate.require('read')\ncards.card('x', lambda: block(viewer))",
        "def f():\n    looking = gate.viewer()\n    def g():\n        return lambda: act(looking)",
        "def f(viewer: Viewer):\n    st.button('x', on_click=act, args=(1, viewer))",
        "def f(viewer: Viewer):\n    st.button('x', on_click=act, kwargs={'who': viewer})",
        "viewer = gate.require('read')\nst.button('x', on_click=act, args=(viewer,))",
    ],
)
def test_the_second_rule_catches(source: str) -> None:
    assert kept(source)


@pytest.mark.parametrize(
    "source",
    [
        "def f(viewer: Viewer):\n    draw(viewer)",
        "def f():\n    @st.dialog('x')\n    def g():\n        viewer = gate.require('read')\n        draw(viewer)",
        "cards.card('x', lambda: block(gate.viewer()))",
        "def f(viewer: Viewer):\n    def g(viewer: Viewer):\n        draw(viewer)\n    g(viewer)",
    ],
)
def test_the_second_rule_lets_through(source: str) -> None:
    assert kept(source) == []
