"""Databases on a demo server: an empty Desk, a Desk with demo data, and copies of either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from core.database import driver_url
from core.thresholds import Thresholds
from demo import data, personas
from demo.servers import PostgreSQL
from queries.accounts import summary, summary_state
from queries.rollups import weekdays
from schema import migrate, product

Scale = Literal["small", "medium", "large"]


@dataclass(frozen=True)
class Database:
    """How each role connects to one database."""

    owner_url: str
    reader_url: str
    writer_url: str


def at(server: PostgreSQL, name: str) -> Database:
    """The database of that name on the server, whether it exists or not."""
    return Database(
        server.url(name, "postgres"),
        server.url(name, "desk_reader"),
        server.url(name, "desk_writer"),
    )


def exists(server: PostgreSQL, name: str) -> bool:
    """Whether the server has a database of that name."""
    with psycopg.connect(server.url()) as connection:
        return connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def create(server: PostgreSQL, name: str, scale: Scale | None = None) -> Database:
    """A Desk with the product's tables, its own, the recommended indexes, the personas as staff, and demo data."""
    _administer(server, "CREATE DATABASE {}", name)
    database = at(server, name)
    product.create(database.owner_url)
    migrate_to_head(database)
    personas.create(database.owner_url)
    if scale:
        data.load(database.owner_url, scale)
    product.create_recommended_indexes(database.owner_url)  # after the data, as rows load faster without them
    summarise(database)
    return database


def summarise(database: Database) -> None:
    """Fill the summary of accounts, as the app does once a minute."""
    engine = create_engine(driver_url(database.owner_url), poolclass=NullPool)
    with engine.begin() as connection:
        factors = connection.execute(weekdays.all_factors(datetime.now(UTC).date())).scalar_one()
        connection.execute(summary.refreshed(UUID(int=0), None, factors, Thresholds()))
        connection.execute(summary_state.finished(0))


def copy(server: PostgreSQL, template: str, name: str) -> Database:
    """A copy of a database that nobody is connected to."""
    _administer(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
    return at(server, name)


def rename(server: PostgreSQL, name: str, to: str) -> Database:
    """The same database under another name: how one that took long to build appears complete or not at all."""
    _administer(server, "ALTER DATABASE {} RENAME TO {}", name, to)
    return at(server, to)


def drop(server: PostgreSQL, name: str) -> None:
    """Remove the database if there is one, whoever is connected."""
    _administer(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def migrate_to_head(database: Database) -> None:
    """Bring the Desk's schema to head, and give the two roles their passwords."""
    migrate.upgrade(database.owner_url, reader_url=database.reader_url, writer_url=database.writer_url)


def _administer(server: PostgreSQL, statement: str, *names: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # pyright: ignore[reportArgumentType]
