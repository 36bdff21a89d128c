"""Which content piece, script, model or creator a job is about, and which jobs are about one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, Uuid, case, func, literal, select, union_all

from core.reads import rows_of
from queries.sql import job_data
from queries.sql.constants import constant
from queries.tables import avatar_models, content_pieces, creators, generated_scripts, processing_queue, voice_models
from queries.tables.base import Rows

MANY: Final = 50
_UUID: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

KEYS: Final[dict[str, Table[Any]]] = {
    "content_piece_id": content_pieces,
    "script_id": generated_scripts,
    "voice_model_id": voice_models,
    "avatar_model_id": avatar_models,
    "creator_id": creators,
}
"""Keys of `job_data` that name another record, and where it is."""


class LinkedRecord(TypedDict):
    """A row of `linked`."""

    key: str  # of `job_data`
    value: str  # as it stands there
    object_id: str | None
    title: str | None  # both None when the value is no UUID or the record is gone


@rows_of(LinkedRecord)
def linked(job_id: UUID) -> Rows:
    """The records that the job's `job_data` names, in one statement. A script has no title of its own and shows its
    content piece's."""
    data = processing_queue.c.job_data
    # Materialised, so that a large job_data is unpacked once and not once per key.
    named = (
        select(*(func.left(data.op("->>")(key), 100, type_=Text).label(key) for key in KEYS))
        .where(processing_queue.c.id == job_id)
        .cte("named")
        .prefix_with("MATERIALIZED")
    )
    return union_all_ordered([_link(key, named.c[key]) for key in KEYS])


def union_all_ordered(parts: list[Rows]) -> Rows:
    """The parts one after the other."""
    rows = union_all(*parts).subquery()
    return select(rows).order_by(rows.c.key)


def _link(key: str, value: ColumnElement[Any]) -> Rows:
    table = KEYS[key]
    # CASE is evaluated in order: only what looks like a UUID is ever cast to one.
    wanted = case((value.op("~")(_UUID), value.cast(Uuid)))
    found = select(literal(key, Text).label("key"), value.label("value"), table.c.id.label("object_id"))
    title = _title(table)
    rows = found.add_columns(func.left(title, 200).label("title")).outerjoin_from(
        value.table, table, table.c.id == wanted
    )
    if table is generated_scripts:
        rows = rows.outerjoin(content_pieces, content_pieces.c.id == generated_scripts.c.content_piece_id)
    return rows.where(value.is_not(None))


def _title(table: Table[Any]) -> ColumnElement[Any]:
    if table is creators:
        return func.coalesce(creators.c.display_name, creators.c.username)
    if table in (content_pieces, generated_scripts):
        return func.coalesce(content_pieces.c.title, content_pieces.c.source_url)
    return table.c.name


class JobOfRecord(TypedDict):
    """A row of `jobs_of`."""

    id: str
    job_type: str
    status: str
    attempts: int | None
    error_message: str | None  # the head
    created_at: datetime | None
    total: int  # of all, beyond the limit


@rows_of(JobOfRecord)
def jobs_of(key: str, object_id: UUID) -> Rows:
    """The jobs whose `job_data` names a record under a key, newest first."""
    q = processing_queue
    return (
        select(
            q.c.id,
            q.c.job_type,
            func.coalesce(q.c.status, "unknown").label("status"),
            q.c.attempts,
            func.left(q.c.error_message, 300).label("error_message"),
            q.c.created_at,
            func.count().over().label("total"),
        )
        .where(_named(key), job_data.names(key, object_id))
        .order_by(q.c.created_at.desc().nulls_last(), q.c.id)
        .limit(MANY)
    )


def _named(key: str) -> ColumnElement[bool]:
    """The predicate of the partial index on the key, with the key in the text, as the planner must prove it."""
    return processing_queue.c.job_data.op("?")(_word(key))


def _word(key: str) -> ColumnElement[Any]:
    if not key.replace("_", "").isalpha():
        raise ValueError(key)
    return constant(key)
