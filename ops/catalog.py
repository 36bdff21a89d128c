"""What PostgreSQL's own catalogue says about the product's tables and the Desk's."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql

from core.errors import DatabaseMisconfigured, DeskError
from queries.tables import METADATA
from schema import indexes

REPLICA_LAG_S: Final = 30
_TABLES: Final = sorted(table.name for table in METADATA.tables.values() if table.schema != "dashboard")
_RLS: Final = """
SELECT c.relname, c.relrowsecurity, (SELECT count(*) FROM pg_policy AS p WHERE p.polrelid = c.oid)
FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY (%s)
"""
_EXTENSION: Final = "SELECT extversion FROM pg_extension WHERE extname = %s"
_ADMINS: Final = "SELECT count(*) FROM dashboard.staff WHERE role = 'admin' AND is_active"
_TRIGGERS: Final = """
SELECT count(*) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE c.relnamespace = to_regnamespace('dashboard') AND t.tgenabled = 'A'
    AND t.tgname IN ('audit_log_append_only', 'audit_log_chain', 'audit_chain_append_only')
"""
# A replica that has replayed all it received is not behind, however long ago the primary last wrote.
_LAG: Final = """
SELECT pg_is_in_recovery(), CASE
    WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END::float8
"""
_STATEMENTS: Final = sql.SQL("""
SELECT s.query, s.calls, s.mean_exec_time, s.max_exec_time
FROM {schema}.pg_stat_statements AS s JOIN pg_roles AS r ON r.oid = s.userid
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND r.rolname IN ('desk_reader', 'desk_writer') AND s.query NOT LIKE '<%'
ORDER BY s.mean_exec_time DESC LIMIT 10
""")


class Missing(DeskError):
    """Something is not there; `fixes` are the commands and statements that put it there."""

    def __init__(self, message: str, fixes: tuple[str, ...]) -> None:
        super().__init__(message)
        self.fixes = fixes


class Statement(NamedTuple):
    """One statement that PostgreSQL kept count of."""

    query: str
    calls: int
    mean_ms: float
    max_ms: float


def extension(connection: psycopg.Connection) -> str:
    """pg_trgm's version; raises `Missing`."""
    version = _one(connection, _EXTENSION, "pg_trgm")
    if version is None:
        raise Missing(
            "pg_trgm is missing; parts of names and errors cannot be searched quickly. Run this as the owner.",
            ("CREATE EXTENSION IF NOT EXISTS pg_trgm;",),
        )
    return f"pg_trgm {version}"


def recommended(connection: psycopg.Connection) -> str:
    """Whether every recommended index is there and valid, and none that is outgrown; raises `Missing` with the
    statements."""
    found, outgrown = indexes.look(connection), indexes.outgrown(connection)
    lacking = [each for each in found if not each.is_there]
    told = [f"{len(lacking)} of {len(found)} recommended indexes are missing or invalid"] if lacking else []
    if outgrown:
        told.append(f"{len(outgrown)} that were recommended once refuse rows that the product may write")
    if told:
        fixes = [fix for each in lacking for fix in each.fixes]
        fixes += [f"DROP INDEX CONCURRENTLY public.{name};" for name in outgrown]
        how = "Run these as the owner, one at a time and outside a transaction, for instance in psql."
        raise Missing(f"{'; '.join(told)}. {how}", tuple(fixes))
    return f"all {len(found)} recommended indexes exist"


def row_security(connection: psycopg.Connection) -> str:
    """How many of the product's tables are guarded by policies; raises `DeskError` for those that are open."""
    found = connection.execute(_RLS, [_TABLES]).fetchall()
    there = {name for name, _, _ in found}
    gone = [name for name in _TABLES if name not in there]
    if gone:
        raise DatabaseMisconfigured(f"The product's tables {', '.join(gone)} are not in this database.")
    bare = sorted(name for name, is_on, _ in found if not is_on)
    if bare:
        raise DeskError(
            f"{len(bare)} of {len(found)} tables have no row-level security, so Supabase's API may show every "
            f"customer's rows: {', '.join(bare)}. Tell the product's developers; the Desk itself is not affected."
        )
    policies = sum(count for _, _, count in found)
    return f"on for all {len(found)} tables of the product, {policies} policies"


def admins(connection: psycopg.Connection) -> str:
    """How many active admins there are; raises `Missing` when nobody could let anybody in."""
    count = _one(connection, _ADMINS)
    if not count:
        raise Missing(
            "there is no active admin. Make somebody one who has an account in Supabase Auth, with their address:",
            ("python manage.py staff add ada@example.com --name Ada --role admin",),
        )
    return f"{count} active {'admin' if count == 1 else 'admins'}"


def audit_triggers(connection: psycopg.Connection) -> None:
    """Raise `DeskError` when the audit log could be rewritten without anybody noticing."""
    connection.execute("SELECT FROM dashboard.audit_chain LIMIT 0")  # or its absence would look like the triggers'
    if _one(connection, _TRIGGERS) != 3:
        raise DeskError("a trigger that guards the audit log is missing or disabled. Find out who did that, and why.")


def replica(connection: psycopg.Connection) -> str:
    """How far the reader's server is behind; raises `DeskError` when too far."""
    is_replica, lag_s = connection.execute(_LAG).fetchone() or (False, 0.0)
    if not is_replica:
        return "none: the reader asks the primary"
    if lag_s > REPLICA_LAG_S:
        raise DeskError(f"{lag_s:,.0f} s behind the primary; so pages show old figures. Check the replica's server.")
    return f"{lag_s:.1f} s behind the primary"


def slowest(connection: psycopg.Connection) -> list[Statement] | None:
    """The Desk's slowest statements as PostgreSQL counted them since its last reset; None without the extension."""
    schema = _one(
        connection,
        "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_stat_statements'",
    )
    if schema is None:
        return None
    try:
        found = connection.execute(_STATEMENTS.format(schema=sql.Identifier(schema))).fetchall()
    except psycopg.errors.ObjectNotInPrerequisiteState:  # created, but not loaded with the server
        return None
    return [Statement(*row) for row in found]


def _one(connection: psycopg.Connection, question: Any, *values: object) -> Any:
    row = connection.execute(question, values or None).fetchone()
    return row[0] if row else None
