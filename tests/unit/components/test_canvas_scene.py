"""What a stored canvas amounts to: usable boxes, lines to what is there, and every fault named."""

from __future__ import annotations

from typing import Any

import pytest

from components.projects import canvas_findings
from components.projects.canvas_items import PIECE, color, stroke
from components.projects.canvas_scene import Scene, scene

NOTHING: dict[str, Any] = {
    "width": None, "height": None, "color": None, "is_collapsed": None, "status": None, "platform": None,
    "content_type": None, "detail": None, "amount": None, "thumbnail_url": None, "is_remix": None,
}  # fmt: skip


def piece(name: str, x: float | None = 0, y: float | None = 0) -> dict[str, Any]:
    """A piece with its name as id."""
    return NOTHING | {"kind": "content_piece", "id": name, "title": name, "x": x, "y": y}


def box(kind: str, name: str, x: float, y: float, width: float, height: float | None, **more: Any) -> dict[str, Any]:
    """A folder or chat with its name as id."""
    return NOTHING | {"kind": kind, "id": name, "title": name, "x": x, "y": y, "width": width, "height": height} | more


def line(source: str, target: str, **more: Any) -> dict[str, Any]:
    """A connection between pieces of this project, both there."""
    ends = {"source_id": source, "target_id": target, "source_type": "content_piece", "target_type": "content_piece"}
    there = dict.fromkeys(("source_is_there", "source_is_here", "target_is_there", "target_is_here"), True)
    return {"id": "l", "color": None, "width": None, "dashed": None} | ends | there | more


def what(found: Scene) -> list[tuple[str, str | None]]:
    """The findings without their sentences."""
    return [(finding.what, finding.item) for finding in found.findings]


def test_an_empty_canvas_has_nothing_wrong() -> None:
    found = scene([], [], [])
    assert (list(found.items), list(found.lines), list(found.findings)) == ([], [], [])
    assert found.view == (0, 0, 1, 1)


def test_a_folder_inside_out_is_drawn_the_right_way_round() -> None:
    found = scene([box("folder", "f", 100, 100, -300, -200)], [], [])
    [folder] = found.items
    assert (folder.x, folder.y, folder.width, folder.height) == (-200, -100, 300, 200)
    assert what(found) == [("Inside out", "f")]
    assert "-300 by -200" in found.findings[0].detail


def test_sizes_of_nothing_and_missing_ones() -> None:
    found = scene([box("folder", "f", 0, 0, 0, 0), box("chat_interface", "c", 900, 0, -5, None)], [], [])
    assert [(item.width, item.height) for item in found.items] == [(24, 24), (24, 500)]
    assert what(found) == [("No size", "f"), ("Inside out", "c")]


def test_what_lies_far_away_does_not_shrink_the_rest() -> None:
    found = scene([piece("a"), piece("b", 300), piece("c", 1e7, -1e7)], [], [])
    assert found.view == (0, 0, 300 + PIECE[0], PIECE[1])
    assert what(found) == [("Off the canvas", "c")]


@pytest.mark.parametrize("nowhere", [None, float("nan")])
def test_no_position_is_the_origin_and_said(nowhere: float | None) -> None:
    found = scene([piece("a", nowhere, nowhere)], [], [])
    assert (found.items[0].x, found.items[0].y) == (0, 0)
    assert what(found) == [("No position", "a")]


def test_a_collapsed_folder_hides_its_pieces_and_takes_their_lines() -> None:
    folder = box("folder", "f", 0, 0, 780, 700, is_collapsed=True)
    stored = [folder, piece("a", 30, 70), piece("b", 2000)]
    found = scene(stored, [{"folder_id": "f", "piece_id": "a", "title": "a", "is_foreign": False}], [line("a", "b")])
    assert {item.id: item.is_hidden for item in found.items} == {"f": False, "a": True, "b": False}
    assert [(drawn.source, drawn.target) for drawn in found.lines] == [("f", "b")]
    assert what(found) == []


def test_lines_that_lead_nowhere_are_told_apart() -> None:
    gone = line("a", "x", target_is_there=False, target_is_here=False)
    foreign = line("y", "a", source_is_here=False)
    lost = line("x", "y", **dict.fromkeys(("source_is_here", "target_is_here", "source_is_there"), False))
    found = scene([piece("a")], [], [gone, foreign, lost, line("a", "a")])
    assert what(found) == [
        ("Dangling connection", "a"),
        ("Connection to another project", "a"),
        ("Dangling connection", None),
        ("Connection to another project", None),
        ("Connection to itself", "a"),
    ]
    assert [(drawn.source, drawn.target) for drawn in found.lines] == [("a", None), (None, "a")]


def test_a_foreign_piece_in_a_folder_and_a_piece_outside_its_folder() -> None:
    members = [
        {"folder_id": "f", "piece_id": "z", "title": "Theirs", "is_foreign": True},
        {"folder_id": "f", "piece_id": "a", "title": "a", "is_foreign": False},
    ]
    found = scene([box("folder", "f", 0, 0, 300, 200), piece("a", 900)], members, [])
    assert what(found) == [("Foreign piece in a folder", "f"), ("Outside its folder", "a")]


@pytest.mark.parametrize(("x", "overlaps"), [(0, True), (157, True), (158, False), (240, False)])
def test_items_overlap_from_a_quarter_on(x: float, overlaps: bool) -> None:
    found = scene([piece("a"), piece("b", x)], [], [])
    assert what(found) == ([("Overlap", "b")] if overlaps else [])


def test_a_piece_in_its_folder_overlaps_nothing() -> None:
    members = [{"folder_id": "f", "piece_id": "a", "title": "a", "is_foreign": False}]
    assert what(scene([box("folder", "f", 0, 0, 780, 700), piece("a", 30, 70)], members, [])) == []


def test_a_heap_is_listed_up_to_a_limit() -> None:
    found = scene([piece(str(n)) for n in range(2_000)], [], [])
    assert len(found.findings) == 201
    assert "More than 200" in found.findings[-1].detail


@pytest.mark.parametrize("columns", [1, 25])
def test_the_sweep_misses_nothing(columns: int) -> None:
    stored = [piece(str(n), (n % columns) * 180, (n // columns) * 230) for n in range(100)]
    items = scene(stored, [], []).items
    pairs = {
        frozenset((a.id, b.id))
        for n, a in enumerate(items)
        for b in items[n + 1 :]
        if abs(a.x - b.x) < PIECE[0] and abs(a.y - b.y) < PIECE[1]
        and (PIECE[0] - abs(a.x - b.x)) * (PIECE[1] - abs(a.y - b.y)) >= PIECE[0] * PIECE[1] / 4
    }  # fmt: skip
    found = canvas_findings.overlaps(items, limit=10_000)
    assert len(found) == len(pairs)


@pytest.mark.parametrize("text", ["red", "#12345", "url(javascript:1)", "#fff;}", "", None, "#GGGGGG", "#fff\n"])
def test_what_is_no_colour_is_none(text: str | None) -> None:
    assert color(text) is None


@pytest.mark.parametrize(
    ("text", "pixels"), [(None, 2), ("3", 3), ("wide", 2), ("-4", 1), ("4e9", 12), ("nan", 2), ("", 2)]
)
def test_line_widths_are_held_to_what_can_be_drawn(text: str | None, pixels: float) -> None:
    assert stroke(text) == pixels
