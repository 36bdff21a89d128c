"""Change many creators from a CSV: first what it would do, row by row, then that and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from actions.audit import cleaned
from actions.bulk import Outcome, Progress
from actions.creators import edits as creators
from actions.creators.csv_file import NONE, Line, lines
from actions.creators.fields import Edit, Field, Value, stored
from core.database import rows
from core.identity import Viewer
from queries.creators import categories, listing


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be used, by its line in the file."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do: the edits with the values seen now, rows that change nothing, and rows with faults."""

    edits: tuple[Edit, ...]
    names: dict[UUID, str]
    unchanged: int
    faults: tuple[Fault, ...]
    rows: int

    @property
    def creators(self) -> int:
        """How many creators would change."""
        return len({edit.creator_id for edit in self.edits})


def plan(content: bytes, viewer: Viewer) -> Plan:
    """A dry run of the file: nothing is written. Raises `Invalid` when the file as a whole cannot be used."""
    viewer.require("creators")
    read = lines(content)
    found = _found(read)
    by_name = {row["name"].casefold(): row for row in rows(categories.names())}
    edits: list[Edit] = []
    faults: list[Fault] = []
    names: dict[UUID, str] = {}
    seen_at: dict[UUID, int] = {}
    unchanged = 0
    for line in read:
        matches = found.get(line.number, [])
        values, problems = dict(line.values), list(line.errors)
        if not problems and len(matches) != 1:
            problems.append("creator not found" if not matches else "several creators are called that; use the id")
        problems += _categorised(line, by_name, values)
        if matches and (first := seen_at.setdefault(UUID(matches[0]["id"]), line.number)) != line.number:
            problems.append(f"the same creator as in line {first}")
        if problems:
            faults.append(Fault(line.number, "; ".join(problems)))
            continue
        identity = UUID(matches[0]["id"])
        changes = _changes(identity, matches[0], values)
        edits += changes
        names[identity] = f"@{matches[0]['username']}"
        unchanged += not changes
    return Plan(tuple(edits), names, unchanged, tuple(faults), len(read))


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


def _categorised(line: Line, by_name: dict[str, dict[str, Any]], values: dict[Field, Value]) -> list[str]:
    """Put the category's id among the values; what is wrong with its name."""
    if line.category is None:
        return []
    if line.category.lower() == NONE:
        values["category_id"] = None
        return []
    row = by_name.get(line.category.casefold())
    if row is None:
        return [f"there is no category {line.category[:100]}"]
    if not row["is_active"]:
        return [f"the category {row['name']} is inactive"]
    values["category_id"] = UUID(row["id"])
    return []


def _changes(identity: UUID, row: dict[str, Any], values: dict[Field, Value]) -> list[Edit]:
    edits = (Edit(identity, name, stored(name, row[name]), wanted) for name, wanted in values.items())
    return [edit for edit in edits if edit.seen != edit.wanted]
