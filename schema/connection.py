"""One connection of its own to a database, for commands and checks: what the app's pools would do to it as well."""

from __future__ import annotations

from typing import Any, Final

import psycopg

from core.database import driver_url

ANSWER_S: Final = 5
_CERTIFICATE: Final = (
    "Download the database's root certificate (in Supabase under Database, Settings, SSL Configuration) and name it in "
    "the URL: ?sslmode=verify-full&sslrootcert=/path/to/it."
)


def opened(url: str, *, autocommit: bool = False) -> psycopg.Connection:
    """A connection that verifies TLS as the app does; raises `psycopg.OperationalError`, which names no password."""
    parsed = driver_url(url)
    given: dict[str, Any] = parsed.translate_connect_args(username="user", database="dbname") | dict(parsed.query)
    return psycopg.connect(prepare_threshold=None, connect_timeout=ANSWER_S, autocommit=autocommit, **given)


def fault(error: psycopg.Error) -> str:
    """Why there is no connection, in libpq's words, which name host, port and user but no password; and what to do."""
    said = " ".join(str(error).split())
    if "does not match host name" in said:
        return f"{said} Use the host name on the certificate in the URL."
    return f"{said} {_CERTIFICATE}" if "certificate" in said else said
