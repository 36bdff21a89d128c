"""The app for people that a benchmark plays, as it is or as Streamlit alone would run it.

Run as a program, this file is `streamlit` with the garbage collected after every run, as `runner.postScriptGC` has it.
The Desk refuses to start with that setting, so it is done here, in the process to compare with.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

# Started by its path, Python looks for imports beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from benchmarks import throwaway
from demo import databases, stack
from demo.databases import Scale
from demo.servers import PostgreSQL, Valkey

Way = Literal["before", "now"]
PROGRAM: Final[dict[Way, tuple[str, ...]]] = {"before": (__file__,), "now": ("-m", "streamlit")}


class App(NamedTuple):
    """The running app."""

    url: str
    process: psutil.Process

    def rss_mb(self) -> float:
        """How much memory it holds."""
        return self.process.memory_info().rss / 1e6


@contextmanager
def servers(scale: Scale) -> Generator[tuple[databases.Database, Valkey]]:
    """A database with demo data and a Valkey, gone at the end."""
    with (
        throwaway.directory() as home,
        PostgreSQL(home / "pg", durable=False) as server,
        Valkey(home / "valkey") as valkey,
    ):
        yield databases.create(server, "bench", scale), valkey


@contextmanager
def serving(database: databases.Database, valkey: Valkey, port: int, way: Way) -> Generator[App]:
    """The app in a process of its own; its log goes to a file beside the servers' and is gone with it."""
    log = valkey.data / "app.log"
    with (
        log.open("wb") as output,
        stack.serving(database, valkey, port, log=output, program=PROGRAM[way], LOG_LEVEL="ERROR") as guard,
    ):
        [process] = [child for child in psutil.Process(guard.pid).children() if child.cmdline()[0] == sys.executable]
        yield App(f"http://localhost:{port}", process)


def collect_after_every_run() -> None:
    """Do what Streamlit does where nobody tells it not to, and nothing of what the Desk does instead."""
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

    from web import background

    finished: Any = ScriptRunner._on_script_finished  # pyright: ignore[reportPrivateUsage]  # the place in question

    def and_collected(*given: Any, **named: Any) -> None:
        finished(*given, **named)
        gc.collect(2)

    ScriptRunner._on_script_finished = and_collected  # pyright: ignore[reportPrivateUsage]
    background.CHORES.pop("memory")
    background.memory.THRESHOLDS = gc.get_threshold()  # pyright: ignore[reportAttributeAccessIssue]


if __name__ == "__main__":
    from streamlit.web.cli import main

    collect_after_every_run()
    sys.exit(main())
