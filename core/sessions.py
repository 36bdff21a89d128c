"""Who is signed in: sessions of staff in `dashboard.staff_session`, found by the hash of their cookie.

A *token* is what the cookie holds. Its *reference*, the SHA-256 as hex, is what everything else sees: it is no secret.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Final
from uuid import UUID

from sqlalchemy import text

from core import database
from core.errors import DatabaseBusy, DatabaseDown, SignedOut
from core.identity import Viewer
from core.settings import settings

# The promised ten seconds: open sockets are looked up twice as often (`web/sockets.py`).
CHECK_S: Final = 10
# While PostgreSQL does not answer nobody can be deactivated in it either, and pages show their own message.
OUTAGE_S: Final = 300
# Writing each click would be a write per click; a minute is little of the half hour.
TOUCH_S: Final = 60
CACHED_MAX: Final = 2048

_START = text("""
    INSERT INTO dashboard.staff_session (id_hash, user_id, expires_at, user_agent, address)
    SELECT :id_hash, user_id, now() + :longest, left(:user_agent, 400), left(:address, 100)
    FROM dashboard.staff WHERE user_id = :user_id AND is_active
    RETURNING user_id
""")
_SWEEP = text("DELETE FROM dashboard.staff_session WHERE expires_at < now() OR last_seen_at < now() - :idle")
_FIND = text("""
    SELECT id_hash, staff.user_id, staff.email, staff.name, staff.role
    FROM dashboard.staff_session JOIN dashboard.staff USING (user_id)
    WHERE id_hash = ANY(:hashes) AND is_active AND expires_at > now() AND staff_session.last_seen_at > now() - :idle
""")
_TOUCH = text("""
    WITH seen AS (
        UPDATE dashboard.staff_session SET last_seen_at = now(), other_addresses = CASE
            WHEN :address IN ('', coalesce(address, '')) OR :address = ANY(other_addresses) THEN other_addresses
            ELSE (other_addresses || left(:address, 100))[greatest(1, cardinality(other_addresses) - 3):]
        END
        WHERE id_hash = :id_hash AND expires_at > now() AND last_seen_at > now() - :idle
        RETURNING user_id
    )
    UPDATE dashboard.staff SET last_seen_at = now() FROM seen WHERE staff.user_id = seen.user_id
""")
_END = text("DELETE FROM dashboard.staff_session WHERE id_hash = :id_hash")

_END_ALL = text("DELETE FROM dashboard.staff_session WHERE user_id = :user_id")

_REFERENCE: Final = re.compile(r"[0-9a-f]{64}")

_known: dict[str, tuple[float, Viewer]] = {}
_touched: dict[tuple[str, str], float] = {}
_lock = Lock()


def reference(token: str) -> str:
    """What names the session of this token without opening it."""
    return sha256(token.encode()).hexdigest()


def start(user_id: UUID, *, user_agent: str = "", address: str = "") -> str:
    """Sign an active staff member in and return the new token; raises `SignedOut` for anybody else."""
    token = secrets.token_urlsafe(32)
    longest = timedelta(hours=settings().session_max_hours)
    row = {"id_hash": _id_hash(reference(token)), "user_id": user_id, "longest": longest}
    with database.transaction() as connection:
        connection.execute(_SWEEP, {"idle": _idle()})
        made = connection.execute(_START, {**row, "user_agent": user_agent, "address": address}).first()
    if made is None:
        raise SignedOut("This person may not use the Desk. Ask an admin.")
    return token


def find(session: str) -> Viewer | None:
    """Whose session this reference names, None when it ended; an answer is at most `CHECK_S` old.

    While PostgreSQL does not answer, what was known within `OUTAGE_S` holds; otherwise raises `DatabaseDown` or
    `DatabaseBusy`.
    """
    now = monotonic()
    known = _known.get(session)
    if known and now - known[0] < CHECK_S:
        return known[1]
    try:
        return find_all([session])[session]
    except (DatabaseDown, DatabaseBusy):
        if known and now - known[0] < OUTAGE_S:
            return known[1]
        raise


def find_all(named: Iterable[str]) -> dict[str, Viewer | None]:
    """Whose sessions these are in PostgreSQL now, None for each that ended; raises `DatabaseDown` or `DatabaseBusy`."""
    now = monotonic()
    found = dict.fromkeys(named) | _look_up(named)
    with _lock:
        for session, viewer in found.items():
            if len(_known) >= CACHED_MAX:
                _forget_oldest()
            if viewer:
                _known[session] = (now, viewer)
            else:
                _forget(session)
    return found


def is_touch_due(session: str, address: str = "") -> bool:
    """Whether `touch` would write."""
    return monotonic() - _touched.get((session, address), float("-inf")) >= TOUCH_S


def touch(session: str, address: str = "") -> None:
    """Note that its person is active and from where, at most once in `TOUCH_S`; an ended session stays ended."""
    if not is_touch_due(session, address):
        return
    _touched[session, address] = monotonic()
    with database.transaction() as connection:
        connection.execute(_TOUCH, {"id_hash": _id_hash(session), "idle": _idle(), "address": address})


def end(session: str) -> None:
    """Sign out: here at once, in other processes within `CHECK_S`."""
    with database.transaction() as connection:
        connection.execute(_END, {"id_hash": _id_hash(session)})
    with _lock:
        _forget(session)


def end_all(user_id: UUID) -> None:
    """Sign this person out everywhere: here at once, in other processes within `CHECK_S`."""
    with database.transaction() as connection:
        connection.execute(_END_ALL, {"user_id": user_id})
    forget()


def forget() -> None:
    """Ask PostgreSQL anew about every session."""
    with _lock:
        _known.clear()
        _touched.clear()


def _look_up(named: Iterable[str]) -> dict[str, Viewer | None]:
    hashes = [_id_hash(session) for session in named if _REFERENCE.fullmatch(session)]
    if not hashes:
        return {}
    # The primary, as a replica may not know a session that has just begun.
    with database.transaction() as connection:
        rows = connection.execute(_FIND, {"hashes": hashes, "idle": _idle()}).all()
    return {row.id_hash.hex(): Viewer(row.user_id, row.email, row.name, row.role) for row in rows}


def _id_hash(session: str) -> bytes:
    return bytes.fromhex(session)


def _idle() -> timedelta:
    return timedelta(minutes=settings().session_idle_minutes)


def _forget_oldest() -> None:
    for session in sorted(_known, key=lambda name: _known[name][0])[: CACHED_MAX // 4]:
        _forget(session)


def _forget(session: str) -> None:
    _known.pop(session, None)
    for key in [key for key in _touched if key[0] == session]:
        del _touched[key]
