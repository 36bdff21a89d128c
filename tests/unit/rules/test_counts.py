"""No sentence counts the rows of a list that was read: lists have limits. Counts are counted, in SQL."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.places import ROOT
from queries.accounts import summary_state
from queries.creators import categories
from queries.rollups import state

FILES = [path for layer in ("components", "pages", "actions") for path in sorted((ROOT / layer).rglob("*.py"))]
READS = {"rows", "load"}
RECORDS = re.compile(r"\[str, Any\]|DataFrame")
WORDS = {"plural", "count", "compact", "metric", "format", "str"}
WHOLE = {
    ("components/accounts/work.py", "found"): "no limit, as the last test sees",
    ("components/creators/categories.py", "found"): "no limit, as the last test sees",
    ("components/system/work.py", "late"): "no limit, as the last test sees",
    ("components/ui/details.py", "found"): "said beside the total, where that is more",
    ("components/ui/exports.py", "kept"): "the file itself, which says where it was cut",
    ("components/projects/item.py", "turns"): "all messages of one chat, which one value holds",
}
"""What may be counted by its list, and why."""


def said(source: str) -> Iterator[tuple[int, str]]:
    """Where words hold the length of something that was read, and of what."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            yield from _in(function)


def _in(function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    read = _read(function)
    for node in ast.walk(function):
        if not isinstance(node, ast.expr) or (of := _length_of(node)) is None or not _is_read(of, read):
            continue
        if _is_in_words(node, parents) and not _is_compared(node, of, parents):
            yield node.lineno, ast.unparse(of)


def _length_of(node: ast.AST) -> ast.expr | None:
    """What `len(x)`, `x.shape[0]` and `x.index.size` are the length of."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[of]):
            return of
        case ast.Subscript(value=ast.Attribute(value=of, attr="shape")):
            return of
        case ast.Attribute(value=ast.Attribute(value=of, attr="index"), attr="size"):
            return of
        case _:
            return None


def _read(function: ast.FunctionDef) -> set[str]:
    """Names that hold records that were read, or something made of them."""
    arguments = (*function.args.args, *function.args.kwonlyargs)
    read = {one.arg for one in arguments if one.annotation and RECORDS.search(ast.unparse(one.annotation))}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                names = [name]
            case _:
                continue
        if _is_read(value, read):
            read.update(names)
    return read


def _is_read(value: ast.expr, read: set[str]) -> bool:
    return any(
        (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READS)
        or (isinstance(node, ast.Name) and node.id in read)
        for node in ast.walk(value)
    )


def _is_in_words(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether it ends up in a sentence; `alt` and `height` tell of the very rows that are drawn."""
    while (above := parents.get(node)) is not None and not isinstance(node, ast.stmt):
        match above:
            case ast.keyword(arg="alt" | "height"):
                return False
            case ast.FormattedValue() | ast.keyword(arg="reach"):
                # Within an f-string that is itself an `alt`, as well.
                return not _is_alt(above, parents)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if (
                name in WORDS and node in args
            ):
                return not _is_alt(above, parents)
            case _:
                node = above
    return False


def _is_alt(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while (above := parents.get(node)) is not None and not isinstance(node, ast.stmt):
        if isinstance(above, ast.keyword) and above.arg in {"alt", "height"}:
            return True
        node = above
    return False


def _is_compared(node: ast.AST, of: ast.expr, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether it is said only where a total is larger: "the first 50 of 69"."""
    length = f"len({ast.unparse(of)})"
    while (above := parents.get(node)) is not None:
        if isinstance(above, ast.If | ast.IfExp) and node is not above.test:
            match above.test:
                case ast.Compare(ops=[ast.Gt()], comparators=[right]) if ast.unparse(right) == length:
                    return True
                case _:
                    pass
        node = above
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_sentence_says_how_long_a_read_list_is(path: Path) -> None:
    where = str(path.relative_to(ROOT))
    assert [(line, of) for line, of in said(path.read_text()) if (where, of) not in WHOLE] == []


def test_a_count_that_was_cut_is_never_shown_one_higher() -> None:
    """Below its cap, one more would read as an exact count: `written.count(…, is_floor=…)` says "+"."""
    added = re.compile(r"\+ *\w+\[.is_(capped|floor).\]")
    assert [path.name for path in FILES if added.search(path.read_text())] == []


def test_what_is_counted_by_its_list_has_no_limit() -> None:
    for statement in (categories.listed(), state.state(), summary_state.faults()):
        assert statement._limit_clause is None  # pyright: ignore[reportPrivateUsage]  # there is no other way to ask


@pytest.mark.parametrize(
    "line",
    [
        'found = rows(q())\n    st.caption(f"{len(found)} accounts")',
        'found = rows(q())\n    st.caption(written.plural(len(found) - 1, "more account"))',
        'found = [row for row in rows(q()) if row["is_late"]]\n    return Work(reach=len(found))',
        'found = load(q())\n    kept = found.query("x")\n    st.metric("Quiet", len(kept))',
        'found = load(q())\n    st.caption(f"{found.shape[0]:,} rows")',
        'st.caption(f"{len(rows(q()))}")',
        'if found := rows(q()):\n        st.caption(f"{len(found[:3])}")',
        'st.caption(f"{len(given)} open")',
        'total = 4\n    found = rows(q())\n    said = f"{len(found)}" if total < len(found) else ""',
    ],
)
def test_the_rule_sees_what_it_forbids(line: str) -> None:
    assert list(said(f"def f(given: Sequence[Mapping[str, Any]]) -> None:\n    {line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        'found = rows(q())\n    table(found, alt=f"{len(found)} rows")',
        "found = rows(q())\n    table(found, height=min(300, 36 * len(found)))",
        'found = rows(q())\n    said = f"the first {len(found)} of {total}" if total > len(found) else ""',
        'chosen = list(st.session_state.chosen)\n    st.caption(f"{len(chosen)} selected")',
        'found = rows(q())\n    if len(found) == 1:\n        st.caption("One")',
    ],
)
def test_the_rule_lets_the_rest_be(line: str) -> None:
    assert not list(said(f"def f(given: Sequence[Mapping[str, Any]]) -> None:\n    {line}\n"))
