"""Decide who may use the Desk, and as what: nobody decides about themselves, and one admin always remains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, get_args
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from actions import audit
from core import cache, sessions
from core.database import transaction
from core.errors import Forbidden, Invalid, NotFound
from core.identity import Operator, Role, Viewer
from core.telemetry import logger
from queries.sql.text import same
from queries.tables import staff, staff_session

log = logger(__name__)

ROLES: Final[tuple[Role, ...]] = get_args(Role)
EMAIL_LENGTH: Final = 320
NAME_LENGTH: Final = 200
SESSIONS_CAP: Final = 500
# The trigger on the table takes the same lock; taken first, what is checked here still holds at the change.
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtext('aicon-desk.staff'))")

Actor = Viewer | Operator
Invitation = Callable[[str], UUID]
"""Sends an invitation to an e-mail address; the person's id, whether new or known before. Raises `DeskError`."""

_invitation: Invitation | None = None


def use_invitations(send: Invitation | None) -> None:
    """How people are invited, if the way to sign in knows invitations at all; said once at start."""
    global _invitation
    _invitation = send


def can_invite() -> bool:
    """Whether people can be invited from here."""
    return _invitation is not None


def invite(email: str, name: str, role: Role, actor: Actor, reason: str | None = None) -> UUID:
    """Send an invitation and put the person among the staff; raises as `add` does, or what the invitation raises."""
    _permit(actor)
    address, _ = _checked(email, name, role)
    if _invitation is None:
        raise Invalid("Invitations need Supabase sign-in, which is off here. Set AUTH_MODE=supabase to invite people.")
    with transaction() as connection:
        known = select(staff.c.user_id).where(same(staff.c.email, address))
        if connection.execute(known).first():
            raise Invalid(f"{address} is already on the staff. Open them from the list.")
    user_id = _invitation(address)
    add(user_id, address, name, role, actor, reason)
    return user_id


def add(user_id: UUID, email: str, name: str, role: Role, actor: Actor, reason: str | None = None) -> None:
    """Put a person who can sign in among the staff; needs `admin`.

    Raises `Invalid` for an address, name or role that cannot be, and for somebody who is there already.
    """
    _permit(actor)
    address, called = _checked(email, name, role)
    values = {"email": address, "name": called, "role": role}
    with transaction() as connection:
        _begin(connection, actor)
        added = insert(staff).values(user_id=user_id, **values).returning(staff.c.user_id)
        known = select(staff.c.user_id).where((same(staff.c.email, address)) | (staff.c.user_id == user_id))
        if connection.execute(known).first():
            raise Invalid(f"{address}, or the user with that id, is already on the staff. Open them from the list.")
        connection.execute(added)
        audit.record(connection, actor, "staff.add", "staff", user_id, reason=audit.cleaned(reason), after=values)
    _announce("staff_added", user_id)


def change_role(user_id: UUID, seen: str, role: Role, actor: Actor, reason: str | None = None) -> str:
    """Give a person another role than the one that was `seen`; what happened, as a sentence.

    Needs `admin`. Raises `Invalid` for oneself, for the last active admin, and when the role changed meanwhile.
    """
    _permit(actor)
    if role not in ROLES:
        raise Invalid(f"{role} is not a valid role. Choose one of {', '.join(ROLES)}.")
    with transaction() as connection:
        person = _person(connection, user_id, actor)
        if person.role != seen:
            raise Invalid(
                f"{person.name} is now {_words(person.role)}: somebody changed it meanwhile. Look again, then decide."
            )
        if role == person.role:
            raise Invalid(f"{person.name} is already {_words(role)}.")
        _keep_an_admin(connection, person, role)
        _write(connection, person, actor, "staff.role", reason, role=role)
    _announce("staff_role_changed", user_id)
    return f"{person.name} is {_words(role)} now. Pages that are open follow within half a minute."


def deactivate(user_id: UUID, actor: Actor, reason: str | None = None) -> str:
    """Take every right from a person and end their sessions; what happened, as a sentence.

    Needs `admin`. Raises `Invalid` for oneself, for the last active admin, and for somebody who has no rights already.
    """
    _permit(actor)
    with transaction() as connection:
        person = _person(connection, user_id, actor)
        if not person.is_active:
            raise Invalid(f"{person.name} is already deactivated.")
        _keep_an_admin(connection, person, None)
        _write(connection, person, actor, "staff.deactivate", reason, is_active=False)
        ended = connection.execute(delete(staff_session).where(staff_session.c.user_id == user_id)).rowcount
    _announce("staff_deactivated", user_id)
    return f"{person.name} is deactivated; {ended} of their sessions ended. Nothing they did is lost."


def reactivate(user_id: UUID, actor: Actor, reason: str | None = None) -> str:
    """Give a person their role back; what happened, as a sentence. Needs `admin`; raises `Invalid` as above."""
    _permit(actor)
    with transaction() as connection:
        person = _person(connection, user_id, actor)
        if person.is_active:
            raise Invalid(f"{person.name} is already active.")
        _write(connection, person, actor, "staff.reactivate", reason, is_active=True)
    _announce("staff_reactivated", user_id)
    return f"{person.name} may sign in again, as {_words(person.role)}."


def revoke(references: Sequence[str], actor: Actor, reason: str | None = None) -> int:
    """End these sessions, one's own included; how many there still were. Needs `admin`."""
    _permit(actor)
    if len(references) > SESSIONS_CAP:
        raise Invalid(f"Choose at most {SESSIONS_CAP} sessions at once.")
    hashes = [bytes.fromhex(reference) for reference in references]
    told = audit.cleaned(reason)
    with transaction() as connection:
        gone = delete(staff_session).where(staff_session.c.id_hash.in_(hashes)).returning(*staff_session.c)
        ended = connection.execute(gone).all()
        for session in ended:
            was = {
                "started": session.created_at.isoformat(),
                "address": session.address,
                "browser": session.user_agent,
            }
            audit.record(connection, actor, "staff.revoke", "staff", session.user_id, reason=told, before=was)
    _announce("sessions_revoked", None)
    return len(ended)


def _permit(actor: Actor) -> None:
    """Whoever can run commands on the server needs no role in it."""
    if isinstance(actor, Viewer):
        actor.require("admin")


def _begin(connection: Connection, actor: Actor) -> None:
    """Alone from here on; and still an admin, whatever the actor was when the page was drawn."""
    connection.execute(_ONE_AT_A_TIME)
    if isinstance(actor, Operator):
        return
    still = select(staff.c.user_id).where(staff.c.user_id == actor.user_id, staff.c.role == "admin", staff.c.is_active)
    if connection.execute(still).first() is None:
        raise Forbidden("You are no longer an admin, so nothing was changed. Ask another admin.")


def _person(connection: Connection, user_id: UUID, actor: Actor) -> Row[Any]:
    _begin(connection, actor)
    person = connection.execute(select(*staff.c).where(staff.c.user_id == user_id)).first()
    if person is None:
        raise NotFound("That person is not on the staff. Go back to the list and refresh.")
    if person.user_id == actor.user_id:
        raise Invalid("You cannot change your own role. Ask another admin.")
    return person


def _keep_an_admin(connection: Connection, person: Row[Any], role: Role | None) -> None:
    if person.role != "admin" or not person.is_active or role == "admin":
        return
    others = select(func.count()).where(staff.c.role == "admin", staff.c.is_active, staff.c.user_id != person.user_id)
    if connection.execute(others).scalar_one() == 0:
        raise Invalid(f"{person.name} is the last active admin. Make somebody else an admin first.")


def _write(
    connection: Connection, person: Row[Any], actor: Actor, action: str, reason: str | None, **values: Any
) -> None:
    before = {name: getattr(person, name) for name in values}
    connection.execute(update(staff).where(staff.c.user_id == person.user_id).values(**values, updated_at=func.now()))
    told = audit.cleaned(reason)
    audit.record(connection, actor, action, "staff", person.user_id, reason=told, before=before, after=values)


def _announce(event: str, user_id: UUID | None) -> None:
    """This process at once, the others when they next look: within `sessions.CHECK_S`."""
    cache.invalidate("staff")
    sessions.forget()
    log.info(event, user_id=str(user_id or "-"))


def _checked(email: str, name: str, role: str) -> tuple[str, str]:
    """The address and the name without space around them."""
    address, called = email.strip(), name.strip()
    local, _, domain = address.rpartition("@")
    is_plain = address.isascii() and address.isprintable() and not set(address) & set(' "<>(),;:\\')
    if not (is_plain and local and "." in domain.strip(".") and "@" not in local and len(address) <= EMAIL_LENGTH):
        # Letters of other scripts can look like these.
        raise Invalid("That is not a valid e-mail address. Enter one like ada@example.com, in plain ASCII letters.")
    if not called or len(called) > NAME_LENGTH or not called.isprintable():
        raise Invalid(f"That is not a valid name. Enter 1 to {NAME_LENGTH} printable characters.")
    if role not in ROLES:
        raise Invalid(f"{role} is not a valid role. Choose one of {', '.join(ROLES)}.")
    return address, called


def _words(role: str) -> str:
    return role.replace("_", " ")
