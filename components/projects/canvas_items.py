"""What lies on a canvas, in usable numbers: a stored size may be negative, a position missing, a colour no colour."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Final

PIECE: Final = (210.0, 260.0)
"""The size a piece is drawn with: the product stores none, and lays pieces out 240 by 300 apart."""
FOLDER: Final = (300.0, 200.0)
CHAT: Final = (400.0, 500.0)
"""The product's column defaults, taken where a size is NULL."""
COLLAPSED_PX: Final = 56.0
SMALLEST_PX: Final = 24.0

_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
NAME_SHOWN: Final = 40
NOUNS: Final = {"folder": "Folder", "content_piece": "Piece", "chat_interface": "Chat"}


@dataclass(frozen=True, slots=True)
class Item:
    """A folder, piece or chat as it is drawn, in canvas pixels; `x` and `y` are its top left corner."""

    kind: str
    id: str
    title: str
    x: float
    y: float
    width: float
    height: float
    stored: Mapping[str, Any]
    color: str | None = None
    is_collapsed: bool = False
    is_far: bool = False
    is_turned: bool = False
    is_hidden: bool = False

    @property
    def name(self) -> str:
        """The item in a sentence: `Piece “Hooks that work”`."""
        short = self.title if len(self.title) <= NAME_SHOWN else f"{self.title[:NAME_SHOWN].rstrip()}…"
        return f"{NOUNS[self.kind]} “{short or 'untitled'}”"


@dataclass(frozen=True, slots=True)
class Line:
    """A connection; an end is None where there is nothing on this canvas to draw it to."""

    id: str
    source: str | None
    target: str | None
    color: str | None
    width: float
    is_dashed: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the canvas, and the item to look at, if it is on it."""

    what: str
    detail: str
    item: str | None


def drawn(row: Mapping[str, Any]) -> Item:
    """A row of `queries.projects.canvas.items` as it can be drawn."""
    row = {**row, **{name: _number(row[name]) for name in ("x", "y", "width", "height")}}
    kind = row["kind"]
    usual = {"folder": FOLDER, "chat_interface": CHAT}.get(kind, PIECE)
    width, height = (usual[n] if row[side] is None else float(row[side]) for n, side in enumerate(("width", "height")))
    x, y = float(row["x"] or 0), float(row["y"] or 0)
    is_collapsed = bool(row["is_collapsed"])
    if is_collapsed:
        height = COLLAPSED_PX
    return Item(
        kind=kind,
        id=row["id"],
        title=row["title"] or "",
        x=min(x, x + width),
        y=min(y, y + height),
        width=max(abs(width), SMALLEST_PX),
        height=max(abs(height), SMALLEST_PX),
        color=color(row["color"]),
        is_collapsed=is_collapsed,
        is_turned=width < 0 or height < 0,
        stored=row,
    )


def _number(value: float | None) -> float | None:
    """The number; None for NaN, which the product's columns accept and a browser does not."""
    return None if value is None or isnan(value) else value


def color(text: str | None) -> str | None:
    """The colour if it is one that a browser reads as a colour and nothing else."""
    return text if text and _HEX.fullmatch(text) else None


def stroke(width: str | None) -> float:
    """A stored line width as one that can be seen and does not cover the canvas."""
    try:
        wanted = _number(float(width or 2))
    except ValueError:
        wanted = None
    return 2.0 if wanted is None else min(max(wanted, 1.0), 12.0)


def around(items: Sequence[Item]) -> tuple[float, float, float, float]:
    """The box that holds all of them: x, y, width, height."""
    if not items:
        return 0.0, 0.0, 1.0, 1.0
    left, top = min(i.x for i in items), min(i.y for i in items)
    return left, top, max(i.x + i.width for i in items) - left, max(i.y + i.height for i in items) - top
