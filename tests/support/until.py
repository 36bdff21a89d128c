"""The one way in which a test waits for what no event tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 60
"""What is waited for takes milliseconds; a machine with other work to do may take longer."""


def until(holds: Callable[[], object], what: str = "") -> None:
    """Wait until the condition holds; where it never does the test fails, saying `what`."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what or "what the test waits for did not happen"
        time.sleep(0.02)
