"""What a Storage is: its objects, links to them, and the addresses that name them."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

TTL_S: Final = 15 * 60
ROUTE: Final = re.compile(
    r"/storage/v1/(?:object/(?:(?:sign|public|authenticated)/)?+|render/image/(?:sign|public|authenticated)/)([^/]+)/(.+)"
)
"""Addresses of an object: its bucket and its key."""
_PORTS: Final = {"https": 443, "http": 80}


class StorageObject(NamedTuple):
    """An object in Storage."""

    bucket: str
    key: str


Failure = Literal["missing", "no bucket", "unnamed", "forbidden", "no key", "down"]


class SignedUrl(NamedTuple):
    """A link that opens for `TTL_S` seconds, or why there is none."""

    link: str | None
    why: Failure | None = None


def origin(url: str) -> str:
    """Scheme, host and port as two addresses of one server share them; raises ValueError for what cannot be read."""
    parts = urlsplit(url)
    port = "" if parts.port in {None, _PORTS.get(parts.scheme)} else f":{parts.port}"
    at = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{at[0]}{at[1]}{(parts.hostname or '')}{port}"
