"""Which verbs a job admits from which status, what each changes, and the one statement that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Text,
    Uuid,
    and_,
    case,
    column,
    func,
    literal,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from actions import audit
from core.identity import Permission, Viewer
from core.thresholds import StuckAfter
from queries.jobs import states
from queries.jobs.states import Status
from queries.tables import processing_queue as q
from queries.tables.base import UTC_TIME, Rows

_QUEUED: Final[ColumnElement[Any]] = literal_column("'queued'", Text)
_CANCELLED: Final[ColumnElement[Any]] = literal_column("'cancelled'", Text)

Verb = Literal["retry", "run_now", "reschedule", "change_priority", "cancel", "force_cancel", "rescue"]

ALLOWED: Final[dict[Verb, tuple[Status, ...]]] = {
    "retry": ("failed", "cancelled"),
    "run_now": ("queued",),
    "reschedule": ("queued",),
    "change_priority": ("queued",),
    "cancel": ("queued",),
    "force_cancel": ("processing",),
    "rescue": ("processing",),
}
"""From which status each verb may start; a completed job is never changed in place."""

DONE: Final[dict[Verb, str]] = {
    "retry": "retried",
    "run_now": "set to run now",
    "reschedule": "rescheduled",
    "change_priority": "given the priority",
    "cancel": "cancelled",
    "force_cancel": "force-cancelled",
    "rescue": "rescued",
}
"""What has been done, as the outcome says it."""

COMPARED: Final[frozenset[Verb]] = frozenset({"force_cancel", "rescue"})
"""Verbs that change a job only if it is still the run that was seen."""

STAGGERED: Final[frozenset[Verb]] = frozenset({"retry", "run_now"})
"""Verbs that may make many jobs due one after the other, to spare the providers."""

PERMISSION: Final[dict[Verb, Permission]] = {
    **dict.fromkeys(ALLOWED, "jobs"),
    "force_cancel": "admin",
    "rescue": "admin",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as a person saw it: attempts and start tell whether it is still the same run. `delay_s` staggers it."""

    id: UUID
    attempts: int | None = None
    started_at: datetime | None = None
    delay_s: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One verb's effect: the new values of the columns it touches, and what must hold beyond the status."""

    verb: Verb
    values: Mapping[str, ColumnElement[Any]]
    guard: ColumnElement[bool] | None = None
    stuck_after: StuckAfter = field(default_factory=StuckAfter)


def retry() -> Change:
    """Back to the queue; attempts, error, credits and data stay, and there is room for one attempt at least."""
    return Change(
        "retry",
        {
            "status": _QUEUED,
            "scheduled_at": func.now(),
            "started_at": null(),
            "completed_at": null(),
            "max_attempts": func.greatest(states.max_attempts(), states.attempts() + 1),
        },
    )


def run_now() -> Change:
    """Due now, if it was to be due later."""
    return Change("run_now", {"scheduled_at": func.now()}, q.c.scheduled_at > func.now())


def reschedule(at: datetime) -> Change:
    """Due at another time."""
    return Change("reschedule", {"scheduled_at": literal(at, UTC_TIME)})


def change_priority(priority: int) -> Change:
    """Another priority."""
    return Change("change_priority", {"priority": literal(priority, Integer)})


def cancel() -> Change:
    """Out of the queue."""
    return Change("cancel", {"status": _CANCELLED, "completed_at": func.now()})


def force_cancel() -> Change:
    """Given up while running; the provider's call goes on."""
    return Change("force_cancel", {"status": _CANCELLED, "completed_at": func.now()})


def rescue(stuck_after: StuckAfter) -> Change:
    """Taken from a worker that will not finish: queued again while attempts are left, else failed."""
    has_left = states.attempts() < states.max_attempts()
    return Change(
        "rescue",
        {
            "status": case((has_left, _QUEUED), else_=literal_column("'failed'", Text)),
            "scheduled_at": case((has_left, func.now()), else_=q.c.scheduled_at),
            "started_at": case((has_left, null()), else_=q.c.started_at),
            "completed_at": case((has_left, null()), else_=func.now()),
            "error_message": case((has_left, q.c.error_message), else_=literal_column("'Rescued by staff'", Text)),
        },
        states.is_stuck(stuck_after),
        stuck_after,
    )


def statement(change: Change, asked: Sequence[Seen], compare: bool, viewer: Viewer, reason: str | None) -> Rows:
    """The change over these ids, with its audit rows, in one statement. Columns: id, outcome, state.

    `outcome` is done, skipped (`state` says why), busy or gone. The rows are locked in id order past those that others
    hold, then changed under the same guard: with the guard in a sub-select alone, a row that a worker had just claimed
    would go back to the queue and run twice.
    """
    wanted = _asked(asked)
    is_same_run = and_(
        q.c.attempts.is_not_distinct_from(wanted.c.attempts), q.c.started_at.is_not_distinct_from(wanted.c.started_at)
    )
    is_allowed = q.c.status.in_(ALLOWED[change.verb])
    guard: list[ColumnElement[bool]] = [is_allowed]
    if change.guard is not None:
        guard.append(change.guard)
    if compare:
        guard.append(is_same_run)
    changed = _changed(change, wanted, guard)
    audited = audit.of_changes(changed, viewer, f"job.{change.verb}", "job", reason).cte("audited")
    state = states.state(change.stuck_after)
    fitting = case((is_same_run, state), else_="another run") if compare else state
    told = case((is_allowed, fitting), else_=func.coalesce(q.c.status, "unknown"))
    outcome = case(
        (changed.c.id.is_not(None), "done"), (q.c.id.is_(None), "gone"), (and_(*guard), "busy"), else_="skipped"
    )
    return (
        select(wanted.c.id, outcome.label("outcome"), told.label("state"))
        .outerjoin_from(wanted, q, q.c.id == wanted.c.id)
        .outerjoin(changed, changed.c.id == wanted.c.id)
        .add_cte(audited)
    )


def _changed(change: Change, wanted: CTE, guard: Sequence[ColumnElement[bool]]) -> CTE:
    """The rows locked and changed. Columns: id, account_id, before and after (the columns that differ)."""
    locked = (
        select(q.c.id, wanted.c.delay_s, _image(change).label("before"))
        .join_from(q, wanted, q.c.id == wanted.c.id)
        .where(*guard)
        .order_by(q.c.id)
        .with_for_update(of=q, skip_locked=True)
        .cte("locked")
    )
    values = dict(change.values)
    if change.verb in STAGGERED:
        values["scheduled_at"] = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, locked.c.delay_s)
    updated = (
        update(q)
        .values(**values, updated_at=func.now())
        .where(q.c.id == locked.c.id, q.c.status.in_(ALLOWED[change.verb]))
        .returning(q.c.id, q.c.account_id, locked.c.before, _image(change).label("after"))
        .cte("updated")
    )
    u = updated.c
    before, after = _only_changed(u.before, u.after), _only_changed(u.after, u.before)
    return select(u.id, u.account_id, before.label("before"), after.label("after")).cte("changed")


def _asked(asked: Sequence[Seen]) -> CTE:
    ids = literal([one.id for one in asked], ARRAY(Uuid))
    attempts = literal([one.attempts for one in asked], ARRAY(Integer))
    started = literal([one.started_at for one in asked], ARRAY(UTC_TIME))
    delays = literal([one.delay_s for one in asked], ARRAY(Integer))
    columns = (
        column("id", Uuid),
        column("attempts", Integer),
        column("started_at", UTC_TIME),
        column("delay_s", Integer),
    )
    table = func.unnest(ids, attempts, started, delays).table_valued(*columns, name="a").render_derived()
    return select(table).cte("asked")


def _image(change: Change) -> ColumnElement[Any]:
    """The columns that the verb touches, as they stand."""
    return func.jsonb_build_object(
        *(part for name in change.values for part in (literal_column(f"'{name}'"), q.c[name]))
    )


def _only_changed(image: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    entries = func.jsonb_each(image).table_valued("key", "value", name="entry")
    other_value = other.op("->")(entries.c.key)
    return (
        select(func.jsonb_object_agg(entries.c.key, entries.c.value))
        .where(entries.c.value.is_distinct_from(other_value))
        .scalar_subquery()
    )
