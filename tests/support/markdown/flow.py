"""Follows text back to where it comes from, through variables, functions and constants.

Harmless are constants of ours, numbers and times in a format, and what `ESCAPING` answers. All else is a leak.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.support.markdown.names import BELOW, Names, arguments, last
from tests.support.markdown.scopes import Scope

ESCAPING: Final = {"literal"}
NUMBERS: Final = {
    *("len", "int", "float", "round", "sum", "abs", "bool", "isna", "divmod", "UUID"),
    *("strftime", "total_seconds", "timestamp"),
}
"""What is called so answers with a number or a time."""
KEEPING: Final = {
    *("join", "list", "tuple", "sorted", "str", "dict", "set", "reversed", "enumerate", "zip", "max", "min", "next"),
    *("columns",),  # places, which hold no text
    *("values", "keys", "items", "copy", "cast", "fromkeys", "Page", "iter"),
}
"""What is called so answers with what it was given or called on, and with nothing else."""
CHOOSING: Final = {"get", "pop", "setdefault"}
"""The same, but what is given first only chooses."""
CUTTING: Final = {
    *("replace", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "split", "partition", "rpartition"),
    *("lower", "upper", "capitalize", "title", "splitlines"),
}
"""The same for what is not escaped: of an escape they would leave a half."""
FORMAT: Final = re.compile(r"[<>^]?[+-]?\d*(,|,?(\.\d+)?[dfeg%])|.*%[HMSYmdbBaAjp].*")


class Leak(NamedTuple):
    """Text that nothing has made harmless."""

    path: Path
    line: int
    text: str


class Given(NamedTuple):
    """What a function of ours was given for a parameter: asked of each that calls it."""

    function: Scope
    name: str


class Flow(Names):
    """What reaches an expression."""

    def __init__(self, modules: Mapping[str, Scope], root: Path) -> None:
        super().__init__(modules, root)
        self.known: dict[tuple[int, bool], list[Leak | Given]] = {}
        self.busy: set[int] = set()
        self.cycles = 0

    def leaks(self, node: ast.expr, here: Scope, *, is_raw: bool = False) -> Iterator[Leak | Given]:
        """What in an expression is not harmless; raw, what is escaped is not either."""
        if (known := self.known.get((id(node), is_raw))) is not None:
            yield from known
            return
        if id(node) in self.busy:
            self.cycles += 1
            return
        self.busy.add(id(node))
        before = self.cycles
        found = list(dict.fromkeys(self._near(leak, node, here) for leak in self._leaks(node, here, is_raw=is_raw)))
        self.busy.discard(id(node))
        if self.cycles == before:
            self.known[id(node), is_raw] = found
        yield from found

    def _near(self, leak: Leak | Given, node: ast.expr, here: Scope) -> Leak | Given:
        """What leaks from below the components is told where they ask for it."""
        is_below = isinstance(leak, Leak) and (leak.path.parts[0] in BELOW or leak.path.name == "format.py")
        return self.leak(node, here) if is_below else leak

    def _leaks(self, node: ast.expr, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        match node:
            case ast.Name():
                yield from self._named(node, here, is_raw=is_raw)
            case ast.Attribute():
                yield from self._attribute(node, here, is_raw=is_raw)
            case ast.Call():
                yield from self._called(node, here, is_raw=is_raw)
            case ast.Subscript(value=value, slice=chosen):
                inner = list(self.leaks(value, here, is_raw=is_raw or isinstance(chosen, ast.Slice)))
                is_named = isinstance(chosen, ast.Constant) and isinstance(chosen.value, str)
                is_of_row = any(self._is_row(leak) or (is_named and isinstance(leak, Leak)) for leak in inner)
                yield from [self.leak(node, here)] if is_of_row else inner
            case _:
                parts = _parts(node)
                if parts is None:
                    yield self.leak(node, here)
                for part in parts or ():
                    yield from self.leaks(part, here, is_raw=is_raw)

    def _is_row(self, leak: Leak | Given) -> bool:
        """Whether it is a parameter that a row of the database is given for."""
        return isinstance(leak, Given) and "Any]" in ast.unparse(leak.function.parameters[leak.name][0])

    def _named(self, node: ast.Name, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        home: Scope | None = here
        while home and not isinstance(home.node, ast.ClassDef):
            if node.id in home.parameters:
                yield from self._given(home, node.id)
                return
            if values := home.bound.get(node.id):
                for value in values:
                    yield from self.leaks(value, home, is_raw=is_raw)
                return
            home = home.parent
        if node.id != "__doc__":
            yield from self._constant(self.import_(node.id, here) or "", node, here, is_raw=is_raw)

    def _constant(self, dotted: str, node: ast.expr, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        module, name = self.definition(dotted) or (None, "")
        if module is None or name not in module.bound:
            yield self.leak(node, here)
        elif not name.isupper():
            for value in module.bound[name]:
                yield from self.leaks(value, module, is_raw=is_raw)

    def _given(self, home: Scope, name: str) -> Iterator[Given]:
        annotation = home.parameters[name][0].annotation
        if not (annotation and self.is_ours_by_type(annotation, home)):
            yield Given(home, name)

    def _attribute(self, node: ast.Attribute, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        if isinstance(node.value, ast.Name) and (target := self.import_(node.value.id, here)):
            yield from self._constant(f"{target}.{node.attr}", node, here, is_raw=is_raw)
            return
        if not (inner := list(self.leaks(node.value, here, is_raw=is_raw))):
            return
        fields, methods = self.fields.get(node.attr, []), self.methods.get(node.attr, [])
        types = {ast.unparse(leak.function.parameters[leak.name][0]) for leak in inner if isinstance(leak, Given)}
        fields = [
            one for one in fields if any(f": {getattr(one.node, 'name', '')}" in told for told in types)
        ] or fields
        asked = [one for home in fields for one in self._given(home, node.attr)]
        if fields and not methods and (not asked or all(self.is_shown(home) for home in fields)):
            yield from asked
        else:
            yield self.leak(node, here)

    def _called(self, node: ast.Call, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        name = last(node.func)
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        if receiver and isinstance(receiver[0], ast.Name) and self.import_(receiver[0].id, here):
            receiver = []
        if name in ESCAPING:
            if is_raw:
                yield self.leak(node, here)
            return
        if isinstance(node.func, ast.Subscript):  # list[str]()
            return
        if functions := self.ours(node.func, here):
            for function in functions:
                if not self.is_shown(function):
                    if not self.answers_numbers(function):
                        yield self.leak(node, here)
                else:
                    yield from self._inlined(function, node, here, is_raw=is_raw)
            return
        if name in NUMBERS or (name == "format" and not receiver):
            return
        if name in KEEPING | CUTTING | CHOOSING:
            given = [*receiver, *node.args[name in CHOOSING :], *(one.value for one in node.keywords)]
            for one in given:
                yield from self.leaks(one, here, is_raw=is_raw or name in CUTTING)
            return
        yield self.leak(node, here)

    def _inlined(self, function: Scope, node: ast.Call, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        """What a function of ours answers to a call."""
        if isinstance(function.node, ast.ClassDef):
            for one in [*node.args, *(one.value for one in node.keywords)]:
                yield from self.leaks(one, here, is_raw=is_raw)
            return
        for value in function.returned:
            for leak in self.leaks(value, function, is_raw=is_raw):
                if isinstance(leak, Given) and leak.function is function:
                    yield from self.argument(leak, node, here, is_raw=is_raw)
                else:
                    yield leak

    def argument(self, given: Given, call: ast.Call, here: Scope, *, is_raw: bool = False) -> Iterator[Leak | Given]:
        """What a call gives for a parameter, or what that is when nobody says."""
        names = tuple(name for name in given.function.parameters if name != "self")
        default = given.function.parameters[given.name][1]
        value = arguments(call, names).get(given.name)
        if value is not None:
            yield from self.leaks(value, here, is_raw=is_raw)
        elif any(one.arg is None for one in call.keywords) or any(isinstance(one, ast.Starred) for one in call.args):
            for one in [*call.args, *(one.value for one in call.keywords if one.arg is None)]:
                yield from self.leaks(one, here, is_raw=is_raw)
        elif default is not None:
            yield from self.leaks(default, given.function, is_raw=is_raw)

    def answers(self, function: ast.expr, given: list[ast.expr], here: Scope) -> Iterator[Leak | Given]:
        """What a function that is handed over answers, once called."""
        match function:
            case ast.Lambda():
                yield from self._inlined(
                    here.defined[f"lambda {id(function)}"], ast.Call(function, given, []), here, is_raw=False
                )
            case ast.Attribute(value=value, attr="get" | "__getitem__"):
                yield from self.leaks(value, here)
            case _:
                called = ast.Call(function, given, [], lineno=function.lineno)
                yield from self._called(called, here, is_raw=False)  # past what is known: it is not kept

    def leak(self, node: ast.expr, here: Scope) -> Leak:
        """An expression as a leak."""
        return Leak(self.place(here), node.lineno, ast.unparse(node))


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """What an expression is made of, as far as it may hold text; None for one that nobody knows."""
    match node:
        case ast.Constant() | ast.Compare() | ast.Lambda() | ast.UnaryOp(op=ast.Not()):
            return []
        case ast.BinOp(op=ast.Sub() | ast.Div() | ast.FloorDiv() | ast.Pow()):
            return []
        case ast.FormattedValue(value=value, format_spec=spec):
            return [] if spec and FORMAT.fullmatch(ast.unparse(spec)[2:-1]) else [value]
        case ast.BoolOp(op=ast.And(), values=values):
            return values[-1:]
        case (
            ast.JoinedStr(values=values)
            | ast.BoolOp(values=values)
            | (ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values))
        ):
            return values
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other) | ast.DictComp(key=one, value=other):
            return [one, other]
        case ast.Dict(keys=keys, values=values):
            return [*(key for key in keys if key), *values]
        case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value) | ast.SetComp(elt=value):
            return [value]
        case ast.Starred(value=value) | ast.NamedExpr(value=value) | ast.UnaryOp(operand=value):
            return [value]
        case _:
            return None
