"""What PostgreSQL and SQLAlchemy refuse, as an error that a person can act on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

import psycopg
from sqlalchemy.exc import DBAPIError, DisconnectionError, ResourceClosedError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import DatabaseBusy, DatabaseDown, DatabaseMisconfigured
from core.telemetry import logger

log = logger(__name__)

_BY_SQLSTATE: Final[dict[str, Callable[[], Exception]]] = {
    "57014": DatabaseBusy,  # statement_timeout
    "55P03": DatabaseBusy,  # lock_timeout
    "40001": DatabaseBusy,
    "40P01": DatabaseBusy,
    "53300": DatabaseBusy,
    "25006": DatabaseMisconfigured,  # a write on a replica or as the reader
    "42501": DatabaseMisconfigured,
    "42P01": DatabaseMisconfigured,
    "42703": DatabaseMisconfigured,
    "42883": DatabaseMisconfigured,  # a function
    "3F000": DatabaseMisconfigured,
    "28000": DatabaseMisconfigured,
    "28P01": DatabaseMisconfigured,
    "3D000": DatabaseMisconfigured,
}


def translate(error: SQLAlchemyError) -> NoReturn:
    """Raise what a person can act on; the driver's own words go to the log only."""
    if isinstance(error, PoolTimeout):
        raise DatabaseBusy from None
    if isinstance(error, (DisconnectionError, ResourceClosedError)) or not isinstance(error, DBAPIError):
        raise error
    state = error.orig.sqlstate if isinstance(error.orig, psycopg.Error) else None
    log.warning("database_error", sqlstate=state, error=str(error.orig).split("\n")[0])
    if state in _BY_SQLSTATE:
        raise _BY_SQLSTATE[state]() from None
    if isinstance(error.orig, psycopg.OperationalError):
        raise DatabaseDown from None
    raise error
