"""`make bench-tabs`: tabs opened and closed on a throw-away Desk; prints how much memory the app holds on the way.

Streamlit keeps what a closed tab held for two minutes, of at most 128 tabs, so memory grows first and must then be
flat. Fails when the last quarter holds more than the second by more than a tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from time import monotonic
from typing import Final

# Started by its path, Python looks for imports beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import app, tab
from benchmarks.app import App

PEOPLE: Final = 4
GROWTH: Final = 1.1


async def held(running: App, tabs: int, every: int) -> list[float]:
    """Open and close so many tabs, a few at a time; the megabytes held after each so many of them."""
    left = iter(range(1, tabs + 1))
    start = monotonic()
    mb = [running.rss_mb()]
    print(f"{'tabs':>6}{'s':>8}{'MB':>8}\n{0:6}{0:8.0f}{mb[0]:8.0f}", flush=True)

    async def person() -> None:
        cookies = await tab.sign_in(running.url)
        for number in left:
            async with tab.opened(running.url, cookies) as window:
                await window.open(*tab.any_page())
                await window.open(*tab.any_page())
            if number % every == 0:
                mb.append(running.rss_mb())
                print(f"{number:6}{monotonic() - start:8.0f}{mb[-1]:8.0f}", flush=True)

    await asyncio.gather(*(person() for _ in range(PEOPLE)))
    return mb


def main() -> None:
    """Measure the app as it is, or as it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, default=1_000)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--way", choices=("now", "before"), default="now")
    parser.add_argument("--port", type=int, default=8562)
    asked = parser.parse_args()
    with app.servers("small") as (database, valkey), app.serving(database, valkey, asked.port, asked.way) as running:
        mb = asyncio.run(held(running, asked.tabs, asked.every))
    quarter = max(1, len(mb) // 4)
    second, last = max(mb[quarter : 2 * quarter]), max(mb[-quarter:])
    print(f"Second quarter {second:.0f} MB, last {last:.0f} MB.")
    sys.exit(last > second * GROWTH)


if __name__ == "__main__":
    main()
