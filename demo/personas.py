"""Five people to sign in as: one for each role."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import psycopg

from core.identity import Viewer

PERSONAS: Final = (
    Viewer(UUID("de5c0000-0000-4000-8000-000000000001"), "vera@desk.example", "Vera", "viewer"),
    Viewer(UUID("de5c0000-0000-4000-8000-000000000002"), "sam@desk.example", "Sam", "support"),
    Viewer(UUID("de5c0000-0000-4000-8000-000000000003"), "mona@desk.example", "Mona", "account_manager"),
    Viewer(UUID("de5c0000-0000-4000-8000-000000000004"), "rita@desk.example", "Rita", "reviewer"),
    Viewer(UUID("de5c0000-0000-4000-8000-000000000005"), "ada@desk.example", "Ada", "admin"),
)


def create(owner_url: str) -> None:
    """Put the personas among the staff; those who are there already stay as they are."""
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO dashboard.staff (user_id, email, name, role) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [(p.user_id, p.email, p.name, p.role) for p in PERSONAS],
        )
