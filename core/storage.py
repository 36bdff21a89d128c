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
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from core.settings import settings
from core.storage_types import ROUTE, TTL_S, SignedUrl, StorageObject, origin

if TYPE_CHECKING:
    from core.supabase_storage import Supabase

KEY_LENGTH: Final = 1_024
BUCKETS: Final = frozenset({"content", "uploads", "media", "voices", "avatars", "photos", "thumbnails"})
_OTHER: Final = frozenset({"copy", "info", "list", "list-v2", "move", "upload"})
"""What stands where a bucket's name does in addresses of Storage that are no object's."""
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f\\]")
_WRONG: Final = re.compile(rf"{_UNSEEN.pattern}|(?:^|/)\.{{1,2}}(?:/|$)")
_ADDRESS: Final = re.compile(r"//|(?:[a-z][a-z0-9+.-]*://|(?:data|file|blob|javascript|mailto|about):)", re.IGNORECASE)


class Demo:
    """The demo's Storage: every object is there, and the app itself serves a sample of its kind."""

    origins = frozenset({"https://storage.aicon.example", "https://cdn.aicon.example"})
    """Origins whose URLs are ours."""
    route = re.compile(f"{ROUTE.pattern}|/(?!storage/v1/)([^/]+)/(.+)")
    path = "/demo/storage"

    def signed(self, objects: Iterable[StorageObject]) -> dict[StorageObject, SignedUrl]:
        """Links to the app's own samples, signed so that only what a page showed can be fetched."""
        # Rounded, so that a page drawn again shows the same link and a player plays on.
        until = (int(time.time()) // TTL_S + 2) * TTL_S
        return {
            one: SignedUrl(
                f"{settings().public_url}{self.path}/{quote(one.bucket)}/{quote(one.key)}"
                f"?until={until}&token={self._token(one, until)}"
            )
            for one in objects
        }

    def is_signed(self, one: StorageObject, until: str, token: str) -> bool:
        """Whether a link was made here and has not ended."""
        if not until.isdecimal() or len(until) > 12 or int(until) < time.time():
            return False
        return hmac.compare_digest(token.encode(), self._token(one, int(until)).encode())

    def _token(self, one: StorageObject, until: int) -> str:
        # The database's password is the one secret that every process of a demo shares.
        secret = settings().database_url.get_secret_value().encode()
        return hmac.new(secret, f"{one.bucket}/{one.key}?{until}".encode(), sha256).hexdigest()[:32]


def storage() -> Demo | Supabase:
    """The Storage that AUTH_MODE names."""
    if settings().auth_mode == "demo":
        return Demo()
    from core import supabase_storage  # here, as it imports half a second of libraries

    return supabase_storage.project()


def parse_object(url: str | None, path: str | None, kind: str) -> StorageObject | None:
    """The object that a URL of our own names by its bucket and key, or else a path; `kind` tells where a path without a
    bucket lies.

    None for everything else: other hosts, schemes, `..`, NUL, and what no object could be called. A URL of our own that
    names no object is not made up for by the path.
    """
    for said in (url, path):
        if (parts := _ours(said)) is not None:
            return _of_route(parts)
    return _of_path(path, kind)


def is_named(bucket: str) -> bool:
    """Whether the bucket is one of the product's or STORAGE_BUCKETS names it."""
    return bucket in BUCKETS or bucket in settings().storage_buckets.values()


def answers(objects: Iterable[StorageObject]) -> dict[StorageObject, SignedUrl]:
    """What Storage says to each object; it is asked for none in a bucket that is not named."""
    wanted = list(objects)
    asked = [one for one in wanted if is_named(one.bucket)]
    return dict.fromkeys(wanted, SignedUrl(None, "unnamed")) | (storage().signed(asked) if asked else {})


def external_url(url: str | None) -> str | None:
    """The URL itself if it is https on a host of `MEDIA_HOSTS`, which needs no signature; None for all else."""
    try:
        parts = urlsplit(url or "")
        is_open = parts.scheme == "https" and parts.hostname in settings().media_hosts and parts.port is None
    except ValueError:
        return None
    return url if is_open and "@" not in parts.netloc and not _WRONG.search(unquote(parts.path)) else None


def _ours(said: str | None) -> str | None:
    """The path of a URL of our own as it stands there; None for what is none."""
    text = (said or "").strip(" ")
    try:
        if origin(text) not in storage().origins:
            return None
    except ValueError:
        return None
    # What urlsplit leaves out, or a browser takes for a slash, would make another key.
    return "" if _UNSEEN.search(text) else urlsplit(text).path


def _of_route(path: str) -> StorageObject | None:
    # Decoded once, as Storage does; what is still encoded then is part of the name.
    found = storage().route.fullmatch(path)
    bucket, key = [_decoded(part) for part in found.groups() if part is not None] if found else ("", "")
    return StorageObject(bucket, key) if _is_key(bucket) and bucket not in _OTHER and _is_key(key) else None


def _of_path(path: str | None, kind: str) -> StorageObject | None:
    said = _decoded(path or "")
    if _ADDRESS.match(said):
        return None
    text = said.removeprefix("/")
    first, _, rest = text.partition("/")
    bucket, key = (first, rest) if is_named(first) else (settings().storage_buckets.get(kind, kind), text)
    return StorageObject(bucket, key) if _is_key(key) else None


def _decoded(text: str) -> str:
    """Without percent-encoding; nothing where that is no text."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return ""


def _is_key(text: str) -> bool:
    """Whether an object may be called so: no dot segments, no backslash, no control characters, however encoded."""
    return 0 < len(text) <= KEY_LENGTH and not text.isspace() and not any(map(_WRONG.search, (text, unquote(text))))
