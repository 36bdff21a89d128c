"""The staff as `manage.py staff` meets them: by e-mail address, from the server's own command line."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from core import database
from core.errors import DatabaseDown, Invalid, NotFound
from core.identity import Operator
from core.settings import settings
from queries import staff
from schema import connection

# Supabase's users; only the owner of its database may read them.
AUTH: Final = "SELECT id FROM auth.users WHERE lower(email) = lower(%s)"
HOW: Final = (
    "Copy their id from the Supabase dashboard (Authentication, Users), where they must have been invited first, and "
    "pass it as --user-id; or set DATABASE_OWNER_URL for this one command."
)


def operator() -> Operator:
    """Who runs this command, as the machine knows them."""
    return Operator(getpass.getuser())


def one(email: str) -> dict[str, Any]:
    """The person with that address, in any case: user_id, email, name, role, is_active. Raises `NotFound`."""
    for person in _everybody():
        if person["email"].lower() == email.strip().lower():
            return person
    raise NotFound(f"{email} is not on the staff. `python manage.py staff list` says who is.")


def listed() -> Iterator[str]:
    """A line for each person."""
    people = _everybody()
    if not people:
        yield "Nobody is on the staff yet. Run python manage.py staff add ada@example.com --role admin --name Ada"
        return
    width = max(len(person["email"]) for person in people)
    for person in people:
        seen = f"seen {person['last_seen_at']:%Y-%m-%d %H:%M} UTC" if person["last_seen_at"] else "never seen"
        state = "" if person["is_active"] else "  deactivated"
        yield f"{person['email']:<{width}}  {person['role']:<15}  {seen}{state}"


def user_id(email: str) -> UUID:
    """The id of whoever signs in with this address, as Supabase Auth knows it; raises `Invalid` with what to do."""
    owner = settings().database_owner_url
    if owner is None:
        raise Invalid(f"The Desk cannot look up who {email} is. {HOW}")
    try:
        with connection.opened(owner.get_secret_value()) as asked:
            found = asked.execute(AUTH, [email.strip()]).fetchone()
    except psycopg.OperationalError as error:
        raise DatabaseDown(f"The database does not answer. {str(error).strip()}") from None
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        raise Invalid(f"This database has no Supabase Auth users, so {email} cannot be looked up. {HOW}") from None
    if found is None:
        raise Invalid(f"Supabase Auth has no user with the address {email}. {HOW}")
    return found[0]


def _everybody() -> list[dict[str, Any]]:
    return database.rows(staff.people("", "", "all", timedelta(minutes=settings().session_idle_minutes)))
