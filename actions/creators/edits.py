"""Keep the creators right: edits of many people at once, none lost, none over an unseen one, each on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from actions import audit
from actions.creators import scrapes
from actions.creators.changes import Applied, Conflict, apply
from actions.creators.fields import Edit, Field, Value, checked, stored
from actions.creators.profiles import read
from core import cache
from core.database import transaction
from core.errors import DatabaseBusy, DatabaseDown, Invalid, NotFound
from core.identity import Viewer
from queries.tables import audit_log
from queries.tables import creators as c

__all__ = ["BATCH", "CAP", "Added", "Applied", "Conflict", "Edit", "Run", "add", "bulk", "restore", "run", "save"]

CAP: Final = 1_000
"""Creators in one change: what a person can answer for."""
BATCH: Final = 200
"""Creators in one transaction of a bulk change or an import."""
REASON_ABOVE: Final = 50

Progress = Callable[[int, int], object]
"""Told after each transaction: how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Added:
    """The creator that is there now; `is_new` is False when it was there before, in whatever case it is written."""

    id: UUID
    is_new: bool
    is_queued: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a change over many creators; `unreached` were not tried because the database stopped answering."""

    changed: int = 0
    already: int = 0
    conflicts: tuple[Conflict, ...] = ()
    gone: int = 0
    unreached: int = 0

    def summary(self) -> str:
        """One sentence, such as "187 changed, 9 already so, 4 changed by somebody meanwhile and left alone."."""
        parts = [f"{self.changed:,} changed"]
        left = len({one.edit.creator_id for one in self.conflicts})
        for count, words in (
            (self.already, "already so"),
            (left, "changed by somebody meanwhile and left alone"),
            (self.gone, "gone"),
            (self.unreached, "not tried: the database is away"),
        ):
            if count:
                parts.append(f"{count:,} {words}")
        return ", ".join(parts) + "."


def save(edits: Sequence[Edit], viewer: Viewer, reason: str | None = None) -> Applied:
    """Write a change set in one transaction, or nothing of it when one field is no longer what was seen.

    The answer then names every conflict and every creator that is gone. Needs `creators`.
    """
    viewer.require("creators")
    wanted = [Edit(edit.creator_id, edit.field, edit.seen, checked(edit.field, edit.wanted)) for edit in edits]
    if len({edit.creator_id for edit in wanted}) > CAP:
        raise Invalid(f"Save at most {CAP:,} creators at once.")
    with transaction() as connection:
        done = apply(connection, wanted, viewer, "creator.edit", audit.cleaned(reason), all_or_nothing=True)
    if done.changed:
        cache.bump("creators")
    return done


def bulk(
    seen: Sequence[tuple[UUID, Value]], field: Field, value: object, viewer: Viewer, reason: str | None = None
) -> Run:
    """Give one field the same value in a frozen list of creators, each guarded by the value of the preview."""
    viewer.require("creators")
    wanted, why = checked(field, value), audit.cleaned(reason)
    if len(seen) > CAP:
        raise Invalid(f"{len(seen):,} creators are too many at once. Choose at most {CAP:,}.")
    if len(seen) > REASON_ABOVE and not why:
        raise Invalid(f"Say why: more than {REASON_ABOVE} creators need a reason.")
    return run([Edit(one, field, was, wanted) for one, was in seen], viewer, "creator.bulk", why)


def run(
    edits: Sequence[Edit], viewer: Viewer, action: str, reason: str | None, progress: Progress | None = None
) -> Run:
    """Write edits of many creators in transactions of `BATCH`, a record whole or not at all."""
    viewer.require("creators")
    total = Run()
    batches = list(_batches(edits))
    for number, batch in enumerate(batches):
        try:
            with transaction() as connection:
                done = apply(connection, batch, viewer, action, reason, all_or_nothing=False)
        except (DatabaseDown, DatabaseBusy):
            if not number:
                raise
            left = sum(len({edit.creator_id for edit in some}) for some in batches[number:])
            total = Run(total.changed, total.already, total.conflicts, total.gone, left)
            break
        untouched = {edit.creator_id for edit in done.already} - set(done.changed)
        total = Run(
            total.changed + len(done.changed),
            total.already + len(untouched - {one.edit.creator_id for one in done.conflicts}),
            total.conflicts + done.conflicts,
            total.gone + len(done.gone),
        )
        if progress:
            progress(number + 1, len(batches))
    cache.bump("creators")
    return total


def restore(creator_id: UUID, audit_id: int, field: Field, seen: Value, viewer: Viewer) -> Applied:
    """Bring back the value that a field had before a change on record, exactly, as a new change."""
    viewer.require("creators")
    with transaction() as connection:
        row = connection.execute(
            select(audit_log.c.before).where(
                audit_log.c.id == audit_id,
                audit_log.c.object_type == "creator",
                audit_log.c.object_id == str(creator_id),
            )
        ).first()
        if row is None or not isinstance(row.before, dict) or field not in row.before:
            raise NotFound("That change is not on record. Reload the history.")
        edit = Edit(creator_id, field, seen, stored(field, row.before[field]))
        done = apply(
            connection,
            [edit],
            viewer,
            "creator.restore",
            f"Restores what entry {audit_id} changed",
            all_or_nothing=True,
        )
    cache.bump("creators")
    return done


def add(
    text: str,
    platform: str | None,
    viewer: Viewer,
    *,
    display_name: object = None,
    category_id: object = None,
    hours: object = 24,
    is_scraped: bool = False,
) -> Added:
    """A creator from a username or a pasted address, unless it is there already; optionally with its first scrape."""
    viewer.require("creators")
    profile = read(text, platform)
    values = {
        "display_name": checked("display_name", display_name),
        "category_id": checked("category_id", category_id),
        "scrape_frequency_hours": checked("scrape_frequency_hours", hours),
    }
    named = {"platform": profile.platform, "username": profile.username, "profile_url": profile.url}
    with transaction() as connection:
        same = select(c.c.id).where(
            c.c.platform == profile.platform, func.lower(c.c.username) == profile.username.lower()
        )
        known = connection.scalar(same)
        if known:
            return Added(known, is_new=False)
        new = connection.scalar(
            insert(c).values(id=uuid4(), **named, **values).on_conflict_do_nothing().returning(c.c.id)
        )
        if new is None:  # a colleague was faster by a moment
            return Added(connection.execute(same).scalar_one(), is_new=False)
        after = named | {field: str(value) if isinstance(value, UUID) else value for field, value in values.items()}
        audit.record(connection, viewer, "creator.add", "creator", new, after=after)
        queued = scrapes.enqueue(connection, [new], viewer, None) if is_scraped else scrapes.Queued()
    cache.bump("creators", "jobs")
    return Added(new, is_new=True, is_queued=bool(queued.done))


def _batches(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits of `BATCH` creators at a time, in id order over all batches."""
    by_creator: dict[UUID, list[Edit]] = {}
    for edit in edits:
        by_creator.setdefault(edit.creator_id, []).append(edit)
    ids = sorted(by_creator)
    for start in range(0, len(ids), BATCH):
        yield [edit for one in ids[start : start + BATCH] for edit in by_creator[one]]
