"""Signing in and out, as plain forms."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import sessions
from core.errors import DeskError, SignedOut
from core.telemetry import logger
from web import cookies, signin
from web.plain import message, page

log = logger(__name__)

_FETCH = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


async def login(request: Request) -> Response:
    """`/login`: the form, and what it leads to."""
    try:
        return await (_sign_in(request) if request.method == "POST" else _form(request))
    except DeskError as error:
        return message(request, "Not available right now", str(error), status=503, retry_s=5)


async def logout(request: Request) -> Response:
    """`/logout`: ends the session on POST, or when a person followed a link of our own page; otherwise asks."""
    if request.method == "POST":
        form = await request.form(max_files=0, max_fields=4)
        if not cookies.is_ours(request, str(form.get("form", ""))):
            return message(request, "Request refused", "That form has expired. Go back and try again.", status=403)
    elif any(request.headers.get(name) != value for name, value in _FETCH.items()):
        token = cookies.form_token(request)
        response = page(request, "logout", form=token)
        cookies.keep_form_token(response, token)
        return response
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
    if parts.scheme or parts.netloc or " " in wanted or parts.path.startswith(("/login", "/logout", "/_", "/static/")):
        return "/"
    return wanted


async def _form(request: Request, *, fault: str = "", status: int = 200) -> Response:
    way = signin.way()
    token = cookies.form_token(request)
    asked = request.query_params
    shown = {
        "form": token,
        "next": safe_next(asked.get("next", "/")),
        "fault": fault,
        "has_left": "left" in asked,
        **await run_in_threadpool(way.shown),
    }
    response = page(request, way.template, status=status, **shown)
    cookies.keep_form_token(response, token)
    return response


async def _sign_in(request: Request) -> Response:
    form = {name: str(value) for name, value in (await request.form(max_files=0, max_fields=8)).items()}
    if not cookies.is_ours(request, form.get("form", "")):
        return await _form(request, fault="That form has expired. Choose again.", status=403)
    user_id = await run_in_threadpool(signin.way().proved, form)
    if user_id is None:
        log.warning("sign_in_refused")
        return await _form(request, fault="That did not work. Try again.", status=401)
    client = request.client.host if request.client else "unix"
    try:
        token = await run_in_threadpool(
            sessions.start, user_id, user_agent=request.headers.get("user-agent", ""), address=client
        )
    except SignedOut as error:
        return await _form(request, fault=str(error), status=401)
    # The session this browser had before ends with the new one: nothing is fixated, nothing is left behind.
    await _end(request)
    log.info("signed_in", user_id=str(user_id), session=sessions.reference(token)[:12], address=client)
    response = RedirectResponse(safe_next(form.get("next", "/")), 303)
    cookies.sign_in(response, token)
    return response


async def _end(request: Request) -> None:
    session = cookies.session(request)
    if session:
        await run_in_threadpool(sessions.end, session)
        log.info("signed_out", session=session[:12])
