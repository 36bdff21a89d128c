"""Which record a job is about, as its `job_data` names it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, literal

from queries.sql.constants import constant
from queries.tables import processing_queue as q


def names(key: str, identity: UUID) -> ColumnElement[bool]:
    """Whether a job names this record under the key, as the indexes are built: by one character more than an id has."""
    if not key.replace("_", "").isalpha():
        raise ValueError(key)
    named = func.left(q.c.job_data.op("->>")(constant(key)), constant(37))
    return named == literal(str(identity), Text)
