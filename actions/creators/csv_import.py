"""Change many creators from a CSV: first what it would do, row by row, then that and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from actions.audit import cleaned
from actions.bulk import Outcome, Progress
from actions.creators import csv_file
from actions.creators import edits as creators
from actions.creators.csv_file import Line
from actions.creators.fields import Edit, Field, stored
from actions.formulas import meant
from core.database import rows
from core.errors import Invalid
from core.identity import Viewer
from queries.creators import categories, listing


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be used, by its line in the file."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do: the edits with the values seen now, rows that change nothing, rows with faults, and which
    columns are ignored."""

    edits: tuple[Edit, ...]
    names: dict[UUID, str]
    unchanged: int
    faults: tuple[Fault, ...]
    rows: int
    ignored: tuple[str, ...] = ()

    @property
    def creators(self) -> int:
        """How many creators would change."""
        return len({edit.creator_id for edit in self.edits})


def plan(content: bytes, viewer: Viewer) -> Plan:
    """A dry run of the file: nothing is written. Raises `Invalid` when the file as a whole cannot be used."""
    viewer.require("creators")
    file = csv_file.read(content)
    found = _found(file.lines)
    known = _Categories(rows(categories.names()))
    edits: list[Edit] = []
    faults: list[Fault] = []
    names: dict[UUID, str] = {}
    seen_at: dict[UUID, int] = {}
    unchanged = 0
    for line in file.lines:
        matches, problems = found.get(line.number, []), list(line.errors)
        if not problems and len(matches) != 1:
            problems.append("creator not found" if not matches else "several creators are called that; use the id")
        changes, wrong = _changes(line, matches[0], known) if matches else ([], [])
        problems += wrong
        if matches and (first := seen_at.setdefault(UUID(matches[0]["id"]), line.number)) != line.number:
            problems.append(f"the same creator as in line {first}")
        if problems:
            faults.append(Fault(line.number, "; ".join(problems)))
            continue
        edits += changes
        names[UUID(matches[0]["id"])] = f"@{matches[0]['username']}"
        unchanged += not changes
    return Plan(tuple(edits), names, unchanged, tuple(faults), len(file.lines), file.ignored)


def run(chosen: Plan, viewer: Viewer, reason: str | None = None, progress: Progress | None = None) -> Outcome:
    """Write what the dry run showed; whatever somebody changed since is skipped."""
    return creators.run(chosen.edits, viewer, "creator.import", cleaned(reason), progress)


def _found(read: Sequence[Line]) -> dict[int, list[dict[str, Any]]]:
    """The creators that each line means, by line."""
    by_line: dict[int, list[dict[str, Any]]] = {}
    ids = {line.id: [] for line in read if line.id}
    for row in rows(listing.some(list(ids))) if ids else []:
        ids[UUID(row["id"])] = [row]
    for line in read:
        if line.id:
            by_line[line.number] = ids[line.id]
    named = [(line.number, line.name) for line in read if line.name]
    if named:
        for row in rows(listing.named([name for _, name in named])):
            by_line.setdefault(named[row["at"]][0], []).append(row)
    return by_line


def _changes(line: Line, row: dict[str, Any], known: _Categories) -> tuple[list[Edit], list[str]]:
    """The edits that a line asks for, and what is wrong with it; a cell as our own export writes it asks for none."""
    identity, edits, wrong = UUID(row["id"]), list[Edit](), list[str]()
    for column, cell in line.cells.items():
        if cell == csv_file.exported(row["category_name" if column == "category" else column]):
            continue
        name = cast("Field", "category_id" if column == "category" else column)
        try:
            wanted = known.meant(cell) if name == "category_id" else csv_file.value(name, cell)
        except Invalid as error:
            wrong.append(f"{column}: {error}")
            continue
        seen = stored(name, row[name])
        edits += [Edit(identity, name, seen, wanted)] if seen != wanted else []
    return edits, wrong


class _Categories:
    """The categories by name: as it is written, or in any case where that is one's alone."""

    def __init__(self, known: Sequence[dict[str, Any]]) -> None:
        self._exactly = {row["name"]: row for row in known}
        self._in_any_case: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in known:
            self._in_any_case[row["name"].casefold()].append(row)

    def meant(self, cell: str) -> UUID | None:
        """The category that a cell names, None for none; raises `Invalid`."""
        said = meant(cell).strip()
        if said.lower() == csv_file.NONE:
            return None
        exactly = self._exactly.get(meant(cell)) or self._exactly.get(said)
        fitting = [exactly] if exactly else self._in_any_case.get(said.casefold(), [])
        if not fitting:
            raise Invalid(f"there is no category {said[:100]}")
        if len(fitting) > 1:
            raise Invalid(f"several categories are called {said[:100]} in another case; write it exactly")
        [row] = fitting
        if not row["is_active"]:
            raise Invalid(f"the category {row['name']} is inactive")
        return UUID(row["id"])
