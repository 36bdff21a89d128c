"""Invitations and forgotten passwords: links from e-mails, and the new password they lead to."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Final, cast

from sqlalchemy import text
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core import browsers, database, sessions, supabase_auth, throttle
from core.browsers import Visitor
from core.errors import DeskError, Invalid, SignedOut, SignInRefused, Throttled
from core.supabase_auth import Link
from core.telemetry import logger
from web.auth import cookies, login, pending
from web.auth.login import address, answer_form, elsewhere, form_page, in_slot, not_before, visitor, with_supabase
from web.auth.pending import Outcome, PendingSignIn
from web.auth.providers.supabase import begin, can_be, network, next_of

log = logger(__name__)

MAILS: Final = {"mails": 20, "browser": 2, "mail": 3}
LINKS: Final = 20
PASSWORD_LEAST: Final = 12
PASSWORD_BYTES: Final = 72
"""Supabase's bcrypt reads no further."""
_STAFF: Final = text("SELECT email FROM dashboard.staff WHERE lower(email) = :email AND is_active")


@with_supabase
async def password(request: Request) -> Response:
    """`/login/password`: a new password, for somebody who came by a link."""
    step = pending.find(cookies.step(request))
    if step is None or step.path != "/login/password":
        return elsewhere(request, step)
    limits = (PASSWORD_LEAST, PASSWORD_BYTES)
    show = partial(form_page, request, "password", email=step.attempt.email, limits=limits)
    try:
        return await answer_form(request, show, lambda form: choose(step, form, visitor(request)))
    except (Invalid, SignInRefused, SignedOut) as error:
        return show(fault=str(error), status=401)


@with_supabase
async def forgot(request: Request) -> Response:
    """`/login/forgot`: sends a link to whoever is staff, and tells everybody the same."""
    if request.method != "POST":
        return form_page(request, "forgot")
    form = await login.sent(request)
    if form is None:
        return form_page(request, "forgot", fault=login.EXPIRED, status=403)
    try:
        email = await in_slot(admit_mail, form.get("email", ""), visitor(request))
    except Throttled as error:
        return form_page(request, "forgot", fault=str(error), status=429)
    response = form_page(request, "forgot", is_sent=True)
    if email:
        response.background = BackgroundTask(send_mail, email)
    return response


@with_supabase
async def confirm(request: Request) -> Response:
    """`/auth/confirm`: where invitations and recovery links lead. Only the button uses one up: scanners open links."""
    start = monotonic()
    kind, token_hash = request.query_params.get("type", ""), request.query_params.get("token_hash", "")
    if kind not in {"invite", "recovery"} or not token_hash:
        return form_page(request, "confirm", status=400, is_spent=True)
    show = partial(form_page, request, "confirm", type=kind)
    try:
        return await answer_form(request, show, lambda _: follow(token_hash, cast("Link", kind), address(request)))
    except Throttled as error:
        return show(fault=str(error), status=429)
    except SignInRefused:
        log.warning("link_refused", address=address(request), kind=kind)
        await not_before(start)
        return form_page(request, "confirm", status=401, is_spent=True)


def follow(token_hash: str, kind: Link, address: str) -> PendingSignIn:
    """What somebody who followed a link must do; it is used up by this. Raises as `Supabase.proved` does."""
    throttle.hit([(f"link:{network(address)}", LINKS)])
    if not token_hash.isascii() or not 10 <= len(token_hash) <= 200:
        raise SignInRefused
    return begin(supabase_auth.by_link(token_hash, kind), ["password"], "/")


def choose(step: PendingSignIn, form: dict[str, str], visitor: Visitor) -> Outcome:
    """Give the person the password they chose; raises `Invalid` with what is wrong about it."""
    password = form.get("password", "")
    if password != form.get("again", ""):
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


def admit_mail(email: str, visitor: Visitor) -> str | None:
    """The address of the staff member to whom a link should go, None for anybody else; raises `Throttled`."""
    given = email.strip().lower()
    own = browsers.known_as(given, visitor)
    last = (f"mail-browser:{own}", MAILS["browser"]) if own else (f"mail:{given}", MAILS["mail"])
    throttle.hit([(f"mails:{network(visitor.address)}", MAILS["mails"]), last])
    if not can_be(given, "-"):
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


ROUTES: Final = [
    Route("/login/password", password, methods=["GET", "POST"]),
    Route("/login/forgot", forgot, methods=["GET", "POST"]),
    Route("/auth/confirm", confirm, methods=["GET", "POST"]),
]
