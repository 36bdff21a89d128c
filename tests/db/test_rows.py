"""What a query declares of its rows is what PostgreSQL answers: the same columns, in the same types."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from core.database import load
from core.reads import DECLARED
from core.thresholds import StuckAfter
from demo.databases import Database

ROOT: Final = Path(__file__).parents[2]
for path in sorted((ROOT / "queries").rglob("*.py")):
    import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))

GIVEN: Final[dict[object, Any]] = {
    UUID: UUID(int=7), int: 7, str: "content_piece_id", datetime: datetime(2026, 1, 1, tzinfo=UTC),
    timedelta: timedelta(hours=1), StuckAfter: StuckAfter(),
}  # fmt: skip
DTYPES: Final[dict[object, str]] = {
    int: "Int64", float: "float64", bool: "boolean", datetime: "datetime64[us, UTC]", str: "str", date: "object",
}  # fmt: skip


def answered(query: Callable[..., Any]) -> dict[str, str]:
    """The columns of the answer with their types, for arguments of the kinds that the query asks for."""
    kinds = get_type_hints(query)
    needed = [kinds[one.name] for one in inspect.signature(query).parameters.values() if one.default is one.empty]
    given = [get_args(kind)[0] if get_origin(kind) is Literal else GIVEN[kind] for kind in needed]
    return {str(name): str(kind) for name, kind in load(query(*given)).dtypes.items()}


def declared(row: type) -> dict[str, str]:
    """The same as the row's kind has it; lists are objects of a frame."""
    told: dict[str, str] = {}
    for name, kind in get_type_hints(row).items():
        [known] = (
            [one for one in get_args(kind) if one is not NoneType]
            if get_origin(kind) not in (None, list, Literal)
            else [kind]
        )
        if get_origin(known) is Literal:
            known = type(get_args(known)[0])
        told[name] = DTYPES.get(known, "object")
    return told


@pytest.mark.parametrize("query", DECLARED, ids=lambda query: f"{query.__module__}.{query.__name__}")
def test_rows_are_what_their_query_declares(database: Database, query: Callable[..., Any]) -> None:
    assert answered(query) == declared(DECLARED[query])


def test_queries_of_every_drawer_declare_their_rows() -> None:
    assert len(DECLARED) > 20
