"""What every app process does about once a minute; locks in the database let one of them do what only one need do."""

from __future__ import annotations

import gc
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from threading import Event, Thread
from typing import Final

from starlette.concurrency import run_in_threadpool

from actions import rollups
from actions.accounts import summary
from core.errors import DeskError
from core.telemetry import logger, page_run
from web import memory

log = logger(__name__)

EVERY_S: Final = 60
STOP_S: Final = 5
"""How long a stopping app waits for a chore; what is half done then is rolled back by PostgreSQL."""

Chore = Callable[[Event], object]
CHORES: Final[dict[str, Chore]] = {
    "rollups": rollups.refresh_due,
    "accounts": summary.refresh_due,
    "memory": memory.collect_at_rest,
}


@asynccontextmanager
async def lifespan(_app: object) -> AsyncGenerator[None]:
    """The chores run while the app does, each in a thread, since each waits for something."""
    gc.set_threshold(*memory.THRESHOLDS)
    stop = Event()
    threads = [Thread(target=repeat, args=(*chore, stop), name=chore[0], daemon=True) for chore in CHORES.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            await run_in_threadpool(thread.join, STOP_S)


def repeat(name: str, chore: Chore, stop: Event) -> None:
    """Do the chore until told to stop, whatever happens to it meanwhile."""
    while not stop.is_set():
        with page_run(f"chore {name}"):
            try:
                chore(stop)
            except DeskError as error:
                log.warning("chore_failed", chore=name, error=str(error))
            except Exception as error:
                log.error("chore_failed", chore=name, error=type(error).__name__, exc_info=error)
        stop.wait(EVERY_S)
