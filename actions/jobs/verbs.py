"""Put jobs right: every verb is guarded against workers and colleagues, and on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from actions import audit, bulk
from actions.bulk import Outcome
from actions.jobs import changes
from actions.jobs.changes import ALLOWED, COMPARED, DONE, PERMISSION, Change, Seen
from core import cache
from core.database import transaction
from core.errors import DatabaseBusy, DatabaseDown, Invalid, NotFound
from core.identity import Viewer
from core.telemetry import actions_total
from core.thresholds import StuckAfter
from queries.tables import audit_log
from queries.tables import processing_queue as q

__all__ = [
    "ALLOWED",
    "CAP",
    "REASON_ABOVE",
    "Outcome",
    "Seen",
    "cancel",
    "carry_out",
    "change_priority",
    "force_cancel",
    "reschedule",
    "rescue",
    "retry",
    "reveal",
    "run_now",
]  # fmt: skip

CAP: Final = 1_000
"""Ids in one call: what a person can answer for, and five transactions."""
REASON_ABOVE: Final = 10
"""Beyond so many jobs a reason is required."""
BATCH: Final = 200
"""Ids in one transaction: locks are held for tens of milliseconds, and workers go on."""
PRIORITY_LIMIT: Final = 2**31 - 1


def retry(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Put failed or cancelled jobs back into the queue, due now, with room for one attempt more."""
    return carry_out(changes.retry(), ids, viewer, reason)


def run_now(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Make scheduled jobs due now."""
    return carry_out(changes.run_now(), ids, viewer, reason)


def cancel(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Take queued jobs out of the queue."""
    return carry_out(changes.cancel(), ids, viewer, reason)


def reschedule(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None, *, at: datetime) -> Outcome:
    """Make queued jobs due at another time, which carries its zone."""
    return carry_out(changes.reschedule(moment(at)), ids, viewer, reason)


def change_priority(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None, *, priority: int) -> Outcome:
    """Give queued jobs another priority."""
    return carry_out(changes.change_priority(urgency(priority)), ids, viewer, reason)


def force_cancel(seen: Sequence[Seen], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Give running jobs up, if each is still the run that was seen; the provider is not told and may still charge."""
    return carry_out(changes.force_cancel(), seen, viewer, reason)


def rescue(
    seen: Sequence[Seen], viewer: Viewer, reason: str | None = None, *, stuck_after: StuckAfter | None = None
) -> Outcome:
    """Take stuck jobs from a worker that will not finish, if each is still the run that was seen."""
    return carry_out(changes.rescue(stuck_after or StuckAfter()), seen, viewer, reason)


def reveal(job_id: UUID, viewer: Viewer) -> None:
    """Put on record that the viewer saw the hidden values of a job's data; raises `NotFound` when it is gone."""
    viewer.require("jobs")
    row = audit.of_changes(
        select(q.c.id, q.c.account_id, audit.NOTHING.label("before"), audit.NOTHING.label("after"))
        .where(q.c.id == job_id)
        .subquery(),
        viewer, "job.reveal", "job", None,
    )  # fmt: skip
    with transaction() as connection:
        if connection.execute(row.returning(audit_log.c.id)).first() is None:
            raise NotFound("That job does not exist any more. Go back to the list and refresh.")


def moment(at: datetime | None) -> datetime:
    """The time in UTC; raises `Invalid` without one, or without its zone."""
    if at is None or at.tzinfo is None:
        raise Invalid("The time is missing or has no zone. Give it in UTC.")
    return at.astimezone(UTC)


def urgency(priority: int | None) -> int:
    """The priority; raises `Invalid` for one that the column cannot hold."""
    if priority is None or abs(priority) > PRIORITY_LIMIT:
        raise Invalid(f"A priority lies between -{PRIORITY_LIMIT:,} and {PRIORITY_LIMIT:,}.")
    return priority


def carry_out(change: Change, asked: Sequence[UUID | str | Seen], viewer: Viewer, reason: str | None) -> Outcome:
    """One change over these jobs in transactions of `BATCH`; what is done before the database goes away is told."""
    viewer.require(PERMISSION[change.verb])
    wanted = frozen(asked)
    why = justified(reason, len(wanted))
    fates: dict[UUID, str] = {}
    for batch in batches(wanted):
        try:
            with transaction() as connection:
                fates |= apply(connection, change, batch, viewer, why)
        except (DatabaseDown, DatabaseBusy):
            if not fates:
                raise
            break
    cache.bump("jobs", "overview")
    return bulk.of_fates(DONE[change.verb], [one.id for one in wanted], fates)


def apply(
    connection: Connection, change: Change, batch: Sequence[Seen], viewer: Viewer, reason: str | None
) -> dict[UUID, str]:
    """One change over one batch within the caller's transaction, audited; each id's fate as `Outcome` names them."""
    statement = changes.statement(change, batch, change.verb in COMPARED, viewer, reason)
    answer = connection.execute(statement).all()
    fates = {row.id: row.outcome if row.outcome != "skipped" else f"skipped:{row.state}" for row in answer}
    for fate in fates.values():
        actions_total.labels(change.verb, fate.partition(":")[0]).inc()
    return fates


def justified(reason: str | None, number: int) -> str | None:
    """The reason, cleaned; raises `Invalid` when so many jobs need one and there is none."""
    why = audit.cleaned(reason)
    if number > REASON_ABOVE and not why:
        raise Invalid(f"Say why: more than {REASON_ABOVE} jobs need a reason.")
    return why


def frozen(asked: Sequence[UUID | str | Seen]) -> list[Seen]:
    """Each id once, in the order asked for."""
    try:
        seen = [one if isinstance(one, Seen) else Seen(UUID(str(one))) for one in asked]
    except ValueError:
        raise Invalid("One of the ids is no job id. Go back to the list and select again.") from None
    unique = {one.id: one for one in seen}
    if len(unique) > CAP:
        raise Invalid(f"{len(unique):,} jobs are too many at once. Choose at most {CAP:,}.")
    return list(unique.values())


def batches(wanted: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    """Transactions' worth of ids."""
    # In id order over all batches, so that two people with overlapping lists never wait for each other in a circle.
    ordered = sorted(wanted, key=lambda one: one.id)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
