"""The Desk behind its gate, and browsers without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx
import psycopg
import pytest

from core import cache
from core.settings import settings
from demo.databases import Database
from tests.support.gotrue.double import Gotrue
from tests.support.gotrue.people import User

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


NewBrowser = Callable[[], Browser]


def restarted(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Other settings from here on."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    cache.reset()


def fault(answer: httpx.Response) -> str:
    """What the page says is wrong."""
    return "".join(FAULT.findall(answer.text))
