"""Circuit breakers: what failed is not asked for a while, so that each click does not wait for it anew."""

from __future__ import annotations

from typing import Final

from prometheus_client import Gauge
from pybreaker import CircuitBreaker, CircuitBreakerListener, CircuitBreakerState

from core.telemetry import logger

log = logger(__name__)

OPEN_S: Final = 15


class _Report(CircuitBreakerListener):
    def __init__(self, is_open: Gauge | None) -> None:
        self._is_open = is_open

    def state_change(
        self, cb: CircuitBreaker, old_state: CircuitBreakerState | None, new_state: CircuitBreakerState
    ) -> None:
        if self._is_open:
            self._is_open.set(new_state.name == "open")
        log.warning(f"{cb.name}_breaker", state=new_state.name)


def breaker(name: str, is_open: Gauge | None = None) -> CircuitBreaker:
    """One that opens at the first failure; ask in its `calling()`, as `call()` lets one thread wait at a time."""
    return CircuitBreaker(fail_max=1, reset_timeout=OPEN_S, listeners=[_Report(is_open)], name=name)
