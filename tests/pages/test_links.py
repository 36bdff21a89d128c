"""Every link from one page to another: what it says in the address is read there, and is valid there."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy

from components.ui import url
from components.ui.params import Choice
from components.ui.views import View
from demo.databases import Database
from demo.places import ROOT
from tests.support import factories
from tests.support.app import App

PAGES = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__"}
HANDED_ON = {"query", "query_params", "kwargs"}
"""What an argument is called that holds an address's query."""

Links = dict[str, dict[str, set[str]]]
"""For each page the keys that links say to it, and for each key the values that are written in the code."""


def links() -> Links:
    """Every link that a component makes."""
    found: Links = defaultdict(lambda: defaultdict(set))
    for path in (ROOT / "components").rglob("*.py"):
        tree = ast.parse(path.read_text())
        named, added = _assigned(tree)
        for node in ast.walk(tree):
            for page, query in _made(node, named):
                for key, value in query:
                    found[page or _owner(key)][key] |= {value} - {""}
                    assert page or _owner(key), f"{path.name}: no page reads {key}"
        for key, value in added:
            found[_owner(key)][key] |= {value} - {""}
    return found


def _made(node: ast.AST, named: Mapping[str, ast.expr]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The page (empty: the one that its keys are named after) and the query of the links that a node makes."""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict) and all(map(_owner, _keys(node.value))):
        yield "", _pairs(node.value)
    if not isinstance(node, ast.Call) or ast.unparse(node.func) in {"destinations.of", "records.table"}:
        return
    handed = [keyword.value for keyword in node.keywords if keyword.arg in {*HANDED_ON, "page"}]
    parts = [named.get(value.id, value) if isinstance(value, ast.Name) else value for value in (*node.args, *handed)]
    page = next((page for part in parts if (page := _page(part))), "")
    if isinstance(node.func, ast.Name) and node.func.id == "_at":
        yield page, [(_text(part.elts[0]), "") for part in parts if isinstance(part, ast.Tuple)]
        return
    for part in parts:
        for query in (part.body, part.orelse) if isinstance(part, ast.IfExp) else (part,):
            if isinstance(query, ast.Dict) and (page or (part in handed and all(map(_owner, _keys(query))))):
                yield page, _pairs(query)


def _assigned(tree: ast.Module) -> tuple[dict[str, ast.expr], list[tuple[str, str]]]:
    """What names stand for, and `query["key"] = value` for the names of queries."""
    named: dict[str, ast.expr] = {}
    added: list[tuple[str, str]] = []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                named[target.id] = node.value
            elif isinstance(target, ast.Subscript) and ast.unparse(target.value) in HANDED_ON:
                added.append((_text(target.slice), _text(node.value)))
    return named, added


def _pairs(query: ast.Dict) -> list[tuple[str, str]]:
    return [(key, _text(value)) for key, value in zip(_keys(query), query.values, strict=True)]


def _keys(query: ast.Dict) -> list[str]:
    return [_text(key) for key in query.keys]


def _text(node: ast.expr | None) -> str:
    """The text that a constant is; empty for what is known only when it runs."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _page(node: ast.expr) -> str:
    name = _text(node).removeprefix("pages/").removesuffix(".py")
    return name if name in PAGES else ""


def _owner(key: str) -> str:
    """The page that a key is named after."""
    return max((page for page in PAGES if key.startswith(f"{page}_")), key=len, default="")


def test_what_a_link_says_its_page_reads(app: App, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    valid: dict[str, Sequence[str] | Mapping[str, object] | None] = {}
    plain_value, plain_read, plain_get = url.value, url.read, QueryParamsProxy.__getitem__
    plain_contains = QueryParamsProxy.__contains__

    def value(key: str, default: str, among: Sequence[str] | Mapping[str, object] | None = None) -> str:
        valid[key] = among
        return plain_value(key, default, among)

    def read_view(kind: type[View]) -> View:
        for name, param in kind.params.items():
            read.add(kind.key(name))
            if isinstance(param, Choice) and not param.others:
                valid[kind.key(name)] = {param.default: "", **param.options}
        return plain_read(kind)

    def got(self: QueryParamsProxy, key: str) -> str:
        read.add(key)
        return plain_get(self, key)

    def contains(self: QueryParamsProxy, key: Any) -> bool:
        read.add(key)
        return plain_contains(self, key)

    monkeypatch.setattr(url, "value", value)
    monkeypatch.setattr(url, "read", read_view)
    monkeypatch.setattr(QueryParamsProxy, "__getitem__", got)
    monkeypatch.setattr(QueryParamsProxy, "__contains__", contains)
    [account] = factories.values(database.owner_url, "SELECT account_id FROM projects ORDER BY id LIMIT 1")
    [project] = factories.values(database.owner_url, "SELECT id FROM projects ORDER BY id LIMIT 1")
    found = links()
    assert set(found) >= {"account", "accounts", "projects", "jobs", "content", "models", "creators", "api_usage"}
    for page, query in found.items():
        read.clear()
        valid.clear()
        # An item is opened by itself, with the project it lies in: beside it, a page need not look at its filters.
        items = [key for key in query if not _owner(key)]
        for keys in (
            [key for key in query if _owner(key)],
            *([key, "project"][: 1 + (key == "item")] for key in items),
        ):
            at = app("ada", page, **{key: str(project if key == "project" else account) for key in keys})
            assert not at.exception, page
        assert set(query) - read == set(), page
        for key, written in query.items():
            assert not (among := valid.get(key)) or written <= set(among), f"{page}: {key}"
