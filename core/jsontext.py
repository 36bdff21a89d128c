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
_MARKED: Final = re.compile(r'"\ue000([-+.eE0-9]+)\ue000"')


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
    return _MARKED.sub(r"\1", json.dumps(_marked(value), ensure_ascii=False, **more))


def _marked(value: Any) -> Any:
    if isinstance(value, Digits):
        return f"\ue000{value}\ue000"
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, dict):
        return {writable(str(key)): _marked(inner) for key, inner in value.items()}
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
