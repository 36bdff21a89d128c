"""How Alembic runs here: schema `dashboard`, one transaction for everything, a connection or an SQL script."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

VERSIONS_IN = "dashboard"
SCHEMA = f"CREATE SCHEMA IF NOT EXISTS {VERSIONS_IN}"
# On a product that is busy, give up rather than make its queries queue behind ours.
TIMEOUTS = "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '60s'"
# Two operators migrating at once: the second waits, then finds nothing to do.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('aicon-desk.migrate'))"


def run(connection: Connection) -> None:
    """Bring the database to head."""
    context.configure(connection=connection, version_table_schema=VERSIONS_IN)
    with context.begin_transaction():
        connection.exec_driver_sql(LOCK)
        connection.exec_driver_sql(TIMEOUTS)
        connection.exec_driver_sql(SCHEMA)
        context.run_migrations()


def write() -> None:
    """Print the statements that would bring an empty database to head."""
    # As written: with the driver's own style every % would be doubled.
    named = {"paramstyle": "named"}
    context.configure(dialect_name="postgresql", dialect_opts=named, version_table_schema=VERSIONS_IN)
    with context.begin_transaction():
        for statement in TIMEOUTS.split("; "):
            context.execute(statement)
        context.execute(SCHEMA)
        context.run_migrations()


if context.is_offline_mode():
    write()
else:
    run(context.config.attributes["connection"])
