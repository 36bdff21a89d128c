"""Signing in and out, as plain forms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from time import monotonic
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import anyio
from anyio.to_thread import run_sync
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from core import browsers, sessions
from core.browsers import Visitor
from core.errors import DeskError, SignedOut, SignInRefused, SupabaseDown, Throttled
from core.settings import settings
from core.telemetry import logger
from web.auth import cookies, pending
from web.auth.pending import Outcome, PendingSignIn
from web.auth.providers import provider
from web.html import message, page

log = logger(__name__)
T = TypeVar("T")

EXPIRED: Final = "That form has expired. Try again."
FLOOR_S: Final = 0.5
"""No refusal comes sooner: how long Supabase took must not tell which addresses it knows."""
RETRY_S: Final = 900
SLOTS: Final = anyio.CapacityLimiter(8)
"""How many may be signing in at once, the others waiting: were Supabase to hang, all threads of the app would."""
_FETCH = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


async def login(request: Request) -> Response:
    """`/login`: the form, and what it leads to."""
    try:
        if request.method == "POST":
            return await _sign_in(request)
        return await (_ended(request) if "ended" in request.query_params else _form(request))
    except DeskError as error:
        return message(request, "Not available right now", str(error), status=503, retry_s=5)


async def logout(request: Request) -> Response:
    """`/logout`: ends the session on POST, or when a person followed a link of our own page; otherwise asks."""
    if request.method == "POST":
        form = await request.form(max_files=0, max_fields=4)
        if not cookies.is_ours(request, str(form.get("form", ""))):
            return message(request, "Request refused", "That form has expired. Go back and try again.", status=403)
    elif any(request.headers.get(name) != value for name, value in _FETCH.items()):
        return form_page(request, "logout")
    try:
        await _end(request)
    except DeskError as error:
        return message(request, "You are still signed in", str(error), status=503)
    response = RedirectResponse("/login?left=1", 303)
    cookies.sign_out(response)
    return response


def safe_next(wanted: str) -> str:
    """Where to go after signing in: a path of this site, or the start page for anything else."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return "/"
    parts = urlsplit(wanted)
    ours = ("/login", "/logout", "/auth/", "/_", "/static/")
    if parts.scheme or parts.netloc or " " in wanted or parts.path.startswith(ours):
        return "/"
    return wanted


def form_page(request: Request, template: str, *, status: int = 200, **shown: object) -> Response:
    """A page with a form that only this browser can send back."""
    token = cookies.form_token(request)
    response = page(request, template, status=status, **{"fault": "", "form": token, **shown})
    cookies.keep_form_token(response, token)
    if status == 429:
        response.headers["Retry-After"] = str(RETRY_S)
    return response


async def sent(request: Request) -> dict[str, str] | None:
    """What the form says, None unless it was ours."""
    form = {name: str(value) for name, value in (await request.form(max_files=0, max_fields=8)).items()}
    return form if cookies.is_ours(request, form.get("form", "")) else None


async def in_slot(work: Callable[..., T], *given: Any) -> T:
    """Do work that waits for Supabase, in a thread of those set aside for it."""
    return await run_sync(partial(work, *given), limiter=SLOTS)


def address(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else "unix"


def visitor(request: Request) -> Visitor:
    """Who is asking, as far as that is known yet."""
    return Visitor(address(request), cookies.browser(request))


async def proceed(request: Request, outcome: Outcome, wanted: str) -> Response:
    """On to the next step, or in: raises `SignedOut` for whoever is not among the staff any more."""
    if isinstance(outcome, PendingSignIn):
        response = RedirectResponse(outcome.path, 303)
        if pending.find(cookies.step(request)) is not outcome:
            cookies.keep_step(response, pending.begin(outcome))
        return response
    agent = request.headers.get("user-agent", "")
    token = await run_in_threadpool(sessions.start, outcome, user_agent=agent, address=address(request))
    browser = await run_in_threadpool(browsers.remember, outcome, cookies.browser(request))
    # The session this browser had before ends with the new one: nothing is fixated, nothing is left behind.
    await _end(request)
    pending.end(cookies.step(request))
    log.info("signed_in", user_id=str(outcome), session=sessions.reference(token)[:12], address=address(request))
    response = RedirectResponse(safe_next(wanted), 303)
    cookies.sign_in(response, token)
    cookies.keep_browser(response, browser)
    cookies.end_step(response)
    return response


async def answer_form(
    request: Request, show: Callable[..., Response], use: Callable[[dict[str, str]], Outcome], wanted: str = "/"
) -> Response:
    """The form; or once it is sent, what it leads to. Whatever else `use` raises, the caller says on the form."""
    if request.method != "POST":
        return show()
    form = await sent(request)
    if form is None:
        return show(fault=EXPIRED, status=403)
    try:
        return await proceed(request, await in_slot(use, form), wanted)
    except SupabaseDown as error:
        return show(fault=str(error), status=503)


def with_supabase(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
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


def elsewhere(request: Request, step: PendingSignIn | None) -> Response:
    """To where this browser is; a form that was sent twice finds its step done and the session begun."""
    if step:
        return RedirectResponse(step.path, 303)
    return RedirectResponse("/" if cookies.session(request) else "/login?late=1", 303)


async def not_before(start: float) -> None:
    """Wait until as much time has passed since the start as any refusal takes."""
    await asyncio.sleep(max(0.0, start + FLOOR_S - monotonic()))


async def _ended(request: Request) -> Response:
    """Where an open page goes whose session is over: to the form, or back if this browser signed in again meanwhile."""
    # The browser tells its own site which page it comes from.
    left = urlsplit(request.headers.get("referer", ""))
    wanted = safe_next(f"{left.path or '/'}?{left.query}" if left.query else left.path)
    session = cookies.session(request)
    if session and await run_in_threadpool(sessions.find, session):
        return RedirectResponse(wanted, 303)
    return RedirectResponse(f"/login?{urlencode({'left': 1, 'next': wanted}, safe='/')}", 303)


async def _form(request: Request, *, fault: str = "", status: int = 200, **typed: str) -> Response:
    chosen = provider()
    asked = request.query_params
    shown: dict[str, object] = {"has_left": "left" in asked, "is_late": "late" in asked}
    shown |= {"next": safe_next(asked.get("next", "/")), **typed, **await run_in_threadpool(chosen.shown)}
    return form_page(request, chosen.template, status=status, fault=fault, **shown)


async def _sign_in(request: Request) -> Response:
    start = monotonic()
    form = await sent(request)
    if form is None:
        return await _form(request, fault=EXPIRED, status=403)
    wanted = safe_next(form.get("next", "/"))
    again = {"next": wanted, "email": form.get("email", "")}
    try:
        outcome = await in_slot(provider().proved, form, wanted, visitor(request))
        return await proceed(request, outcome, wanted)
    except Throttled as error:
        return await _form(request, fault=str(error), status=429, **again)
    except SupabaseDown as error:
        return await _form(request, fault=str(error), status=503, **again)
    except (SignInRefused, SignedOut):
        log.warning("sign_in_refused", address=address(request))
        await not_before(start)
        return await _form(request, fault=SignInRefused.default, status=401, **again)


async def _end(request: Request) -> None:
    session = cookies.session(request)
    if session:
        await run_in_threadpool(sessions.end, session)
        log.info("signed_out", session=session[:12])
