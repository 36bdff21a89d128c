"""Have creators scraped now: one job each, never two while one is queued or running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, Uuid, func, insert, literal, literal_column, null, select
from sqlalchemy.dialects.postgresql import JSONB

from actions import audit
from actions.bulk import Outcome
from core import cache
from core.database import transaction
from core.errors import Invalid
from core.identity import Viewer
from queries.jobs.states import LIVE, any_status
from queries.tables import creators as c
from queries.tables import processing_queue as q

CAP: Final = 1_000
BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Queued:
    """The creators whose scrape was queued, those that have one queued or running, and those that are gone."""

    done: tuple[UUID, ...] = ()
    waiting: tuple[UUID, ...] = ()
    gone: tuple[UUID, ...] = ()


def queue(creator_ids: Sequence[UUID], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Queue a scrape for each creator that has none queued or running. Needs `jobs` or `creators`."""
    viewer.require("jobs" if viewer.can("jobs") else "creators")
    wanted = sorted(set(creator_ids))
    if len(wanted) > CAP:
        raise Invalid(f"{len(wanted):,} creators are too many at once. Choose at most {CAP:,}.")
    why = audit.cleaned(reason)
    parts: list[Queued] = []
    for start in range(0, len(wanted), BATCH):
        with transaction() as connection:
            parts.append(enqueue(connection, wanted[start : start + BATCH], viewer, why))
    cache.bump("jobs")
    waiting = tuple(one for part in parts for one in part.waiting)
    return Outcome(
        verb="queued for scraping",
        done=tuple(one for part in parts for one in part.done),
        skipped={"queued or running": waiting} if waiting else {},
        gone=tuple(one for part in parts for one in part.gone),
    )


def enqueue(connection: Connection, ids: Sequence[UUID], viewer: Viewer, reason: str | None) -> Queued:
    """The same within the caller's transaction, up to `BATCH` creators."""
    wanted = literal(sorted(ids), ARRAY(Uuid))
    # Held until the end: whoever asks for the same creators at the same moment waits, then sees these jobs.
    held = connection.execute(
        select(c.c.id).where(c.c.id == func.any(wanted)).order_by(c.c.id).with_for_update(key_share=True)
    ).scalars()
    there = set(held)
    key = literal_column("'creator_id'", Text)
    live = select(q.c.job_data.op("->>")(key)).where(
        any_status(LIVE), q.c.job_type == literal_column("'content_scraping'", Text)
    )
    facts = [part for name in ("platform", "username", "profile_url") for part in (literal(name, Text), c.c[name])]
    data = func.jsonb_build_object(key, c.c.id, *facts, type_=JSONB)
    fresh = select(literal("content_scraping", Text), data).where(
        c.c.id == func.any(wanted), c.c.id.cast(Text).not_in(live.where(q.c.job_data.op("->>")(key).is_not(None)))
    )
    made = (
        insert(q)
        .from_select(["job_type", "job_data"], fresh)
        .returning(q.c.id.label("job_id"), q.c.job_data.op("->>")(key).cast(Uuid).label("id"))
        .cte("made")
    )
    changed = select(
        made.c.id,
        null().cast(Uuid).label("account_id"),
        audit.NOTHING.label("before"),
        func.jsonb_build_object(literal("job_id", Text), made.c.job_id).label("after"),
    ).cte("changed")
    audited = audit.of_changes(changed, viewer, "creator.scrape", "creator", reason).cte("audited")
    done = set(connection.execute(select(made.c.id).add_cte(audited)).scalars())
    return Queued(tuple(done), tuple(there - done), tuple(set(ids) - there))
