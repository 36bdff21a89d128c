"""What a process makes once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class once(Generic[T]):  # a decorator
    """Call a function once. `functools.cache` calls it once more for everybody who asks meanwhile, and what they get
    is dropped with its connections open."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._kept = cache(make)
        self._lock = Lock()

    def __call__(self) -> T:
        with self._lock:
            return self._kept()

    def cache_clear(self) -> None:
        """Call it anew the next time."""
        self._kept.cache_clear()
