"""Signing in through Supabase Auth: what must be proved, in which order, and how often somebody may try."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

from sqlalchemy import text

from actions.staff import EMAIL_LENGTH, Invitation
from core import browsers, database, sessions, supabase_auth, throttle
from core.browsers import Visitor
from core.errors import DeskError, Invalid, SignInRefused
from core.settings import settings
from core.supabase_auth import Attempt, Link
from core.telemetry import logger
from web.auth.pending import PendingSignIn, Stage

log = logger(__name__)

# In a quarter of an hour, passwords and codes together. Nobody mistypes ten times; a whole office shares an address.
TRIES: Final = {"address": 200, "browser": 10, "who": 10, "email": 50}
MAILS: Final = {"mails": 20, "browser": 2, "mail": 3}
LINKS: Final = 20
PASSWORD_LEAST: Final = 12
PASSWORD_BYTES: Final = 72
"""Supabase's bcrypt reads no further."""
PASSWORD_MOST: Final = 1_000
SAME_CODE_S: Final = 180
"""A code is good for a minute and a half, however the clocks stand."""

_MAY: Final = text("SELECT FROM dashboard.staff WHERE user_id = :user_id AND is_active")
_STAFF: Final = text("SELECT email FROM dashboard.staff WHERE lower(email) = :email AND is_active")


class Supabase:
    """E-mail and password, then a code from an authenticator app."""

    template = "login_supabase"

    @property
    def invitation(self) -> Invitation | None:
        """By Supabase's e-mail, where the Desk has the key for it."""
        return supabase_auth.invite if settings().supabase_secret_key else None

    def shown(self) -> dict[str, object]:
        """Nothing."""
        return {}

    def proved(self, form: Mapping[str, str], wanted: str, visitor: Visitor) -> UUID | PendingSignIn | None:
        """Who it is, or what they must do yet; raises `SignInRefused`, `Throttled`, `SupabaseDown`."""
        email, password = form.get("email", "").strip().lower(), form.get("password", "")
        throttle.hit(_tries(email, visitor))
        if not _can_be(email, password):
            raise SignInRefused
        attempt = supabase_auth.by_password(email, password)
        _refuse_others(attempt)
        stages: list[Stage] = ["code"] if attempt.factor else ["enrol"] if settings().require_mfa else []
        return next_of(PendingSignIn(attempt, stages, wanted), visitor)


def confirmed(token_hash: str, kind: Link, address: str) -> PendingSignIn:
    """What somebody who followed a link must do; it is used up by this. Raises as `Supabase.proved` does."""
    throttle.hit([(f"link:{network(address)}", LINKS)])
    if not token_hash.isascii() or not 10 <= len(token_hash) <= 200:
        raise SignInRefused
    attempt = supabase_auth.by_link(token_hash, kind)
    _refuse_others(attempt)
    if attempt.factor:
        return PendingSignIn(attempt, ["code", "password"], "/")  # Supabase changes no password without the code
    return PendingSignIn(attempt, ["password", "enrol"] if settings().require_mfa else ["password"], "/")


def enrolling(step: PendingSignIn) -> None:
    """Have the app to set up ready: the same one however often the page is opened."""
    with step.turn:
        if step.stages[:1] == ["enrol"] and step.enrolment is None:
            step.enrolment = step.attempt.enrol()


def code_given(step: PendingSignIn, code: str, visitor: Visitor) -> UUID | PendingSignIn:
    """Prove the second factor; raises `SignInRefused` for a code that is wrong or was used before."""
    attempt = step.attempt
    throttle.hit(_tries(attempt.email, visitor))
    with step.turn:
        factor = step.enrolment.factor_id if step.enrolment else attempt.factor
        digits = "".join(code.split())
        if not factor or step.stages[:1] not in (["code"], ["enrol"]):
            raise SignInRefused
        if len(digits) != 6 or not digits.isascii() or not digits.isdecimal():
            raise SignInRefused
        attempt.prove(factor, digits)
        if not throttle.claim_once(f"code:{attempt.claims.user_id}:{digits}", SAME_CODE_S):
            log.warning("code_replayed", user_id=str(attempt.claims.user_id))
            raise SignInRefused
        del step.stages[0]
    return next_of(step, visitor)


def password_chosen(step: PendingSignIn, password: str, again: str, visitor: Visitor) -> UUID | PendingSignIn:
    """Give the person the password they chose; raises `Invalid` with what is wrong about it."""
    if password != again:
        raise Invalid("The passwords differ. Enter the new password twice.")
    if len(password) < PASSWORD_LEAST or len(password.encode()) > PASSWORD_BYTES:
        raise Invalid(f"A password has {PASSWORD_LEAST} to {PASSWORD_BYTES} characters. A sentence is a good one.")
    with step.turn:
        if step.stages[:1] != ["password"]:
            raise SignInRefused
        step.attempt.choose(password)
        del step.stages[0]
    # Whoever knew the old one may be signed in.
    sessions.end_all(step.attempt.claims.user_id)
    browsers.forget(step.attempt.claims.user_id)
    log.info("password_chosen", user_id=str(step.attempt.claims.user_id))
    return next_of(step, visitor)


def next_of(step: PendingSignIn, visitor: Visitor) -> UUID | PendingSignIn:
    """What is to be done yet, or whose session may begin: then Supabase's has served."""
    if step.stages:
        return step
    step.attempt.leave()
    throttle.reset(name for name, _ in _tries(step.attempt.email, visitor) if not name.startswith("address"))
    return step.attempt.claims.user_id


def admit_mail(email: str, visitor: Visitor) -> str | None:
    """The address of the staff member to whom a link should go, None for anybody else; raises `Throttled`."""
    given = email.strip().lower()
    own = browsers.known_as(given, visitor)
    last = (f"mail-browser:{own}", MAILS["browser"]) if own else (f"mail:{given}", MAILS["mail"])
    throttle.hit([(f"mails:{network(visitor.address)}", MAILS["mails"]), last])
    if not _can_be(given, "-"):
        return None
    with database.transaction() as connection:
        found = connection.execute(_STAFF, {"email": given}).first()
    return found.email if found else None


def send_mail(email: str) -> None:
    """Send a link that lets them choose a password; the page has answered before this."""
    try:
        supabase_auth.send_recovery(email)
    except DeskError as error:
        log.error("recovery_not_sent", error=type(error).__name__)


def network(address: str) -> str:
    """What is counted as one address: of IPv6 everybody has 2^64, and IPv4 may arrive on an IPv6 socket."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found.packed, 64), strict=False)) if found.version == 6 else str(found)


def _tries(email: str, visitor: Visitor) -> list[tuple[str, int]]:
    """What a try counts under: where its person signed in before it shares no limit with who only knows the e-mail."""
    near = network(visitor.address)
    names = {"address": f"address:{near}"}
    if own := browsers.known_as(email, visitor):
        names["browser"] = f"browser:{own}"
    else:
        names |= {"who": f"who:{email.lower()}:{near}", "email": f"email:{email.lower()}"}
    return [(name, TRIES[kind]) for kind, name in names.items()]


def _can_be(email: str, password: str) -> bool:
    """Whether Supabase need be asked at all; letters of other scripts can look like those of a staff member."""
    is_address = email.isascii() and email.isprintable() and "@" in email and len(email) <= EMAIL_LENGTH
    return is_address and 0 < len(password) <= PASSWORD_MOST and "\0" not in password


def _refuse_others(attempt: Attempt) -> None:
    """Raise `SignInRefused` for whoever is not among the staff: the project's users are mostly its customers."""
    with database.transaction() as connection:
        if connection.execute(_MAY, {"user_id": attempt.claims.user_id}).first() is not None:
            return
    attempt.leave()
    log.warning("not_staff", user_id=str(attempt.claims.user_id))
    raise SignInRefused
