"""Many who ask at the same time for what is not made yet get one and the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

from core import cache, supabase_auth, tokens
from core.once import once


def test_whoever_asks_meanwhile_waits_for_the_one() -> None:
    began, may_end = Event(), Event()
    made: list[object] = []

    @once
    def resource() -> object:
        began.set()
        may_end.wait()
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(resource)]
        began.wait()
        asked += [pool.submit(resource) for _ in range(7)]
        Thread(target=may_end.set).start()
        assert {one.result() for one in asked} == set(made)
    assert len(made) == 1
    resource.cache_clear()
    assert resource() is made[1]


def test_what_holds_connections_is_made_so() -> None:
    for maker in (supabase_auth._transport, cache._client, tokens._keys):  # pyright: ignore[reportPrivateUsage]
        assert isinstance(maker, once)
