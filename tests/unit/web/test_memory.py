"""Garbage is collected once nobody waits for a page, and what is code is not looked at again."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from web import memory


class Cycle:
    """Garbage, once nothing else holds it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is collected but on purpose, and nothing stays frozen."""
    monkeypatch.setattr(memory, "_frozen", {"modules": len(sys.modules)})
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture
def running() -> Iterator[Event]:
    """A page that runs until it is told to end."""
    end = Event()
    page = Thread(target=end.wait, name="ScriptRunner.scriptThread")  # as Streamlit calls it
    page.start()
    yield end
    end.set()
    page.join()


def garbage() -> weakref.ref[Cycle]:
    """A new piece of it; dead once it is collected."""
    return weakref.ref(Cycle())


def test_it_is_collected_once_the_last_page_has_run(running: Event) -> None:
    left = garbage()
    chore = Thread(target=memory.collect_at_rest, args=(Event(),))
    chore.start()
    assert memory.is_running()
    assert left() is not None
    running.set()
    chore.join(5)
    assert left() is None


def test_it_is_collected_all_the_same_when_pages_always_run(running: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PATIENCE_S", 0.1)
    left = garbage()
    memory.collect_at_rest(Event())
    assert left() is None


def test_an_app_that_stops_waits_for_nothing(running: Event) -> None:
    left, stop = garbage(), Event()
    stop.set()
    memory.collect_at_rest(stop)
    assert left() is not None


def test_what_is_loaded_is_frozen_when_it_has_grown_and_what_lives_is_freed_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory.collect_at_rest(Event())
    assert gc.get_freeze_count() == 0
    held = Cycle()
    left = weakref.ref(held)
    monkeypatch.setattr(memory, "_frozen", {"modules": len(sys.modules) - memory.NEWS})
    memory.collect_at_rest(Event())
    assert gc.get_freeze_count() > 10_000
    del held
    memory.collect_at_rest(Event())
    assert left() is not None, "it was frozen with the code"
    monkeypatch.setattr(memory, "_frozen", {"modules": 0})
    memory.collect_at_rest(Event())
    assert left() is None, "until that is done anew"
