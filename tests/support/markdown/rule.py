"""Which text that somebody else wrote reaches a place where Streamlit reads Markdown."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.support.markdown.flow import Flow, Given, Leak
from tests.support.markdown.names import BELOW, arguments
from tests.support.markdown.scopes import Scope, scope

REFUSED: Final = {"MarkdownColumn", "write", "write_stream", "html"}
"""What has no parameter that could be judged: cells, generators and whole pages of Markdown or HTML."""
FOLDERS: Final = (*BELOW, "components", "pages")


class Rule(Flow):
    """The places, and who leads to them."""

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
        if not name or self.ours(call.func, here) or self._is_elsewhere(call.func, here):
            return
        if name in REFUSED and call.args:
            yield self.leak(call, here)
        if (sink := self.streamlit.get(name)) is None:
            return
        given = arguments(call, sink.order)
        is_raw = "unsafe_allow_html" in given or name == "badge"  # HTML knows other escapes, a badge escapes again
        for parameter, value in given.items():
            if parameter == "options" and "format_func" in given:
                continue
            if parameter == "format_func":
                if "options" in sink.read:
                    yield from self.answers(value, [given["options"]], here)
            elif parameter in sink.read - {"format_func"}:
                yield from self.leaks(value, here, is_raw=is_raw)

    def _is_elsewhere(self, called: ast.Attribute | ast.expr, here: Scope) -> bool:
        """Whether it is called on a module that is not Streamlit's, on a logger or on text."""
        if not isinstance(called, ast.Attribute):
            return True
        if isinstance(called.value, ast.Name):
            if called.value.id == "log":
                return True
            if target := self.import_(called.value.id, here):
                return not target.startswith("streamlit")
        return isinstance(called.value, ast.Constant)

    def _from_callers(self, given: Given) -> Iterator[Leak | Given]:
        calls = list(self._callers(given))
        for call, here in calls:
            yield from self.argument(given, call, here)
        if not calls:  # it is handed on and called by others, with what nobody can tell
            yield Leak(self.place(given.function), given.function.parameters[given.name][0].lineno, given.name)

    def _callers(self, given: Given) -> Iterator[tuple[ast.Call, Scope]]:
        for call, here in self.calls.get(getattr(given.function.node, "name", ""), []):
            if given.function in self.ours(call.func, here):
                yield call, here
        for call, here in self.calls.get("partial", []):
            if given.function in self.ours(call.args[0], here):
                moved = ast.Call(call.args[0], call.args[1:], call.keywords)
                if given.name in arguments(moved, tuple(given.function.parameters)):
                    yield moved, here


def desk(root: Path) -> Rule:
    """The Desk's own code."""
    paths = [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    paths += [root / "navigation.py", root / "app.py"]
    modules = {".".join(path.relative_to(root).with_suffix("").parts): scope(path, path.read_text()) for path in paths}
    return Rule(modules, root)
