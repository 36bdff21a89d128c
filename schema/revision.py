"""Which revision a database is at, and what to do about one from before the revisions that there are now."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, LiteralString

import psycopg

from core.errors import DatabaseDown, DatabaseMisconfigured
from schema import connection

SUPERSEDED: Final = frozenset(f"{number:04}" for number in range(1, 20))
"""The nineteen revisions that no release had, and whose outcome `desk_0001` makes at once."""


class Superseded(DatabaseMisconfigured):
    """The database is at a revision that this Desk cannot go on from."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"The database is at revision {found} of a Desk from before 0.1.0, which cannot be upgraded: run "
            "`make demo-reset` for the demo; elsewhere let the owner run `DROP SCHEMA dashboard CASCADE`, which takes "
            "the Desk's staff, notes, reviews and audit log and nothing of the product, and then "
            "`python manage.py migrate`."
        )


def connected(url: str) -> psycopg.Connection:
    """A connection; raises `DatabaseDown`."""
    try:
        return connection.opened(url)
    except psycopg.OperationalError as error:
        raise DatabaseDown(f"The database does not answer. {connection.fault(error)}") from None


def one(asked: psycopg.Connection, question: LiteralString) -> Any:
    """The first value of the answer."""
    row = asked.execute(question).fetchone()
    return row[0] if row else None


def current(url: str) -> str | None:
    """The revision the database is at, None before the first; any Desk role may ask.

    Raises `DatabaseDown`, and `Superseded` before anything takes such a revision for one of today's.
    """
    with connected(url) as opened:
        if one(opened, "SELECT to_regclass('dashboard.alembic_version') IS NULL"):
            return None
        found = one(opened, "SELECT version_num FROM dashboard.alembic_version")
    if found in SUPERSEDED:
        raise Superseded(found)
    return found


def refuse_superseded(url: str) -> None:
    """Raise `Superseded` where that is so; whatever else is wrong with the database is told where it matters."""
    with suppress(DatabaseDown, psycopg.Error):
        current(url)
