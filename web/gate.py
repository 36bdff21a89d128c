"""The gate: nothing of the Desk is served, on HTTP or WebSocket, to a browser without a session.

Streamlit resumes a live session for whoever presents its id and the same `st.user`. The gate therefore puts the Desk
session itself into `st.user` (`server.trustedUserHeaders` maps the header): another person, or the same person signed
in anew, never resumes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlencode, urlsplit

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import sessions
from core._compat import BackMsg
from core.errors import DeskError
from core.identity import Viewer
from core.settings import LOOPBACK, settings
from core.telemetry import logger
from web import headers, late
from web.auth import cookies
from web.html import message
from web.sockets import Sockets

log = logger(__name__)

IDENTITY: Final = "x-desk-session"
SOCKET: Final = "/_stcore/stream"
# What a browser without a session needs to sign in, and what a load balancer asks.
FORMS: Final = frozenset({"/login", "/login/mfa", "/login/password", "/login/forgot", "/auth/confirm", "/logout"})
ASKED: Final = frozenset({"/login.css", "/healthz", "/readyz", "/metrics", "/_stcore/health"})
OPEN: Final = FORMS | ASKED | {"/login/mfa.svg"}
OPEN_BELOW: Final = "/app/static/"
# Streamlit's own metrics, agent API and sign-in: unused, so absent.
ABSENT: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth/", "/oauth2callback")
# Fetched by Streamlit's page, not opened by a person: a sign-in page would be no answer.
PARTS: Final = ("/_stcore/", "/media/", "/static/", "/component/", "/app/")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_BYTES_MAX: Final = 16_384


class Gate:
    """ASGI middleware around everything, Streamlit's own routes included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._sockets = Sockets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer instead."""
        if scope["type"] == "http":
            await self._http(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        answer, session = _refused(request), None
        if answer is None and not _is_open(request.url.path):
            try:
                found = await _found(request)
                session, answer = (found[0], None) if found else (None, _signed_out(request))
            except DeskError as error:
                answer = message(request, "Not available right now", str(error), status=503, retry_s=5)
        _identify(scope, session)
        await (answer or self._app)(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        found = None
        if scope["path"] != SOCKET or _is_far_demo(connection):
            reason = "path or address"
        elif connection.headers.get("origin") != settings().public_url:
            reason = "origin"
        else:
            reason = "session"
            try:
                found = await _found(connection)
            except DeskError as error:
                reason = str(error)
        if found is None:
            log.warning("websocket_refused", reason=reason, path=scope["path"])
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        session, who = found
        _identify(scope, session)
        receive, send = late.left_out(receive, send)
        touching = _touching(session, _address(connection), receive)
        await self._sockets.serve(self._app, scope, touching, send, session, who)


def _refused(request: Request) -> Response | None:
    """The answer to what nobody may ask, signed in or not."""
    path = request.url.path
    if _is_far_demo(request):
        return message(
            request,
            "Only on this machine",
            "The demo signs anybody in, so it answers only on the machine it runs on.",
            status=403,
        )
    if path.startswith(ABSENT) and path not in OPEN:
        return PlainTextResponse("Not found", 404)
    if request.method in SAFE_METHODS:
        return _at_public_url(request)
    if request.headers.get("origin") != settings().public_url:
        log.warning("request_refused", reason="origin", path=path)
        sentence = f"This request came from another address than {settings().public_url}. Open that one and try again."
        return message(request, "Request refused", sentence, status=403)
    size = request.headers.get("content-length", "")
    if path in FORMS and not (size.isdecimal() and int(size) <= FORM_BYTES_MAX):
        return PlainTextResponse("Too large", 413)
    return None


def _at_public_url(request: Request) -> Response | None:
    """Send a person who typed 127.0.0.1 to the loopback name that cookies and Origin checks are bound to."""
    public = urlsplit(settings().public_url)
    asked = urlsplit(f"//{request.headers.get('host', '')}")
    is_alias = asked.hostname in LOOPBACK and public.hostname in LOOPBACK and asked.hostname != public.hostname
    if not is_alias or asked.port != public.port or request.url.path.startswith((*PARTS, *ASKED)):
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{settings().public_url}{request.url.path}{query}", 307)


def _is_far_demo(connection: HTTPConnection) -> bool:
    """Whether the demo, which signs anybody in, is being asked from another machine."""
    return settings().auth_mode == "demo" and not is_local(connection)


def is_local(connection: HTTPConnection) -> bool:
    """Whether the client is on this machine; a Unix socket has no client address."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == ""
    # Where IPv4 arrives on an IPv6 socket; Python learnt to see through it in 3.13.
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _is_open(path: str) -> bool:
    return path in OPEN or (path.startswith(OPEN_BELOW) and ".." not in path)


async def _found(connection: HTTPConnection) -> tuple[str, Viewer] | None:
    """The reference of the session that the cookie opens, and whose it is; also notes that its person is here."""
    session = cookies.session(connection)
    who = await run_in_threadpool(sessions.find, session) if session else None
    if session is None or who is None:
        return None
    await _touch(session, _address(connection))
    return session, who


def _address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


async def _touch(session: str, address: str) -> None:
    if sessions.is_touch_due(session, address):
        try:
            await run_in_threadpool(sessions.touch, session, address)
        except DeskError as error:
            log.warning("touch_failed", error=str(error))


def _touching(session: str, address: str, receive: Receive) -> Receive:
    """Count what a person does as activity, and a page that refreshes itself not."""

    async def touching() -> Message:
        received = await receive()
        if (
            received["type"] == "websocket.receive"
            and sessions.is_touch_due(session, address)
            and is_by_hand(received.get("bytes") or b"")
        ):
            await _touch(session, address)
        return received

    return touching


def is_by_hand(sent: bytes) -> bool:
    """Whether a person did something, rather than a page that refreshes itself."""
    try:
        said = BackMsg.FromString(sent)
    except DecodeError:
        return False
    return said.WhichOneof("type") == "rerun_script" and not said.rerun_script.is_auto_rerun


def _identify(scope: Scope, session: str | None) -> None:
    """Replace whatever identity the client claims."""
    named = MutableHeaders(scope=scope)
    del named[IDENTITY]
    if session:
        named[IDENTITY] = session


def _signed_out(request: Request) -> Response:
    path = request.url.path
    if request.method not in {"GET", "HEAD"} or path.startswith(PARTS):
        # Streamlit shows this in its own words about a connection that it cannot open again.
        return PlainTextResponse("You are signed out. Reload this page to sign in again.", 401)
    wanted = f"{path}?{request.url.query}" if request.url.query else path
    return RedirectResponse("/login" if wanted == "/" else f"/login?{urlencode({'next': wanted}, safe='/')}", 303)


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sending(sent: Message) -> None:
        if sent["type"] == "http.response.start":
            headers.apply(MutableHeaders(scope=sent))
        await send(sent)

    return sending
