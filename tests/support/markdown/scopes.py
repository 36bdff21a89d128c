"""The Desk's modules and functions: what a name in them stands for, and everything that is called in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

GROWING: Final = {"append", "extend", "insert", "add", "update"}
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(eq=False)
class Scope:
    """A module, a class or a function."""

    node: ast.Module | ast.ClassDef | Function
    path: Path
    parent: Scope | None = None
    bound: dict[str, list[ast.expr]] = field(default_factory=dict[str, list[ast.expr]])
    defined: dict[str, Scope] = field(default_factory=dict[str, "Scope"])
    imported: dict[str, str] = field(default_factory=dict[str, str])
    calls: list[ast.Call] = field(default_factory=list[ast.Call])
    returned: list[ast.expr] = field(default_factory=list[ast.expr])

    @property
    def is_function(self) -> bool:
        """Whether it is called."""
        return isinstance(self.node, Function)

    @property
    def parameters(self) -> dict[str, tuple[ast.arg, ast.expr | None]]:
        """Each thing that it is given, in order, with what it is when nobody says."""
        if isinstance(self.node, ast.ClassDef):  # its fields: what a dataclass or a named tuple is made of
            fields = [one for one in self.node.body if isinstance(one, ast.AnnAssign)]
            named = [(one.target.id, one) for one in fields if isinstance(one.target, ast.Name)]
            return {name: (ast.arg(name, one.annotation, lineno=one.lineno), one.value) for name, one in named}
        if isinstance(self.node, ast.Module):
            return {}
        given = self.node.args
        positional = [*given.posonlyargs, *given.args]
        defaults = [None] * (len(positional) - len(given.defaults)) + given.defaults
        found = dict(zip(positional, defaults, strict=True)) | dict(
            zip(given.kwonlyargs, given.kw_defaults, strict=True)
        )
        found |= {one: None for one in (given.vararg, given.kwarg) if one}
        return {one.arg: (one, default) for one, default in found.items()}

    def within(self) -> Iterator[Scope]:
        """It and all that is defined in it."""
        yield self
        for one in self.defined.values():
            yield from one.within()


def scope(path: Path, source: str) -> Scope:
    """A module as scopes."""
    module = Scope(ast.parse(source), path)
    for statement in ast.iter_child_nodes(module.node):
        _walk(statement, module)
    return module


def _walk(node: ast.AST, here: Scope) -> None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            _define(node, here)
            return
        case ast.ImportFrom(module=str(source), names=names):
            here.imported |= {one.asname or one.name: f"{source}.{one.name}" for one in names}
        case ast.Import(names=names):
            here.imported |= {one.asname or one.name.split(".")[0]: one.name for one in names}
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _bind(target, value, here)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.AugAssign(target=target, value=value)
            | ast.NamedExpr(target=target, value=value)
            | ast.withitem(optional_vars=ast.expr() as target, context_expr=value)
        ):
            _bind(target, value, here)
        case (
            ast.For(
                target=ast.Tuple(elts=[number, target]), iter=ast.Call(func=ast.Name(id="enumerate"), args=[value, *_])
            )
            | ast.comprehension(
                target=ast.Tuple(elts=[number, target]), iter=ast.Call(func=ast.Name(id="enumerate"), args=[value, *_])
            )
        ):
            _bind(number, ast.Constant(0), here)
            for one in _listed(value, here) or [value]:
                _bind(target, one, here)
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            listed = _listed(value, here)
            for one in listed or [value]:
                _bind(target, one, here)
        case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
            here.returned.append(value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=args, keywords=keywords):
            if attr in GROWING:
                here.bound.setdefault(name, []).extend([*args, *(one.value for one in keywords)])
        case _:
            pass
    if isinstance(node, ast.Call):
        here.calls.append(node)
    for child in ast.iter_child_nodes(node):
        _walk(child, here)


def _define(node: Function | ast.ClassDef, here: Scope) -> None:
    inner = Scope(node, here.path, here)
    here.defined[f"lambda {id(node)}" if isinstance(node, ast.Lambda) else node.name] = inner
    if isinstance(node, ast.Lambda):
        inner.returned.append(node.body)
        _walk(node.body, inner)
        return
    for outer in node.decorator_list:
        _walk(outer, here)
    for statement in node.body:
        _walk(statement, inner)


def _listed(value: ast.expr, here: Scope) -> list[ast.expr]:
    """The elements of what is written as a list, here or where its name is bound."""
    match value:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return elements
        case ast.Name(id=name) if len(here.bound.get(name, [])) == 1:
            return _listed(here.bound[name][0], here)
        case _:
            return []


def _bind(target: ast.expr, value: ast.expr, here: Scope) -> None:
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, other in zip(targets, values, strict=True):
                _bind(one, other, here)
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), _):
            for one in targets:
                _bind(one, value, here)
        case ast.Starred(value=inner), _:
            _bind(inner, value, here)
        case ast.Name(id=name), _:
            here.bound.setdefault(name, []).append(value)
        case ast.Subscript(value=ast.Name(id=name)), _:
            here.bound.setdefault(name, []).append(value)
        case _:
            pass
