"""Supabase Auth: proves who a person is. What follows is the Desk's own session, and Supabase's ends at once."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final, Literal, NamedTuple
from uuid import UUID

import httpx
from pydantic import ValidationError
from supabase import create_client
from supabase.lib.client_options import SyncClientOptions
from supabase_auth import SyncGoTrueClient
from supabase_auth.errors import (
    AuthApiError,
    AuthError,
    AuthRetryableError,
    AuthUnknownError,
    AuthWeakPasswordError,
)
from supabase_auth.types import AuthResponse, Factor

from core import tokens
from core.errors import DeskError, Invalid, SettingsInvalid, SignInRefused, SupabaseDown, Throttled
from core.once import once
from core.settings import settings
from core.telemetry import logger

log = logger(__name__)

TIMEOUT: Final = httpx.Timeout(10, connect=3)
FACTOR_NAME: Final = "AICON Desk"
Link = Literal["invite", "recovery"]


class Enrolment(NamedTuple):
    """A second factor that is being set up."""

    factor_id: str
    picture: str
    """The QR code, as SVG."""
    secret: str


class Attempt:
    """A person on the way in, with a Supabase session of their own; `leave` ends it."""

    def __init__(self, auth: SyncGoTrueClient, answer: AuthResponse) -> None:
        if answer.session is None or answer.user is None:
            raise SignInRefused
        self._auth = auth
        self._factors: list[Factor] = answer.user.factors or []
        try:
            self.claims = tokens.verified(answer.session.access_token)
        except DeskError:
            self.leave()
            raise
        self.email = answer.user.email or ""

    @property
    def factor(self) -> str | None:
        """The id of the authenticator app that the person has set up."""
        return next((f.id for f in self._factors if f.factor_type == "totp" and f.status == "verified"), None)

    def enrol(self) -> Enrolment:
        """Begin to set up an authenticator app."""
        with _translated():
            for left in self._factors:
                # From an earlier try that was not finished; a second one of that name is refused.
                if left.status == "unverified" and left.friendly_name == FACTOR_NAME:
                    self._auth.mfa.unenroll({"factor_id": left.id})
            made = self._auth.mfa.enroll({"factor_type": "totp", "friendly_name": FACTOR_NAME, "issuer": FACTOR_NAME})
        if made.totp is None:
            raise SupabaseDown
        return Enrolment(made.id, made.totp.qr_code.partition(",")[2], made.totp.secret)

    def prove(self, factor_id: str, code: str) -> None:
        """Prove the second factor; raises `SignInRefused` for a wrong code."""
        with _translated():
            answer = self._auth.mfa.challenge_and_verify({"factor_id": factor_id, "code": code})
        claims = tokens.verified(answer.access_token)
        if claims.user_id != self.claims.user_id or claims.aal != "aal2":
            log.error("token_refused", error="another person, or no second factor")
            raise SignInRefused
        self.claims = claims

    def choose(self, password: str) -> None:
        """Give the person this password; raises `Invalid` when Supabase wants another."""
        with _translated():
            self._auth.update_user({"password": password})

    def leave(self) -> None:
        """End the Supabase session, this one only: by default all of the person's sessions in the product would end."""
        try:
            with _translated():
                self._auth.sign_out({"scope": "local"})
        except DeskError as error:
            log.warning("supabase_session_left", error=type(error).__name__)


def by_password(email: str, password: str) -> Attempt:
    """Who has this password; raises `SignInRefused`, `Throttled`, `SupabaseDown`."""
    auth = _auth()
    with _translated():
        answer = auth.sign_in_with_password({"email": email, "password": password})
    return Attempt(auth, answer)


def by_link(token_hash: str, kind: Link) -> Attempt:
    """Who was sent this link; it works once. Raises as `by_password` does."""
    auth = _auth()
    with _translated():
        answer = auth.verify_otp({"token_hash": token_hash, "type": kind})
    return Attempt(auth, answer)


def send_recovery(email: str) -> None:
    """Have Supabase send a link that lets this person choose a new password."""
    with _translated():
        _auth().reset_password_for_email(email, {"redirect_to": confirm_url()})


def invite(email: str) -> UUID:
    """Have Supabase send an invitation; the person's id. Who has an account already gets none, and keeps it."""
    admin = _auth(is_admin=True).admin
    try:
        with _translated():
            invited = admin.invite_user_by_email(email, {"redirect_to": confirm_url()})
        return UUID(invited.user.id)
    except _Known:
        with _translated():
            known = admin.generate_link({"type": "recovery", "email": email})  # sends nothing, and tells the id
        return UUID(known.user.id)
    except SignInRefused:
        raise Invalid("Supabase refused this address. Its Auth log says why.") from None


def confirm_url() -> str:
    """Where the links in Supabase's e-mails must lead."""
    return f"{settings().public_url}/auth/confirm"


class _Known(SignInRefused):
    """The address has an account."""


def _auth(*, is_admin: bool = False) -> SyncGoTrueClient:
    """A client of its own for each attempt: a shared one hands one person's session to another."""
    chosen = settings()
    key = chosen.supabase_secret_key if is_admin else chosen.supabase_publishable_key
    if not chosen.supabase_url or key is None:
        raise SettingsInvalid("Sign-in is not set up. Ask an admin to run `python manage.py doctor`.")
    options = SyncClientOptions(
        auto_refresh_token=False,  # else a timer thread for each client
        persist_session=False,
        flow_type="implicit",  # links then work in any browser, not only in the one that asked
        httpx_client=httpx.Client(transport=_transport(), timeout=TIMEOUT),
    )
    return create_client(chosen.supabase_url, key.get_secret_value(), options).auth


@once
def _transport() -> httpx.HTTPTransport:
    """The connections that all attempts share. HTTP/1.1: the library of HTTP/2 logs headers, keys and all."""
    return httpx.HTTPTransport()


@contextmanager
def _translated() -> Generator[None]:
    """Raise what a person can act on; of Supabase's own words only code and status reach the log."""
    try:
        yield
    except AuthWeakPasswordError:
        raise Invalid("That password is too easy to guess. Choose another.") from None
    except AuthApiError as error:
        raise _meant(error) from None
    except (AuthRetryableError, AuthUnknownError, ValidationError, httpx.HTTPError) as error:
        log.warning("supabase_down", error=type(error).__name__, status=getattr(error, "status", None))
        raise SupabaseDown from None
    except AuthError as error:
        log.warning("supabase_refused", error=type(error).__name__)
        raise SignInRefused from None


def _meant(error: AuthApiError) -> DeskError:
    with suppress(KeyError):
        return {"same_password": Invalid("That is your old password. Choose another."), "email_exists": _Known()}[
            error.code or ""
        ]
    log.warning("supabase_refused", code=error.code, status=error.status)
    if error.status == 429:
        return Throttled("Supabase accepts no more attempts for a while. Wait a few minutes, then try again.")
    if error.status >= 500:
        return SupabaseDown()
    if error.status == 401 and error.code is None:
        return SupabaseDown("Supabase refuses the Desk's own key. Ask an admin to run `python manage.py doctor`.")
    return SignInRefused()
