"""How often something was tried lately: counted in Redis, in PostgreSQL while Redis is away or where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import text

from core import cache, database
from core.errors import Throttled
from core.telemetry import logger

log = logger(__name__)

WINDOW_S: Final = 900

# On its own and never waiting: beside a count, two sweeps could wait for each other.
_SWEEP: Final = text("""
    DELETE FROM dashboard.attempt WHERE id_hash IN (
        SELECT id_hash FROM dashboard.attempt WHERE ends_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED
    )
""")
_COUNT: Final = text("""
    INSERT INTO dashboard.attempt AS known (id_hash, tries, ends_at) VALUES (:id_hash, 1, now() + :window)
    ON CONFLICT (id_hash) DO UPDATE SET
        tries = CASE WHEN known.ends_at < now() THEN 1 ELSE known.tries + 1 END,
        ends_at = CASE WHEN known.ends_at < now() THEN excluded.ends_at ELSE known.ends_at END
    RETURNING tries
""")
_FORGET: Final = text("DELETE FROM dashboard.attempt WHERE id_hash = ANY(:hashes)")


def hit(limits: Iterable[tuple[str, int]], window_s: int = WINDOW_S) -> None:
    """Count an attempt under each name in turn; raises `Throttled` at the first that has had more than its limit.

    Counted before anything is tried, so that a thousand attempts at once are no more than a thousand in turn. Under
    the names after that one it does not count: who is over their own limit uses up nobody else's.
    """
    for name, most in limits:
        if _counted(name, window_s) > most:
            log.warning("throttled", kind=name.split(":")[0])
            raise Throttled


def reset(names: Iterable[str]) -> None:
    """Forget the attempts under these names: who succeeded may err as often again."""
    hashes = [_hash(name) for name in names]
    cache.reset_counters(*(found.hex() for found in hashes))
    with database.transaction() as connection:
        connection.execute(_FORGET, {"hashes": hashes})


def claim_once(name: str, window_s: int) -> bool:
    """Whether this was not seen in the window before."""
    return _counted(name, window_s) == 1


def _counted(name: str, window_s: int) -> int:
    id_hash = _hash(name)
    known = cache.increment(id_hash.hex(), window_s)
    if known is not None:
        return known
    with database.transaction() as connection:
        connection.execute(_SWEEP)
    with database.transaction() as connection:
        row = {"id_hash": id_hash, "window": timedelta(seconds=window_s)}
        return connection.execute(_COUNT, row).scalar_one()


def _hash(name: str) -> bytes:
    """Names hold e-mail addresses, which neither store needs to know."""
    return sha256(name.encode()).digest()
