"""Customers' own words and secrets in a job's data stay hidden until somebody with the right reveals them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from components.ui.fmt import cut, plain
from core.jsontext import Digits

HIDDEN: Final = "••••••"
_SIGNATURES: Final = ("token", "signature", "sig", "x-amz-", "key", "expires")
_LONGEST: Final = 2_000
_DEEPEST: Final = 12


def masked(data: Any, keys: Iterable[str]) -> tuple[Any, int]:
    """The data with every value under a matching key hidden, and how many were; long text is cut and says so.

    A key matches when it contains one of `keys`. Of a URL with a signature only the query is hidden.
    """
    hidden = 0
    parts = tuple(keys)

    def walk(value: Any, depth: int) -> Any:
        nonlocal hidden
        if depth > _DEEPEST:
            return "… (deeper than shown)"
        if isinstance(value, dict):
            shown: dict[str, Any] = {}
            for key, inner in value.items():
                is_secret = inner not in (None, "") and any(part in str(key).lower() for part in parts)
                hidden += is_secret
                shown[plain(str(key))] = HIDDEN if is_secret else walk(inner, depth + 1)
            return shown
        if isinstance(value, list):
            return [walk(inner, depth + 1) for inner in value]
        if isinstance(value, str):
            unsigned = _unsigned(value)
            hidden += unsigned != value
            return shortened(unsigned)
        return value

    return walk(data, 0), hidden


def shortened(value: Any) -> Any:
    """The data with long text cut, each cut saying how long it was; control characters are made visible."""
    if isinstance(value, dict):
        return {plain(str(key)): shortened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shortened(inner) for inner in value]
    if isinstance(value, str) and not isinstance(value, Digits):
        return cut(plain(value), _LONGEST)
    return value


def _unsigned(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    is_signed = any(mark in parts.query.lower() for mark in _SIGNATURES)
    return urlunsplit(parts._replace(query=HIDDEN)) if is_signed else text
