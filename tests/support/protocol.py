"""Streamlit's own protocol, spoken as its page speaks it: for what a browser would not do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.sync.connection import Connection
from websockets.typing import Origin, Subprotocol

from demo.personas import PERSONAS
from tests.support.site import Site
from tests.support.until import PATIENCE_S

HIDDEN = re.compile(r'name="form" value="([^"]+)"')


@dataclass
class Tab:
    """One Streamlit connection, after its page ran."""

    session_id: str = ""
    frames: list[bytes] = field(default_factory=list)

    def shows(self, text: str) -> bool:
        """Whether the text is anywhere in what came over the wire."""
        return any(text.encode() in frame for frame in self.frames)


def person(who: str) -> UUID:
    """The id of the persona with that first name."""
    return next(persona.user_id for persona in PERSONAS if persona.name.lower() == who)


def sign_in_by_form(client: httpx.Client, who: str, *, next_page: str = "/") -> httpx.Response:
    """Press a persona's button."""
    token = HIDDEN.findall(client.get("/login").text)[0]
    form = {"form": token, "user_id": str(person(who)), "next": next_page}
    return client.post("/login", data=form, headers={"origin": str(client.base_url).rstrip("/")})


def cookie_of(site: Site, who: str) -> str:
    """The cookie of a new session."""
    with httpx.Client(base_url=site.url) as client:
        assert sign_in_by_form(client, who).status_code == 303
        return f"desk={client.cookies['desk']}"


def socket(
    site: Site, cookie: str | None, *, origin: str | None = "", resume: str = "", spoofed: str | None = None
) -> ClientConnection:
    """A raw connection as Streamlit's page makes it."""
    headers = {name: value for name, value in (("Cookie", cookie), ("X-Desk-Session", spoofed)) if value}
    return connect(
        site.url.replace("http", "ws") + "/_stcore/stream",
        origin=None if origin is None else Origin(origin or site.url),
        subprotocols=[Subprotocol(part) for part in ("streamlit", "xsrf", resume) if part],
        additional_headers=headers,
        max_size=None,
    )


def opened(connection: Connection, page: str = "") -> Tab:
    """Run a page over the connection and gather what it sends until the run ends."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    connection.send(asked.SerializeToString())
    return answers(connection)


def answers(connection: Connection) -> Tab:
    """What comes until a run ends."""
    tab = Tab()
    while True:
        frame = connection.recv(timeout=PATIENCE_S)
        assert isinstance(frame, bytes)
        tab.frames.append(frame)
        said = ForwardMsg.FromString(frame)
        if said.WhichOneof("type") == "new_session":
            tab.session_id = said.new_session.initialize.session_id
        if said.WhichOneof("type") == "script_finished":
            return tab
