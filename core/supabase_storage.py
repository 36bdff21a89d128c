"""The project's own Storage: links to its objects, asked for in batches with the secret key."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final, TypeVar
from urllib.parse import quote

import httpx
from pybreaker import CircuitBreakerError
from storage3 import SyncStorageClient
from storage3.exceptions import StorageApiError

from core.breaker import breaker
from core.settings import settings
from core.storage_types import ROUTE, TTL_S, Failure, SignedUrl, StorageObject, origin
from core.telemetry import logger

log = logger(__name__)
T = TypeVar("T")

BATCH: Final = 1_000
"""The most paths that Storage signs at once."""
KEEP_S: Final = TTL_S * 0.8
"""How long a link is given out again: who gets it last still has three minutes to open it."""
KEPT_MAX: Final = 5_000
BUCKET_S: Final = 60
_OF_STATUS: Final[dict[str, Failure]] = {"401": "forbidden", "403": "forbidden", "404": "no bucket"}
"""Of errors of a whole call; Storage wraps its statuses into HTTP 400, the gateway does not."""
_TIMEOUT: Final = httpx.Timeout(5, connect=2)


def project() -> Supabase:
    """The Storage of the project that SUPABASE_URL names."""
    chosen = settings()
    key = chosen.supabase_secret_key
    wanted = chosen.supabase_url or "", key.get_secret_value() if key else ""
    with _making:
        if wanted not in _projects:
            _projects[wanted] = Supabase(*wanted)
        return _projects[wanted]


def reset() -> None:
    """Close every connection and forget every link; the next use reads the settings anew."""
    with _making:
        for one in _projects.values():
            one.close()
        _projects.clear()


class Supabase:
    """One project's Storage, as whoever holds `key`."""

    def __init__(self, url: str, key: str) -> None:
        url = url.rstrip("/")
        self.origins, self.route = frozenset({origin(url)}), ROUTE
        self._base, self._has_key = f"{url}/storage/v1", bool(key)
        headers = {"apikey": key, "Authorization": f"Bearer {key}"}
        # One client for every thread: httpx's is made for that, and storage3 keeps nothing else.
        self._client = SyncStorageClient(f"{self._base}/", headers, http_client=httpx.Client(timeout=_TIMEOUT))
        self._kept: dict[StorageObject, tuple[float, str]] = {}
        self._buckets: dict[str, tuple[float, bool]] = {}
        self._breaker = breaker("storage")
        self._lock = Lock()

    def signed(self, objects: Iterable[StorageObject]) -> dict[StorageObject, SignedUrl]:
        """What Storage says to each object; raises nothing, as a page shows each answer in its place."""
        wanted = list(dict.fromkeys(objects))
        if not self._has_key:
            return {one: SignedUrl(None, "no key") for one in wanted}
        now = time.monotonic()
        with self._lock:
            known = {one: self._kept[one] for one in wanted if one in self._kept}
        found = {one: SignedUrl(link) for one, (until, link) in known.items() if now < until}
        left = [one for one in wanted if one not in found]
        for bucket in dict.fromkeys(one.bucket for one in left):
            group = [one for one in left if one.bucket == bucket]
            for first in range(0, len(group), BATCH):
                found |= self._sign(bucket, group[first : first + BATCH], now + KEEP_S)
        return found

    def close(self) -> None:
        """Close its connections."""
        self._client.session.close()

    def buckets(self) -> list[str] | Failure:
        """The names of the project's buckets, or why they cannot be told."""
        return self._asked(lambda: [bucket.id for bucket in self._client.list_buckets()]) if self._has_key else "no key"

    def _sign(self, bucket: str, group: list[StorageObject], until: float) -> dict[StorageObject, SignedUrl]:
        keys = [one.key for one in group]
        items = self._asked(lambda: self._client.from_(bucket).create_signed_urls(keys, TTL_S))
        if isinstance(items, str):
            return dict.fromkeys(group, SignedUrl(None, items))
        # HTTP 200 says nothing about the single object: each has its own error.
        links = {
            item["path"]: self._link(bucket, item["path"], item["signedURL"])
            for item in items
            if item["signedURL"] and not item["error"]
        }
        if not links and not self._has_bucket(bucket):
            return dict.fromkeys(group, SignedUrl(None, "no bucket"))
        self._keep({one: (until, links[one.key]) for one in group if one.key in links})
        return {one: SignedUrl(links.get(one.key), None if one.key in links else "missing") for one in group}

    def _link(self, bucket: str, key: str, signed: str) -> str:
        """The address to open: Storage's own has the key as it stands, which a space or a `?` in it breaks."""
        return f"{self._base}/object/sign/{quote(bucket)}/{quote(key)}?token={signed.rpartition('token=')[2]}"

    def _has_bucket(self, bucket: str) -> bool:
        """Whether there is such a bucket; signing calls every object of one that is not there merely missing."""
        until, is_there = self._buckets.get(bucket, (0.0, True))
        if time.monotonic() >= until:
            is_there = self._asked(lambda: self._client.get_bucket(bucket)) != "no bucket"
            self._buckets[bucket] = (time.monotonic() + BUCKET_S, is_there)
        return is_there

    def _asked(self, ask: Callable[[], T]) -> T | Failure:
        """Storage's answer, or why there is none."""
        try:
            with self._breaker.calling():
                try:
                    return ask()
                except (StorageApiError, httpx.HTTPError, ValueError) as error:  # a ValueError: no answer of Storage's
                    why = _OF_STATUS.get(str(getattr(error, "status", "")), "down")
                    log.warning(
                        "storage_failed", why=why, error=type(error).__name__, code=getattr(error, "code", None)
                    )
                    if why == "down":
                        raise
                    return why
        except CircuitBreakerError:
            return "down"

    def _keep(self, links: dict[StorageObject, tuple[float, str]]) -> None:
        with self._lock:
            self._kept |= links
            if len(self._kept) > KEPT_MAX:
                now = time.monotonic()
                current = [(one, kept) for one, kept in self._kept.items() if now < kept[0]]
                self._kept = dict(current[-KEPT_MAX:])


_projects: dict[tuple[str, str], Supabase] = {}
_making = Lock()
