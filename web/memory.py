"""The process's garbage: collected when nobody waits for it.

Streamlit's own way, `runner.postScriptGC`, looks at every object of the process after every run of a page or a part of
one, while everybody waits. With fifty people that was three quarters of the time.
"""

from __future__ import annotations

import gc
import sys
import threading
from threading import Event
from time import monotonic
from typing import Final

from core._compat import SCRIPT_THREAD

THRESHOLDS: Final = (20_000, 10, 10)
"""Python looks at new objects once there are so many more (700 by default). A run of a page makes about as many, most
of which are gone when it ends: looked at sooner, all of them are still in use."""
PATIENCE_S: Final = 20
"""How long to wait for a moment in which no page runs; when nobody ever rests, everybody waits once a minute."""
NEWS: Final = 20
"""Pages load their code when they are first opened; by so many modules it has grown when it is worth freezing anew."""
_CHECK_S: Final = 0.05

_frozen: dict[str, int] = {"modules": 0}


def collect_at_rest(stop: Event) -> None:
    """Collect all garbage once no page runs; what is code is looked at when it has grown, and not again.

    Sessions that are open at such a moment are frozen with it. Their cycles stay until code grows again, which it does
    a few times after the start.
    """
    until = monotonic() + PATIENCE_S
    while is_running() and monotonic() < until:
        if stop.wait(_CHECK_S):
            return
    if len(sys.modules) < _frozen["modules"] + NEWS:
        gc.collect()
        return
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _frozen["modules"] = len(sys.modules)


def is_running() -> bool:
    """Whether any page, or a part of one, is being run."""
    return any(thread.name == SCRIPT_THREAD for thread in threading.enumerate())
