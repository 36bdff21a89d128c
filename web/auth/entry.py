"""The pages between a password and the Desk: second factor, links from e-mails, new passwords."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from time import monotonic
from typing import cast

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from core.errors import DeskError, Invalid, SignedOut, SignInRefused, SupabaseDown, Throttled
from core.settings import settings
from core.supabase_auth import Link
from core.telemetry import logger
from web.auth import cookies, pending, supabase
from web.auth.login import address, form_page, in_slot, not_before, proceed, sent, visitor
from web.auth.pending import PendingSignIn
from web.html import message

log = logger(__name__)

Handler = Callable[[Request], Awaitable[Response]]
EXPIRED = "That form has expired. Try again."
# A picture, whatever it holds: opened by itself it may run and load nothing.
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def _with_supabase(handler: Handler) -> Handler:
    """Absent in the demo; what cannot be done now is said on a page."""

    @wraps(handler)
    async def handled(request: Request) -> Response:
        if settings().auth_mode == "demo":
            return PlainTextResponse("Not found", 404)
        try:
            return await handler(request)
        except DeskError as error:
            return message(request, "Not available right now", str(error), status=503)

    return handled


@_with_supabase
async def mfa(request: Request) -> Response:
    """`/login/mfa`: asks for a code, with the QR code first where no app is set up yet."""
    start = monotonic()
    step = pending.find(cookies.step(request))
    if step is None or step.path != "/login/mfa":
        return _elsewhere(request, step)
    await in_slot(supabase.enrolling, step)
    if request.method != "POST":
        return _mfa_page(request, step)
    form = await sent(request)
    if form is None:
        return _mfa_page(request, step, fault=EXPIRED, status=403)
    try:
        outcome = await in_slot(supabase.code_given, step, form.get("code", ""), visitor(request))
        return await proceed(request, outcome, step.wanted)
    except Throttled as error:
        return _mfa_page(request, step, fault=str(error), status=429)
    except SupabaseDown as error:
        return _mfa_page(request, step, fault=str(error), status=503)
    except (SignInRefused, SignedOut):
        log.warning("code_refused", address=address(request), user_id=str(step.attempt.claims.user_id))
        await not_before(start)
        return _mfa_page(request, step, fault=SignInRefused.default, status=401)


@_with_supabase
async def picture(request: Request) -> Response:
    """`/login/mfa.svg`: the QR code of the app that this browser is setting up, and nobody else's."""
    step = pending.find(cookies.step(request))
    if step is None or step.enrolment is None:
        return PlainTextResponse("Not found", 404)
    headers = {"Content-Security-Policy": PICTURE, "Cache-Control": "no-store"}
    return Response(step.enrolment.picture, media_type="image/svg+xml", headers=headers)


@_with_supabase
async def password(request: Request) -> Response:
    """`/login/password`: a new password, for somebody who came by a link."""
    step = pending.find(cookies.step(request))
    if step is None or step.path != "/login/password":
        return _elsewhere(request, step)
    if request.method != "POST":
        return _password_page(request, step)
    form = await sent(request)
    if form is None:
        return _password_page(request, step, fault=EXPIRED, status=403)
    chosen, again = form.get("password", ""), form.get("again", "")
    try:
        outcome = await in_slot(supabase.password_chosen, step, chosen, again, visitor(request))
        return await proceed(request, outcome, "/")
    except (Invalid, SignInRefused, SignedOut) as error:
        return _password_page(request, step, fault=str(error), status=401)
    except SupabaseDown as error:
        return _password_page(request, step, fault=str(error), status=503)


@_with_supabase
async def forgot(request: Request) -> Response:
    """`/login/forgot`: sends a link to whoever is staff, and tells everybody the same."""
    if request.method != "POST":
        return form_page(request, "forgot")
    form = await sent(request)
    if form is None:
        return form_page(request, "forgot", fault=EXPIRED, status=403)
    try:
        email = await in_slot(supabase.admit_mail, form.get("email", ""), visitor(request))
    except Throttled as error:
        return form_page(request, "forgot", fault=str(error), status=429)
    response = form_page(request, "forgot", is_sent=True)
    if email:
        response.background = BackgroundTask(supabase.send_mail, email)
    return response


@_with_supabase
async def confirm(request: Request) -> Response:
    """`/auth/confirm`: where invitations and recovery links lead. Only the button uses one up: scanners open links."""
    start = monotonic()
    kind, token_hash = request.query_params.get("type", ""), request.query_params.get("token_hash", "")
    if kind not in {"invite", "recovery"} or not token_hash:
        return form_page(request, "confirm", status=400, is_spent=True)
    if request.method != "POST":
        return form_page(request, "confirm", type=kind)
    if await sent(request) is None:
        return form_page(request, "confirm", fault=EXPIRED, status=403, type=kind)
    try:
        step = await in_slot(supabase.confirmed, token_hash, cast("Link", kind), address(request))
    except Throttled as error:
        return form_page(request, "confirm", fault=str(error), status=429, type=kind)
    except SupabaseDown as error:
        return form_page(request, "confirm", fault=str(error), status=503, type=kind)
    except SignInRefused:
        log.warning("link_refused", address=address(request), kind=kind)
        await not_before(start)
        return form_page(request, "confirm", status=401, is_spent=True)
    return await proceed(request, step, "/")


def _mfa_page(request: Request, step: PendingSignIn, *, fault: str = "", status: int = 200) -> Response:
    secret = step.enrolment.secret if step.enrolment else ""
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    template = "enrol" if step.enrolment else "mfa"
    return form_page(request, template, fault=fault, status=status, groups=groups, email=step.attempt.email)


def _password_page(request: Request, step: PendingSignIn, *, fault: str = "", status: int = 200) -> Response:
    limits = (supabase.PASSWORD_LEAST, supabase.PASSWORD_BYTES)
    return form_page(request, "password", fault=fault, status=status, email=step.attempt.email, limits=limits)


def _elsewhere(request: Request, step: PendingSignIn | None) -> Response:
    """To where this browser is; a form that was sent twice finds its step done and the session begun."""
    if step:
        return RedirectResponse(step.path, 303)
    return RedirectResponse("/" if cookies.session(request) else "/login?late=1", 303)


BOTH = ["GET", "POST"]
ROUTES = [
    Route("/login/mfa", mfa, methods=BOTH),
    Route("/login/mfa.svg", picture),
    Route("/login/password", password, methods=BOTH),
    Route("/login/forgot", forgot, methods=BOTH),
    Route("/auth/confirm", confirm, methods=BOTH),
]
