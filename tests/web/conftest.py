"""The plain pages behind the gate, a double of Supabase Auth behind them, and browsers without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from threading import Thread
from typing import Final

import httpx
import psycopg
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
from tests.gotrue import PUBLISHABLE, SECRET, Gotrue
from tests.gotrue_people import User
from tests.gotrue_server import running
from tests.until import until
from web.auth import login, mfa, pending, recovery
from web.gate import IDENTITY, Gate

HIDDEN: Final = re.compile(r'name="form" value="([^"]+)"')
FAULT: Final = re.compile(r'role="alert">([^<]+)<')
PASSWORD: Final = "correct horse battery staple"


@dataclass
class Desk:
    """The pages, Supabase behind them, and the staff with their accounts there."""

    url: str
    auth: Gotrue
    database: Database
    staff: dict[str, User]

    def change(self, statement: str, *values: object) -> None:
        """Change something in the database as its owner."""
        with psycopg.connect(self.database.owner_url) as connection:
            connection.execute(statement.encode(), values)

    def count(self, table: str) -> int:
        """How many rows a table of the Desk's has."""
        with psycopg.connect(self.database.owner_url) as connection:
            return (connection.execute(f"SELECT count(*) FROM dashboard.{table}".encode()).fetchone() or (0,))[0]


class Browser(httpx.Client):
    """Fills forms in and follows nothing by itself."""

    def submit(self, path: str, **fields: str) -> httpx.Response:
        """Open the page's form and send it."""
        page = self.get(path)
        assert page.status_code == 200, (path, page.status_code)
        return self.submit_as(HIDDEN.findall(page.text)[0], path, **fields)

    def submit_as(self, form: str, path: str, **fields: str) -> httpx.Response:
        """Send a form without opening it."""
        origin = str(self.base_url).rstrip("/")
        return self.post(path, data={"form": form, **fields}, headers={"origin": origin})

    def give_password(self, user: User, password: str = PASSWORD, wanted: str = "/") -> httpx.Response:
        """The first half."""
        return self.submit("/login", email=user.email, password=password, next=wanted)

    def sign_in(self, desk: Desk, user: User, wanted: str = "/") -> httpx.Response:
        """Both halves."""
        first = self.give_password(user, wanted=wanted)
        assert (first.status_code, first.headers["location"]) == (303, "/login/mfa"), first.text
        return self.submit("/login/mfa", code=desk.auth.code(user))

    def is_in(self) -> bool:
        """Whether the gate lets this browser through."""
        return self.get("/").text.startswith("inside")


def restarted(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Other settings from here on."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    cache.reset()


NewBrowser = Callable[[], Browser]


def fault(answer: httpx.Response) -> str:
    """What the page says is wrong."""
    return "".join(FAULT.findall(answer.text))


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
