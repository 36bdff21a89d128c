"""`make bench-staff`: staff at once on a throw-away Desk, before and now, as people who open pages, think and read.

Before is Streamlit's own way, which collects all garbage after every run. Each way and each number of people has a
fresh process of the app; the people are played on the same machine. Prints a table.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple, cast

# Started by its path, Python looks for imports beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
from websockets.exceptions import WebSocketException

from benchmarks import app, tab
from benchmarks.app import App, Way
from benchmarks.tab import Run
from demo.databases import Scale

WAYS: Final[tuple[Way, ...]] = ("before", "now")
LONGEST_PAUSE_S: Final = 40
FAULTS: Final = (OSError, TimeoutError, httpx.HTTPError, WebSocketException)


class Asked(NamedTuple):
    """What to play."""

    staff: list[int]
    seconds: float
    warm: float
    think: float
    scale: Scale
    port: int


class Played(NamedTuple):
    """What the people met, once warm, and what it took."""

    runs: list[Run]
    faults: Counter[str]
    mb: tuple[float, float]


async def play(running: App, people: int, asked: Asked) -> Played:
    """So many people for so long."""
    start = monotonic()
    runs: list[Run] = []
    faults: Counter[str] = Counter()

    def note(*met: Run) -> None:
        if monotonic() - start > asked.warm:
            runs.extend(met)

    async def person() -> None:
        until = start + asked.warm + asked.seconds
        while monotonic() < until:
            try:
                async with tab.opened(running.url, await tab.sign_in(running.url)) as window:
                    await asyncio.sleep(random.random() * asked.think)  # noqa: S311  # chance, not a secret
                    while monotonic() < until:
                        note(await window.open(*tab.any_page()))
                        pause_s = min(random.expovariate(1 / asked.think), LONGEST_PAUSE_S)
                        note(*await window.read(min(pause_s, max(0.0, until - monotonic()))))
            except FAULTS as error:
                faults[type(error).__name__] += 1

    before_mb = running.rss_mb()
    await asyncio.gather(*(person() for _ in range(people)))
    return Played(runs, faults, (before_mb, running.rss_mb()))


def line(people: int, way: Way, played: Played, seconds: float) -> str:
    """A row of the table."""
    opened = sorted(run.seconds * 1e3 for run in played.runs if run.what != "refresh")
    parts = [run for run in played.runs if run.what == "refresh"]
    failed = sum(run.has_failed for run in played.runs) + sum(played.faults.values())
    cells = (
        *(str(people), way, f"{len(opened):,}", f"{len(opened) / seconds:.1f}"),
        *(f"{_at(opened, share):,.0f}" for share in (0.5, 0.95, 0.99)),
        *(f"{len(parts) / seconds:.1f}", str(failed), f"{played.mb[0]:.0f} → {played.mb[1]:.0f}"),
    )
    return f"| {' | '.join(cells)} |" + (f"  {dict(played.faults)}" if played.faults else "")


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def main() -> None:
    """Play every number of people, before and now."""
    asked = _asked()
    print("| staff | way | pages | a second | p50 ms | p95 ms | p99 ms | refreshes a second | failed | MB |")
    print("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    with app.servers(asked.scale) as (database, valkey):
        for people in asked.staff:
            for way in WAYS:
                with app.serving(database, valkey, asked.port, way) as running:
                    played = asyncio.run(play(running, people, asked))
                    print(line(people, way, played, asked.seconds), flush=True)


def _asked() -> Asked:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--staff", type=int, nargs="+", default=[10, 25, 50], help="how many at once, one after another"
    )
    parser.add_argument("--seconds", type=float, default=60, help="how long each is measured")
    parser.add_argument("--warm", type=float, default=20, help="and how long they are at it before")
    parser.add_argument("--think", type=float, default=10, help="seconds between two pages, on average")
    parser.add_argument("--scale", choices=("small", "medium", "large"), default="medium")
    parser.add_argument("--port", type=int, default=8561)
    return Asked(**cast("dict[str, object]", vars(parser.parse_args())))  # pyright: ignore[reportArgumentType]  # as declared above


if __name__ == "__main__":
    main()
