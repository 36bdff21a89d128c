"""Who is over, at or near a limit, and who is about to be: lists, counts and charts over all accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    case,
    cast,
    false,
    func,
    lateral,
    literal_column,
    select,
    true,
    union_all,
)

from queries.accounts import quotas
from queries.accounts.filters import KEYS, AccountFilter, Sort, band_of, clauses
from queries.accounts.quotas import BANDS, COLUMNS, QUOTAS, Quota
from queries.sql import keyset
from queries.sql.constants import constant
from queries.sql.keyset import Cursor, Key
from queries.tables import account_summary as s
from queries.tables.base import Rows

PAGE_LIMIT: Final = 100
EXPORT_CAP: Final = 50_000
"""Rows in one CSV: what a spreadsheet opens without complaint."""
BINS: Final = 12
"""Tenths of the limit, then exactly at it, then beyond."""
KEPT: Final = [column for column in s.columns if column.name != "search_text"]
NAMED: Final = 5
"""Accounts that a line of the work list names."""


def page(where: AccountFilter, sort: Sort, descending: bool, cursor: Cursor | None, limit: int = PAGE_LIMIT) -> Rows:
    """One page of accounts, in display order.

    Columns: those of `account_summary` but search_text, sort_key (with account_id the `Cursor` of a row) and has_more
    (rows follow in the walked direction). Accounts without the sort's value come last. What is kept of an account and
    its place are as of the summary's last pass; used amounts, limits and bands are those of now.
    """
    # What has no value is given the last one, since a walk in two parts would be two scans of a table without indexes.
    value = func.coalesce(KEYS[sort], _last(KEYS[sort], descending))
    key = Key(value, s.c.account_id, has_value=true(), has_none=false())
    walked = keyset.keyset_page(key, clauses(where), descending, cursor, limit)
    now = quotas.present(s.c.account_id)
    columns = [now.c.get(column.name, column) for column in KEPT]
    return (
        select(*columns, walked.c.key.label("sort_key"), walked.c.has_more)
        .join_from(walked, s, s.c.account_id == walked.c.id)
        .join(now, true())
        .order_by(walked.c.position)
    )


def _last(value: ColumnElement[Any], descending: bool) -> ColumnElement[Any]:
    """What every value of the column comes before in that order."""
    lowest, highest = _ENDS[type(value.type)]
    return cast(lowest if descending else highest, value.type)


_ENDS: Final[dict[type[Any], tuple[Any, Any]]] = {
    BigInteger: (1 - 2**63, 2**63 - 1),
    Text: ("", "zzzz"),
    type(s.c.last_active_at.type): (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)),
}


def bands(where: AccountFilter) -> Rows:
    """How many accounts are in each band under the filter, whatever band it names. One row; columns: those of `BANDS`
    with _ for a space."""
    band = band_of(where)
    counts = (func.count().filter(band == number).label(name.replace(" ", "_")) for number, name in enumerate(BANDS))
    return select(*counts).where(*clauses(where.without_band))


def distribution(where: AccountFilter) -> Rows:
    """How far the quotas are used, over the accounts of the filter whatever band and quota it names.

    Columns: quota, bin (0 to 9: tenths of the limit; 10: exactly at it; 11: beyond), accounts. Accounts with an unknown
    band are in no bin. `= limit` and `> limit` are the bands', not rounded shares.
    """
    binned = [_bin(quota).label(quota) for quota in QUOTAS]
    # All four at once, as accounts alike in all of them are few; then each by itself.
    alike = (
        select(*binned, func.count().label("accounts"))
        .where(*clauses(where.without_band))
        .group_by(*binned)
        .cte("alike")
    )
    each = [
        select(
            constant(quota).label("quota"),
            alike.c[quota].label("bin"),
            func.sum(alike.c.accounts).cast(BigInteger).label("accounts"),
        )
        .where(alike.c[quota].is_not(None))
        .group_by(alike.c[quota])
        for quota in QUOTAS
    ]
    return select(*union_all(*each).subquery().c)


_TENTH: Final = literal_column("100000", BigInteger)


def _bin(quota: Quota) -> ColumnElement[int | None]:
    band, use = COLUMNS[quota].band, COLUMNS[quota].use
    return case(
        (band == BANDS.index("over"), literal_column("11", BigInteger)),
        (band == BANDS.index("at limit"), literal_column("10", BigInteger)),
        (band > BANDS.index("unknown"), func.greatest(0, func.least(func.coalesce(use, 0) // _TENTH, 9))),
    )


def export(where: AccountFilter, limit: int = EXPORT_CAP) -> Rows:
    """Everything that matches for a CSV, by name, at most `limit`.

    Columns: account_id, name, plan, status, used, limit and band of each quota, storage_on, days to full (soonest,
    latest), credits (this month so far, the same days of last month, projected), is_quiet, last_active_at.
    """
    names = [
        case(*((columns.band == number, band) for number, band in enumerate(BANDS))) for columns in COLUMNS.values()
    ]
    quotas = [
        column
        for (quota, columns), band in zip(COLUMNS.items(), names, strict=True)
        for column in (columns.used, columns.limit, band.label(f"{quota}_band"))
    ]
    return (
        select(
            s.c.account_id, s.c.name, s.c.plan_type, s.c.status, *quotas, s.c.storage_on, s.c.full_soonest_days,
            s.c.full_latest_days, s.c.credits_month, s.c.credits_previous, s.c.credits_projected, s.c.is_quiet,
            s.c.last_active_at,
        )
        .where(*clauses(where))
        .order_by(s.c.name, s.c.account_id)
        .limit(limit)
    )  # fmt: skip


def worth_work(where: AccountFilter, sort: Sort, descending: bool) -> Rows:
    """The first few accounts of a filter with how many there are in all.

    Columns: those of `account_summary` but search_text, accounts. No row when there is none.
    """
    value = KEYS[sort]
    total = select(func.count().label("accounts")).select_from(s).where(*clauses(where)).subquery("total")
    first = lateral(
        select(*KEPT)
        .where(*clauses(where))
        .order_by(value.desc().nulls_last() if descending else value.asc().nulls_last(), s.c.account_id)
        .limit(NAMED)
    )
    return select(first, total.c.accounts).join_from(total, first, true())
