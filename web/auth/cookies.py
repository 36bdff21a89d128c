"""The cookies of the Desk: who is signed in, who is halfway, in which browser, and the proof that a form was ours."""

from __future__ import annotations

import re
import secrets
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from core import browsers, sessions
from core.settings import settings

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def session_name() -> str:
    """The session cookie's name; with `__Host-` a browser takes it only over TLS, for this host and every path."""
    return "__Host-desk" if settings().is_https else "desk"


def form_name() -> str:
    """The form cookie's name."""
    return f"{session_name()}-form"


def session(connection: HTTPConnection) -> str | None:
    """The reference of the session whose cookie came along, valid or not; None without one."""
    token = connection.cookies.get(session_name(), "")
    return sessions.reference(token) if _TOKEN.fullmatch(token) else None


def sign_in(response: Response, token: str) -> None:
    """Give the browser its session."""
    _set(response, session_name(), token, settings().session_max_hours * 3600)
    response.delete_cookie(form_name(), secure=settings().is_https, httponly=True, samesite="lax")


def sign_out(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(session_name(), secure=settings().is_https, httponly=True, samesite="lax")


def step(connection: HTTPConnection) -> str:
    """The token of the step that this browser is at; empty without one."""
    return _token(connection, _step_name())


def keep_step(response: Response, token: str) -> None:
    """Let the browser come back to its step."""
    _set(response, _step_name(), token, 600)


def end_step(response: Response) -> None:
    """The browser is past its last step."""
    response.delete_cookie(_step_name(), secure=settings().is_https, httponly=True, samesite="lax")


def browser(connection: HTTPConnection) -> str:
    """The token of a browser in which somebody signed in before; empty without one."""
    return _token(connection, _browser_name())


def keep_browser(response: Response, token: str) -> None:
    """Know the browser again, long after the session."""
    _set(response, _browser_name(), token, browsers.KEPT_DAYS * 86_400)


def form_token(connection: HTTPConnection) -> str:
    """The value that a form must send back: the browser's, or a fresh one."""
    known = connection.cookies.get(form_name(), "")
    return known if _TOKEN.fullmatch(known) else secrets.token_urlsafe(32)


def keep_form_token(response: Response, token: str) -> None:
    """Let the browser hold what its form sends back."""
    _set(response, form_name(), token, 3600)


def is_ours(connection: HTTPConnection, sent: str) -> bool:
    """Whether the form came from a page that we gave to this browser."""
    kept = connection.cookies.get(form_name(), "")
    return bool(kept) and secrets.compare_digest(kept.encode(), sent.encode())


def _step_name() -> str:
    return f"{session_name()}-step"


def _browser_name() -> str:
    return f"{session_name()}-browser"


def _token(connection: HTTPConnection, name: str) -> str:
    token = connection.cookies.get(name, "")
    return token if _TOKEN.fullmatch(token) else ""


def _set(response: Response, name: str, value: str, age_s: int) -> None:
    response.set_cookie(name, value, max_age=age_s, secure=settings().is_https, httponly=True, samesite="lax")
