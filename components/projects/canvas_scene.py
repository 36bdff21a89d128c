"""A stored canvas as it can be drawn: boxes with usable sizes, lines between them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Any, Final

from components.projects import canvas_findings
from components.projects.canvas_items import NOUNS, Finding, Item, Line, around, color, drawn, stroke
from queries.projects import canvas

FAR_PX: Final = 20_000.0
"""Farther than this from the middle of the canvas, nobody finds an item by scrolling."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything drawn, the part of the canvas to show first (x, y, width, height), and the findings, worst first.

    `cut` names the kinds of which there are more than are drawn.
    """

    items: Sequence[Item]
    lines: Sequence[Line]
    members: Mapping[str, Sequence[str]]
    view: tuple[float, float, float, float]
    findings: Sequence[Finding]
    cut: Sequence[str]


def scene(
    stored: Sequence[Mapping[str, Any]],
    memberships: Sequence[Mapping[str, Any]],
    connections: Sequence[Mapping[str, Any]],
) -> Scene:
    """The canvas of the rows that `queries.projects.canvas` reads."""
    kinds = {kind: [row for row in stored if row["kind"] == kind] for kind in NOUNS}
    cut = [kind for kind, some in kinds.items() if len(some) > canvas.ITEMS_CAP]
    links = {"connection": connections, "membership": memberships}
    cut += [kind for kind, some in links.items() if len(some) > canvas.LINKS_CAP]
    items = _marked_far([drawn(row) for some in kinds.values() for row in some[: canvas.ITEMS_CAP]])
    members, foreign = _members(items, memberships[: canvas.LINKS_CAP])
    items = _without_the_folded(items, members)
    lines, broken = _lines(items, members, connections[: canvas.LINKS_CAP])
    findings = [
        *broken,
        *foreign,
        *canvas_findings.misplaced(items),
        *canvas_findings.astray(items, members),
        *canvas_findings.overlaps(items),
    ]
    near = [item for item in items if not item.is_far and not item.is_hidden] or list(items)
    return Scene(items, lines, members, around(near), findings, cut)


def _marked_far(items: Sequence[Item]) -> list[Item]:
    if not items:
        return []
    middle_x, middle_y = median_low(i.x for i in items), median_low(i.y for i in items)
    return [replace(item, is_far=abs(item.x - middle_x) > FAR_PX or abs(item.y - middle_y) > FAR_PX) for item in items]


def _members(
    items: Sequence[Item], memberships: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, list[str]], list[Finding]]:
    here = {item.id: item for item in items}
    members: dict[str, list[str]] = {}
    foreign: list[Finding] = []
    for row in memberships:
        folder, piece = row["folder_id"], row["piece_id"]
        if piece in here:
            members.setdefault(folder, []).append(piece)
        elif folder in here and row["is_foreign"]:
            of_whom = "of another project" if piece else "that was deleted"
            title = f" “{row['title']}”" if row["title"] else ""
            foreign.append(
                Finding("Foreign piece in a folder", f"{here[folder].name} holds a piece{title} {of_whom}.", folder)
            )
    return members, foreign


def _without_the_folded(items: Sequence[Item], members: Mapping[str, Sequence[str]]) -> list[Item]:
    """A collapsed folder hides its pieces, as the customer sees it."""
    folded = {piece for item in items if item.is_collapsed for piece in members.get(item.id, ())}
    shown = {piece for item in items if not item.is_collapsed for piece in members.get(item.id, ())}
    return [replace(item, is_hidden=item.id in folded - shown) for item in items]


def _lines(
    items: Sequence[Item], members: Mapping[str, Sequence[str]], connections: Iterable[Mapping[str, Any]]
) -> tuple[list[Line], list[Finding]]:
    here = {item.id: item for item in items}
    folder_of = {piece: folder for folder, pieces in members.items() for piece in pieces}
    lines: list[Line] = []
    broken: list[Finding] = []
    for row in connections:
        ends: list[str | None] = []
        for end in ("source", "target"):
            item = here.get(row[f"{end}_id"])
            # A line to a piece in a collapsed folder ends at the folder.
            shown = folder_of.get(item.id, item.id) if item and item.is_hidden else item and item.id
            ends.append(shown)
            if not row[f"{end}_is_here"]:
                other = here.get(row["target_id" if end == "source" else "source_id"])
                broken.append(_broken(row, end, other))
        if row["source_id"] == row["target_id"]:
            broken.append(Finding("Connection to itself", f"{_named(here, row)} is connected with itself.", ends[0]))
        elif any(ends) and ends[0] != ends[1]:
            dashed = row["dashed"] == "true"
            lines.append(Line(row["id"], ends[0], ends[1], color(row["color"]), stroke(row["width"]), dashed))
    return lines, broken


def _named(here: Mapping[str, Item], row: Mapping[str, Any]) -> str:
    item = here.get(row["source_id"])
    return item.name if item else f"{NOUNS[row['source_type']]} {row['source_id']}"


def _broken(row: Mapping[str, Any], end: str, other: Item | None) -> Finding:
    noun, identity = NOUNS[row[f"{end}_type"]].lower(), row[f"{end}_id"]
    way = "comes from" if end == "source" else "leads to"
    whose = f"of {other.name} " if other else ""
    if row[f"{end}_is_there"]:
        return Finding(
            "Connection to another project",
            f"A connection {whose}{way} the {noun} {identity} of another project.",
            other and other.id,
        )
    return Finding(
        "Dangling connection",
        f"A connection {whose}{way} the {noun} {identity}, which was deleted.",
        other and other.id,
    )
