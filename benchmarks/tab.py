"""A tab of somebody's browser, over Streamlit's own protocol: it opens pages and follows what refreshes itself."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Final, NamedTuple

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PAGES: Final = {
    "": 3,
    "jobs": 5,
    "accounts": 3,
    "usage": 2,
    "api_usage": 2,
    "content": 3,
    "creators": 2,
    "models": 1,
    "projects": 1,
}
"""How often each is opened, against each other; `` is the overview."""
QUERIES: Final = {
    "jobs": ("", "jobs_state=failed", "jobs_state=due", "jobs_type=content_analysis"),
    "accounts": ("", "accounts_band=over"),
}
LONGEST_S: Final = 120
SMALL_BYTES: Final = 400
"""What is not drawing is smaller than this, and only that is read."""
BROKEN: Final = b"This page could not be shown"
_FORM: Final = re.compile(r'name="form" value="([^"]+)"')
_WHO: Final = re.compile(r'name="user_id" value="([^"]+)"')


class Run(NamedTuple):
    """One run of a page or of a part of it, as its reader met it."""

    what: str
    seconds: float
    has_failed: bool


async def sign_in(url: str) -> str:
    """The cookies of somebody who has just signed in, as one of the demo's people."""
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=LONGEST_S) as browser:
        page = (await browser.get("/login")).text
        form = {"form": _FORM.findall(page)[0], "user_id": random.choice(_WHO.findall(page)), "next": "/"}  # noqa: S311  # chance, not a secret
        answer = await browser.post("/login", data=form)
        if not answer.has_redirect_location:
            raise ConnectionError(f"/login answered {answer.status_code}")
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)


def any_page() -> tuple[str, str]:
    """A page as people open them, with what they filter by."""
    [page] = random.choices(list(PAGES), list(PAGES.values()))  # noqa: S311  # chance, not a secret
    return page, random.choice(QUERIES.get(page, ("",)))  # noqa: S311  # chance, not a secret


class Tab:
    """An open tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._pulses: dict[str, float] = {}
        """What refreshes itself: a part of the page, or `` for all of it, and every how many seconds."""

    async def open(self, page: str, query: str) -> Run:
        """Open a page, or another."""
        self._pulses = {}
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        return await self._run(page or "overview", asked)

    async def read(self, seconds: float) -> list[Run]:
        """Look at the page for a while; what of it refreshed itself meanwhile."""
        runs: list[Run] = []
        end = perf_counter() + seconds
        due = {part: perf_counter() + every_s for part, every_s in self._pulses.items()}
        while (now := perf_counter()) < end:
            part = min(due, key=lambda name: due[name], default=None)
            until = end if part is None else min(due[part], end)
            if until > now:
                await self._drain(until - now)
            elif part is not None:
                due[part] = now + self._pulses[part]
                asked = BackMsg()
                asked.rerun_script.fragment_id = part
                asked.rerun_script.is_auto_rerun = True
                runs.append(await self._run("refresh", asked))
        return runs

    async def _run(self, what: str, asked: BackMsg) -> Run:
        start = perf_counter()
        await self._socket.send(asked.SerializeToString())
        has_failed = False
        while True:
            told = await asyncio.wait_for(self._socket.recv(decode=False), LONGEST_S)
            has_failed = has_failed or BROKEN in told
            if len(told) > SMALL_BYTES:
                continue
            read = ForwardMsg.FromString(told)
            kind = read.WhichOneof("type")
            if kind == "auto_rerun":
                self._pulses[read.auto_rerun.fragment_id] = read.auto_rerun.interval
            if kind == "script_finished" and read.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                has_failed = has_failed or read.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR
                return Run(what, perf_counter() - start, has_failed)

    async def _drain(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._socket.recv(decode=False)
        except TimeoutError:
            return


@asynccontextmanager
async def opened(url: str, cookies: str) -> AsyncGenerator[Tab]:
    """A new tab, closed at the end as a person closes one."""
    async with connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        origin=Origin(url),
        subprotocols=[Subprotocol("streamlit"), Subprotocol("xsrf")],
        additional_headers={"Cookie": cookies},
        max_size=None,
        open_timeout=LONGEST_S,
        ping_timeout=LONGEST_S,
    ) as socket:
        yield Tab(socket)
