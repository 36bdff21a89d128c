"""How PostgreSQL means to answer a read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from queries.tables.base import Rows


def plan(connection: Connection, statement: Rows, options: str = "COSTS OFF") -> dict[str, Any]:
    """The plan's top node; with other options what EXPLAIN then adds to it."""
    compiled = statement.compile(connection.engine, compile_kwargs={"render_postcompile": True})
    answer = connection.exec_driver_sql(f"EXPLAIN ({options}, FORMAT JSON) {compiled}", dict(compiled.params))
    told = answer.scalar_one()
    [found] = json.loads(told) if isinstance(told, str) else told
    return found["Plan"]


def scanned(node: dict[str, Any]) -> Iterator[str]:
    """The tables that are read from end to end below a node."""
    if node["Node Type"].endswith("Seq Scan"):
        yield node["Relation Name"]
    for child in node.get("Plans", []):
        yield from scanned(child)
