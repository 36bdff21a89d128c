"""Browsers in which somebody of the staff signed in before: known by the hash of a cookie that outlives the session.

Whoever floods an e-mail with wrong tries so cannot keep its owner out. The cookie opens nothing: it gives its holder
tries of their own, as few as anybody's.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from core import database

KEPT_DAYS: Final = 180
"""From the last time that somebody signed in there."""

# Whoever else is known in this browser stays so under its new name; a name that was planted is worth nothing then.
_RENAME: Final = text("UPDATE dashboard.known_browser SET id_hash = :id_hash WHERE id_hash = :before")
_KEEP: Final = text("""
    INSERT INTO dashboard.known_browser (id_hash, user_id) VALUES (:id_hash, :user_id)
    ON CONFLICT (id_hash, user_id) DO UPDATE SET seen_at = now()
""")
_SWEEP: Final = text("DELETE FROM dashboard.known_browser WHERE seen_at < now() - :kept")
_KNOWS: Final = text("""
    SELECT FROM dashboard.known_browser JOIN dashboard.staff USING (user_id)
    WHERE id_hash = :id_hash AND lower(email) = :email AND is_active AND seen_at > now() - :kept
""")
_FORGET: Final = text("DELETE FROM dashboard.known_browser WHERE user_id = :user_id")
_KEPT: Final = timedelta(days=KEPT_DAYS)


class Visitor(NamedTuple):
    """What is known of somebody who has proved nothing yet."""

    address: str
    browser: str
    """The token that their browser was given when somebody signed in there; empty without one."""


def remember(user_id: UUID, before: str) -> str:
    """The browser's new token, now that this person signed in there; `before` is the one it came with."""
    token = secrets.token_urlsafe(32)
    with database.transaction() as connection:
        connection.execute(_SWEEP, {"kept": _KEPT})
        connection.execute(_RENAME, {"id_hash": _hash(token), "before": _hash(before)})
        connection.execute(_KEEP, {"id_hash": _hash(token), "user_id": user_id})
    return token


def known_as(email: str, visitor: Visitor) -> str | None:
    """What to count this person's tries in this browser under; None where they never signed in there."""
    if not visitor.browser:
        return None
    id_hash = _hash(visitor.browser)
    with database.transaction() as connection:
        found = connection.execute(_KNOWS, {"id_hash": id_hash, "email": email.lower(), "kept": _KEPT}).first()
    return None if found is None else f"{id_hash.hex()}:{email.lower()}"


def forget(user_id: UUID) -> None:
    """Know this person in no browser any longer."""
    with database.transaction() as connection:
        connection.execute(_FORGET, {"user_id": user_id})


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
