"""Change many creators from a CSV: first what it would do, row by row, then that and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from actions.audit import cleaned
from actions.bulk import Outcome, Progress
from actions.creators import csv_file, profiles
from actions.creators import edits as creators
from actions.creators.csv_file import Line
from actions.creators.fields import Edit, Field, Value, stored
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
        row = found[line.number]
        if isinstance(row, str):
            faults.append(Fault(line.number, row))
            continue
        changes, problems = _changes(line, row, known)
        if (first := seen_at.setdefault(UUID(row["id"]), line.number)) != line.number:
            problems.append(f"the same creator as in line {first}")
        if problems:
            faults.append(Fault(line.number, "; ".join(problems)))
            continue
        edits += changes
        names[UUID(row["id"])] = f"@{row['username']}"
        unchanged += not changes
    return Plan(tuple(edits), names, unchanged, tuple(faults), len(file.lines), file.ignored)


def run(chosen: Plan, viewer: Viewer, reason: str | None = None, progress: Progress | None = None) -> Outcome:
    """Write what the dry run showed; whatever somebody changed since is skipped."""
    return creators.run(chosen.edits, viewer, "creator.import", cleaned(reason), progress)


def _found(read: Sequence[Line]) -> dict[int, dict[str, Any] | str]:
    """The creator that each line means, or why it means none, by line."""
    ids = [line.id for line in read if line.id]
    owners = {UUID(row["id"]): row for row in rows(listing.some(ids))} if ids else {}
    asked: list[tuple[int, str, str]] = []
    for line in read:
        owner = owners.get(line.id) if line.id else None
        platform = line.platform or (owner["platform"] if owner else "")
        if platform and (line.username.strip() or not line.id):
            asked += [(line.number, platform, text) for text in csv_file.usernames(line.username, platform)]
    called: dict[int, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    answers = rows(listing.named([(platform, text) for _, platform, text in asked])) if asked else []
    for row in sorted(answers, key=lambda row: row["at"]):  # the likeliest first
        number, _, text = asked[row["at"]]
        called[number].append((text, row))
    found: dict[int, dict[str, Any] | str] = {}
    for line in read:
        try:
            found[line.number] = _meant(line, owners.get(line.id) if line.id else None, called[line.number])
        except Invalid as error:
            found[line.number] = str(error)
    return found


def _meant(line: Line, owner: dict[str, Any] | None, called: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The creator that a line means: its id's owner, or who of those called alike it names; raises `Invalid`."""
    if line.errors:
        raise Invalid("; ".join(line.errors))
    likely = _likely(line.username, called)
    if line.id:
        if owner is None:
            raise Invalid("creator not found")
        is_other = line.username.strip() and owner["id"] not in likely
        if is_other or line.platform not in {"", owner["platform"]}:
            theirs = f"@{owner['username']} on {profiles.NAMES[owner['platform']]}"
            raise Invalid(f"the id is that of {theirs}, not of the platform and username beside it; remove one of them")
        return owner
    if not likely:
        profiles.read(meant(line.username), line.platform)  # says what is wrong with a name that nobody can have
        raise Invalid("creator not found")
    if len(likely) > 1:
        raise Invalid("several creators are called that; use the id")
    [row] = likely.values()
    return row


def _likely(cell: str, called: list[tuple[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """By id who is called as our own export writes it; else as the cell says; else the same in any case."""
    tries = [[row for _, row in called if csv_file.exported(row["username"]) == cell]]
    for text in dict.fromkeys(text for text, _ in called):
        alike = [row for said, row in called if said == text]
        # A platform's own way to write a name forgets the case: it is exact only where the cell has it so.
        tries += [[row for row in alike if row["username"] == text and text in cell], alike]
    return {row["id"]: row for row in next(filter(None, tries), [])}


def _changes(line: Line, row: dict[str, Any], known: _Categories) -> tuple[list[Edit], list[str]]:
    """The edits that a line asks for, and what is wrong with it; a cell as our own export writes it asks for none."""
    identity, edits, wrong = UUID(row["id"]), list[Edit](), list[str]()
    for column, cell in line.cells.items():
        if cell == csv_file.exported(row["category_name" if column == "category" else column]):
            continue
        name = cast("Field", "category_id" if column == "category" else column)
        try:
            seen = stored(name, row[name])
            wanted = known.meant(cell, seen) if name == "category_id" else csv_file.value(name, cell)
        except Invalid as error:
            wrong.append(f"{column}: {error}")
            continue
        edits += [Edit(identity, name, seen, wanted)] if seen != wanted else []
    return edits, wrong


class _Categories:
    """The categories by name: as it is written, or in any case where that is one's alone."""

    def __init__(self, known: Sequence[dict[str, Any]]) -> None:
        self._exactly = {csv_file.exported(row["name"]): row for row in known} | {row["name"]: row for row in known}
        self._in_any_case: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in known:
            self._in_any_case[row["name"].casefold()].append(row)

    def meant(self, cell: str, seen: Value) -> UUID | None:
        """The category that a cell names, None for none; an inactive one may stay where it is. Raises `Invalid`."""
        said = meant(cell).strip()
        exactly = next((self._exactly[name] for name in (meant(cell), cell, said) if name in self._exactly), None)
        if exactly is None and said.lower() == csv_file.NONE:
            return None
        fitting = [exactly] if exactly else self._in_any_case.get(said.casefold(), [])
        if not fitting:
            raise Invalid(f"there is no category {said[:100]}")
        if len(fitting) > 1:
            raise Invalid(f"several categories are called {said[:100]} in another case; write it exactly")
        [row] = fitting
        if not row["is_active"] and UUID(row["id"]) != seen:
            raise Invalid(f"the category {row['name']} is inactive")
        return UUID(row["id"])
