"""`python -m benchmarks.canvas`: how long a project's canvas takes the server, from its rows to what is drawn."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter
from typing import Final

from benchmarks import throwaway
from components.projects.canvas_scene import scene
from core import database
from queries.projects import canvas
from tests.support import factories

SIZES: Final = (100, 500, 1_000)


def drawn_ms(owner_url: str, size: int) -> float:
    """A canvas of that many pieces, each connected to the next: the best of five."""
    project = factories.row(owner_url, "projects", title=f"{size} items")
    what = {"source_url": "u", "platform": "tiktok", "content_type": "video", "project_id": project}
    laid_out = [what | {"position_x": n % 25 * 240, "position_y": n // 25 * 300} for n in range(size)]
    pieces = factories.rows(owner_url, "content_pieces", laid_out)
    ends = {"source_type": "content_piece", "target_type": "content_piece", "project_id": project}
    factories.rows(
        owner_url, "canvas_connections", [ends | {"source_id": a, "target_id": b} for a, b in pairwise(pieces)]
    )
    reads = (canvas.items(project), canvas.memberships(project), canvas.connections(project))
    times: list[float] = []
    for _ in range(5):
        start = perf_counter()
        scene(*(database.rows(read) for read in reads))
        times.append(1000 * (perf_counter() - start))
    return min(times)


def main() -> None:
    """Print a line for each size."""
    with throwaway.desk() as bench:
        for size in SIZES:
            print(f"{size:6,} items{drawn_ms(bench.owner_url, size):9.1f} ms", flush=True)


if __name__ == "__main__":
    main()
