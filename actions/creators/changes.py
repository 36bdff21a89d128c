"""Write edits of creators: rows locked, every field compared with what its editor saw, each record on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Connection,
    FromClause,
    Integer,
    Text,
    Uuid,
    column,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from actions import audit
from actions.creators.fields import FIELDS, Edit, Field, Value, by_creator, stored, written
from core.errors import Invalid
from core.identity import Viewer
from queries.creators.detail import last_changes
from queries.tables import creator_categories
from queries.tables import creators as c

_TYPES: Final[dict[Field, TypeEngine[Any]]] = {
    "display_name": Text(),
    "category_id": Uuid(),
    "is_active": Boolean(),
    "is_verified": Boolean(),
    "scrape_frequency_hours": Integer(),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that is no longer what its editor saw; `who` and `at` when a colleague set it here."""

    edit: Edit
    theirs: Value
    who: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the edits: records changed, edits that already matched, conflicts, and creators that are gone."""

    changed: tuple[UUID, ...] = ()
    already: tuple[Edit, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    gone: tuple[UUID, ...] = ()


def apply(
    connection: Connection,
    edits: Sequence[Edit],
    viewer: Viewer,
    action: str,
    reason: str | None,
    *,
    all_or_nothing: bool,
) -> Applied:
    """Write the edits within the caller's transaction; a record with a conflict is left as it is.

    With `all_or_nothing`, one conflict or one creator that is gone keeps every record as it is.
    """
    wanted = by_creator(edits)
    # The category first, as deactivating one locks it before its creators.
    _hold_categories(connection, {edit.wanted for edit in edits if edit.field == "category_id"})
    current = _locked(connection, list(wanted))
    already, conflicts, writable = _sorted(wanted, current)
    gone = tuple(one for one in wanted if one not in current)
    named = _named(connection, conflicts)
    if all_or_nothing and (conflicts or gone):
        return Applied((), tuple(already), named, gone)
    _write(connection, {one: current[one] for one in writable}, writable, viewer, action, reason)
    return Applied(tuple(writable), tuple(already), named, gone)


def _sorted(
    wanted: Mapping[UUID, Sequence[Edit]], current: Mapping[UUID, Mapping[Field, Value]]
) -> tuple[list[Edit], list[Conflict], dict[UUID, dict[Field, Value]]]:
    """Edits that already match, edits in conflict, and the new values of every record that has no conflict."""
    already: list[Edit] = []
    conflicts: list[Conflict] = []
    writable: dict[UUID, dict[Field, Value]] = {}
    for creator_id, some in wanted.items():
        if creator_id not in current:
            continue
        now = current[creator_id]
        changes: dict[Field, Value] = {}
        clashes: list[Conflict] = []
        for edit in some:
            if now[edit.field] == edit.wanted:
                already.append(edit)
            elif now[edit.field] == edit.seen:
                changes[edit.field] = edit.wanted
            else:
                clashes.append(Conflict(edit, now[edit.field]))
        conflicts += clashes
        if changes and not clashes:
            writable[creator_id] = changes
    return already, conflicts, writable


def _hold_categories(connection: Connection, wanted: set[Value]) -> None:
    ids = sorted(one for one in wanted if isinstance(one, UUID))
    if not ids:
        return
    k = creator_categories.c
    rows = connection.execute(
        select(k.id, func.coalesce(k.is_active, True).label("is_active"))
        .where(k.id.in_(ids))
        .order_by(k.id)
        .with_for_update(read=True)
    ).all()
    if len(rows) < len(ids) or not all(row.is_active for row in rows):
        raise Invalid("A category you chose was deactivated or removed. Choose another, then save again.")


def _locked(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, dict[Field, Value]]:
    """The fields as they stand, held until the transaction ends; in id order, so that no two savers wait in a circle.

    FOR NO KEY UPDATE: content that arrives meanwhile may still refer to the creator.
    """
    rows = connection.execute(
        select(c.c.id, *(c.c[field] for field in FIELDS))
        .where(c.c.id == func.any(literal(sorted(ids), ARRAY(Uuid))))
        .order_by(c.c.id)
        .with_for_update(key_share=True)
    ).all()
    return {row.id: {field: getattr(row, field) for field in FIELDS} for row in rows}


def _write(
    connection: Connection,
    current: Mapping[UUID, Mapping[Field, Value]],
    changes: Mapping[UUID, Mapping[Field, Value]],
    viewer: Viewer,
    action: str,
    reason: str | None,
) -> None:
    if not changes:
        return
    ids = list(changes)
    after = [{**current[one], **changes[one]} for one in ids]
    new = _given(
        {"id": (ids, Uuid())}
        | {f: ([row[f] for row in after], kind) for f, kind in _TYPES.items()}
        | {f"seen_{f}": ([current[one][f] for one in ids], kind) for f, kind in _TYPES.items()}
    )
    is_as_seen = [c.c[field].is_not_distinct_from(new.c[f"seen_{field}"]) for field in FIELDS]
    columns = {field: new.c[field] for field in FIELDS}
    connection.execute(update(c).values(**columns, updated_at=func.now()).where(c.c.id == new.c.id, *is_as_seen))
    record = _given(
        {
            "id": (ids, Uuid()),
            "account_id": ([None] * len(ids), Uuid()),
            "before": ([{f: written(current[one][f]) for f in changes[one]} for one in ids], JSONB()),
            "after": ([{f: written(value) for f, value in changes[one].items()} for one in ids], JSONB()),
        }
    )
    connection.execute(audit.of_changes(record, viewer, action, "creator", reason))


def _given(columns: Mapping[str, tuple[Sequence[Any], TypeEngine[Any]]]) -> FromClause:
    """Lists as a table: one statement whatever their length."""
    arrays = [literal(list(values), ARRAY(kind)) for values, kind in columns.values()]
    shape = [column(name, kind) for name, (_, kind) in columns.items()]
    return func.unnest(*arrays).table_valued(*shape, name="given").render_derived()


def _named(connection: Connection, conflicts: Sequence[Conflict]) -> tuple[Conflict, ...]:
    """The conflicts with who set the value that stands there, if it was a colleague."""
    if not conflicts:
        return ()
    rows = connection.execute(last_changes([one.edit.creator_id for one in conflicts])).all()
    last = {(UUID(row.creator_id), row.field): row for row in rows}
    named: list[Conflict] = []
    for one in conflicts:
        row = last.get((one.edit.creator_id, one.edit.field))
        is_theirs = row is not None and stored(one.edit.field, row.value) == one.theirs
        named.append(Conflict(one.edit, one.theirs, row.actor_email, row.at) if row and is_theirs else one)
    return tuple(named)
