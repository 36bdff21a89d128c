"""Records that a test makes by hand, inserted as the owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from core.identity import Role, Viewer

CALL_ROLLUPS: Final = ("api_usage_hour", "api_usage_day", "account_api_hour", "account_api_day", "account_call_day")
ROLLUPS: Final = (*CALL_ROLLUPS, "job_hour", "usage_day")


def viewer(role: Role) -> Viewer:
    """A staff member of that role."""
    return Viewer(uuid4(), f"{role}@desk.example", role.capitalize(), role)


def row(owner_url: str, table: str, **columns: Any) -> UUID:
    """Insert one row; its id."""
    return rows(owner_url, table, [columns])[0]


def rows(owner_url: str, table: str, many: Sequence[dict[str, Any]]) -> list[UUID]:
    """Insert rows in one transaction; their ids. Dictionaries become jsonb, `sql.SQL` values stand as they are."""
    ids: list[UUID] = []
    with psycopg.connect(owner_url) as connection:
        for columns in many:
            values = {"id": uuid4(), **columns}
            slots = [v if isinstance(v, sql.Composable) else sql.Placeholder(k) for k, v in values.items()]
            statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, values)), sql.SQL(", ").join(slots)
            )
            bound = {k: Jsonb(v) if isinstance(v, dict | list) else v for k, v in values.items()}
            connection.execute(statement, bound)
            ids.append(values["id"])
    return ids


def job(**columns: Any) -> dict[str, Any]:
    """The columns of a job, `ago` and the like in PostgreSQL's time; queued and due unless said otherwise."""
    return {"job_type": "content_analysis", "job_data": {}, **columns}


def at(words: str) -> sql.SQL:
    """A moment relative to now, such as `at("-2 hours")`."""
    return sql.SQL(f"now() + interval '{words}'")  # pyright: ignore[reportArgumentType]  # the words are the test's own


def values(owner_url: str, statement: str, *parameters: Any) -> list[Any]:
    """The first column of a query."""
    with psycopg.connect(owner_url) as connection:
        return [found[0] for found in connection.execute(statement.encode(), parameters)]
