"""What `manage.py doctor` looks at: settings, connections, revision, roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import redis

from core.errors import DeskError
from core.settings import Settings, settings
from schema import migrate

# A role that owns tables, is superuser, or may delete customers makes every guard in the Desk's code the last one.
ROLE = """
SELECT current_user, rolsuper, rolbypassrls, current_setting('default_transaction_read_only') = 'on',
       (SELECT count(*) FROM pg_tables t
        WHERE schemaname = 'public' AND has_table_privilege(format('%I.%I', schemaname, tablename), 'DELETE, TRUNCATE'))
FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True)
class Check:
    """One finding; when it is not ok, the finding says what to do."""

    name: str
    ok: bool
    finding: str


def run() -> Iterator[Check]:
    """Every check, in an order in which the first that fails is usually the cause."""
    try:
        chosen = settings()
    except DeskError as error:
        yield Check("settings", ok=False, finding=str(error))
        return
    yield Check("settings", ok=True, finding=f"AUTH_MODE={chosen.auth_mode}, {chosen.public_url}")
    yield _check("reader", lambda: _role(chosen.database_read_url.get_secret_value(), "desk_reader"))
    yield _check("writer", lambda: _role(chosen.database_url.get_secret_value(), "desk_writer"))
    yield _check("migrations", lambda: _revision(chosen.database_url.get_secret_value()))
    yield _check("redis", lambda: _redis(chosen))


def _check(name: str, look: Callable[[], str]) -> Check:
    """The finding of a look; a `DeskError` is a fault."""
    try:
        return Check(name, ok=True, finding=look())
    except DeskError as error:
        return Check(name, ok=False, finding=str(error))


def _role(url: str, wanted: str) -> str:
    try:
        with psycopg.connect(url, connect_timeout=3, prepare_threshold=None) as connection:
            row = connection.execute(ROLE).fetchone() or ("nobody", False, False, False, 0)
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        # libpq's message names host, port and user, never the password.
        raise DeskError(f"cannot connect. {str(error).strip()}") from None
    user, is_superuser, bypasses_rls, is_read_only, deletable = row
    faults = [
        fault
        for holds, fault in (
            (user != wanted, f"signs in as {user}; use {wanted}"),
            (is_superuser, "is a superuser"),
            (not bypasses_rls, "lacks BYPASSRLS, so row-level security would hide rows"),
            (wanted == "desk_reader" and not is_read_only, "is not read-only"),
            (deletable > 0, f"may delete in {deletable} tables of the product"),
        )
        if holds
    ]
    if faults:
        raise DeskError(f"{', '.join(faults)}. `python manage.py migrate` makes the roles as they should be.")
    return f"{user} on PostgreSQL {version}"


def _revision(url: str) -> str:
    found, head = migrate.current(url), migrate.head()
    if found != head:
        raise DeskError(f"at {found or 'no revision'}, not at {head}. Run `python manage.py migrate`.")
    return f"at {head}"


def _redis(chosen: Settings) -> str:
    if chosen.redis_url is None:
        return "none: each process caches for itself"
    try:
        with redis.Redis.from_url(chosen.redis_url.get_secret_value(), socket_timeout=2, socket_connect_timeout=2) as r:
            r.ping()
    except (redis.RedisError, ValueError) as error:
        raise DeskError(f"does not answer ({type(error).__name__}). The Desk works without it, more slowly.") from None
    return "answers"
