"""Put jobs right: every verb is guarded against workers and colleagues, and on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from actions import audit, job_changes
from actions.job_changes import ALLOWED, DONE, PERMISSION, Change, Seen
from actions.outcomes import Outcome
from core import cache
from core.database import transaction
from core.errors import DatabaseBusy, DatabaseDown, Invalid, NotFound
from core.identity import Viewer
from core.telemetry import actions_total
from queries.job_states import StuckAfter
from queries.tables import audit_log
from queries.tables import processing_queue as q

__all__ = [
    "ALLOWED",
    "CAP",
    "REASON_ABOVE",
    "Outcome",
    "Seen",
    "cancel",
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
    return _run(job_changes.retry(), ids, viewer, reason)


def run_now(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Make scheduled jobs due now."""
    return _run(job_changes.run_now(), ids, viewer, reason)


def cancel(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Take queued jobs out of the queue."""
    return _run(job_changes.cancel(), ids, viewer, reason)


def reschedule(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None, *, at: datetime) -> Outcome:
    """Make queued jobs due at another time, which carries its zone."""
    if at.tzinfo is None:
        raise Invalid("The time has no zone. Give it in UTC.")
    return _run(job_changes.reschedule(at.astimezone(UTC)), ids, viewer, reason)


def change_priority(ids: Sequence[UUID | str], viewer: Viewer, reason: str | None = None, *, priority: int) -> Outcome:
    """Give queued jobs another priority."""
    if abs(priority) > PRIORITY_LIMIT:
        raise Invalid(f"A priority lies between -{PRIORITY_LIMIT:,} and {PRIORITY_LIMIT:,}.")
    return _run(job_changes.change_priority(priority), ids, viewer, reason)


def force_cancel(seen: Sequence[Seen], viewer: Viewer, reason: str | None = None) -> Outcome:
    """Give running jobs up, if each is still the run that was seen; the provider is not told and may still charge."""
    return _run(job_changes.force_cancel(), seen, viewer, reason)


def rescue(
    seen: Sequence[Seen], viewer: Viewer, reason: str | None = None, *, stuck_after: StuckAfter | None = None
) -> Outcome:
    """Take stuck jobs from a worker that will not finish, if each is still the run that was seen."""
    return _run(job_changes.rescue(stuck_after or StuckAfter()), seen, viewer, reason)


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


def _run(change: Change, asked: Sequence[UUID | str | Seen], viewer: Viewer, reason: str | None) -> Outcome:
    viewer.require(PERMISSION[change.verb])
    compare = change.verb in {"force_cancel", "rescue"}
    wanted = _wanted(asked)
    why = audit.cleaned(reason)
    if len(wanted) > REASON_ABOVE and not why:
        raise Invalid(f"Say why: more than {REASON_ABOVE} jobs need a reason.")
    fates: list[tuple[UUID, str]] = []
    for batch in _batches(wanted):
        statement = job_changes.statement(change, batch, compare, viewer, why)
        try:
            with transaction() as connection:
                answer = connection.execute(statement).all()
        except (DatabaseDown, DatabaseBusy):
            if not fates:
                raise
            break
        fates += [(row.id, row.outcome if row.outcome != "skipped" else f"skipped:{row.state}") for row in answer]
    cache.bump("jobs")
    return _outcome(change, [one.id for one in wanted], dict(fates))


def _wanted(asked: Sequence[UUID | str | Seen]) -> list[Seen]:
    """Each id once, in the order asked for."""
    try:
        seen = [one if isinstance(one, Seen) else Seen(UUID(str(one)), None, None) for one in asked]
    except ValueError:
        raise Invalid("One of the ids is no job id. Go back to the list and select again.") from None
    unique = {one.id: one for one in seen}
    if len(unique) > CAP:
        raise Invalid(f"{len(unique):,} jobs are too many at once. Choose at most {CAP:,}.")
    return list(unique.values())


def _batches(wanted: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    # In id order over all batches, so that two people with overlapping lists never wait for each other in a circle.
    ordered = sorted(wanted, key=lambda one: one.id)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _outcome(change: Change, ids: Sequence[UUID], fates: Mapping[UUID, str]) -> Outcome:
    by_fate: dict[str, list[UUID]] = defaultdict(list)
    for one in ids:
        by_fate[fates.get(one, "unreached")].append(one)
    for fate, some in by_fate.items():
        actions_total.labels(change.verb, fate.partition(":")[0]).inc(len(some))
    return Outcome(
        verb=DONE[change.verb],
        done=tuple(by_fate["done"]),
        skipped={fate.partition(":")[2]: tuple(some) for fate, some in by_fate.items() if fate.startswith("skipped:")},
        busy=tuple(by_fate["busy"]),
        gone=tuple(by_fate["gone"]),
        unreached=tuple(by_fate["unreached"]),
    )
