"""Another process of the Desk that asks the cache: `python -m tests.support.asker NAME`, told by lines what to do.

`ask QUESTION` answers with whose load the answer is, no two loads being alike. `bump DOMAIN`, `forget` (what the
process itself keeps) and `retry` (Redis, as after the breaker's quarter of a minute) answer `ok`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Final, cast

DOMAIN: Final = "jobs"
ROOT: Final = Path(__file__).parents[2]
"""The checkout whose code this is; a test runs a copy of it, where only the Desk's own rooms are."""


class Asker:
    """The process, seen from the test."""

    def __init__(self, process: Popen[str]) -> None:
        self._process = process

    def __call__(self, *words: str) -> str:
        """Have it do something; its answer."""
        assert self._process.stdin
        assert self._process.stdout
        print(*words, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def ask(self, question: str) -> str:
        """Its answer, which may be another's load."""
        return self("ask", question)


@contextmanager
def asking(name: str, redis_url: str, checkout: Path = ROOT) -> Generator[Asker]:
    """Such a process with that Redis, from this checkout of the code."""
    command = [sys.executable, "-m", "tests.support.asker", name]
    with Popen(
        command, cwd=checkout, env=os.environ | {"REDIS_URL": redis_url}, stdin=PIPE, stdout=PIPE, text=True
    ) as process:
        assert process.stdin
        yield Asker(process)
        process.stdin.close()


def main(name: str) -> None:
    """Do what each line says."""
    import pyarrow as pa
    import streamlit as st

    from core import cache, telemetry

    telemetry.configure()
    loads = 0

    def load() -> pa.Table:
        nonlocal loads
        loads += 1
        return cache.stamp(pa.table({"by": [f"{name}{loads}"]}))

    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "ask":
            print(cache.get_or_load(rest[0], 60, DOMAIN, load).column("by")[0].as_py(), flush=True)
            continue
        if verb == "bump":
            cache.invalidate(cast("cache.Domain", rest[0]))
        elif verb == "forget":
            st.cache_data.clear()
        elif verb == "retry":
            cache.reset()
        print("ok", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
