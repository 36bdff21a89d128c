"""A verb over jobs, one or many, on record as it goes: interrupted, it tells what was done and can go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from actions import bulk
from actions.bulk import Kind, Outcome, Progress, Results
from actions.jobs import changes
from actions.jobs.changes import ACTIONS, STAGGERED, Change, Snapshot, Verb
from core import jsontext
from core.database import transaction
from core.errors import Invalid, NotFound
from core.identity import Viewer
from core.thresholds import StuckAfter
from queries.tables import bulk_run

REASON_ABOVE: Final = 10
"""Beyond so many jobs a reason is required."""
TYPED_ABOVE: Final = 50
"""Beyond so many jobs the person types the number: a click is made by accident, a number is not."""
SPREAD_MINUTES: Final = 240
"""The longest time to stagger over: longer belongs to a schedule."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for: a verb over a frozen list, with what the verb needs to know."""

    verb: Verb
    jobs: tuple[Snapshot, ...]
    reason: str | None = None
    at: datetime | None = None
    priority: int | None = None
    stuck_after: StuckAfter | None = None
    spread_minutes: int = 0

    def change(self) -> Change:
        """The change to each job; raises `Invalid` when something is missing or wrong."""
        return changes.change(self.verb, self.at, self.priority, self.stuck_after)


@dataclass(frozen=True, slots=True)
class Run:
    """How far a run has come; `stopped` says what stopped it just now."""

    id: UUID
    order: Order
    results: Results
    started_at: datetime
    updated_at: datetime
    stopped: str = ""

    @property
    def is_over(self) -> bool:
        """Whether every id has its result."""
        return len(self.results) >= len(self.order.jobs)

    def outcome(self) -> Outcome:
        """What has become of every id so far."""
        ids = tuple(one.id for one in self.order.jobs)
        return Outcome(_kind(self.order.verb), ids, self.results, self.stopped)


def start(order: Order, viewer: Viewer, typed: int | None = None) -> UUID:
    """Put the order on record, to be carried out by `carry_out`; `typed` is the count that the person typed.

    Raises `Forbidden`, and `Invalid` for a list above the cap, a missing reason, or a count that does not fit.
    """
    viewer.require(ACTIONS[order.verb].permission)
    order.change()
    wanted = list({one.id: one for one in order.jobs}.values())
    if not wanted:
        raise Invalid("Nothing is selected. Select jobs first.")
    bulk.at_most(len(wanted), "jobs")
    if len(wanted) > TYPED_ABOVE and typed != len(wanted):
        raise Invalid(f"Type {len(wanted)} to confirm that so many jobs are meant.")
    if not 0 <= order.spread_minutes <= SPREAD_MINUTES:
        raise Invalid(f"Stagger over at most {SPREAD_MINUTES} minutes; reschedule for longer.")
    run_id, reason = uuid4(), bulk.justified(order.reason, len(wanted), REASON_ABOVE, "jobs")
    parameters: dict[str, Any] = {
        "at": order.at and order.at.isoformat(),
        "priority": order.priority,
        "spread": order.spread_minutes,
        "stuck_after": asdict(order.stuck_after) if order.stuck_after else None,
    }
    jobs = [[str(one.id), one.attempts, one.run_start, one.delay_s] for one in _staggered(wanted, order)]
    row = {"id": run_id, "actor_id": viewer.user_id, "verb": order.verb, "parameters": parameters}
    with transaction() as connection:
        connection.execute(insert(bulk_run).values(**row, reason=reason, asked=jobs))
    return run_id


def carry_out(run_id: UUID, viewer: Viewer, progress: Progress | None = None) -> Run:
    """Carry the run out, each transaction with its part of the record; what is over stays as it is.

    Raises `Forbidden`, and `NotFound` when it is nobody's or a colleague's run; an outage as `bulk.carry_out` says.
    """
    with transaction() as connection:
        run = _on_record(connection, run_id, viewer)
    viewer.require(ACTIONS[run.order.verb].permission)
    change, jobs = run.order.change(), {one.id: one for one in run.order.jobs}
    recorded = dict(run.results)

    def apply(connection: Connection, ids: Sequence[UUID]) -> Results:
        recorded.update(_on_record(connection, run_id, viewer, is_locked=True).results)  # from another window
        left = [jobs[one] for one in ids if one not in recorded]
        answer = connection.execute(changes.statement(change, left, viewer, run.order.reason)).all()
        results = {row.id: f"skipped:{row.state}" if row.outcome == "skipped" else row.outcome for row in answer}
        told = literal({str(one): result for one, result in results.items()}, JSONB)
        connection.execute(
            update(bulk_run)
            .where(bulk_run.c.id == run_id)
            .values(fates=bulk_run.c.fates.op("||")(told), updated_at=func.now())
        )
        return results

    outcome = bulk.carry_out(_kind(run.order.verb), jobs, apply, progress, earlier=run.results)
    return replace(run, results={**recorded, **outcome.results}, stopped=outcome.stopped)


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
    parameters, jobs, results = (_value(row[name]) for name in ("parameters", "asked", "fates"))
    limits = parameters.get("stuck_after")
    order = Order(
        verb=cast("Verb", row["verb"]),
        jobs=tuple(Snapshot(UUID(one), attempts, run_start, delay_s) for one, attempts, run_start, delay_s in jobs),
        reason=row["reason"],
        at=datetime.fromisoformat(parameters["at"]) if parameters.get("at") else None,
        priority=parameters.get("priority"),
        stuck_after=StuckAfter(**limits) if limits else None,
        spread_minutes=parameters.get("spread") or 0,
    )
    told = {UUID(one): result for one, result in results.items()}
    return Run(UUID(str(row["id"])), order, told, row["started_at"], row["updated_at"])


def _on_record(connection: Connection, run_id: UUID, viewer: Viewer, *, is_locked: bool = False) -> Run:
    found = select(bulk_run).where(bulk_run.c.id == run_id, bulk_run.c.actor_id == viewer.user_id)
    row = connection.execute(found.with_for_update() if is_locked else found).mappings().one_or_none()
    if row is None:
        raise NotFound("That run is not there, or is a colleague's. Go back to the list.")
    return of_row(dict(row))


def _kind(verb: Verb) -> Kind:
    done = ACTIONS[verb].done
    return Kind(verb, ("jobs", "overview"), f"job is {done}", f"jobs are {done}")


def _value(stored: Any) -> Any:
    """JSON as the writer's driver gives it, or as text."""
    return jsontext.loads(stored) if isinstance(stored, str) else stored


def _staggered(wanted: Sequence[Snapshot], order: Order) -> Sequence[Snapshot]:
    if order.verb not in STAGGERED or not order.spread_minutes:
        return wanted
    gap_s = order.spread_minutes * 60 / len(wanted)
    return [replace(one, delay_s=int(place * gap_s)) for place, one in enumerate(wanted)]
