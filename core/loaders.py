"""What PostgreSQL may hold and Python may not, and the other way round: one answer for either, on every connection.

Years beyond 1 to 9999, infinite times and numbers, NaN, NUL and half characters stop nothing: what Python cannot hold
is the nearest it can, a number that is none is None.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any, ClassVar, Final

import psycopg
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format
from psycopg.types.string import TextLoader

FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
"""What stands for the moments before and after the years that Python and browsers know; nothing of the product's."""
FIRST_DAY: Final = date.min
LAST_DAY: Final = date.max
LONGEST: Final = timedelta(days=100_000_000)
"""What stands for longer spans: Arrow counts microseconds, in 64 bits."""
REPLACED: Final = "\ufffd"
_MOMENT: Final = re.compile(r"-?infinity|\d{4,6}-\d\d-\d\d[T ]\d\d:")
_UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")


def register(connection: psycopg.Connection[Any], *, is_plain: bool) -> None:
    """Use these on a connection; `is_plain` reads ids and JSON as text and every number as a float, for data frames."""
    adapters = connection.adapters
    for name, loader in {
        "timestamptz": _Moment, "timestamp": _LocalMoment, "date": _Day, "interval": _Span,
        "float4": _Float, "float8": _Float, "numeric": _Float if is_plain else _Numeric,
    }.items():  # fmt: skip
        adapters.register_loader(name, loader)
    if is_plain:
        for name in ("uuid", "json", "jsonb"):
            adapters.register_loader(name, TextLoader)
    adapters.register_dumper(str, _Text)


def writable(text: str) -> str:
    """The text with a sign in place of what PostgreSQL's text cannot hold: NUL, and half of a pair of characters."""
    return _UNWRITABLE.sub(REPLACED, text)


def moment(text: Any) -> datetime | None:
    """The moment that PostgreSQL wrote into JSON; None where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return _end(text) if isinstance(text, str) and _MOMENT.match(text) else None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _end(text: str) -> datetime:
    return FIRST if _is_before(text) else LAST


def _is_before(text: str) -> bool:
    return text.startswith(("-", "0001")) or text.endswith("BC")


class _Within(Loader):
    """psycopg's own loader of the type; for what it refuses, the first or the last value."""

    ends: ClassVar[tuple[Any, Any]]

    def __init__(self, oid: int, context: Any = None) -> None:
        super().__init__(oid, context)
        own = psycopg.adapters.get_loader(oid, Format.TEXT) or TextLoader
        self._load = own(oid, context).load

    def load(self, data: Buffer) -> Any:
        try:
            return self._load(data)
        except (psycopg.DataError, OverflowError):
            return self.ends[0 if _is_before(bytes(data).decode()) else 1]


class _Moment(_Within):
    ends = (FIRST, LAST)


class _LocalMoment(_Within):
    ends = (datetime.min, datetime.max)  # noqa: DTZ901  # a time of no zone, as PostgreSQL has it


class _Day(_Within):
    ends = (FIRST_DAY, LAST_DAY)


class _Span(_Within):
    ends = (-LONGEST, LONGEST)

    def load(self, data: Buffer) -> timedelta:
        return min(max(super().load(data), -LONGEST), LONGEST)


class _Float(Loader):
    def load(self, data: Buffer) -> float | None:
        found = float(bytes(data))
        return found if isfinite(found) else None


class _Numeric(_Within):
    ends = (None, None)

    def load(self, data: Buffer) -> Any:
        found = super().load(data)
        return found if found.is_finite() else None


class _Text(Dumper):
    def dump(self, obj: str) -> bytes:
        try:
            told = obj.encode()
        except UnicodeEncodeError:
            told = b"\0"
        return writable(obj).encode() if b"\0" in told else told
