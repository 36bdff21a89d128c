"""What the System page asks PostgreSQL's catalogue for, as the reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg

from core.errors import DatabaseDown
from core.settings import settings
from ops import catalog
from schema import connection, indexes

T = TypeVar("T")


def statements() -> list[catalog.Statement] | None:
    """The Desk's slowest statements as PostgreSQL counted them; None where it does not. Raises `DatabaseDown`."""
    return _asked(catalog.slowest)


def indexes_found() -> list[indexes.Found]:
    """Every recommended index and whether it is there. Raises `DatabaseDown`."""
    return _asked(indexes.look)


def _asked(look: Callable[[psycopg.Connection], T]) -> T:
    url = settings().database_read_url.get_secret_value()
    try:
        with connection.opened(url, autocommit=True) as asked:
            return look(asked)
    except psycopg.OperationalError:
        raise DatabaseDown from None
