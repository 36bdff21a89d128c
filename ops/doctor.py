"""What `manage.py doctor` and the System page look at, each finding with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import psycopg

from core import database
from core.errors import DeskError
from core.settings import Settings, settings
from ops import catalog, chain, connectivity
from queries.rollups import state
from schema import connection, migrate

MIGRATE: Final = "python manage.py migrate"
LINKS: Final = 1_000
"""Newest rows of the audit log that are verified each time; `manage.py audit verify` takes all."""

# A role that owns tables, is superuser, or may delete customers makes every guard in the Desk's code the last one.
ROLE = """
SELECT current_user, rolsuper, rolbypassrls, current_setting('default_transaction_read_only') = 'on',
       (SELECT count(*) FROM pg_tables t
        WHERE schemaname = 'public' AND has_table_privilege(format('%I.%I', schemaname, tablename), 'DELETE, TRUNCATE'))
FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; when it is not ok, the finding says what is wrong and `fixes` what to run, in order."""

    name: str
    ok: bool
    finding: str
    fixes: tuple[str, ...] = ()
    ms: float = 0.0


def run() -> Iterator[Check]:
    """Every check, in an order in which the first that fails is usually the cause."""
    try:
        chosen = settings()
    except DeskError as error:
        yield Check("settings", ok=False, finding=str(error))
        return
    yield Check("settings", ok=True, finding=f"AUTH_MODE={chosen.auth_mode}, {chosen.public_url}")
    reader, writer = chosen.database_read_url.get_secret_value(), chosen.database_url.get_secret_value()
    yield _check("reader", lambda: _role(reader, "desk_reader"))
    yield _check("writer", lambda: _role(writer, "desk_writer"))
    yield _check("migrations", lambda: _revision(writer))
    with ExitStack() as stack:
        asking = _connected(chosen, stack)
        yield _check("extensions", lambda: catalog.extension(asking()))
        yield _check("indexes", lambda: catalog.recommended(asking()))
        yield _check("row security", lambda: catalog.row_security(asking()))
        yield _check("replica", lambda: catalog.replica(asking()))
        yield _check("staff", lambda: catalog.admins(asking()))
        yield _check("audit log", lambda: _audit(asking()))
    yield _check("roll-ups", _rollups)
    yield _check("redis", lambda: connectivity.redis(chosen))
    yield _check("supabase auth", lambda: connectivity.supabase_auth(chosen))
    yield _check("supabase storage", lambda: connectivity.supabase_files(chosen))


def _check(name: str, look: Callable[[], str]) -> Check:
    """The finding of a look; a `DeskError` is a fault."""
    start = perf_counter()
    fixes: tuple[str, ...] = ()
    try:
        ok, finding = True, look()
    except catalog.Missing as error:
        ok, finding, fixes = False, str(error), error.fixes
    except DeskError as error:
        ok, finding = False, str(error)
    except (psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable):
        ok, finding, fixes = False, "the Desk's own tables are missing.", (MIGRATE,)
    except psycopg.Error as error:
        ok, finding = False, f"cannot be checked. {str(error).strip()}"
    return Check(name, ok, finding, fixes, (perf_counter() - start) * 1000)


def _connected(chosen: Settings, stack: ExitStack) -> Callable[[], psycopg.Connection]:
    """A connection to ask the catalogue through: the reader's; before there is one, the owner's."""
    opened: list[psycopg.Connection] = []

    def asked() -> psycopg.Connection:
        owner = chosen.database_owner_url
        for url in [chosen.database_read_url, *([owner] if owner else [])]:
            if not opened:
                with suppress(psycopg.Error):
                    found = connection.opened(url.get_secret_value(), autocommit=True)
                    opened.append(stack.enter_context(found))
        if not opened:
            raise DeskError(
                "cannot be checked until the reader connects or DATABASE_OWNER_URL is set for this command."
            )
        return opened[0]

    return asked


def _role(url: str, wanted: str) -> str:
    try:
        with connection.opened(url) as asked:
            row = asked.execute(ROLE).fetchone() or ("nobody", False, False, False, 0)
            version = asked.info.parameter_status("server_version")
    except psycopg.Error as error:
        # The migration makes the role, and gives it the password of the URL.
        is_unknown = any(said in str(error) for said in (f'role "{wanted}" does not exist', "password authentication"))
        fixes = (MIGRATE,) if is_unknown else ()
        raise catalog.Missing(f"cannot connect. {connection.fault(error)}", fixes) from None
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
        raise catalog.Missing(f"{', '.join(faults)}.", (MIGRATE,))
    return f"{user} on PostgreSQL {version}"


def _revision(url: str) -> str:
    found, head = migrate.current(url), migrate.head()
    if found != head:
        raise catalog.Missing(f"at {found or 'no revision'}, not at {head}.", (MIGRATE,))
    return f"at {head}"


def _audit(asked: psycopg.Connection) -> str:
    catalog.audit_triggers(asked)
    verdict = chain.verify(newest=LINKS)
    if verdict.faults:
        raise catalog.Missing(" ".join(verdict.faults[:3]), ("python manage.py audit verify",))
    rows = verdict.head.position
    return f"{rows:,} rows, of which the newest {LINKS:,} were verified" if rows > LINKS else f"{rows:,} rows, verified"


def _rollups() -> str:
    rows = database.rows(state.state())
    failed = [f"{row['source']}: {row['last_error']}" for row in rows if row["last_error"]]
    late = [str(row["source"]) for row in rows if row["behind"]]
    if failed or late:
        told = f"{' and '.join(late)}: behind. " if late else ""
        raise catalog.Missing(
            f"{told}{' '.join(failed)} Figures stay right, but are slow. The app refreshes them each minute.",
            ("python manage.py rollup --once --backfill",),
        )
    return ", ".join(
        f"{row['source']} through {row['watermark']:%Y-%m-%d %H:%M} UTC" for row in rows if row["watermark"]
    )
