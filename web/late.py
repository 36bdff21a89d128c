"""What a page says after it was left.

A text that was typed and not yet sent is sent a moment after the click on a link, in the name of the page that the
person leaves: Streamlit would take them back there, to answer it.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive, Send

from core._compat import BackMsg, ClientState, ForwardMsg
from core.telemetry import logger

log = logger(__name__)

LATE_S: Final = 30
"""A browser sends such a text within a tenth of a second, one on a busy machine within some."""
NEWS_BYTES: Final = 32_768
"""What tells of a new page has some thousand bytes; larger is drawing, and is not read."""


class Pages:
    """Which page one tab has open, and which ones it left."""

    def __init__(self) -> None:
        self._open = self._wanted = ""
        self._left_at: dict[str, float] = {}
        self._everywhere: frozenset[str] = frozenset()
        """The fields that the tab spoke of when it left a page: those that stay."""

    def opened(self, page: str) -> None:
        """The tab is told to draw this page."""
        self._open = page
        if page == self._wanted:
            self._wanted = ""

    def is_late(self, asked: ClientState) -> bool:
        """Whether this comes from a page that was just left, rather than leading there again."""
        page, fields = asked.page_script_hash, frozenset(field.id for field in asked.widget_states.widgets)
        here = self._wanted or self._open
        if page in ("", here):
            return False
        is_of_a_page = bool(asked.fragment_id) or not fields <= self._everywhere
        if is_of_a_page and monotonic() - self._left_at.get(page, float("-inf")) < LATE_S:
            return True
        self._left_at.pop(page, None)
        self._left_at[here] = monotonic()
        self._wanted, self._everywhere = page, fields
        return False


def left_out(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """Receive everything but that, and send what tells where the tab is."""
    pages = Pages()

    async def receiving() -> Message:
        while True:
            received = await receive()
            asked = _asked(received)
            if asked is None or not pages.is_late(asked):
                return received
            log.info("late_message", page=asked.page_script_hash)

    async def sending(sent: Message) -> None:
        if page := _opened(sent):
            pages.opened(page)
        await send(sent)

    return receiving, sending


def _asked(received: Message) -> ClientState | None:
    """What a browser wants to be run, if this is about that."""
    try:
        said = BackMsg.FromString(received.get("bytes") or b"")
    except DecodeError:
        return None
    return said.rerun_script if said.WhichOneof("type") == "rerun_script" else None


def _opened(sent: Message) -> str:
    """The page that a browser is told to draw, if this is about that.

    A tab's first run begins as one of the navigation's own script, so what tells of a run does not name the page.
    """
    told = sent.get("bytes") or b""
    return ForwardMsg.FromString(told).navigation.page_script_hash if len(told) < NEWS_BYTES else ""
