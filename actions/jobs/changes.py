"""What can be done to jobs: each verb's words, its conditions, what it changes, and the one statement that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Insert,
    Integer,
    Text,
    Uuid,
    and_,
    case,
    column,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from actions import audit
from core.errors import Invalid
from core.identity import Permission, Viewer
from core.thresholds import StuckAfter
from queries.jobs import states
from queries.jobs.states import Status
from queries.sql import usable
from queries.sql.constants import constant
from queries.sql.outcomes import ended_at
from queries.sql.time import span
from queries.tables import job_failure, rollup_mark
from queries.tables import processing_queue as q
from queries.tables.base import UTC_TIME, Rows

_QUEUED: Final[ColumnElement[Any]] = literal_column("'queued'", Text)
_CANCELLED: Final[ColumnElement[Any]] = literal_column("'cancelled'", Text)
MOST_ATTEMPTS: Final = 2**31 - 1
PRIORITY_LIMIT: Final = 2**31 - 1

Verb = Literal["retry", "run_now", "reschedule", "change_priority", "cancel", "force_cancel", "rescue"]


class ActionSpec(NamedTuple):
    """A verb as a person meets it: its label, what was done, what becomes of one job or of many, and a warning.

    It starts from the `allowed` statuses only; a completed job is never changed in place. `past` is what happened to
    the jobs, where `done` says what they are now.
    """

    label: str
    icon: str
    done: str
    allowed: tuple[Status, ...]
    permission: Permission
    one: str
    many: str
    warning: str = ""
    past: str = ""


ACTIONS: Final[dict[Verb, ActionSpec]] = {
    "retry": ActionSpec(
        "Retry", "replay", "queued again", ("failed", "cancelled"), "jobs",
        "goes back to the queue. Attempts, error and credits stay on record.",
        "go back to the queue. Attempts, error and credits stay on record.", past="retried",
    ),
    "run_now": ActionSpec(
        "Run now", "bolt", "set to run now", ("queued",), "jobs",
        "becomes due now instead of at its scheduled time.", "become due now instead of at their scheduled time.",
    ),
    "reschedule": ActionSpec(
        "Reschedule", "event", "rescheduled", ("queued",), "jobs",
        "becomes due at the time below instead of its own.", "become due at the time below instead of theirs.",
    ),
    "change_priority": ActionSpec(
        "Prioritise", "low_priority", "given the priority", ("queued",), "jobs",
        "gets the priority below. Workers take the highest first.",
        "get the priority below. Workers take the highest first.",
    ),
    "cancel": ActionSpec(
        "Cancel", "cancel", "cancelled", ("queued",), "jobs",
        "leaves the queue. It can be retried later.", "leave the queue. They can be retried later.",
    ),
    "rescue": ActionSpec(
        "Rescue", "support", "rescued", ("processing",), "admin",
        "is taken from a worker that seems dead: it goes back to the queue, or with no attempt left fails with "
        "“Rescued by staff”.",
        "are taken from workers that seem dead: those with attempts left go back to the queue, the others fail with "
        "“Rescued by staff”.",
        "If a worker is alive after all, the job runs twice and its credits are spent twice.",
    ),
    "force_cancel": ActionSpec(
        "Force-cancel", "dangerous", "force-cancelled", ("processing",), "admin",
        "is given up while it runs.", "are given up while they run.",
        "This does not stop the provider's call: it goes on, its result is lost, and its credits may still be charged.",
    ),
}  # fmt: skip

REQUIRES_SNAPSHOT: Final[frozenset[Verb]] = frozenset({"force_cancel", "rescue"})
"""Verbs that change a job only if it is still the run that was seen."""

STAGGERED: Final[frozenset[Verb]] = frozenset({"retry", "run_now"})
"""Verbs that may make many jobs due one after the other, to spare the providers."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A job as a person saw it: attempts and start tell whether it is still the same run. `delay_s` staggers it."""

    id: UUID
    attempts: int | None = None
    run_start: str | None = None
    delay_s: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One verb's effect: the new values of the columns it touches, and what must hold beyond the status."""

    verb: Verb
    values: Mapping[str, ColumnElement[Any]]
    guard: ColumnElement[bool] | None = None
    stuck_after: StuckAfter = field(default_factory=StuckAfter)


def change(
    verb: Verb, at: datetime | None = None, priority: int | None = None, stuck_after: StuckAfter | None = None
) -> Change:
    """What the verb changes in each job; raises `Invalid` when what it needs to know is missing or wrong."""
    match verb:
        case "retry":  # attempts, error, credits and data stay, and there is room for one attempt at least
            another = func.least(states.attempts().cast(BigInteger) + 1, MOST_ATTEMPTS).cast(Integer)
            room = func.greatest(states.max_attempts(), another)
            ends = {"started_at": null(), "completed_at": null()}
            return Change(verb, {"status": _QUEUED, "scheduled_at": func.now(), **ends, "max_attempts": room})
        case "rescue":
            return _rescue(stuck_after or StuckAfter())
        case "run_now":
            return Change(verb, {"scheduled_at": func.now()}, q.c.scheduled_at > func.now())
        case "cancel" | "force_cancel":
            return Change(verb, {"status": _CANCELLED, "completed_at": func.now()})
        case "reschedule":
            if at is None or at.tzinfo is None:
                raise Invalid("The time is missing or has no zone. Give it in UTC.")
            return Change(verb, {"scheduled_at": literal(at.astimezone(UTC), UTC_TIME)})
        case "change_priority":
            if priority is None or abs(priority) > PRIORITY_LIMIT:
                raise Invalid(f"A priority lies between -{PRIORITY_LIMIT:,} and {PRIORITY_LIMIT:,}.")
            return Change(verb, {"priority": literal(priority, Integer)})


def _rescue(stuck_after: StuckAfter) -> Change:
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


def statement(change: Change, jobs: Sequence[Snapshot], viewer: Viewer, reason: str | None) -> Rows:
    """The change over these jobs, with its audit rows, in one statement. Columns: id, outcome, state.

    `outcome` is done, skipped (`state` says why), busy or gone. The rows are locked in id order past those that others
    hold, then changed under the same guard: with the guard in a sub-select alone, a row that a worker had just claimed
    would go back to the queue and run twice.
    """
    wanted, compare = _wanted(jobs), change.verb in REQUIRES_SNAPSHOT
    is_same_run = and_(
        q.c.attempts.is_not_distinct_from(wanted.c.attempts),
        states.run_start().is_not_distinct_from(wanted.c.run_start),
    )
    is_allowed = q.c.status.in_(ACTIONS[change.verb].allowed)
    also = [] if change.guard is None else [change.guard]
    guard = [is_allowed, *also, *([is_same_run] if compare else [])]
    changed = _changed(change, wanted, guard)
    recorded = [audit.of_changes(changed, viewer, f"job.{change.verb}", "job", reason).cte("audited")]
    if "completed_at" in change.values:  # what ended has no end any more, or another one
        recorded += [_failures(changed).cte("failures"), _marks(changed).cte("marks")]
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
        .add_cte(*recorded)
    )


def _failures(changed: CTE) -> Insert:
    """What failed and is tried again stays a failure of its hour."""
    c = changed.c
    kept = [c.id, c.job_type, c.account_id, c.priority, c.ended_at, c.message]
    names = ["job_id", "job_type", "account_id", "priority", "ended_at", "message"]
    is_again = and_(c.was == constant("failed"), c.status == constant("queued"))
    return insert(job_failure).from_select(names, select(*kept).where(is_again))


def _marks(changed: CTE) -> Insert:
    """The hours in which they had ended: the roll-up holds those otherwise."""
    hour = func.date_bin(span(hours=1), usable.moment(changed.c.ended_at), literal_column("timestamptz 'epoch'"))
    marked = select(constant("jobs"), hour.label("bucket")).where(hour.is_not(None)).distinct()
    return insert(rollup_mark).from_select(["source", "bucket"], marked)


def _changed(change: Change, wanted: CTE, guard: Sequence[ColumnElement[bool]]) -> CTE:
    """The rows locked and changed.

    Columns: id, account_id, before and after (the columns that differ), was and status (before and after), ended_at (if
    it had), job_type, priority, message (its first 1,000 characters).
    """
    had_ended = case((states.any_status(states.TERMINAL), ended_at()))
    locked = (
        select(
            q.c.id,
            wanted.c.delay_s,
            _image(change).label("before"),
            q.c.status.label("was"),
            had_ended.label("ended_at"),
        )
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
        .where(q.c.id == locked.c.id, q.c.status.in_(ACTIONS[change.verb].allowed))
        .returning(
            *(q.c.id, q.c.account_id, q.c.status, q.c.job_type, q.c.priority),
            *(locked.c.was, locked.c.ended_at, locked.c.before),
            func.left(q.c.error_message, 1_000).label("message"),
            _image(change).label("after"),
        )
        .cte("updated")
    )
    u = updated.c
    before, after = _only_changed(u.before, u.after), _only_changed(u.after, u.before)
    kept = (u.id, u.account_id, u.was, u.status, u.ended_at, u.job_type, u.priority, u.message)
    return select(*kept, before.label("before"), after.label("after")).cte("changed")


def _wanted(jobs: Sequence[Snapshot]) -> CTE:
    shape = {"id": Uuid(), "attempts": Integer(), "run_start": Text(), "delay_s": Integer()}
    arrays = [literal([getattr(one, name) for one in jobs], ARRAY(kind)) for name, kind in shape.items()]
    columns = [column(name, kind) for name, kind in shape.items()]
    return select(func.unnest(*arrays).table_valued(*columns, name="a").render_derived()).cte("wanted")


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
