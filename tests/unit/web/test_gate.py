"""What the gate counts as a person being there, and as this machine."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection
from streamlit.proto.BackMsg_pb2 import BackMsg

from web.gate import is_by_hand, is_local


def rerun(*, is_auto: bool) -> bytes:
    """What Streamlit's page sends for a click, or for a fragment with `run_every`."""
    message = BackMsg()
    message.rerun_script.is_auto_rerun = is_auto
    message.rerun_script.query_string = "jobs_state=failed"
    return message.SerializeToString()


def test_a_click_keeps_a_session_alive_and_a_refresh_does_not() -> None:
    assert is_by_hand(rerun(is_auto=False))
    assert not is_by_hand(rerun(is_auto=True))


@pytest.mark.parametrize("sent", [b"", b"\xff\xff", BackMsg(stop_script=True).SerializeToString()])
def test_anything_else_is_no_click(sent: bytes) -> None:
    assert not is_by_hand(sent)


@pytest.mark.parametrize(
    ("client", "local"),
    [
        (None, True),
        (("", 0), True),
        (("127.0.0.1", 5), True),
        (("127.8.8.8", 5), True),
        (("::1", 5), True),
        (("::ffff:127.0.0.1", 5), True),
        (("10.0.0.1", 5), False),
        (("203.0.113.9", 5), False),
        (("::ffff:10.0.0.1", 5), False),
        (("localhost.evil.example", 5), False),
    ],
)
def test_only_loopback_and_unix_sockets_are_this_machine(client: tuple[str, int] | None, local: bool) -> None:
    assert is_local(HTTPConnection({"type": "http", "headers": [], "client": client})) is local
