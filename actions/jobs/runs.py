"""A verb over many jobs, batch by batch, on record as it goes: interrupted, it tells what was done and can go on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from actions import bulk
from actions.bulk import Outcome
from actions.jobs import changes, verbs
from actions.jobs.changes import DONE, PERMISSION, STAGGERED, Change, Seen, Verb
from core import cache
from core.database import transaction
from core.errors import Invalid, NotFound
from core.identity import Viewer
from core.thresholds import StuckAfter
from queries.tables import bulk_run

TYPED_ABOVE: Final = 50
"""Beyond so many jobs the person types the number: a click is made by accident, a number is not."""
SPREAD_MINUTES: Final = 240
"""The longest time to stagger over: longer belongs to a schedule."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for: a verb over a frozen list, with what the verb needs to know."""

    verb: Verb
    asked: tuple[Seen, ...]
    reason: str | None = None
    at: datetime | None = None
    priority: int | None = None
    stuck_after: StuckAfter | None = None
    spread_minutes: int = 0

    def change(self) -> Change:
        """The change to each job; raises `Invalid` when something is missing or wrong."""
        if self.verb == "reschedule":
            return changes.reschedule(verbs.moment(self.at))
        if self.verb == "change_priority":
            return changes.change_priority(verbs.urgency(self.priority))
        if self.verb == "rescue":
            return changes.rescue(self.stuck_after or StuckAfter())
        return _PLAIN[self.verb]()


_PLAIN: Final = {
    "retry": changes.retry,
    "run_now": changes.run_now,
    "cancel": changes.cancel,
    "force_cancel": changes.force_cancel,
}


@dataclass(frozen=True, slots=True)
class Run:
    """How far a run has come."""

    id: UUID
    order: Order
    fates: Mapping[UUID, str]
    started_at: datetime
    updated_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether every id has its fate."""
        return len(self.fates) >= len(self.order.asked)

    def outcome(self) -> Outcome:
        """What has become of every id so far."""
        return bulk.of_fates(DONE[self.order.verb], [one.id for one in self.order.asked], self.fates)


def start(order: Order, viewer: Viewer, typed: int | None = None) -> UUID:
    """Put the order on record, to be carried out by `advance`; `typed` is the count that the person typed.

    Raises `Forbidden`, and `Invalid` for a list above the cap, a missing reason, or a count that does not fit.
    """
    viewer.require(PERMISSION[order.verb])
    order.change()
    wanted = verbs.frozen(order.asked)
    if not wanted:
        raise Invalid("Nothing is selected. Select jobs first.")
    if len(wanted) > TYPED_ABOVE and typed != len(wanted):
        raise Invalid(f"Type {len(wanted)} to confirm that so many jobs are meant.")
    if not 0 <= order.spread_minutes <= SPREAD_MINUTES:
        raise Invalid(f"Stagger over at most {SPREAD_MINUTES} minutes; reschedule for longer.")
    order = replace(order, asked=_staggered(wanted, order), reason=verbs.justified(order.reason, len(wanted)))
    run_id = uuid4()
    parameters: dict[str, Any] = {
        "at": order.at and order.at.isoformat(),
        "priority": order.priority,
        "spread": order.spread_minutes,
        "stuck_after": asdict(order.stuck_after) if order.stuck_after else None,
    }
    asked = [
        [str(one.id), one.attempts, one.started_at and one.started_at.isoformat(), one.delay_s] for one in order.asked
    ]
    with transaction() as connection:
        connection.execute(
            insert(bulk_run).values(
                id=run_id,
                actor_id=viewer.user_id,
                verb=order.verb,
                parameters=parameters,
                reason=order.reason,
                asked=asked,
            )
        )
    return run_id


def advance(run_id: UUID, viewer: Viewer) -> Run:
    """Carry the run out for one batch more, in one transaction with its record; what is over stays as it is.

    Raises `Forbidden`, `NotFound` when it is nobody's or a colleague's run, and what `transaction` raises: the batch
    has then not happened, or is on record.
    """
    with transaction() as connection:
        row = (
            connection.execute(
                select(bulk_run).where(bulk_run.c.id == run_id, bulk_run.c.actor_id == viewer.user_id).with_for_update()
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound("That run is not there, or is a colleague's. Go back to the list.")
        run = of_row(dict(row))
        viewer.require(PERMISSION[run.order.verb])
        left = [one for one in run.order.asked if one.id not in run.fates]
        if not left:
            return run
        batch = next(verbs.batches(left))
        fates = verbs.apply(connection, run.order.change(), batch, viewer, run.order.reason)
        told = literal({str(one): fate for one, fate in fates.items()}, JSONB)
        connection.execute(
            update(bulk_run)
            .where(bulk_run.c.id == run_id)
            .values(fates=bulk_run.c.fates.op("||")(told), updated_at=func.now())
        )
    cache.bump("jobs", "overview")
    return replace(run, fates={**run.fates, **fates})


def close(run_id: UUID, viewer: Viewer) -> None:
    """The person has seen the outcome, and wants no more of the run."""
    with transaction() as connection:
        connection.execute(
            update(bulk_run)
            .where(bulk_run.c.id == run_id, bulk_run.c.actor_id == viewer.user_id)
            .values(closed_at=func.now())
        )


def of_row(row: Mapping[str, Any]) -> Run:
    """A run from its row, as `queries.jobs.runs` and the table itself give it."""
    parameters, asked, fates = (_value(row[name]) for name in ("parameters", "asked", "fates"))
    limits = parameters.get("stuck_after")
    order = Order(
        verb=cast("Verb", row["verb"]),
        asked=tuple(
            Seen(UUID(one), attempts, datetime.fromisoformat(started) if started else None, delay_s)
            for one, attempts, started, delay_s in asked
        ),
        reason=row["reason"],
        at=datetime.fromisoformat(parameters["at"]) if parameters.get("at") else None,
        priority=parameters.get("priority"),
        stuck_after=StuckAfter(**limits) if limits else None,
        spread_minutes=parameters.get("spread") or 0,
    )
    told = {UUID(one): fate for one, fate in fates.items()}
    return Run(UUID(str(row["id"])), order, told, row["started_at"], row["updated_at"])


def _value(stored: Any) -> Any:
    """JSON as the writer's driver gives it, or as text."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _staggered(wanted: Sequence[Seen], order: Order) -> tuple[Seen, ...]:
    if order.verb not in STAGGERED or not order.spread_minutes:
        return tuple(wanted)
    gap_s = order.spread_minutes * 60 / len(wanted)
    return tuple(replace(one, delay_s=int(place * gap_s)) for place, one in enumerate(wanted))
