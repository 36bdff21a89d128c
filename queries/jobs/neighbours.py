"""What happened around a job: the account's other jobs, the same failure elsewhere, the account's failed API calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select

from core.reads import rows_of
from core.thresholds import StuckAfter
from queries.jobs import signatures, states
from queries.sql.outcomes import is_error
from queries.sql.time import span
from queries.tables import accounts
from queries.tables import api_usage_logs as logs
from queries.tables import processing_queue as q
from queries.tables.base import UTC_TIME, Rows

NEAR_MINUTES: Final = 10
AROUND_MINUTES: Final = 60
SHOWN: Final = 8


class Neighbour(TypedDict):
    """A row of `of_account`."""

    id: str
    state: str
    job_type: str
    at: datetime  # creation
    total: int  # of all, beyond the limit


@rows_of(Neighbour)
def of_account(job_id: UUID, account_id: UUID, at: datetime, stuck_after: StuckAfter) -> Rows:
    """The account's other jobs that were created within ten minutes of that moment, at most `SHOWN`, in order."""
    near = _within(q.c.created_at, at, NEAR_MINUTES)
    return (
        select(
            q.c.id,
            states.state(stuck_after).label("state"),
            q.c.job_type,
            q.c.created_at.label("at"),
            func.count().over().label("total"),
        )
        .where(q.c.account_id == account_id, near, q.c.id != job_id)
        .order_by(q.c.created_at, q.c.id)
        .limit(SHOWN)
    )


class SameFailure(TypedDict):
    """A row of `of_signature`."""

    signature: str
    hash: str
    jobs: int  # how many others
    is_floor: bool  # older failures were not looked at
    id: str
    job_type: str
    account_name: str | None
    at: datetime | None  # failure


@rows_of(SameFailure)
def of_signature(job_id: UUID) -> Rows:
    """Other failures with this job's error signature, among the newest `signatures.WINDOW`, the newest first. No row
    for the only one."""
    mine = signatures.of_job(job_id).cte("mine")
    failures = signatures.newest_failures([], q.c.job_type, q.c.account_id).subquery("failures")
    same = (
        select(failures, func.count().over().label("jobs"))
        .join_from(failures, mine, mine.c.signature == failures.c.signature)
        .where(failures.c.id != job_id)
        .order_by(failures.c.ended_at.desc(), failures.c.id.desc())
        .limit(SHOWN)
        .subquery("same")
    )
    s = same.c
    return (
        select(
            s.signature,
            s.hash,
            s.jobs,
            signatures.has_older([]).label("is_floor"),
            s.id,
            s.job_type,
            accounts.c.name.label("account_name"),
            s.ended_at.label("at"),
        )
        .outerjoin_from(same, accounts, accounts.c.id == s.account_id)
        .order_by(s.ended_at.desc(), s.id.desc())
    )


class ApiError(TypedDict):
    """A row of `api_errors`."""

    at: datetime
    service_name: str
    endpoint: str | None
    status_code: int | None
    error_message: str | None  # its head
    calls: int  # how many failed in all


@rows_of(ApiError)
def api_errors(account_id: UUID, at: datetime) -> Rows:
    """The account's failed API calls within an hour of that moment, the nearest first, at most `SHOWN`."""
    near = _within(logs.c.created_at, at, AROUND_MINUTES)
    distance: ColumnElement[float] = func.abs(func.date_part("epoch", logs.c.created_at - at))
    return (
        select(
            logs.c.created_at.label("at"),
            logs.c.service_name,
            logs.c.endpoint,
            logs.c.status_code,
            func.left(logs.c.error_message, 200).label("error_message"),
            func.count().over().label("calls"),
        )
        .where(
            logs.c.account_id == account_id,
            near,
            is_error(),
        )
        .order_by(distance, logs.c.id)
        .limit(SHOWN)
    )


def _within(column: ColumnElement[Any], at: datetime, minutes: int) -> ColumnElement[bool]:
    """PostgreSQL's arithmetic, which no moment overflows."""
    moment, distance = literal(at, UTC_TIME), span(mins=minutes)
    return column.between(moment - distance, moment + distance)
