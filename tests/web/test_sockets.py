"""Whom a socket still serves: asked again at each message, and of silent ones every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import pytest
from starlette.types import Message, Receive, Scope, Send

from core import sessions
from demo.databases import Database
from demo.personas import PERSONAS
from web import sockets
from web.sockets import POLICY, Sockets

SUPPORT = next(person for person in PERSONAS if person.role == "support")
NEVER_S, SOON_S = 3600.0, 0.01
SPOKEN: Message = {"type": "websocket.receive", "bytes": b"again"}
WITHDRAWALS = (
    "DELETE FROM dashboard.staff_session WHERE user_id = %s",
    "UPDATE dashboard.staff SET is_active = false WHERE user_id = %s",
    "UPDATE dashboard.staff SET role = 'viewer' WHERE user_id = %s",
    "UPDATE dashboard.staff_session SET expires_at = now() WHERE user_id = %s",
)


async def served(
    monkeypatch: pytest.MonkeyPatch, every_s: float, withdraw: Callable[[], object], *, speaks: bool
) -> list[Message]:
    """What a browser hears on its socket until it is closed: it speaks, its right ends, and it speaks again or not."""
    monkeypatch.setattr(sockets, "WATCH_S", every_s)
    monkeypatch.setattr(sessions, "CHECK_S", 0)
    session = sessions.reference(sessions.start(SUPPORT.user_id))
    who = sessions.find(session)
    assert who
    said: asyncio.Queue[Message] = asyncio.Queue()
    heard: list[Message] = []
    answered, closed = asyncio.Event(), asyncio.Event()

    async def send(message: Message) -> None:
        heard.append(message)
        if message["type"] == "websocket.close":
            closed.set()
            said.put_nowait({"type": "websocket.disconnect", "code": POLICY})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "bytes": message["bytes"]})
            answered.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(Sockets().serve(app, {"type": "websocket"}, said.get, send, session, who))
        said.put_nowait(SPOKEN)
        await answered.wait()
        withdraw()
        if speaks:
            said.put_nowait(SPOKEN)
        await closed.wait()
    return heard


@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
@pytest.mark.parametrize(("every_s", "speaks"), [(NEVER_S, True), (SOON_S, False)], ids=["asked", "silent"])
def test_is_closed_once_its_right_ended(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch, withdrawal: str, every_s: float, speaks: bool
) -> None:
    def withdraw() -> None:
        with psycopg.connect(fresh_database.owner_url) as connection:
            connection.execute(withdrawal.encode(), [SUPPORT.user_id])

    heard = asyncio.run(asyncio.wait_for(served(monkeypatch, every_s, withdraw, speaks=speaks), 60))
    kinds = [message["type"].removeprefix("websocket.") for message in heard]
    assert kinds == ["accept", "send", "send", "close"], "what was asked too late is not answered"
    assert heard[1]["bytes"] == SPOKEN["bytes"]
    assert heard[2]["bytes"] == sockets.away("" if "role" in withdrawal else sockets.ENDED)
    assert heard[3]["code"] == POLICY


def test_both_come_within_the_time_promised() -> None:
    assert sockets.WATCH_S <= 5
    assert sessions.CHECK_S <= 10
