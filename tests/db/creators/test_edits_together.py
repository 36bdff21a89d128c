"""Three people and the scraper on the same creators, in any order: no confirmed edit is lost, no unseen value is
overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from actions.creators import edits as creators
from actions.creators.changes import Conflict
from actions.creators.fields import Edit, Field, Value, stored
from core.identity import Viewer
from demo.databases import Database
from tests.support import factories

PEOPLE = [Viewer(factories.viewer("reviewer").user_id, f"p{n}@desk.example", f"P{n}", "reviewer") for n in range(3)]
FIELDS: tuple[Field, ...] = ("display_name", "scrape_frequency_hours", "is_verified")
VALUES: dict[Field, list[Value]] = {
    "display_name": ["Ann", "Bea", "Cleo", None],
    "scrape_frequency_hours": [1, 6, 24],
    "is_verified": [True, False],
}
Cell = tuple[int, Field]


@dataclass(frozen=True)
class Step:
    """One thing that one of them does next."""

    who: int
    what: Literal["look", "edit", "save", "save with theirs", "save with mine", "scrape", "bulk"]
    creator: int = 0
    field: Field = "display_name"
    pick: int = 0


@dataclass
class Desk:
    """What one person saw and has not saved yet."""

    seen: dict[Cell, Value] = field(default_factory=dict[Cell, Value])
    edits: dict[Cell, Edit] = field(default_factory=dict[Cell, Edit])


steps = st.builds(
    Step,
    who=st.integers(0, 2),
    what=st.sampled_from(
        ["look", "edit", "edit", "edit", "save", "save with theirs", "save with mine", "scrape", "bulk"]
    ),
    creator=st.integers(0, 2),
    field=st.sampled_from(FIELDS),
    pick=st.integers(0, 11),
)


class World:
    """The creators as the database has them, beside a model of what may happen to them."""

    def __init__(self, url: str) -> None:
        self.url = url
        base = {"platform": "tiktok", "profile_url": "https://www.tiktok.com/@a"}
        factories.values(url, "DELETE FROM creators RETURNING 1")
        self.ids = factories.rows(
            url,
            "creators",
            [{**base, "username": f"u{n}", "display_name": "Base", "scrape_frequency_hours": 12} for n in range(3)],
        )
        self.model = self.stored()
        self.desks = [Desk() for _ in PEOPLE]

    def stored(self) -> dict[Cell, Value]:
        """Every cell as it stands."""
        with psycopg.connect(self.url) as connection:
            columns = sql.SQL(", ").join(map(sql.Identifier, FIELDS))
            found = connection.execute(sql.SQL("SELECT id, {} FROM creators").format(columns)).fetchall()
        by_id = {row[0]: row[1:] for row in found}
        return {(n, name): by_id[one][at] for n, one in enumerate(self.ids) for at, name in enumerate(FIELDS)}

    def take(self, step: Step) -> None:
        """Do the step, and hold what came of it against the model."""
        getattr(self, "_" + step.what.replace(" ", "_").replace("_with_theirs", "").replace("_with_mine", ""))(step)
        assert self.stored() == self.model

    def _look(self, step: Step) -> None:
        self.desks[step.who].seen = self.stored()

    def _edit(self, step: Step) -> None:
        desk = self.desks[step.who]
        cell: Cell = (step.creator, step.field)
        if cell not in desk.seen:
            self._look(step)
        before = desk.edits.get(cell)
        choices = VALUES[step.field]
        seen = before.seen if before else desk.seen[cell]
        desk.edits[cell] = Edit(self.ids[step.creator], step.field, seen, choices[step.pick % len(choices)])

    def _save(self, step: Step) -> None:
        desk, who = self.desks[step.who], PEOPLE[step.who]
        edits = list(desk.edits.values())
        expected = {cell for cell, e in desk.edits.items() if self.model[cell] not in (e.seen, e.wanted)}
        done = creators.save(edits, who)
        assert {self.cell(c.edit) for c in done.conflicts} == expected, "exactly what was not seen is a conflict"
        for conflict in done.conflicts:
            assert conflict.theirs == self.model[self.cell(conflict.edit)], "theirs is what stands there"
        if expected:
            if step.what != "save":
                for conflict in done.conflicts:
                    self._choose(desk, conflict, mine=step.what == "save with mine")
                self._save(step)
            return
        self.model |= {cell: edit.wanted for cell, edit in desk.edits.items()}
        desk.seen |= self.model
        desk.edits.clear()

    def _choose(self, desk: Desk, conflict: Conflict, *, mine: bool) -> None:
        cell = self.cell(conflict.edit)
        if mine:
            desk.edits[cell] = Edit(
                conflict.edit.creator_id, conflict.edit.field, conflict.theirs, conflict.edit.wanted
            )
        else:
            del desk.edits[cell]

    def _scrape(self, step: Step) -> None:
        """The product sets a field, or only what a scrape always sets."""
        choices = VALUES[step.field]
        value = choices[step.pick % len(choices)]
        column = sql.Identifier(step.field)
        with psycopg.connect(self.url) as connection:
            if step.pick < 6:
                query = sql.SQL("UPDATE creators SET follower_count = %s, last_scraped_at = now() WHERE id = %s")
                connection.execute(query, [step.pick, self.ids[step.creator]])
                return
            query = sql.SQL("UPDATE creators SET {} = %s WHERE id = %s").format(column)
            connection.execute(query, [value, self.ids[step.creator]])
        self.model[step.creator, step.field] = value

    def _bulk(self, step: Step) -> None:
        """One field of all creators, by what the person saw when they last looked."""
        desk, choices = self.desks[step.who], VALUES[step.field]
        wanted = choices[step.pick % len(choices)]
        seen = desk.seen or self.stored()
        listed: list[tuple[UUID, Value]] = [(one, seen[n, step.field]) for n, one in enumerate(self.ids)]
        done = creators.bulk(listed, step.field, wanted, PEOPLE[step.who])
        for n, (_, was) in enumerate(listed):
            cell = (n, step.field)
            is_conflict = self.model[cell] not in (was, wanted)
            assert is_conflict == (self.ids[n] in done.conflicts)
            if not is_conflict:
                self.model[cell] = wanted

    def cell(self, edit: Edit) -> Cell:
        """Where an edit belongs."""
        return self.ids.index(edit.creator_id), edit.field


def replayed(url: str, ids: list[UUID]) -> dict[Cell, list[tuple[Any, Any]]]:
    """For each cell its changes by staff, oldest first, as the audit log has them."""
    found: dict[Cell, list[tuple[Any, Any]]] = {}
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT object_id, before, after FROM dashboard.audit_log WHERE object_id = ANY(%s) ORDER BY id",
            [list(map(str, ids))],
        ).fetchall()
    for object_id, before, after in rows:
        for name in after:
            change = (stored(name, before[name]), stored(name, after[name]))
            found.setdefault((ids.index(UUID(object_id)), name), []).append(change)
    return found


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(steps, min_size=4, max_size=30))
def test_any_interleaving(fresh_database: Database, plan: list[Step]) -> None:
    world = World(fresh_database.owner_url)
    for step in plan:
        world.take(step)
    for cell, changes in replayed(fresh_database.owner_url, world.ids).items():
        assert all(before != after for before, after in changes), f"no empty change of {cell} on record"
