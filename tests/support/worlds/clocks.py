"""Clocks that stand still: the middle of a month, its first second, and the first of an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg

STOPPED: Final = ("middle of a month", "turn of a month", "turn of an hour")


def moment(which: str) -> datetime:
    """The latest such moment that is over by weeks, days or an hour."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today.replace(day=1)
    if which == "middle of a month":
        return (first - timedelta(days=1)).replace(day=15, hour=11, minute=23, second=45, microsecond=678_901)
    if which == "turn of a month":
        return (first - timedelta(days=1)).replace(day=1, second=1)
    return today - timedelta(hours=10) + timedelta(seconds=1)


def stop(owner_url: str, at: datetime) -> None:
    """Let it be that moment for whatever asks this database by `now()`: the Desk asks in no other way."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER FUNCTION pg_catalog.now() RENAME TO now_really")
        owner.execute(
            "CREATE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE"
            f" AS $$ SELECT timestamptz '{at.isoformat()}' $$".encode()
        )
