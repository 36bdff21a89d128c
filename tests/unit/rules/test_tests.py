"""What every test leaves to others: waiting to `until`, how long it took to nobody, the clock to the moment it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from demo.places import ROOT

TESTS: Final = sorted((ROOT / "tests").rglob("*.py"))
WAITS: Final = {"sleep", "wait_for_timeout"}
MEASURES: Final = {"monotonic", "perf_counter"}
OPENS: Final = "new_context"
POLLS: Final = "wait_for_function"
CLOCK: Final = {"now", "today", "utcnow", "time", "time_ns", "hour"}


def calls(tree: ast.AST, *, at_import: bool = False) -> Iterator[str]:
    """The last name of everything called, or of that alone which is called as soon as the module is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if at_import and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
                yield from calls(ast.Expr(part), at_import=True) if part else ()
        elif not (at_import and isinstance(node, ast.Lambda)):
            yield from calls(node, at_import=at_import)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_waits_for_time_or_measures_it_or_asks_the_clock_before_it_runs(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert path.name == "until.py" or not (WAITS | MEASURES) & {*calls(tree)}
    assert not CLOCK & {*calls(tree, at_import=True)}
    assert expressions_polled(tree) == []
    assert path.parts[-2:] == ("support", "site.py") or OPENS not in {*calls(tree)}  # `patient_context` there


def expressions_polled(tree: ast.AST) -> list[str]:
    """Conditions given to a page's `wait_for_function` as an expression, which its security policy may refuse."""
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and next(calls(ast.Expr(node))) == POLLS]
    given = [node.args[0] for node in asked]
    return [text for node in given if not isinstance(node, ast.Name) and "=>" not in (text := ast.unparse(node))]


def test_each_is_noticed() -> None:
    tree = ast.parse("import time\nA = [time.time()]\n@f(g(now()))\ndef h(at=today()):\n    page.wait_for_timeout(1)")
    assert expressions_polled(ast.parse("page.wait_for_function('!a')\npage.wait_for_function('() => !a')")) == ["'!a'"]
    assert WAITS & {*calls(tree)} == {"wait_for_timeout"}
    assert CLOCK & {*calls(tree, at_import=True)} == {"time", "now", "today"}
