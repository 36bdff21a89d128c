"""The demo's data: a believable customer base that is the same on every machine on the same day."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import psycopg
from psycopg import sql

Scale = Literal["small", "medium", "large"]

# How many of each; jobs follow from content (about 4.6 per piece). The rest grows with the accounts.
SIZES: Final[dict[Scale, dict[str, int]]] = {
    "small": {"accounts": 60, "creators": 300, "content": 2_050, "calls": 60_000},
    "medium": {"accounts": 400, "creators": 2_400, "content": 29_500, "calls": 1_000_000},
    "large": {"accounts": 900, "creators": 6_000, "content": 250_000, "calls": 10_000_000},
}
PARTS: Final = (
    "tools",
    "words",
    "accounts",
    "creators",
    "projects",
    "content",
    "generated",
    "jobs",
    "calls",
    "stats",
    "odd",
    "finish",
)


def load(owner_url: str, scale: Scale) -> None:
    """Fill an empty product schema in one transaction; fastest before the recommended indexes exist.

    Needs a superuser (foreign keys are not checked while loading). Raises `ValueError` when there are rows already.
    """
    here = Path(__file__).parent
    with psycopg.connect(owner_url) as connection:
        for table in ("accounts", "processing_queue", "api_usage_logs"):
            if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(table))).rowcount:
                raise ValueError(f"Demo data go into an empty product schema only; {table} has rows.")
        for name, number in SIZES[scale].items():
            connection.execute("SELECT set_config(%s, %s, true)", (f"demo.{name}", str(number)))
        for part in PARTS:
            connection.execute((here / f"{part}.sql").read_bytes())
    _analyse(owner_url)


def _analyse(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
