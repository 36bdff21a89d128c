"""The open WebSockets: each is judged again at every message and every few seconds, and closed once its right ended.

Over its socket a browser reaches fragments and files without the page's script, so the handshake alone decides nothing.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import sessions
from core._compat import ForwardMsg
from core.errors import DeskError
from core.identity import Viewer
from core.telemetry import logger

log = logger(__name__)

WATCH_S: Final = 5
"""With it a socket that says nothing is closed well within 15 s, and one that does within 10 s."""
POLICY: Final = 1008
ENDED: Final = "/login?ended=1"
"""Where an open page goes whose session is over. Where only the role changed it opens its own address anew."""
_GONE: Final[Message] = {"type": "websocket.disconnect", "code": POLICY}


class Sockets:
    """The sockets of one app, watched by one task while there are any."""

    def __init__(self) -> None:
        self._open: set[_Socket] = set()
        self._watching: asyncio.Task[None] | None = None

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, session: str, who: Viewer) -> None:
        """Run the app on a socket for as long as its session is this person's with this role."""
        socket = _Socket(session, who, receive, send)
        self._open.add(socket)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch(), name="sockets")
        try:
            await app(scope, socket.receive, socket.send)
        finally:
            self._open.discard(socket)

    async def _watch(self) -> None:
        """Look all their sessions up at once, every `WATCH_S`; while PostgreSQL does not answer, everybody stays."""
        while self._open:
            await asyncio.sleep(WATCH_S)
            try:
                found = await run_in_threadpool(sessions.find_all, {socket.session for socket in self._open})
            except DeskError as error:
                log.warning("sockets_unwatched", error=str(error))
                continue
            judged = (socket.judge(found[socket.session]) for socket in [*self._open] if socket.session in found)
            await asyncio.gather(*judged)


class _Socket:
    """One socket, and whose it was when it was opened."""

    def __init__(self, session: str, who: Viewer, receive: Receive, send: Send) -> None:
        self.session = session
        self._who = who
        self._receive = receive
        self._send = send
        self._is_accepted = False
        self._is_over = False

    async def receive(self) -> Message:
        """What the browser says, unless it may not speak any more."""
        received = await self._receive()
        if received["type"] == "websocket.receive" and not self._is_over:
            try:
                await self.judge(await run_in_threadpool(sessions.find, self.session))
            except DeskError as error:
                # PostgreSQL was away for longer than a known session holds: the page's own gate says so, and stops.
                log.warning("socket_unjudged", error=str(error))
        return _GONE if self._is_over else received

    async def send(self, sent: Message) -> None:
        """What Streamlit says, unless nobody may hear it any more."""
        if self._is_over:
            raise OSError("This socket's session has ended.")  # which Starlette takes for a browser that left
        await self._send(sent)
        self._is_accepted = self._is_accepted or sent["type"] == "websocket.accept"

    async def judge(self, now: Viewer | None) -> None:
        """Close the socket unless its session is still the same person's with the same role."""
        if now == self._who or self._is_over or not self._is_accepted:
            return
        self._is_over = True
        log.info("websocket_closed", session=self.session[:12], reason="changed" if now else "ended")
        # Its browser may have left meanwhile, or read nothing any more. Whatever the server says of that, it is mute
        # from here on, and no other socket's judgement waits for it or fails with it.
        with suppress(Exception):
            async with asyncio.timeout(WATCH_S):
                await self._send({"type": "websocket.send", "bytes": away("" if now else ENDED)})
                await self._send({"type": "websocket.close", "code": POLICY})


def away(to: str) -> bytes:
    """What makes Streamlit's page go to an address; to its own, anew, when empty."""
    message = ForwardMsg()
    message.auth_redirect.url = to
    message.auth_redirect.SetInParent()
    return message.SerializeToString()
