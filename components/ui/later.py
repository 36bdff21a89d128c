"""What is made after its page was drawn: a file, in a request of its own, outside any run of the script."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from core._compat import (
    CONTEXT_OF_THREAD,
    SCRIPT_THREAD,
    ScriptRunContext,
    StopException,
    add_script_run_ctx,
    get_script_run_ctx,
    has_next,
)
from core.errors import DeskError

_STEP_S: Final = 0.01
LONGEST_S: Final = 30


class Tab:
    """An open tab of the browser: in it the session, the URL and the fields are what they are when they are asked."""

    def __init__(self) -> None:
        context = get_script_run_ctx()
        if context is None:
            raise RuntimeError("only a run of the script knows its tab")
        self._context: Final[ScriptRunContext] = context

    @contextmanager
    def now(self) -> Generator[None]:
        """Act as this tab, once everything that was done in it before has reached the URL; what is drawn is lost."""
        settled(self._context.session_id)
        thread = threading.current_thread()
        quiet = replace(
            self._context, _enqueue=_nowhere, _has_script_started=True, cursors={}, parallel_coordinator=None
        )
        add_script_run_ctx(thread, quiet)
        try:
            yield
        except StopException:
            raise DeskError("You are signed out, or your role no longer allows this. Reload the page.") from None
        finally:
            delattr(thread, CONTEXT_OF_THREAD)  # the thread is lent, and goes on to serve others


def settled(session_id: str) -> None:
    """Wait until the callbacks of every message that the tab sent before have run.

    A text is sent when its field is left, a moment before the press that left it, and is still on its way then.
    """
    until = time.monotonic() + LONGEST_S
    while any(_has_callbacks_ahead(thread, session_id) for thread in threading.enumerate()):
        if time.monotonic() > until:
            raise DeskError("The page is still loading. Try again in a moment.")
        time.sleep(_STEP_S)


def _has_callbacks_ahead(thread: threading.Thread, session_id: str) -> bool:
    if thread.name != SCRIPT_THREAD:
        return False
    context: ScriptRunContext | None = getattr(thread, CONTEXT_OF_THREAD, None)
    if context is None:  # it has just begun, and may be this tab's
        return True
    return context.session_id == session_id and (not context.has_script_started or has_next(context))


def _nowhere(_: object) -> None:
    """Where nothing is drawn."""
