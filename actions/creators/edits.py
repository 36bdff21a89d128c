"""Keep the creators right: edits of many people at once, none lost, none over an unseen one, each on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from actions import audit
from actions.bulk import Kind, Outcome, Progress, Results, at_most, carry_out, justified
from actions.creators import scrapes
from actions.creators.changes import Applied, apply
from actions.creators.fields import Edit, Field, Value, by_creator, checked, stored
from actions.creators.profiles import read
from core import cache
from core.database import transaction
from core.errors import NotFound
from core.identity import Viewer
from queries.sql.text import same
from queries.tables import audit_log
from queries.tables import creators as c

REASON_ABOVE: Final = 50
"""Beyond so many creators a bulk change needs a reason."""


@dataclass(frozen=True, slots=True)
class Added:
    """The creator that is there now; `is_new` is False when it was there before, in whatever case it is written."""

    id: UUID
    is_new: bool
    is_queued: bool = False


def save(edits: Sequence[Edit], viewer: Viewer, reason: str | None = None) -> Applied:
    """Write a change set in one transaction, or nothing of it when one field is no longer what was seen.

    The answer then names every conflict and every creator that is gone. Needs `creators`.
    """
    viewer.require("creators")
    wanted = [Edit(edit.creator_id, edit.field, edit.seen, checked(edit.field, edit.wanted)) for edit in edits]
    at_most(len({edit.creator_id for edit in wanted}), "creators")
    with transaction() as connection:
        done = apply(connection, wanted, viewer, "creator.edit", audit.cleaned(reason), all_or_nothing=True)
    if done.changed:
        cache.invalidate("creators")
    return done


def bulk(
    seen: Sequence[tuple[UUID, Value]], field: Field, value: object, viewer: Viewer, reason: str | None = None
) -> Outcome:
    """Give one field the same value in a frozen list of creators, each guarded by the value of the preview."""
    viewer.require("creators")
    wanted = checked(field, value)
    at_most(len(seen), "creators")
    why = justified(reason, len(seen), REASON_ABOVE, "creators")
    return run([Edit(one, field, was, wanted) for one, was in seen], viewer, "creator.bulk", why)


def run(
    edits: Sequence[Edit], viewer: Viewer, action: str, reason: str | None, progress: Progress | None = None
) -> Outcome:
    """Write edits of many creators batch by batch, a record whole or not at all; conflicts leave it as it is."""
    viewer.require("creators")
    wanted = by_creator(edits)

    def change(connection: Connection, ids: Sequence[UUID]) -> Results:
        some = [edit for one in ids for edit in wanted[one]]
        done = apply(connection, some, viewer, action, reason, all_or_nothing=False)
        return (
            dict.fromkeys(ids, "unchanged")
            | dict.fromkeys(done.changed, "done")
            | dict.fromkeys((conflict.edit.creator_id for conflict in done.conflicts), "conflict")
            | dict.fromkeys(done.gone, "gone")
        )

    return carry_out(Kind(action, ("creators",), "changed", "changed"), wanted, change, progress)


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
    cache.invalidate("creators")
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
        found = select(c.c.id).where(c.c.platform == profile.platform, same(c.c.username, profile.username))
        known = connection.scalar(found)
        if known:
            return Added(known, is_new=False)
        new = connection.scalar(
            insert(c).values(id=uuid4(), **named, **values).on_conflict_do_nothing().returning(c.c.id)
        )
        if new is None:  # a colleague was faster by a moment
            return Added(connection.execute(found).scalar_one(), is_new=False)
        after = named | {field: str(value) if isinstance(value, UUID) else value for field, value in values.items()}
        audit.record(connection, viewer, "creator.add", "creator", new, after=after)
        queued = scrapes.enqueue(connection, [new], viewer, None) if is_scraped else {}
    cache.invalidate("creators", "jobs")
    return Added(new, is_new=True, is_queued=queued.get(new) == "done")
