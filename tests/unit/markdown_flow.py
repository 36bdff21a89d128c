"""Follows what Streamlit reads as Markdown back to where it comes from, through variables, functions and constants.

Harmless are constants of ours, numbers and times in a format, and what `ESCAPING` answers. All else is a leak.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.unit.markdown_scopes import Scope, scope
from tests.unit.markdown_sinks import sinks

ESCAPING: Final = {"literal"}
NUMBERS: Final = {
    "len",
    "int",
    "float",
    "round",
    "sum",
    "abs",
    "bool",
    "isna",
    "strftime",
    "total_seconds",
    "timestamp",
    "divmod",
    "UUID",
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
REFUSED: Final = {"MarkdownColumn", "write", "write_stream", "html"}
"""What has no parameter that could be judged: cells, generators and whole pages of Markdown or HTML."""
FORMAT: Final = re.compile(r"[<>^]?[+-]?\d*(,|,?(\.\d+)?[dfeg%])|.*%[HMSYmdbBaAjp].*")
BELOW: Final = ("core", "queries", "actions")
NUMERIC: Final = re.compile(r"((int|float|bool|datetime|date|timedelta|UUID|None)( \| )?)+")


class Leak(NamedTuple):
    """Text that nothing has made harmless."""

    path: Path
    line: int
    text: str


class Given(NamedTuple):
    """What a function of ours was given for a parameter: asked of each that calls it."""

    function: Scope
    name: str


class Flow:
    """The modules, and what is known of them."""

    def __init__(self, modules: Mapping[str, Scope], root: Path) -> None:
        self.modules, self.root, self.streamlit = dict(modules), root, sinks()
        self.busy: set[int] = set()
        self.known: dict[tuple[int, bool], list[Leak | Given]] = {}
        self.cycles = 0
        self.fields: dict[str, list[Scope]] = {}
        self.methods: dict[str, list[Scope]] = {}
        self.calls: dict[str, list[tuple[ast.Call, Scope]]] = {}
        for one in modules.values():
            for inner in one.within():
                for call in inner.calls:
                    self.calls.setdefault(_last(call.func), []).append((call, inner))
                if isinstance(inner.node, ast.ClassDef):
                    self._learn(inner)

    def _learn(self, found: Scope) -> None:
        for name in found.parameters:
            self.fields.setdefault(name, []).append(found)
        for name, method in found.defined.items():
            self.methods.setdefault(name, []).append(method)

    def findings(self, places: Iterable[str]) -> list[tuple[Path, int, str]]:
        """Each sink in these modules that something unescaped reaches: file, line and what it is."""
        found = dict[tuple[Path, int, str], None]()
        asked, done = list[Given](), set[Given]()
        for name in places:
            for here in self.modules[name].within():
                for call in here.calls:
                    for leak in self._of_streamlit(call, here):
                        self._note(leak, asked, found)
        while asked:
            given = asked.pop()
            if given in done:
                continue
            done.add(given)
            for leak in self._from_callers(given):
                self._note(leak, asked, found)
        return list(found)

    def _note(self, leak: Leak | Given, asked: list[Given], found: dict[tuple[Path, int, str], None]) -> None:
        if isinstance(leak, Given):
            asked.append(leak)
        else:
            found[leak] = None

    def _of_streamlit(self, call: ast.Call, here: Scope) -> Iterator[Leak | Given]:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if not name or self._ours(call.func, here) or self._is_elsewhere(call.func, here):
            return
        if name in REFUSED and call.args:
            yield self._leak(call, here)
        if (sink := self.streamlit.get(name)) is None:
            return
        given = _arguments(call, sink.order)
        is_raw = "unsafe_allow_html" in given or name == "badge"  # HTML knows other escapes, a badge escapes again
        for parameter, value in given.items():
            if parameter == "options" and "format_func" in given:
                continue
            if parameter == "format_func":
                if "options" in sink.read:
                    yield from self._answers(value, [given["options"]], here)
            elif parameter in sink.read - {"format_func"}:
                yield from self.leaks(value, here, is_raw=is_raw)

    def _is_elsewhere(self, called: ast.Attribute | ast.expr, here: Scope) -> bool:
        """Whether it is called on a module that is not Streamlit's, on a logger or on text."""
        if not isinstance(called, ast.Attribute):
            return True
        if isinstance(called.value, ast.Name):
            if called.value.id == "log":
                return True
            if target := self._import(called.value.id, here):
                return not target.startswith("streamlit")
        return isinstance(called.value, ast.Constant)

    def _from_callers(self, given: Given) -> Iterator[Leak | Given]:
        calls = list(self._callers(given))
        for call, here in calls:
            yield from self._argument(given, call, here)
        if not calls:  # it is handed on and called by others, with what nobody can tell
            yield Leak(self._place(given.function), given.function.parameters[given.name][0].lineno, given.name)

    def _callers(self, given: Given) -> Iterator[tuple[ast.Call, Scope]]:
        for call, here in self.calls.get(getattr(given.function.node, "name", ""), []):
            if given.function in self._ours(call.func, here):
                yield call, here
        for call, here in self.calls.get("partial", []):
            if given.function in self._ours(call.args[0], here):
                moved = ast.Call(call.args[0], call.args[1:], call.keywords)
                if given.name in _arguments(moved, tuple(given.function.parameters)):
                    yield moved, here

    def _argument(self, given: Given, call: ast.Call, here: Scope, *, is_raw: bool = False) -> Iterator[Leak | Given]:
        names = tuple(name for name in given.function.parameters if name != "self")
        default = given.function.parameters[given.name][1]
        value = _arguments(call, names).get(given.name)
        if value is not None:
            yield from self.leaks(value, here, is_raw=is_raw)
        elif any(one.arg is None for one in call.keywords) or any(isinstance(one, ast.Starred) for one in call.args):
            for one in [*call.args, *(one.value for one in call.keywords if one.arg is None)]:
                yield from self.leaks(one, here, is_raw=is_raw)
        elif default is not None:
            yield from self.leaks(default, given.function, is_raw=is_raw)

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
        return self._leak(node, here) if is_below else leak

    def _leaks(self, node: ast.expr, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        parts: list[ast.expr] | None = None
        match node:
            case ast.Constant() | ast.Compare() | ast.Lambda() | ast.UnaryOp(op=ast.Not()):
                parts = []
            case ast.JoinedStr(values=values):
                parts = values
            case ast.FormattedValue(value=value, format_spec=spec):
                parts = [] if spec and self._is_number_format(spec, here) else [value]
            case ast.BinOp(op=ast.Sub() | ast.Div() | ast.FloorDiv() | ast.Pow()):
                parts = []
            case ast.BinOp(left=left, right=right):
                parts = [left, right]
            case ast.BoolOp(op=ast.And(), values=values):
                parts = values[-1:]
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
                parts = values
            case ast.IfExp(body=body, orelse=orelse):
                parts = [body, orelse]
            case ast.Dict(keys=keys, values=values):
                parts = [*(key for key in keys if key), *values]
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.SetComp(elt=element):
                parts = [element]
            case ast.DictComp(key=key, value=value):
                parts = [key, value]
            case ast.Starred(value=value) | ast.NamedExpr(value=value) | ast.UnaryOp(operand=value):
                parts = [value]
            case ast.Subscript(value=value, slice=chosen):
                is_raw |= isinstance(chosen, ast.Slice)
                inner = list(self.leaks(value, here, is_raw=is_raw))
                is_named = isinstance(chosen, ast.Constant) and isinstance(chosen.value, str)
                if any(self._is_row(leak) or (is_named and isinstance(leak, Leak)) for leak in inner):
                    yield self._leak(node, here)
                else:
                    yield from inner
                return
            case ast.Name():
                yield from self._named(node, here, is_raw=is_raw)
                return
            case ast.Attribute():
                yield from self._attribute(node, here, is_raw=is_raw)
                return
            case ast.Call():
                yield from self._called(node, here, is_raw=is_raw)
                return
            case _:
                yield self._leak(node, here)
                return
        for part in parts:
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
            yield from self._constant(self._import(node.id, here) or "", node, here, is_raw=is_raw)

    def _constant(self, dotted: str, node: ast.expr, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        module, name = self._definition(dotted) or (None, "")
        if module is None or name not in module.bound:
            yield self._leak(node, here)
        elif not name.isupper():
            for value in module.bound[name]:
                yield from self.leaks(value, module, is_raw=is_raw)

    def _given(self, home: Scope, name: str) -> Iterator[Given]:
        annotation = home.parameters[name][0].annotation
        if not (annotation and self._is_ours_by_type(annotation, home)):
            yield Given(home, name)

    def _is_ours_by_type(self, annotation: ast.expr, home: Scope) -> bool:
        """Whether the type allows numbers, times and words of ours alone."""
        text = ast.unparse(annotation)
        if NUMERIC.fullmatch(text) or text.startswith("Literal["):
            return True
        found = home.bound.get(text) or (home.parent and home.parent.bound.get(text))
        if not found and (place := self._definition(self._import(text, home) or "")):
            found = place[0].bound.get(place[1])
        return bool(found) and ast.unparse(found[0]).startswith("Literal[")

    def _attribute(self, node: ast.Attribute, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        if isinstance(node.value, ast.Name) and (target := self._import(node.value.id, here)):
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
        if fields and not methods and (not asked or all(self._is_shown(home) for home in fields)):
            yield from asked
        else:
            yield self._leak(node, here)

    def _is_shown(self, home: Scope) -> bool:
        """Whether it is of the layers that show things: what the others answer is not looked into."""
        return home.path.relative_to(self.root).parts[0] not in BELOW

    def _called(self, node: ast.Call, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        name = _last(node.func)
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        if receiver and isinstance(receiver[0], ast.Name) and self._import(receiver[0].id, here):
            receiver = []
        if name in ESCAPING:
            if is_raw:
                yield self._leak(node, here)
            return
        if isinstance(node.func, ast.Subscript):  # list[str]()
            return
        if functions := self._ours(node.func, here):
            for function in functions:
                if not self._is_shown(function):
                    if not self._answers_numbers(function):
                        yield self._leak(node, here)
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
        yield self._leak(node, here)

    def _answers_numbers(self, function: Scope) -> bool:
        answer = function.node.returns if isinstance(function.node, ast.FunctionDef) else None
        return bool(answer) and self._is_ours_by_type(answer, function)

    def _inlined(self, function: Scope, node: ast.Call, here: Scope, *, is_raw: bool) -> Iterator[Leak | Given]:
        """What a function of ours answers to a call."""
        if isinstance(function.node, ast.ClassDef):
            for one in [*node.args, *(one.value for one in node.keywords)]:
                yield from self.leaks(one, here, is_raw=is_raw)
            return
        for value in function.returned:
            for leak in self.leaks(value, function, is_raw=is_raw):
                if isinstance(leak, Given) and leak.function is function:
                    yield from self._argument(leak, node, here, is_raw=is_raw)
                else:
                    yield leak

    def _answers(self, function: ast.expr, given: list[ast.expr], here: Scope) -> Iterator[Leak | Given]:
        """What a function that is handed over answers, once called."""
        match function:
            case ast.Lambda():
                yield from self._inlined(
                    here.defined[f"lambda {id(function)}"], ast.Call(function, given, []), here, is_raw=False
                )
            case ast.Attribute(value=value, attr="get" | "__getitem__"):
                yield from self.leaks(value, here)
            case _:
                yield from self.leaks(ast.Call(function, given, [], lineno=function.lineno), here)

    def _ours(self, called: ast.expr, here: Scope) -> list[Scope]:
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
                found = self._definition(self._import(name, here) or "")
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if target := self._import(name, here):
                found = self._definition(f"{target}.{attr}")
            case ast.Attribute(attr=attr) if attr not in self.streamlit and attr not in KEEPING | CUTTING | CHOOSING:
                return self.methods.get(attr, [])
            case _:
                return []
        return [found[0].defined[found[1]]] if found and found[1] in found[0].defined else []

    def _import(self, name: str, here: Scope) -> str | None:
        home: Scope | None = here
        while home:
            if name in home.imported:
                return home.imported[name]
            home = home.parent
        return None

    def _definition(self, dotted: str) -> tuple[Scope, str] | None:
        module, _, name = dotted.rpartition(".")
        return (self.modules[module], name) if module in self.modules else None

    def _is_number_format(self, spec: ast.expr, here: Scope) -> bool:
        text = ast.unparse(spec)[2:-1]
        return bool(FORMAT.fullmatch(text)) or text in {"{ENDED_FORMAT}"}

    def _leak(self, node: ast.expr, here: Scope) -> Leak:
        return Leak(self._place(here), node.lineno, ast.unparse(node))

    def _place(self, here: Scope) -> Path:
        return here.path.relative_to(self.root)


def _last(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _arguments(call: ast.Call, order: tuple[str, ...]) -> dict[str, ast.expr]:
    plain = [one for one in call.args if not isinstance(one, ast.Starred)]
    return dict(zip(order, plain, strict=False)) | {one.arg: one.value for one in call.keywords if one.arg}


FOLDERS: Final = (*BELOW, "components", "pages")


def desk(root: Path) -> Flow:
    """The Desk's own code."""
    paths = [path for folder in FOLDERS for path in (root / folder).glob("*.py")]
    paths += [root / "navigation.py", root / "app.py"]
    modules = {".".join(path.relative_to(root).with_suffix("").parts): scope(path, path.read_text()) for path in paths}
    return Flow(modules, root)
