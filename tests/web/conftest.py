"""The plain pages behind the gate, a double of Supabase Auth behind them, and browsers without script."""

from __future__ import annotations

from collections.abc import Iterator
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core import cache, sessions, tokens
from core.settings import settings
from demo.databases import Database
from demo.personas import PERSONAS
from tests.support.desk import PASSWORD, Browser, Desk, NewBrowser
from tests.support.gotrue.double import PUBLISHABLE, SECRET
from tests.support.gotrue.server import running
from tests.support.until import until
from web.auth import login, mfa, pending, recovery
from web.gate import IDENTITY, Gate


@pytest.fixture
def desk(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The Desk as production has it, without Redis."""
    with running() as auth:
        server = uvicorn.Server(uvicorn.Config(_pages(), port=0, log_config=None, ws="none", lifespan="off"))
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        until(lambda: server.started)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        chosen = {"AUTH_MODE": "supabase", "SUPABASE_URL": auth.url, "PUBLIC_URL": url}
        chosen |= {"SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE, "SUPABASE_SECRET_KEY": SECRET}
        for name, value in chosen.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(login, "FLOOR_S", 0.0)
        _forget()
        staff = {p.name.lower(): auth.add(p.email, PASSWORD, user_id=str(p.user_id), has_factor=True) for p in PERSONAS}
        yield Desk(url, auth, fresh_database, staff)
        server.should_exit = True
        thread.join()
        monkeypatch.undo()
        _forget()


@pytest.fixture
def another(desk: Desk) -> Iterator[NewBrowser]:
    """Opens browsers."""
    opened: list[Browser] = []

    def new() -> Browser:
        # No authorities: nothing here is asked over TLS, and to read them takes a tenth of a second.
        no_tls = SSLContext(PROTOCOL_TLS_CLIENT)
        opened.append(Browser(base_url=desk.url, headers={"accept": "text/html"}, timeout=30, verify=no_tls))
        return opened[-1]

    yield new
    for browser in opened:
        browser.close()


@pytest.fixture
def browser(another: NewBrowser) -> Browser:
    """A browser."""
    return another()


def _pages() -> Starlette:
    async def inside(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"inside {request.headers[IDENTITY]}")

    both = ["GET", "POST"]
    routes = [Route("/login", login.login, methods=both), Route("/logout", login.logout, methods=both)]
    routes += [*mfa.ROUTES, *recovery.ROUTES, Route("/{path:path}", inside)]
    return Starlette(routes=routes, middleware=[Middleware(Gate)])


def _forget() -> None:
    settings.cache_clear()
    cache.reset()
    tokens.forget()
    sessions.forget()
    pending.forget()
