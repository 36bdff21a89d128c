"""Who changed what, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, Text, false, func, literal, select, true
from sqlalchemy.dialects.postgresql import TSQUERY

from core.reads import rows_of
from queries.sql import keyset
from queries.sql.keyset import Cursor, Key
from queries.sql.text import printable
from queries.sql.time import between, span
from queries.tables import accounts, audit_chain, audit_log, staff
from queries.tables.base import UTC_TIME, Rows

HISTORY_LIMIT: Final = 100
PAGE_LIMIT: Final = 50
EXPORT_CAP: Final = 50_000
OPERATOR: Final = "operator"
"""The role under which the log knows who ran a command of manage.py; they have no user id."""

_a = audit_log.c


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows are meant; times are half-open, UTC. `words` are found whole, in the reason and in the values."""

    actor_id: UUID | None = None
    is_operator: bool = False
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    account_id: UUID | None = None
    request_id: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


def clauses(where: AuditFilter) -> list[ColumnElement[bool]]:
    """The conditions on `audit_log` that the filter amounts to; none for an empty filter."""
    found = between(_a.at, where.since, where.until)
    if where.actor_id:
        found.append(_a.actor_id == where.actor_id)
    if where.is_operator:
        found += [_a.actor_id.is_(None), _a.actor_role == OPERATOR]
    if where.account_id:
        found.append(_a.account_id == where.account_id)
    for column, text in (
        (_a.action, where.action),
        (_a.object_type, where.object_type),
        (_a.object_id, where.object_id),
        (_a.request_id, where.request_id),
    ):
        if text:
            found.append(column == text)
    if said := printable(where.words):
        # The same expression as the index's. A web search's syntax never fails: "exact phrase", -not, or.
        words = func.dashboard.audit_words(_a.actor_email, _a.object_id, _a.reason, _a.before, _a.after)
        found.append(words.op("@@")(func.websearch_to_tsquery("simple", said, type_=TSQUERY)))
    return found


def page(where: AuditFilter, cursor: Cursor | None, limit: int = PAGE_LIMIT) -> Rows:
    """One page of rows, newest first, in display order.

    Columns: those of `_listed`, sort_key (with id the `Cursor` of a row) and has_more (in the walked direction).
    """
    walked = keyset.keyset_page(Key(_a.at, _a.id, true(), false()), clauses(where), True, cursor, limit)
    return (
        select(*_listed(), walked.c.key.label("sort_key"), walked.c.has_more)
        .join_from(walked, audit_log, _a.id == walked.c.id)
        .outerjoin(accounts, accounts.c.id == _a.account_id)
        .order_by(walked.c.position)
    )


def total(where: AuditFilter) -> Rows:
    """How many rows match. Columns: entries (at most one above `keyset.COUNT_CAP`, which says "and more")."""
    return select(keyset.capped_count(select(_a.id).where(*clauses(where))).label("entries"))


def per_day(where: AuditFilter, first: datetime, days: int) -> Rows:
    """How many rows match on each of so many UTC days from `first`, a midnight. Columns: day, entries."""
    since, day = literal(first, UTC_TIME), span(hours=24)  # hours: a day of the session's time zone may have 23
    every = func.generate_series(since, since + span(hours=24 * (days - 1)), day, type_=UTC_TIME).label("day")
    series = select(every).subquery("series")
    nth = func.date_bin(day, _a.at, since, type_=UTC_TIME).label("day")
    counted = (
        select(nth, func.count().label("entries"))
        .where(*clauses(where), _a.at >= since, _a.at < since + span(hours=24 * days))
        .group_by(nth)
        .subquery("counted")
    )
    return (
        select(series.c.day, func.coalesce(counted.c.entries, 0).label("entries"))
        .outerjoin_from(series, counted, counted.c.day == series.c.day)
        .order_by(series.c.day)
    )


def export(where: AuditFilter, limit: int = EXPORT_CAP) -> Rows:
    """All matching rows for a CSV, newest first, at most `limit`. Columns: the log's, before and after as JSON."""
    return select(*audit_log.c).where(*clauses(where)).order_by(_a.at.desc(), _a.id.desc()).limit(limit)


class Entry(TypedDict):
    """A row of `one`."""

    id: int
    at: datetime
    actor_id: str | None
    actor_email: str | None
    actor_role: str | None
    action: str
    object_type: str
    object_id: str | None
    account_id: str | None
    account_name: str | None
    reason: str | None
    before: str | None
    after: str | None  # JSON of the changed columns
    request_id: str | None
    position: int | None
    hash: str | None  # hex; None for both when the row is not in the chain
    of_request: int  # rows of the same request, at most 1,001


@rows_of(Entry)
def one(entry_id: int) -> Rows:
    """One row in full with its place in the chain; no row when there is none."""
    same = audit_log.alias()
    kin = select(same.c.id).where(same.c.request_id == _a.request_id).correlate(audit_log)
    return (
        select(
            *_listed(reason_length=None),
            _a.before,
            _a.after,
            _a.request_id,
            audit_chain.c.position,
            func.encode(audit_chain.c.hash, "hex", type_=Text).label("hash"),
            keyset.capped_count(kin, 1_000).label("of_request"),
        )
        .outerjoin_from(audit_log, accounts, accounts.c.id == _a.account_id)
        .outerjoin(audit_chain, audit_chain.c.audit_id == _a.id)
        .where(_a.id == entry_id)
    )


def actions() -> Rows:
    """Every action that was ever recorded, in order. Columns: name."""
    return _distinct(_a.action)


def object_types() -> Rows:
    """Every kind of object that was ever touched, in order. Columns: name."""
    return _distinct(_a.object_type)


def actors() -> Rows:
    """Everybody who may be in the log, by e-mail. Columns: user_id, email, name."""
    return select(staff.c.user_id, staff.c.email, staff.c.name).order_by(staff.c.email)


class Change(TypedDict):
    """A row of `history`."""

    id: int
    at: datetime
    actor_email: str | None
    actor_role: str | None
    action: str
    reason: str | None
    before: str | None
    after: str | None  # JSON of the changed columns
    request_id: str | None
    total: int  # of all, beyond the limit


@rows_of(Change)
def history(object_type: str, object_id: str, limit: int = HISTORY_LIMIT, action: str | None = None) -> Rows:
    """What staff did to one object, newest first: all of it, or one action."""
    which = [_a.object_type == object_type, _a.object_id == object_id, *([_a.action == action] if action else [])]
    return (
        select(
            *(_a.id, _a.at, _a.actor_email, _a.actor_role, _a.action, _a.reason, _a.before, _a.after, _a.request_id),
            func.count().over().label("total"),
        )
        .where(*which)
        .order_by(_a.at.desc(), _a.id.desc())
        .limit(limit)
    )


def _listed(reason_length: int | None = 300) -> list[ColumnElement[Any]]:
    """id, at, actor_id, actor_email, actor_role, action, object_type, object_id, account_id, account_name, reason."""
    reason = _a.reason if reason_length is None else func.left(_a.reason, reason_length).label("reason")
    return [
        *(_a.id, _a.at, _a.actor_id, _a.actor_email, _a.actor_role, _a.action, _a.object_type, _a.object_id),
        *(_a.account_id, accounts.c.name.label("account_name"), reason),
    ]


def _distinct(column: ColumnElement[Any]) -> Rows:
    """Each value once, by jumping along an index from value to value: some ten steps instead of every row."""
    first = select(func.min(column).label("name")).cte("jumps", recursive=True)
    following = select(func.min(column)).where(column > first.c.name).correlate(first).scalar_subquery()
    jumps = first.union_all(select(following).where(first.c.name.is_not(None)))
    return select(jumps.c.name).where(jumps.c.name.is_not(None))
