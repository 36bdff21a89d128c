"""What a figure counts is said once: on the tiles, in docs/figures.md, and by a query that is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from demo.places import ROOT
from queries import definitions
from queries.content import review_stats
from queries.definitions import FIGURES, Figure
from queries.sql import time
from queries.tables import METADATA
from queries.usage import month_end

DOC: Final = (ROOT / "docs" / "figures.md").read_text()
FILES: Final = sorted((ROOT / "components").rglob("*.py"))
TILES: Final = {"metric", "tiles"}
"""What draws a figure with a "?"; charts say what they are of beside their title."""


def line(figure: Figure) -> str:
    """The figure's row in docs/figures.md."""
    made_of = ", ".join(figure.tables)
    cells = (figure.page, figure.name, figure.counts, figure.window, made_of, f"`{figure.home}`", figure.leaves_out)
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def test_the_document_is_what_the_tiles_say() -> None:
    rows = [one for one in DOC.splitlines() if one.startswith("| ")][1:]
    assert rows == [line(figure) for figure in FIGURES]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure.page}: {figure.name}")
def test_each_figure_has_its_query_and_its_tables(figure: Figure) -> None:
    module, _, name = figure.home.rpartition(".")
    assert callable(getattr(import_module(module), name))
    assert set(figure.tables) <= {table.name for table in METADATA.tables.values()}
    assert all("|" not in part and not part.endswith(".") for part in (figure.counts, figure.window, figure.leaves_out))


def test_the_numbers_are_the_codes() -> None:
    assert f"the last {month_end.BACKTEST_DAYS} days" in definitions.PROJECTION.counts
    assert f"{month_end.BAND:.0%}".replace("%", " %") in definitions.PROJECTION.counts
    assert str(review_stats.DAYS) in definitions.VERDICTS.name
    assert f"more than {time.HOURLY} hours" in DOC


def drawn(path: Path) -> Iterator[ast.Call]:
    """Where a module draws a tile."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TILES:
            yield node


def is_told(call: ast.Call) -> bool:
    """Whether the tile's help is a figure's definition: by its first argument, or by `help`."""
    text = " ".join(ast.unparse(one.value) for one in call.keywords if one.arg == "help")
    whose = ast.unparse(call.func)
    if whose == "cards.metric":
        return bool(re.fullmatch(r"definitions\.[A-Z_]+|figure", ast.unparse(call.args[0])))
    return bool(re.search(r"\b(definitions\.[A-Z_]+|figure|verdicts|who)\.help\b", text))


def test_every_tile_says_what_it_counts() -> None:
    calls = {(path, call.lineno): call for path in FILES for call in drawn(path)}
    tiles = {
        at: call
        for at, call in calls.items()
        if ast.unparse(call.func) in {"st.metric", "cards.metric", "fields.tiles"}
    }
    assert len(tiles) > 20
    assert [(path.name, line) for (path, line), call in tiles.items() if not is_told(call)] == []


def test_figures_on_tiles_are_all_drawn() -> None:
    source = "".join(path.read_text() for path in FILES)
    said = set(re.findall(r"\bdefinitions\.([A-Z_]+)", source))
    assert said <= {name for name, value in vars(definitions).items() if isinstance(value, Figure)}
    assert len(said) >= 24
