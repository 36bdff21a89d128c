"""Addresses that customers stored: which may be opened, and which may be shown as an image."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from core.settings import settings


def web(address: str | None) -> str | None:
    """The address if it is one of the web; None for `javascript:`, files and whatever else a browser might run."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def images(addresses: Iterable[str | None]) -> list[str | None]:
    """For each address itself, if the browser may load it as an image: https on the project's own Supabase host."""
    own = urlsplit(settings().supabase_url or "")
    return [address if own.hostname and _is_at(address, own.netloc) else None for address in addresses]


def _is_at(address: str | None, host: str) -> bool:
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host
