"""Creators, who edits them, and what is on record of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from tests.support import factories

RITA, ADA, SAM = factories.viewer("reviewer"), factories.viewer("admin"), factories.viewer("support")


def creator(url: str, **columns: Any) -> UUID:
    name = f"c{uuid4().hex[:12]}"
    base = {"platform": "tiktok", "username": name, "profile_url": f"https://www.tiktok.com/@{name}"}
    return factories.row(url, "creators", **base | columns)


def value(url: str, creator_id: UUID, field: str) -> Any:
    with psycopg.connect(url) as connection:
        query = sql.SQL("SELECT {} FROM creators WHERE id = %s").format(sql.Identifier(field))
        return connection.execute(query, [creator_id]).fetchone()[0]  # pyright: ignore[reportOptionalSubscript]


def scraper_sets(url: str, creator_id: UUID, field: str, new: object) -> None:
    """The product changes a field behind the Desk's back, and does not touch updated_at."""
    with psycopg.connect(url) as connection:
        query = sql.SQL("UPDATE creators SET {} = %s, last_scraped_at = now() WHERE id = %s")
        connection.execute(query.format(sql.Identifier(field)), [new, creator_id])


def audit(url: str, action: str = "creator.%") -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT action, object_id, before, after, actor_email, reason, id FROM dashboard.audit_log"
            " WHERE action LIKE %s ORDER BY id",
            [action],
        ).fetchall()
