"""Pages of a long list without OFFSET: walk an index from the last row seen, forward or back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from numbers import Integral
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    Subquery,
    Text,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)

from core.loaders import writable
from queries.sql import usable
from queries.tables.base import Rows

COUNT_CAP: Final = 10_000
"""A count beyond this is shown as "10,000+": counting on would cost more than the answer is worth."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a row stands in a sorted list, and whether the page wanted lies after it or before it.

    `value` is the sort key as PostgreSQL writes it, which holds what Python's own types do not; `kind` is `datetime`,
    `str`, or for every kind of number `int`. None is both of a row that has no key.
    """

    value: str | None
    id: UUID | int
    is_forward: bool = True
    kind: type | None = None

    @classmethod
    def of(cls, value: Any, row_id: str | UUID | int, is_forward: bool, kind: type = str) -> Cursor:
        """The cursor beside a displayed row, given its sort_key and id."""
        known = int(row_id) if isinstance(row_id, Integral) else UUID(str(row_id))
        is_none = value is None or value != value  # data frames say "none" with NaN, which differs from itself
        return cls(None if is_none else str(value), known, is_forward, None if is_none else kind)

    def encode(self) -> str:
        """The cursor as text for a URL."""
        kind = "-" if self.kind is None else next(letter for letter, known in _KINDS.items() if known is self.kind)
        return f"{'after' if self.is_forward else 'before'}.{self.id}.{kind}{self.value or ''}"

    @classmethod
    def decode(cls, text: str) -> Cursor | None:
        """The cursor that `encode` wrote; None for anything else, so that a stale link opens the first page."""
        direction, _, rest = text.partition(".")
        identity, _, coded = rest.partition(".")
        try:
            row_id = int(identity) if identity.isdecimal() else UUID(identity)
            is_forward = {"after": True, "before": False}[direction]
            kind = None if coded == "-" else _KINDS[coded[:1]]
        except (KeyError, ValueError):
            return None
        if isinstance(row_id, int) and row_id >= 2**63:
            return None
        if kind is None:
            return cls(None, row_id, is_forward)
        return cls(coded[1:], row_id, is_forward, kind) if _READS[kind](coded[1:]) else None


_KINDS: Final[dict[str, type]] = {"t": datetime, "n": int, "s": str}
_MOMENT: Final = re.compile(
    r"(?P<year>\d{4,6})(?P<day>-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d)(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}(?P<bc> BC)?",
    re.ASCII,
)
_NUMBER: Final = re.compile(r"-?(\d{1,300}(\.\d{1,300})?|\d(\.\d{1,17})?e[-+]\d{1,3}|Infinity)|NaN", re.ASCII)
_INFINITE: Final = {"infinity", "-infinity"}


def _is_moment(text: str) -> bool:
    """Whether PostgreSQL reads the text as a time; the calendar is the same every 400 years."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text in _INFINITE
    year = int(found["year"])
    in_cycle = 2000 + (1 - year if found["bc"] else year) % 400
    try:
        datetime.fromisoformat(f"{in_cycle}{found['day']} {found['time']}")
    except ValueError:
        return False
    return 0 < year < (4713 if found["bc"] else 294_276)


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and (isfinite(float(text)) or text.isalpha() or text == "-Infinity")


_READS: Final[dict[type, Callable[[str], bool]]] = {
    datetime: _is_moment,
    int: _is_number,
    str: lambda text: writable(text) == text,
}


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

    Columns: id, key (as PostgreSQL writes it), position (ascending on display), has_more (whether rows follow in the
    walked direction). The first page where the cursor cannot be one of this list's.
    The list is walked in two parts, with and without a value, because `value > x OR value IS NULL` cannot use an index.
    """
    cursor = cursor if _fits(key, cursor) else None
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
        select(walked.c.id, cast(walked.c.key, Text).label("key"), step.label("position"), walked.c.has_more)
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
    here, there = tuple_(key.value, key.id), tuple_(_typed(key, cursor.value), cursor.id)
    return [here < there if descending else here > there]


def _fits(key: Key, cursor: Cursor | None) -> bool:
    """Whether a whole number is one, where the list is sorted by whole numbers; `views` has asked for the kind."""
    if cursor is None or cursor.value is None or not isinstance(key.value.type, Integer):
        return True
    return bool(re.fullmatch(r"-?\d{1,19}", cursor.value)) and abs(int(cursor.value)) < 2**63


def _typed(key: Key, value: str | None) -> ColumnElement[Any]:
    """The text as a value that an index on the key is asked for; without its length or scale, which may be exceeded."""
    kind = key.value.type
    if isinstance(kind, Integer):
        return cast(literal(value, Text), BigInteger)
    return cast(
        literal(value, Text), Numeric if isinstance(kind, Numeric) else Text if kind.python_type is str else kind
    )


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


def newest(rows: Rows, at: ColumnElement[Any], identity: ColumnElement[Any], number: int) -> Rows:
    """The newest so many rows, in no order: first those of a moment that can have been, as a row without one, or of a
    year to come, is no news. Three parts, as an index in the order of `at` answers each."""
    parts = [
        select(
            rows.where(*when).order_by(at.desc(), identity.desc()).limit(number).subquery(),
            literal_column(str(place)).label("place"),
        )
        for place, when in enumerate(([usable.has_been(at)], [~usable.has_been(at)], [at.is_(None)]))
    ]
    found = union_all(*parts).subquery()
    kept = [column for column in found.c if column.key != "place"]
    return select(*kept).order_by(found.c.place).limit(number)


def more_than(rows: Rows, number: int) -> ColumnElement[bool]:
    """Whether there are more rows than so many, in the order that a window of so many takes them in."""
    return select(rows.offset(number).limit(1).subquery()).exists()
