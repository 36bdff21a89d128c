"""Change what an account may use, if it is still what the person saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from actions import audit, bulk
from actions.accounts import summary
from actions.bulk import Kind, Results
from core.errors import Invalid, NotFound
from core.identity import Viewer
from queries.accounts.quotas import LIMITS, QUOTAS, Quota
from queries.tables import accounts

HIGHEST: Final = 2**31 - 1
"""What the product's columns hold."""
_KIND: Final = Kind("limits", ("accounts",), "changed", "changed")
Limits = Mapping[Quota, int | None]
"""The four limits; None where the product has none on record."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an edit. `conflict` is empty when it was saved; else nothing was changed, and it names the quotas
    that somebody else changed meanwhile; `now` are the limits as they stand in either case."""

    now: Limits
    conflict: tuple[Quota, ...] = ()


def change(account_id: UUID, seen: Limits, wanted: Limits, viewer: Viewer, reason: str | None) -> Change:
    """Set the limits that `wanted` and `seen` differ in; needs `limits` and a reason.

    Raises `Invalid` for a value no column holds, for nothing to change or no reason, `NotFound` without the account.
    A conflict is put on record as well: what was wanted, and what stood there instead.
    """
    viewer.require("limits")
    why = audit.cleaned(reason)
    if not why:
        raise Invalid("Say why: a change of limits needs a reason.")
    edited = _edited(seen, wanted)
    became: list[Change] = []

    def apply(connection: Connection, _: Sequence[UUID]) -> Results:
        saved = _changed(connection, account_id, seen, edited)
        now = saved or _found(connection, account_id)
        conflict: tuple[Quota, ...] = () if saved else tuple(quota for quota in edited if now[quota] != seen[quota])
        audit.record(
            connection,
            viewer,
            "account.limits" if saved else "account.limits_refused",
            "account",
            account_id,
            account_id=account_id,
            reason=why,
            before={LIMITS[quota]: (seen if saved else now)[quota] for quota in edited},
            after={LIMITS[quota]: value for quota, value in edited.items()},
        )
        became.append(Change(now, conflict))
        return {account_id: "done" if saved else "conflict"}

    bulk.carry_out(_KIND, [account_id], apply)
    summary.refresh_one(account_id)
    return became[0]


def _edited(seen: Limits, wanted: Limits) -> dict[Quota, int]:
    edited: dict[Quota, int] = {
        quota: _checked(quota, wanted[quota]) for quota in QUOTAS if wanted[quota] != seen[quota]
    }
    if not edited:
        raise Invalid("The limits are as they were: change at least one.")
    return edited


def _changed(
    connection: Connection, account_id: UUID, seen: Limits, edited: Mapping[Quota, int]
) -> dict[Quota, int | None] | None:
    """The limits after the update; None when an edited one is not what was seen, or the account is gone."""
    guard = [accounts.c[LIMITS[quota]].is_not_distinct_from(seen[quota]) for quota in edited]
    row = connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id, *guard)
        .values({LIMITS[quota]: value for quota, value in edited.items()} | {"updated_at": func.now()})
        .returning(*_columns())
    ).one_or_none()
    return None if row is None else dict(zip(QUOTAS, row, strict=True))


def _found(connection: Connection, account_id: UUID) -> dict[Quota, int | None]:
    row = connection.execute(select(*_columns()).where(accounts.c.id == account_id)).one_or_none()
    if row is None:
        raise NotFound("That account no longer exists. Go back to the list and refresh.")
    return dict(zip(QUOTAS, row, strict=True))


def _columns() -> list[Any]:
    return [accounts.c[LIMITS[quota]] for quota in QUOTAS]


def _checked(quota: Quota, value: int | None) -> int:
    noun = quota.replace("_", " ")
    if value is None:
        raise Invalid(f"The limit of {noun} is empty. Give a number, 0 for none.")
    if not 0 <= value <= HIGHEST:
        raise Invalid(f"The limit of {noun} must be between 0 and {HIGHEST:,}.")
    return value
