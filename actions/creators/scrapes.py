"""Have creators scraped now: one job each, never two while one is queued or running."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, Uuid, func, insert, literal, literal_column, null, select
from sqlalchemy.dialects.postgresql import JSONB

from actions import audit, bulk
from actions.bulk import Kind, Outcome, Results
from core.identity import Viewer
from queries.jobs.states import LIVE, any_status
from queries.tables import creators as c
from queries.tables import processing_queue as q

SCRAPE: Final = Kind("creator.scrape", ("jobs",), "queued for scraping", "queued for scraping")


def queue(creator_ids: Sequence[UUID], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Queue a scrape for each creator that has none queued or running. Needs `jobs` or `creators`."""
    viewer.require("jobs" if viewer.can("jobs") else "creators")
    bulk.at_most(len(set(creator_ids)), "creators")
    why = audit.cleaned(reason)
    return bulk.carry_out(SCRAPE, creator_ids, lambda connection, ids: enqueue(connection, ids, viewer, why))


def enqueue(connection: Connection, ids: Sequence[UUID], viewer: Viewer, reason: str | None) -> Results:
    """The same within the caller's transaction; the result of each."""
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
    return dict.fromkeys(ids, "gone") | dict.fromkeys(there, "skipped:queued or running") | dict.fromkeys(done, "done")
