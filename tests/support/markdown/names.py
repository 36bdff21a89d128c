"""What the names in the Desk's modules mean, across modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support.markdown.scopes import Scope
from tests.support.markdown.sinks import sinks

BELOW: Final = ("core", "queries", "actions")
NUMERIC: Final = re.compile(r"((int|float|bool|datetime|date|timedelta|UUID|None)( \| )?)+")
ON_TEXT: Final = {
    *("get", "pop", "setdefault", "join", "values", "keys", "items", "copy", "replace", "strip", "split", "title"),
    *("capitalize", "lower", "upper", "partition", "removeprefix", "removesuffix"),
}
"""Methods of text and dictionaries: what is called so is none of ours."""


class Names:
    """The modules, and what is defined in them."""

    def __init__(self, modules: Mapping[str, Scope], root: Path) -> None:
        self.modules, self.root, self.streamlit = dict(modules), root, sinks()
        self.fields: dict[str, list[Scope]] = {}
        self.methods: dict[str, list[Scope]] = {}
        self.calls: dict[str, list[tuple[ast.Call, Scope]]] = {}
        for one in modules.values():
            for inner in one.within():
                for call in inner.calls:
                    self.calls.setdefault(last(call.func), []).append((call, inner))
                if isinstance(inner.node, ast.ClassDef):
                    self._learn(inner)

    def _learn(self, found: Scope) -> None:
        for name in found.parameters:
            self.fields.setdefault(name, []).append(found)
        for name, method in found.defined.items():
            self.methods.setdefault(name, []).append(method)

    def ours(self, called: ast.expr, here: Scope) -> list[Scope]:
        """The functions and classes of ours that a call may mean."""
        match called:
            case ast.Name(id=name):
                home: Scope | None = here
                while home:
                    if name in home.defined:
                        return [home.defined[name]]
                    if name in home.bound or name in home.parameters:
                        return []
                    home = home.parent
                found = self.definition(self.import_(name, here) or "")
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if target := self.import_(name, here):
                found = self.definition(f"{target}.{attr}")
            case ast.Attribute(attr=attr) if attr not in {*self.streamlit, *ON_TEXT}:
                return self.methods.get(attr, [])
            case _:
                return []
        return [found[0].defined[found[1]]] if found and found[1] in found[0].defined else []

    def import_(self, name: str, here: Scope) -> str | None:
        """The dotted name that a name is imported as."""
        home: Scope | None = here
        while home:
            if name in home.imported:
                return home.imported[name]
            home = home.parent
        return None

    def definition(self, dotted: str) -> tuple[Scope, str] | None:
        """The module and the name that a dotted name means, where the module is ours."""
        module, _, name = dotted.rpartition(".")
        return (self.modules[module], name) if module in self.modules else None

    def is_shown(self, home: Scope) -> bool:
        """Whether it is of the layers that show things: what the others answer is not looked into."""
        return home.path.relative_to(self.root).parts[0] not in BELOW

    def is_ours_by_type(self, annotation: ast.expr, home: Scope) -> bool:
        """Whether the type allows numbers, times and words of ours alone."""
        text = ast.unparse(annotation)
        if NUMERIC.fullmatch(text) or text.startswith("Literal["):
            return True
        found = home.bound.get(text) or (home.parent and home.parent.bound.get(text))
        if not found and (place := self.definition(self.import_(text, home) or "")):
            found = place[0].bound.get(place[1])
        return bool(found) and ast.unparse(found[0]).startswith("Literal[")

    def answers_numbers(self, function: Scope) -> bool:
        """Whether a function says that it answers with a number or a time."""
        answer = function.node.returns if isinstance(function.node, ast.FunctionDef) else None
        return bool(answer) and self.is_ours_by_type(answer, function)

    def place(self, here: Scope) -> Path:
        """The file, as from the project's root."""
        return here.path.relative_to(self.root)


def last(called: ast.expr) -> str:
    """The last part of a dotted name."""
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def arguments(call: ast.Call, order: tuple[str, ...]) -> dict[str, ast.expr]:
    """What is given for each parameter."""
    plain = [one for one in call.args if not isinstance(one, ast.Starred)]
    return dict(zip(order, plain, strict=False)) | {one.arg: one.value for one in call.keywords if one.arg}
