"""Customers' files: which object a stored URL or path means, and a link to it that opens for a short while.

What a column holds is a customer's word. It only ever becomes a bucket and a key; the link is made from these two, so
nothing that was stored is opened as it stands.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, Literal, NamedTuple, Protocol
from urllib.parse import quote, unquote, urlsplit

from core.settings import settings

TTL_S: Final = 15 * 60
KEY_LENGTH: Final = 1_024
BUCKETS: Final = frozenset({"content", "uploads", "media", "voices", "avatars", "photos", "thumbnails"})
_SIGNED: Final = re.compile(r"^storage/v1/(?:object|render/image)/(?:sign/|public/|authenticated/)?")
_WRONG: Final = re.compile(r"[\x00-\x1f\x7f\\:]|(?:^|/)\.{1,2}(?:/|$)|//")


class Stored(NamedTuple):
    """An object in Storage."""

    bucket: str
    key: str


Why = Literal["missing", "no bucket", "forbidden", "no key", "down"]


class Answer(NamedTuple):
    """A link that opens for `TTL_S` seconds, or why there is none."""

    link: str | None
    why: Why | None = None


class Storage(Protocol):
    """Where the files lie."""

    origins: frozenset[str]
    """Origins whose URLs are ours."""

    def signed(self, objects: Iterable[Stored]) -> dict[Stored, Answer]:
        """What Storage says to each object; raises nothing, as a page shows each answer in its place."""
        ...


class Demo:
    """The demo's Storage: every object is there, and the app itself serves a sample of its kind."""

    origins = frozenset({"https://storage.aicon.example", "https://cdn.aicon.example"})
    path = "/demo/storage"

    def signed(self, objects: Iterable[Stored]) -> dict[Stored, Answer]:
        """Links to the app's own samples, signed so that only what a page showed can be fetched."""
        # Rounded, so that a page drawn again shows the same link and a player plays on.
        until = (int(time.time()) // TTL_S + 2) * TTL_S
        return {
            one: Answer(
                f"{settings().public_url}{self.path}/{quote(one.bucket)}/{quote(one.key)}"
                f"?until={until}&token={self._token(one, until)}"
            )
            for one in objects
        }

    def is_signed(self, one: Stored, until: str, token: str) -> bool:
        """Whether a link was made here and has not ended."""
        if not until.isdecimal() or len(until) > 12 or int(until) < time.time():
            return False
        return hmac.compare_digest(token.encode(), self._token(one, int(until)).encode())

    def _token(self, one: Stored, until: int) -> str:
        # The database's password is the one secret that every process of a demo shares.
        secret = settings().database_url.get_secret_value().encode()
        return hmac.new(secret, f"{one.bucket}/{one.key}?{until}".encode(), sha256).hexdigest()[:32]


def storage() -> Storage:
    """The Storage that AUTH_MODE names."""
    if settings().auth_mode == "demo":
        return Demo()
    from core import supabase_storage  # here, as it imports this module and half a second of libraries

    return supabase_storage.project()


def place(url: str | None, path: str | None, kind: str) -> Stored | None:
    """The object that a URL of our own or else a path names; `kind` tells where a path without a bucket lies.

    None for everything else: other hosts, schemes, `..`, NUL, and what no object could be called.
    """
    return _of_url(url, kind) or _of_path(path, kind)


def hosted(url: str | None) -> str | None:
    """The URL itself if it is https on a host of `MEDIA_HOSTS`, which needs no signature; None for all else."""
    try:
        parts = urlsplit(url or "")
        is_open = parts.scheme == "https" and parts.hostname in settings().media_hosts and parts.port is None
    except ValueError:
        return None
    return url if is_open and "@" not in parts.netloc and not _WRONG.search(unquote(parts.path)) else None


def _of_url(url: str | None, kind: str) -> Stored | None:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc.lower()}" not in storage().origins:
        return None
    return _of_path(_SIGNED.sub("", parts.path.lstrip("/")), kind)


def _of_path(path: str | None, kind: str) -> Stored | None:
    # Decoded once, as the browser and Storage would; what is still encoded then is part of the name.
    said = unquote(path or "").strip()
    text = said.removeprefix("/")
    if not text or len(text) > KEY_LENGTH or _WRONG.search(said) or "%2e" in text.lower() or "%2f" in text.lower():
        return None
    buckets = settings().storage_buckets
    first, _, rest = text.partition("/")
    if first in BUCKETS or first in buckets.values():
        return Stored(first, rest) if rest else None
    return Stored(buckets.get(kind, kind), text)
