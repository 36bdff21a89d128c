"""Which accounts are meant, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ColumnElement, and_, case, func, literal_column, or_

from queries.accounts.quotas import BANDS, COLUMNS, Band, Quota
from queries.sql.keyset import kinds
from queries.sql.text import escaped, printable
from queries.sql.time import lately
from queries.tables import account_summary as s

Only = Literal["quiet", "past_due", "filling"]
ONLY: Final[tuple[Only, ...]] = get_args(Only)
Sort = Literal[
    "urgency", "name", "plan", "status", "creators", "users", "voice_models", "storage", "full", "credits",
    "projected", "active",
]  # fmt: skip
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
FILLING_DAYS: Final = 14
ACTIVE_DAYS: Final = 7

_is_alone = func.dashboard.is_alone(s.c.users_used, s.c.user_limit, type_=Boolean)
_users_use = case((_is_alone, literal_column("0")), else_=s.c.users_use)
_worst_use = func.greatest(_users_use, *(columns.use for quota, columns in COLUMNS.items() if quota != "users"))
# Bands first, then the share within: a share takes at most 16 digits.
_urgency = s.c.worst_band.cast(BigInteger) * literal_column("10000000000000000") + func.coalesce(
    _worst_use, literal_column("0")
)
KEYS: Final[dict[Sort, ColumnElement[Any]]] = {
    "urgency": _urgency,
    "name": s.c.name,
    "plan": s.c.plan_type,
    "status": s.c.status,
    "creators": s.c.creators_use,
    "users": s.c.users_use,
    "voice_models": s.c.voice_models_use,
    "storage": s.c.storage_use,
    "full": s.c.full_soonest_days,
    "credits": s.c.credits_month,
    "projected": s.c.credits_projected,
    "active": s.c.last_active_at,
}
KINDS: Final = kinds(KEYS)


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts are meant. `band` is that of `quota`, or the worst of the four without one; `only` keeps those
    gone quiet, past due but active within 7 days, or with storage full within 14 days and not yet."""

    search: str = ""
    plan: str = ""
    status: str = ""
    band: Band | Literal[""] = ""
    quota: Quota | Literal[""] = ""
    only: Only | Literal[""] = ""

    @property
    def without_band(self) -> AccountFilter:
        """The same filter over all bands, as the tiles need it."""
        return replace(self, band="")


def band_of(where: AccountFilter) -> ColumnElement[int]:
    """The column that the filter's band is about."""
    return COLUMNS[where.quota].band if where.quota else s.c.worst_band


def clauses(where: AccountFilter) -> list[ColumnElement[bool]]:
    """The conditions on `account_summary` that the filter amounts to."""
    kept: list[ColumnElement[bool]] = []
    if search := printable(where.search):
        kept.append(_holds(search))
    if where.plan:
        kept.append(s.c.plan_type == where.plan)
    if where.status:
        kept.append(s.c.status == where.status)
    if where.band:
        kept.append(band_of(where) == BANDS.index(where.band))
    if where.only:
        kept.append(_ONLY[where.only])
    return kept


def _holds(search: str) -> ColumnElement[bool]:
    """Whether the name or an e-mail holds the text in any case, or it is the account's id."""
    held = s.c.search_text.like(func.lower(f"%{escaped(search)}%"), escape="\\")
    try:
        return or_(held, s.c.account_id == UUID(search))
    except ValueError:
        return held


_ONLY: Final[dict[Only, ColumnElement[bool]]] = {
    "quiet": s.c.is_quiet,
    "past_due": and_(
        s.c.status == "past_due",
        *lately(s.c.last_active_at, ACTIVE_DAYS * 24),
    ),
    "filling": s.c.full_soonest_days.between(1, FILLING_DAYS),
}
