"""The calls themselves: single rows, and groups of failures with the same message."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Double, case, false, func, select

from queries.api_usage.filters import ApiFilter, call_clauses
from queries.sql import keyset, signatures
from queries.sql.keyset import Cursor, Key
from queries.sql.outcomes import has_failed, is_error
from queries.tables import accounts
from queries.tables import api_usage_logs as logs
from queries.tables.base import Rows

PAGE_LIMIT: Final = 50
EXPORT_CAP: Final = 50_000
GROUPS: Final = 50


def page(
    where: ApiFilter, *, only_errors: bool, signature: str, cursor: Cursor | None, limit: int = PAGE_LIMIT
) -> Rows:
    """One page of calls, newest first. Columns: those of `_listed`, sort_key and has_more as in `keyset.keyset_page`.

    With a signature only its failures among the newest `signatures.WINDOW`.
    """
    key = Key(logs.c.created_at, logs.c.id, logs.c.created_at.is_not(None), false())
    walked = keyset.keyset_page(key, _kept(where, only_errors, signature), True, cursor, limit)
    return (
        select(*_listed(), walked.c.key.label("sort_key"), walked.c.has_more)
        .join_from(walked, logs, logs.c.id == walked.c.id)
        .outerjoin(accounts, accounts.c.id == logs.c.account_id)
        .order_by(walked.c.position)
    )


def export(where: ApiFilter, *, only_errors: bool, signature: str, limit: int = EXPORT_CAP) -> Rows:
    """The same calls for a CSV, newest first, at most `limit`. Columns: those of `_listed`."""
    return (
        select(*_listed(message_length=2_000))
        .outerjoin_from(logs, accounts, accounts.c.id == logs.c.account_id)
        .where(*_kept(where, only_errors, signature))
        .order_by(logs.c.created_at.desc(), logs.c.id.desc())
        .limit(limit)
    )


def failed_by_message(where: ApiFilter) -> Rows:
    """Why calls failed: the newest `signatures.WINDOW` failures under the filter, by normalised message.

    Columns: signature, calls, share (of the window), services (list), accounts (how many), first_at, last_at,
    is_window_full (older failures were not looked at), groups (how many messages). Most first, at most `GROUPS`.
    """
    f = _failures(where).cte("f")
    window = select(func.count()).select_from(f).scalar_subquery()
    return (
        select(
            f.c.signature,
            f.c.hash,
            func.count().label("calls"),
            (func.count().cast(Double) / window).label("share"),
            func.array_agg(f.c.service_name.distinct()).label("services"),
            func.count(f.c.account_id.distinct()).label("accounts"),
            func.min(f.c.created_at).label("first_at"),
            func.max(f.c.created_at).label("last_at"),
            _has_older(where).label("is_window_full"),
            func.count().over().label("groups"),
        )
        .group_by(f.c.signature, f.c.hash)
        .order_by(func.count().desc(), f.c.signature)
        .limit(GROUPS)
    )


def has_unseen(where: ApiFilter) -> Rows:
    """Whether failures were left out where those of one signature are looked for. Columns: has_unseen."""
    return select(_has_older(where).label("has_unseen"))


def _failures(where: ApiFilter) -> Rows:
    message = func.left(logs.c.error_message, 1000)
    return signatures.named(_newest(where, signatures.rough(message)).limit(signatures.WINDOW).cte())


def _newest(where: ApiFilter, *columns: ColumnElement[Any]) -> Rows:
    return (
        select(logs.c.id, logs.c.created_at, logs.c.service_name, logs.c.account_id, *columns)
        .where(*call_clauses(where), is_error())
        .order_by(logs.c.created_at.desc(), logs.c.id.desc())
    )


def _has_older(where: ApiFilter) -> ColumnElement[bool]:
    return keyset.more_than(_newest(where), signatures.WINDOW)


def _kept(where: ApiFilter, only_errors: bool, signature: str) -> list[ColumnElement[bool]]:
    kept = call_clauses(where)
    if only_errors or signature:
        kept.append(is_error())
    if signature:
        group = _failures(where).subquery()
        kept.append(logs.c.id.in_(select(group.c.id).where(group.c.hash == signature)))
    return kept


def _listed(message_length: int = 300) -> list[ColumnElement[Any]]:
    """id, created_at, service, endpoint, request_type, account_id, account_name, status_code, outcome (ok, error or
    unknown), response_time_ms, tokens_used, credits_cost, the head of error_message."""
    outcome = case(
        (has_failed(), "error"),
        (logs.c.status_code.is_(None), "unknown"),
        else_="ok",
    )
    return [
        logs.c.id,
        logs.c.created_at,
        logs.c.service_name.label("service"),
        logs.c.endpoint,
        logs.c.request_type,
        logs.c.account_id,
        accounts.c.name.label("account_name"),
        logs.c.status_code,
        outcome.label("outcome"),
        logs.c.response_time_ms,
        logs.c.tokens_used,
        logs.c.credits_cost,
        func.left(logs.c.error_message, message_length).label("error_message"),
    ]
