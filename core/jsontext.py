"""JSON as PostgreSQL stores it: numbers of any length keep their digits, and no depth or character stops it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from core.loaders import writable

DEEPEST: Final = 100
"""Levels that are read; what lies deeper is told as such. Neither Python nor a browser reads as deep as PostgreSQL."""
TOO_DEEP: Final = "… (deeper than can be shown)"
_SAFE: Final = 2**53
_LONGEST_DIGITS: Final = 4_000
"""Python refuses to read whole numbers of more digits than 4,300."""
_MARK: Final = "\ue000"
_MARKED: Final = re.compile(rf'"{_MARK}([-+.eE0-9]+){_MARK}"|{_MARK}{_MARK}')


class Digits(str):
    """A number that Python's or the browser's arithmetic would change, by its digits."""


def loads(text: str | bytes) -> Any:
    """The value, of any JSON that PostgreSQL stores."""
    try:
        return _cut(_DECODER.decode(text.decode() if isinstance(text, bytes) else text), 0)
    except RecursionError:
        return TOO_DEEP


def dumps(value: Any, **more: Any) -> str:
    """The value as JSON, its digits as they were, for a person to read or for PostgreSQL to store."""
    return _MARKED.sub(lambda found: found[1] or _MARK, json.dumps(_marked(value), ensure_ascii=False, **more))


def fields(text: str | None) -> dict[str, Any]:
    """What was recorded as fields, whatever its shape."""
    value = loads(text) if text else None
    return value if isinstance(value, dict) else {} if value is None else {"value": value}


def _marked(value: Any) -> Any:
    if isinstance(value, Digits):
        return f"{_MARK}{value}{_MARK}"
    if isinstance(value, str):
        return writable(value).replace(_MARK, 2 * _MARK)
    if isinstance(value, dict):
        return {_marked(str(key)): _marked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _cut(value: Any, depth: int) -> Any:
    if not isinstance(value, dict | list):
        return value
    if depth >= DEEPEST:
        return TOO_DEEP
    if isinstance(value, list):
        return [_cut(inner, depth + 1) for inner in value]
    return {key: _cut(inner, depth + 1) for key, inner in value.items()}


def _whole(digits: str) -> int | Digits:
    number = int(digits) if len(digits) < _LONGEST_DIGITS else _SAFE + 1
    return number if abs(number) <= _SAFE else Digits(digits)


def _broken(digits: str) -> float | Digits:
    number = float(digits)
    return number if Decimal(repr(number)) == Decimal(digits) else Digits(digits)


_DECODER: Final = json.JSONDecoder(parse_int=_whole, parse_float=_broken)
