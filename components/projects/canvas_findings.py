"""What is wrong with a canvas: items nobody can find or use, and items that hide each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from components.projects.canvas_items import Finding, Item, around

COVERED: Final = 0.25
"""Items overlap when a quarter of the smaller one is covered; less is how people lay cards."""


def misplaced(items: Iterable[Item]) -> list[Finding]:
    """Items that a customer cannot see or use where they are."""
    found: list[Finding] = []
    for item in items:
        row = item.stored
        if item.is_turned:
            found.append(Finding("Inside out", f"{item.name} has a negative size: {_size(row)}.", item.id))
        elif 0 in (row["width"], row["height"]):
            found.append(Finding("No size", f"{item.name} is {_size(row)}.", item.id))
        if item.is_far:
            place = f"{item.x:,.0f}, {item.y:,.0f}"
            found.append(Finding("Off the canvas", f"{item.name} lies at {place}, far from all others.", item.id))
        if row["x"] is None or row["y"] is None:
            found.append(Finding("No position", f"{item.name} has no stored position and is drawn at 0.", item.id))
    return found


def astray(items: Iterable[Item], members: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Pieces drawn outside the folder they belong to."""
    here = {item.id: item for item in items}
    return [
        Finding("Outside its folder", f"{here[piece].name} belongs to {here[folder].name} and lies outside it.", piece)
        for folder, pieces in members.items()
        if folder in here and not here[folder].is_collapsed
        for piece in pieces
        if not _shared(here[piece], here[folder])
    ]


def overlaps(items: Sequence[Item], limit: int = 200) -> list[Finding]:
    """Items of the same layer (folders lie beneath pieces and chats) that cover each other, at most `limit`."""
    found: list[Finding] = []
    for layer in ([i for i in items if i.kind == "folder"], [i for i in items if i.kind != "folder"]):
        shown = [item for item in layer if not item.is_hidden]
        for first, second in _touching(shown):
            smaller = min(first.width * first.height, second.width * second.height)
            if (shared := _shared(first, second) / smaller) < COVERED:
                continue
            if len(found) == limit:
                return [*found, Finding("Overlap", f"More than {limit} items overlap.", None)]
            found.append(Finding("Overlap", f"{first.name} and {second.name} overlap by {shared:.0%}.", second.id))
    return found


def _touching(items: Sequence[Item]) -> Iterable[tuple[Item, Item]]:
    """Pairs whose boxes meet along the longer side of the canvas: a sweep, so that a long canvas costs little."""
    if not items:
        return
    _, _, width, height = around(items)
    along = (lambda i: (i.x, i.x + i.width)) if width >= height else (lambda i: (i.y, i.y + i.height))
    ordered = sorted(((*along(item), item) for item in items), key=lambda entry: entry[:2])
    for n, (_, end, first) in enumerate(ordered):
        for start, _, second in ordered[n + 1 :]:
            if start >= end:
                break
            yield first, second


def _shared(a: Item, b: Item) -> float:
    """The area that two items both cover."""
    wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return wide * high if wide > 0 and high > 0 else 0.0


def _size(row: Mapping[str, Any]) -> str:
    return " by ".join("no" if row[side] is None else f"{row[side]:,.0f}" for side in ("width", "height"))
