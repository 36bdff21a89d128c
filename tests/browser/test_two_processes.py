"""Two processes behind a sticky proxy are one Desk: who is in at one is in at both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from core.sessions import CHECK_S
from demo import databases, stack, supervised
from demo.personas import PERSONAS
from demo.servers import PostgreSQL, Valkey
from tests.support import sticky_proxy
from tests.support.site import free_port
from tests.support.sticky_proxy import COOKIE, Proxy
from tests.support.until import until


@dataclass
class Desks:
    """Two processes on one database and one Valkey, and the proxy before them."""

    proxy: Proxy
    processes: list[Popen[bytes]]


@pytest.fixture
def desks(postgresql: PostgreSQL, empty_template: str, valkey: Valkey, tmp_path: Path) -> Iterator[Desks]:
    database = databases.copy(postgresql, empty_template, "two_processes")
    port, ports = free_port(), (free_port(), free_port())
    with ExitStack() as running:
        url = f"http://localhost:{port}"
        logs = [running.enter_context((tmp_path / f"{own}.log").open("wb")) for own in ports]
        processes = [
            running.enter_context(stack.serving(database, valkey, own, log=log, PUBLIC_URL=url))
            for own, log in zip(ports, logs, strict=True)
        ]
        yield Desks(running.enter_context(sticky_proxy.serving(port, ports)), processes)
    databases.drop(postgresql, "two_processes")


@pytest.fixture
def person(desks: Desks) -> Iterator[httpx.Client]:
    """A browser without a page."""
    with httpx.Client(base_url=desks.proxy.url, headers={"Origin": desks.proxy.url}, timeout=60) as browser:
        yield browser


def move(person: httpx.Client, to: int) -> None:
    """Let the proxy take the browser to that process from now on."""
    person.cookies.delete(COOKIE)
    person.cookies.set(COOKIE, str(to), domain="localhost.local", path="/")


def form(person: httpx.Client, path: str) -> dict[str, str]:
    """The hidden field of that page's form."""
    found = re.search(r'name="form" value="([^"]+)"', person.get(path).text)
    assert found
    return {"form": found[1]}


def sign_in(person: httpx.Client) -> None:
    sent = {**form(person, "/login"), "next": "/", "user_id": str(PERSONAS[0].user_id)}
    assert person.post("/login", data=sent).headers["location"] == "/"


def is_in(person: httpx.Client) -> bool:
    """Whether the Desk opens, rather than its form to sign in."""
    answer = person.get("/")
    assert answer.status_code == 200 or answer.headers["location"] == "/login"
    return answer.status_code == 200


def talks(person: httpx.Client, url: str) -> bool:
    """Whether Streamlit's WebSocket stays open for this browser."""
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"Cookie": cookies, "Origin": url}
    try:
        with connect(address, additional_headers=headers, subprotocols=[Subprotocol("streamlit")]) as opened:
            return opened.ping().wait(60)
    except InvalidStatus:
        return False


def test_in_at_one_is_in_at_both_out_of_one_is_out_of_both_and_one_that_goes_takes_nobody_with_it(
    desks: Desks, person: httpx.Client
) -> None:
    proxy = desks.proxy
    assert not is_in(person)
    first = int(person.cookies[COOKIE])
    other = 1 - first
    sign_in(person)
    assert all(is_in(person) for _ in range(4))
    assert set(proxy.served) == {first}

    with httpx.Client(base_url=proxy.url, headers={"Origin": proxy.url}, timeout=60) as elsewhere:
        elsewhere.cookies = httpx.Cookies(person.cookies)  # keeps the session's cookie when the person signs out
        move(elsewhere, other)
        assert is_in(elsewhere)
        assert talks(elsewhere, proxy.url)
        assert proxy.served[-2:] == [other, other]

        assert person.post("/logout", data=form(person, "/logout")).headers["location"] == "/login?left=1"
        assert not is_in(person)
        until(lambda: not is_in(elsewhere), f"still in at the other process, which looks every {CHECK_S} s")
        assert not talks(elsewhere, proxy.url)

    sign_in(person)
    supervised.stop(desks.processes[first])
    assert is_in(person)
    assert proxy.served[-1] == other
    assert talks(person, proxy.url)
