"""Pages of a long list without OFFSET: walk an index from the last row seen, forward or back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, literal_column, null, select, tuple_, union_all

from queries.tables.base import Rows

COUNT_CAP: Final = 10_000
"""A count beyond this is shown as "10,000+": counting on would cost more than the answer is worth."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a row stands in a sorted list, and whether the page wanted lies after it or before it."""

    value: datetime | int | str | Decimal | None
    id: UUID | int
    is_forward: bool = True

    @classmethod
    def of(cls, value: Any, row_id: str | UUID | int, is_forward: bool) -> Cursor:
        """The cursor beside a displayed row, given its sort_key and id."""
        # Data frames say "no time" with NaT, the one time that differs from itself.
        known = row_id if isinstance(row_id, int) else UUID(str(row_id))
        return cls(None if value is None or value != value else value, known, is_forward)

    def encode(self) -> str:
        """The cursor as text for a URL."""
        kind, text = "n", ""
        if isinstance(self.value, datetime):
            kind, text = "t", self.value.astimezone(UTC).isoformat()
        elif isinstance(self.value, int):
            kind, text = "i", str(self.value)
        elif self.value is not None:
            kind, text = "s", str(self.value)
        return f"{'after' if self.is_forward else 'before'}.{self.id}.{kind}{text}"

    @classmethod
    def decode(cls, text: str) -> Cursor | None:
        """The cursor that `encode` wrote; None for anything else, so that a stale link opens the first page."""
        direction, _, rest = text.partition(".")
        identity, _, coded = rest.partition(".")
        try:
            value = _KINDS[coded[:1]](coded[1:])
            row_id = int(identity) if identity.isdecimal() else UUID(identity)
            is_forward = {"after": True, "before": False}[direction]
            return cls(value, row_id, is_forward) if _is_storable(value) and _is_storable(row_id) else None
        except (KeyError, ValueError):
            return None


def _is_storable(value: object) -> bool:
    return abs(value) < 2**63 if isinstance(value, int) else "\x00" not in str(value)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a cursor in time needs its zone")
    return moment


_KINDS: Final[dict[str, Any]] = {"n": lambda _: None, "t": _moment, "i": int, "s": str}


@dataclass(frozen=True, slots=True)
class Key:
    """What a list is sorted by; `has_value` is the condition an index on `value` was built under."""

    value: ColumnElement[Any]
    id: ColumnElement[UUID] | ColumnElement[int]
    has_value: ColumnElement[bool]
    has_none: ColumnElement[bool]


def keyset_page(
    key: Key, where: Sequence[ColumnElement[bool]], descending: bool, cursor: Cursor | None, limit: int
) -> Subquery:
    """One page of ids, rows without a sort value last in either order, ties told apart by id.

    Columns: id, key, position (ascending on display), has_more (whether rows follow in the walked direction).
    The list is walked in two parts, with and without a value, because `value > x OR value IS NULL` cannot use an index.
    """
    is_forward = cursor is None or cursor.is_forward
    descending = descending is is_forward
    parts: list[Rows] = []
    for is_none in (False, True):
        beyond = _after(key, is_none, descending, cursor)
        if beyond is not None:
            held = key.has_none if is_none else key.has_value
            value = null().cast(key.value.type) if is_none else key.value
            part = select(key.id.label("id"), value.label("key")).where(*where, held, *beyond)
            if is_none:
                # OFFSET keeps the planner from walking the primary key for its order through rows that do have a value.
                part = select(part.offset(0).subquery())
            order = _directed([part.selected_columns.id] if is_none else [key.value, key.id], descending)
            part = part.order_by(*order).limit(limit + 1).subquery()
            parts.append(select(part, literal_column(str(int(is_none))).label("part")))
    found = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    in_order = [*_directed([found.c.part], not is_forward), *_directed([found.c.key, found.c.id], descending)]
    position = func.row_number().over(order_by=in_order)
    walked = select(
        found.c.id, found.c.key, position.label("step"), (func.count().over() > limit).label("has_more")
    ).subquery()
    step = walked.c.step if is_forward else -walked.c.step
    return (
        select(walked.c.id, walked.c.key, step.label("position"), walked.c.has_more)
        .where(walked.c.step <= limit)
        .subquery("walked")
    )


def _after(key: Key, is_none: bool, descending: bool, cursor: Cursor | None) -> list[ColumnElement[bool]] | None:
    """Conditions for the rows past the cursor in one part of the list; None when the part was passed already."""
    if cursor is None:
        return []
    if (cursor.value is None) is not is_none:
        # The valueless rows come last: ahead of a valued cursor when going forward, behind a valueless one going back.
        return [] if is_none is cursor.is_forward else None
    if is_none:
        return [key.id < cursor.id if descending else key.id > cursor.id]
    here, there = tuple_(key.value, key.id), tuple_(cursor.value, cursor.id)
    return [here < there if descending else here > there]


def _directed(columns: Sequence[ColumnElement[Any]], descending: bool) -> list[ColumnElement[Any]]:
    return [column.desc() if descending else column.asc() for column in columns]


def kinds(keys: Mapping[Any, ColumnElement[Any]]) -> dict[str, type]:
    """What a cursor holds by sort: a moment, a text, or for every kind of number a whole one."""
    found = {name: column.type.python_type for name, column in keys.items()}
    return {name: kind if kind in (datetime, str) else int for name, kind in found.items()}


def capped_count(rows: Rows, cap: int = COUNT_CAP) -> ColumnElement[int]:
    """How many rows there are, counted up to one more than the cap; the caller shows the surplus as "+"."""
    return select(func.count()).select_from(rows.limit(cap + 1).subquery()).scalar_subquery()


def capped(rows: Rows, name: str, cap: int = COUNT_CAP) -> Rows:
    """How many rows there are. Columns: the named one (at most the cap), is_capped (there are more)."""
    # Materialised, or PostgreSQL puts the count in both places and counts twice.
    counted = select(capped_count(rows, cap).label("n")).cte().prefix_with("MATERIALIZED")
    return select(func.least(counted.c.n, cap).label(name), (counted.c.n > cap).label("is_capped"))


def more_than(rows: Rows, number: int) -> ColumnElement[bool]:
    """Whether there are more rows than so many, in the order that a window of so many takes them in."""
    return select(rows.offset(number).limit(1).subquery()).exists()
