"""A page that was left says nothing any more; everything that leads somewhere is heard."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from web import late

FIND, TITLE, NAME = "find", "title", "name"


def frame(page: str, fields: list[str], fragment: str = "") -> bytes:
    """What a browser sends."""
    said = BackMsg()
    said.rerun_script.page_script_hash = page
    said.rerun_script.fragment_id = fragment
    for field in fields:
        said.rerun_script.widget_states.widgets.add(id=field, string_value="x")
    return said.SerializeToString()


def opens(page: str) -> ForwardMsg:
    """What the app tells a browser."""
    told = ForwardMsg()
    told.navigation.page_script_hash = page
    return told


def runs(page: str) -> ForwardMsg:
    """What the app tells a browser before: a tab's first run is one of the navigation's own script."""
    told = ForwardMsg()
    told.new_session.page_script_hash = page
    return told


def refused(*happens: bytes | ForwardMsg) -> list[bytes]:
    """Which of what a browser sends does not reach the app, which tells it something at times."""
    told: list[bytes] = []
    heard: list[bytes] = []

    async def tab() -> None:
        left = list(happens)

        async def receive() -> Message:
            while isinstance(now := left.pop(0), ForwardMsg):
                await sending({"type": "websocket.send", "bytes": now.SerializeToString()})
            return {"type": "websocket.receive", "bytes": now}

        async def send(sent: Message) -> None:
            told.append(sent["bytes"])

        receiving, sending = late.left_out(receive, send)
        left.append(END)
        while (received := await receiving())["bytes"] != END:
            heard.append(received["bytes"])

    asyncio.run(tab())
    assert told == [one.SerializeToString() for one in happens if isinstance(one, ForwardMsg)]
    sent = [one for one in happens if isinstance(one, bytes)]
    assert [one for one in sent if one in heard] == heard
    return [one for one in sent if one not in heard]


END = BackMsg(load_git_info=True).SerializeToString()
FIRST, TO_MODELS, BACK = frame("", []), frame("models", [FIND]), frame("projects", [FIND])
TYPED = frame("projects", [FIND, TITLE])
ON_PROJECTS: list[bytes | ForwardMsg] = [FIRST, runs("navigation"), opens("projects")]


@pytest.mark.parametrize(
    "late_one",
    [TYPED, frame("projects", [TITLE]), frame("projects", [FIND], "part"), frame("projects", [FIND, TITLE], "part")],
    ids=["a field", "that alone", "a part of every page", "a field of a part"],
)
@pytest.mark.parametrize("before", [[], [frame("projects", [NAME])]], ids=["at once", "later"])
def test_what_was_typed_into_the_page_that_was_left_is_left_out(before: list[bytes], late_one: bytes) -> None:
    there = frame("models", [FIND, NAME])
    for rest in ([late_one, opens("models"), there], [opens("models"), late_one, there]):
        assert refused(*ON_PROJECTS, *before, TO_MODELS, *rest) == [late_one]


def test_so_is_what_was_typed_into_the_one_before() -> None:
    to_jobs = frame("jobs", [FIND])
    assert refused(*ON_PROJECTS, TO_MODELS, to_jobs, TYPED, runs("jobs"), opens("jobs")) == [TYPED]
    assert refused(*ON_PROJECTS, TO_MODELS, opens("models"), to_jobs, TYPED, opens("jobs")) == [TYPED]


@pytest.mark.parametrize(
    "happens",
    [
        [TYPED, TYPED, TO_MODELS, opens("models"), BACK, opens("projects"), TYPED],
        [TO_MODELS, BACK, opens("projects"), TYPED],
        [TYPED, opens("account"), frame("account", [FIND, NAME]), frame("account", [FIND], "part")],
        [TO_MODELS, opens("models"), opens("projects"), TYPED],
        [TO_MODELS, opens("account"), frame("account", [FIND, NAME])],
        [frame("projects", [FIND], "part"), frame("projects", [FIND, TITLE], "part")],
        [b"\xff not a message", opens("projects"), TYPED],
    ],
    ids=["back by a link", "back at once", "led on", "led back", "led elsewhere", "at rest", "something else"],
)
def test_everything_else_is_heard(happens: list[bytes | ForwardMsg]) -> None:
    assert refused(*ON_PROJECTS, *happens) == []


def test_nothing_is_late_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "LATE_S", -1)
    assert refused(*ON_PROJECTS, TO_MODELS, opens("models"), TYPED) == []
