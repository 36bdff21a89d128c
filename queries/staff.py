"""Who may do what, and who is here now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, literal, or_, select
from sqlalchemy.dialects.postgresql import INTERVAL

from core.identity import Role
from core.reads import rows_of
from queries.sql.text import contains, printable
from queries.tables import staff, staff_session
from queries.tables.base import Rows

LIMIT: Final = 500
"""More people than any support team has; the page says so where there are more."""

State = Literal["all", "active", "deactivated"]


def people(words: str, role: str, state: State, idle: timedelta) -> Rows:
    """Everybody among the staff, the active first, by name, at most `LIMIT` and one, which says that there are more.

    `idle` is after how long without use a session has ended. Columns: user_id, email, name, role, is_active,
    created_at, last_seen_at, sessions (open ones).
    """
    living = _living(idle)
    sessions = (
        select(staff_session.c.user_id, func.count().label("n"))
        .where(*living)
        .group_by(staff_session.c.user_id)
        .subquery()
    )
    clauses: list[ColumnElement[bool]] = []
    if said := printable(words):
        clauses.append(or_(contains(staff.c.name, said), contains(staff.c.email, said)))
    if role:
        clauses.append(staff.c.role == role)
    if state != "all":
        clauses.append(staff.c.is_active if state == "active" else ~staff.c.is_active)
    return (
        select(*_person(), func.coalesce(sessions.c.n, 0).label("sessions"))
        .outerjoin_from(staff, sessions, sessions.c.user_id == staff.c.user_id)
        .where(*clauses)
        .order_by(staff.c.is_active.desc(), func.lower(staff.c.name), staff.c.user_id)
        .limit(LIMIT + 1)
    )


class Person(TypedDict):
    """A row of `one`."""

    user_id: str
    email: str
    name: str
    role: Role
    is_active: bool
    created_at: datetime
    last_seen_at: datetime | None


@rows_of(Person)
def one(user_id: UUID) -> Rows:
    """One person; no row when they are not among the staff."""
    return select(*_person()).where(staff.c.user_id == user_id)


class Session(TypedDict):
    """A row of `open_sessions`."""

    reference: str  # names the session, opens nothing
    user_id: str
    name: str
    role: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str | None
    address: str | None  # at its start
    other_addresses: list[str]  # it was used from since, the latest five
    total: int  # of all, beyond the limit


@rows_of(Session)
def open_sessions(idle: timedelta, user_id: UUID | None = None) -> Rows:
    """Sessions that are open, the most recently used first, at most `LIMIT`."""
    s = staff_session.c
    of_whom = [s.user_id == user_id] if user_id else []
    return (
        select(
            func.encode(s.id_hash, "hex", type_=Text).label("reference"),
            *(s.user_id, staff.c.name, staff.c.role, s.created_at, s.last_seen_at, s.expires_at),
            *(s.user_agent, s.address, s.other_addresses),
            func.count().over().label("total"),
        )
        .join_from(staff_session, staff, staff.c.user_id == s.user_id)
        .where(*_living(idle), *of_whom)
        .order_by(s.last_seen_at.desc(), s.id_hash)
        .limit(LIMIT)
    )


def _person() -> list[ColumnElement[Any]]:
    c = staff.c
    return [c.user_id, c.email, c.name, c.role, c.is_active, c.created_at, c.last_seen_at]


def _living(idle: timedelta) -> list[ColumnElement[bool]]:
    s = staff_session.c
    return [s.expires_at > func.now(), s.last_seen_at > func.now() - literal(idle, INTERVAL)]
