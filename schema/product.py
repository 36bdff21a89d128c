"""The product's 22 tables on a plain PostgreSQL, for the demo and the tests; never run against the real product."""

from __future__ import annotations

from pathlib import Path

import psycopg

HERE = Path(__file__).parent


def create(owner_url: str) -> None:
    """Lay the product schema into an empty database, all or nothing; `psycopg.Error` when its tables exist already."""
    _apply("aicon.sql", owner_url)


def create_recommended_indexes(owner_url: str) -> None:
    """Add the indexes that the Desk recommends to the product; those that exist are left alone."""
    _apply("recommended_indexes.sql", owner_url)


def _apply(name: str, owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        connection.execute((HERE / name).read_bytes())
