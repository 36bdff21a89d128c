"""The Desk's own part of the database: schema `dashboard` and the two roles, brought to the newest revision."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql as psql
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from core.database import driver_url
from core.errors import DatabaseMisconfigured, DeskError
from schema.revision import connected, one
from schema.revision import current as current

MIGRATIONS: Final = Path(__file__).parent / "migrations"
# 15 is the oldest that Supabase runs.
OLDEST: Final = 150000
ROLES: Final = ("desk_reader", "desk_writer")


def head() -> str:
    """The newest revision in this checkout."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None  # noqa: S101  # the migrations are in this repository
    return revision


def sql() -> str:
    """Every statement from the bare product to head, for `psql` to run or `squawk` to lint."""
    script = io.StringIO()
    # The one varchar is in Alembic's own table.
    script.write("-- squawk-ignore-file prefer-text-field\n")
    command.upgrade(_config(script), "head", sql=True)
    return script.getvalue()


def upgrade(owner_url: str, *, reader_url: str | None = None, writer_url: str | None = None) -> None:
    """Bring schema and roles to head; where the two URLs carry passwords, the roles get them.

    Idempotent. Raises `DatabaseDown`, or `DatabaseMisconfigured` when the server is too old, the product's tables are
    missing, the owner may not create roles, or the database is at a revision that is none of this checkout's.
    """
    with connected(owner_url) as opened:
        _refuse_unsuitable(opened)
    _refuse_unknown(current(owner_url))
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    config = _config()
    try:
        with engine.begin() as transaction:
            config.attributes["connection"] = transaction
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise DatabaseMisconfigured(f"The migration stopped and changed nothing. {str(error.orig).strip()}") from None
    with connected(owner_url) as opened:
        for role, url in zip(ROLES, (reader_url, writer_url), strict=True):
            _set_password(opened, role, url)


def _config(output: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=output)
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _refuse_unsuitable(asked: psycopg.Connection) -> None:
    if asked.info.server_version < OLDEST:
        version = asked.info.parameter_status("server_version")
        raise DatabaseMisconfigured(f"PostgreSQL {version} is too old: the Desk needs 15 or newer. Upgrade the server.")
    if one(asked, "SELECT to_regclass('public.processing_queue') IS NULL"):
        raise DatabaseMisconfigured(
            "The product's tables are not in this database. Point DATABASE_OWNER_URL at the AICON v3 database."
        )


def _refuse_unknown(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseMisconfigured(f"The database is at revision {found}, of a newer Desk. Update this checkout.")


def _set_password(asked: psycopg.Connection, role: str, url: str | None) -> None:
    wanted = make_url(url) if url else None
    if wanted is None or wanted.password is None:
        return
    # Supabase's shared pooler wants the project behind a dot: desk_reader.abcdefghijklmnop.
    if (wanted.username or "").partition(".")[0] != role:
        raise DeskError(f"The URL for {role} signs in as {wanted.username}. Use {role}.")
    # Hashed here, because a server that logs DDL would log the plain word.
    verifier = asked.pgconn.encrypt_password(wanted.password.encode(), role.encode(), b"scram-sha-256").decode()
    asked.execute(psql.SQL("ALTER ROLE {} PASSWORD {}").format(psql.Identifier(role), psql.Literal(verifier)))
