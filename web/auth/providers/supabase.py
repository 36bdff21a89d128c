"""Signing in through Supabase Auth: what must be proved, in which order, and how often somebody may try."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Final

from sqlalchemy import text

from actions.staff import EMAIL_LENGTH, Invitation
from core import browsers, database, supabase_auth, throttle
from core.browsers import Visitor
from core.errors import SignInRefused
from core.settings import settings
from core.supabase_auth import Attempt
from core.telemetry import logger
from web.auth.pending import Outcome, PendingSignIn, Stage

log = logger(__name__)

# In a quarter of an hour, passwords and codes together. Nobody mistypes ten times; a whole office shares an address.
TRIES: Final = {"address": 200, "browser": 10, "who": 10, "email": 50}
PASSWORD_MOST: Final = 1_000
_MAY: Final = text("SELECT FROM dashboard.staff WHERE user_id = :user_id AND is_active")


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

    def proved(self, form: Mapping[str, str], wanted: str, visitor: Visitor) -> Outcome:
        """Who it is, or what they must do yet; raises `SignInRefused`, `Throttled`, `SupabaseDown`."""
        email, password = form.get("email", "").strip().lower(), form.get("password", "")
        throttle.hit(tries(email, visitor))
        if not can_be(email, password):
            raise SignInRefused
        return next_of(begin(supabase_auth.by_password(email, password), [], wanted), visitor)


def begin(attempt: Attempt, others: list[Stage], wanted: str) -> PendingSignIn:
    """What is to be done before a session: the second factor, where there is one or must be one, and the others."""
    # The project's users are mostly its customers.
    with database.transaction() as connection:
        is_staff = connection.execute(_MAY, {"user_id": attempt.claims.user_id}).first() is not None
    if not is_staff:
        attempt.leave()
        log.warning("not_staff", user_id=str(attempt.claims.user_id))
        raise SignInRefused
    if attempt.factor:
        return PendingSignIn(attempt, ["mfa", *others], wanted)  # Supabase changes no password without the code
    return PendingSignIn(attempt, [*others, "mfa"] if settings().require_mfa else others, wanted)


def next_of(step: PendingSignIn, visitor: Visitor) -> Outcome:
    """What is to be done yet, or whose session may begin: then Supabase's has served."""
    if step.stages:
        return step
    step.attempt.leave()
    throttle.reset(name for name, _ in tries(step.attempt.email, visitor) if not name.startswith("address"))
    return step.attempt.claims.user_id


def network(address: str) -> str:
    """What is counted as one address: of IPv6 everybody has 2^64, and IPv4 may arrive on an IPv6 socket."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found.packed, 64), strict=False)) if found.version == 6 else str(found)


def tries(email: str, visitor: Visitor) -> list[tuple[str, int]]:
    """What a try counts under: where its person signed in before it shares no limit with who only knows the e-mail."""
    near = network(visitor.address)
    names = {"address": f"address:{near}"}
    if own := browsers.known_as(email, visitor):
        names["browser"] = f"browser:{own}"
    else:
        names |= {"who": f"who:{email.lower()}:{near}", "email": f"email:{email.lower()}"}
    return [(name, TRIES[kind]) for kind, name in names.items()]


def can_be(email: str, password: str) -> bool:
    """Whether Supabase need be asked at all; letters of other scripts can look like those of a staff member."""
    is_address = email.isascii() and email.isprintable() and "@" in email and len(email) <= EMAIL_LENGTH
    return is_address and 0 < len(password) <= PASSWORD_MOST and "\0" not in password
