"""A right that ends, ends in what is already open: in sockets that never ask for a page again, and in pages at rest."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

import psycopg
import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.connection import Connection

from tests.support.protocol import Tab, answers, opened, socket
from tests.support.site import Site
from tests.support.until import PATIENCE_S, until

AT_REST = ("accounts", "account", "projects", "usage", "api_usage", "content", "models", "creators", "audit", "staff")


@dataclass
class Person:
    """Somebody of the staff, signed in, whom no other test knows."""

    site: Site
    user_id: UUID
    token: str

    @property
    def cookie(self) -> str:
        """What their browser sends."""
        return f"desk={self.token}"

    def change(self, statement: str) -> None:
        """Change something about them; `%s` is their id."""
        with psycopg.connect(self.site.database.owner_url) as connection:
            connection.execute(statement.encode(), [self.user_id])

    def signs_in(self, page: Page) -> None:
        """Give a browser their session."""
        page.context.add_cookies([{"name": "desk", "value": self.token, "url": self.site.url}])


Joined = Callable[[str], Person]


@pytest.fixture
def joined(site: Site) -> Joined:
    """Takes somebody on with a role, and signs them in."""

    def join(role: str) -> Person:
        found = Person(site, uuid4(), secrets.token_urlsafe(32))
        with psycopg.connect(site.database.owner_url) as connection:
            connection.execute(
                "INSERT INTO dashboard.staff (user_id, email, name, role) VALUES (%s, %s, 'Nora', %s)",
                [found.user_id, f"{found.user_id}@desk.example", role],
            )
            connection.execute(
                "INSERT INTO dashboard.staff_session (id_hash, user_id, expires_at) "
                "VALUES (%s, %s, now() + interval '1 hour')",
                [sha256(found.token.encode()).digest(), found.user_id],
            )
        return found

    return join


SIGNED_OUT = "DELETE FROM dashboard.staff_session WHERE user_id = %s"
DEACTIVATED = "UPDATE dashboard.staff SET is_active = false WHERE user_id = %s"
DEMOTED = "UPDATE dashboard.staff SET role = 'viewer' WHERE user_id = %s"
OUT_OF_TIME = "UPDATE dashboard.staff_session SET expires_at = now() WHERE user_id = %s"


def fragments(tab: Tab) -> list[str]:
    """The fragments that a page drew."""
    said = map(ForwardMsg.FromString, tab.frames)
    return sorted({message.delta.fragment_id for message in said if message.delta.fragment_id})


def again(fragment: str) -> bytes:
    """What Streamlit's page sends to run a fragment alone."""
    message = BackMsg()
    message.rerun_script.fragment_id = fragment
    return message.SerializeToString()


def file_of(tab: Tab) -> bytes:
    """What Streamlit's page sends to have the file made that the page offers."""
    said = [message for message in map(ForwardMsg.FromString, tab.frames) if message.WhichOneof("type") == "delta"]
    [offered] = {name for one in said if (name := one.delta.new_element.download_button.deferred_file_id)}
    message = BackMsg()
    message.backend_operation_request.request_id = str(uuid4())
    message.backend_operation_request.session_id = tab.session_id
    message.backend_operation_request.deferred_file.file_id = offered
    return message.SerializeToString()


def made(connection: Connection) -> BackendOperationResponse:
    """The answer to having a file made."""
    while True:
        said = ForwardMsg.FromString(connection.recv(timeout=PATIENCE_S, decode=False))
        if said.WhichOneof("type") == "backend_operation_response":
            return said.backend_operation_response


def is_closed(connection: Connection, ask: Callable[[], object] | None = None) -> bool:
    """Whether the socket is closed for a right that ended, while only this is asked, or nothing."""

    def over() -> bool:
        if ask:
            ask()
        else:
            connection.recv(timeout=PATIENCE_S)
        return False

    with suppress(ConnectionClosed):
        until(over, "the socket stayed open")
    return connection.close_code == 1008


@pytest.mark.parametrize("withdrawal", [SIGNED_OUT, DEACTIVATED, DEMOTED, OUT_OF_TIME])
@pytest.mark.parametrize(("role", "page"), [("admin", "audit"), ("support", "jobs")])
def test_a_socket_that_sends_only_fragments_is_closed(
    site: Site, joined: Joined, role: str, page: str, withdrawal: str
) -> None:
    person = joined(role)
    with socket(site, person.cookie) as connection:
        drawn = fragments(opened(connection, page))
        assert drawn

        def ask() -> Tab:
            connection.send(again(drawn[-1]))
            return answers(connection)

        assert not ask().shows("You cannot open this page")
        person.change(withdrawal)
        assert is_closed(connection, ask)


@pytest.mark.parametrize("withdrawal", [DEACTIVATED, DEMOTED])
def test_a_socket_that_asks_for_files_alone_is_closed(site: Site, joined: Joined, withdrawal: str) -> None:
    person = joined("support")
    with socket(site, person.cookie) as connection:
        asked = file_of(opened(connection, "jobs"))

        def ask() -> str:
            connection.send(asked)
            return made(connection).deferred_file.url

        assert ask()
        person.change(withdrawal)
        assert is_closed(connection, ask)


@pytest.mark.parametrize("withdrawal", [SIGNED_OUT, DEACTIVATED, DEMOTED])
def test_a_socket_that_says_nothing_is_closed(site: Site, joined: Joined, withdrawal: str) -> None:
    person = joined("admin")
    with socket(site, person.cookie) as connection:
        opened(connection, "audit")
        person.change(withdrawal)
        assert is_closed(connection)


def test_a_fragment_drawn_with_more_rights_does_not_run_with_fewer(site: Site, joined: Joined) -> None:
    site.expected.append('"event": "denied"')
    person = joined("admin")
    with socket(site, person.cookie) as connection:
        tab = opened(connection, "system")
        person.change(DEMOTED)
        assert is_closed(connection)
    with socket(site, person.cookie, resume=tab.session_id) as connection:
        for fragment in fragments(tab):
            connection.send(again(fragment))
            answered = answers(connection)
            assert not any(answered.shows(text) for text in ("Connections", "stDataFrame", "postgresql")), fragment
        resumed = opened(connection, "system")
        assert resumed.session_id == tab.session_id, "it was resumed, or this test tries nothing"


@pytest.mark.parametrize("page", AT_REST)
def test_a_page_at_rest_asks_for_no_run(site: Site, joined: Joined, page: str) -> None:
    with socket(site, joined("admin").cookie) as connection:
        said = map(ForwardMsg.FromString, opened(connection, page).frames)
        assert not [message for message in said if message.WhichOneof("type") == "auto_rerun"]


@pytest.mark.parametrize("withdrawal", [SIGNED_OUT, DEACTIVATED, OUT_OF_TIME])
def test_an_open_page_whose_session_ended_says_so_and_leads_back(
    page: Page, site: Site, joined: Joined, withdrawal: str
) -> None:
    person = joined("support")
    person.signs_in(page)
    page.goto("/jobs?jobs_state=failed&refresh=off")
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    person.change(withdrawal)
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    expect(page).to_have_url(f"{site.url}/login?left=1&next=/jobs%3Fjobs_state%3Dfailed%26refresh%3Doff")


def test_an_open_page_of_somebody_who_may_not_see_it_any_more_says_so(page: Page, site: Site, joined: Joined) -> None:
    site.expected.append('"event": "denied"')
    person = joined("admin")
    person.signs_in(page)
    page.goto("/audit")
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    person.change(DEMOTED)
    expect(page.get_by_text("You cannot open this page")).to_be_visible()
    expect(page.get_by_role("heading", name="Audit log")).to_have_count(0)


def test_an_open_page_that_may_stay_stays_with_its_new_rights(page: Page, joined: Joined) -> None:
    person = joined("support")
    person.signs_in(page)
    page.goto("/jobs?jobs_state=failed&refresh=off")
    retry = page.get_by_role("button", name="Retry")
    expect(retry.first).to_be_visible()
    person.change(DEMOTED)
    expect(retry).to_have_count(0)
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()


def test_a_page_that_was_offline_while_its_session_ended_says_so(page: Page, site: Site, joined: Joined) -> None:
    person = joined("viewer")
    person.signs_in(page)
    page.goto("/models")
    expect(page.get_by_role("heading", name="Voice & avatar models")).to_be_visible()
    page.context.set_offline(True)
    person.change(SIGNED_OUT)
    page.context.set_offline(False)
    expect(page.get_by_text("You are signed out")).to_be_visible()
