"""Who is over, at or near a limit, and who is about to be: lists, counts and charts over all accounts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Text, case, func, lateral, literal_column, select, true, union_all

from queries import keyset
from queries.account_filters import KEYS, AccountFilter, Sort, band_of, clauses
from queries.keyset import Key, Place
from queries.quotas import BANDS, COLUMNS, QUOTAS
from queries.tables import account_summary as s
from queries.tables.base import Rows

PAGE_LIMIT: Final = 100
EXPORT_CAP: Final = 50_000
"""Rows in one CSV: what a spreadsheet opens without complaint."""
BINS: Final = 12
"""Tenths of the limit, then exactly at it, then beyond."""
NAMED: Final = 5
"""Accounts that a line of the work list names."""


def page(where: AccountFilter, sort: Sort, descending: bool, place: Place | None, limit: int = PAGE_LIMIT) -> Rows:
    """One page of accounts, in display order.

    Columns: all of `account_summary`, sort_key (with account_id the `Place` of a row) and has_more (rows follow in the
    walked direction). Accounts without the sort's value come last.
    """
    value = KEYS[sort]
    key = Key(value, s.c.account_id, has_value=value.is_not(None), has_none=value.is_(None))
    walked = keyset.walk(key, clauses(where), descending, place, limit)
    return (
        select(*s.columns, walked.c.key.label("sort_key"), walked.c.has_more)
        .join_from(walked, s, s.c.account_id == walked.c.id)
        .order_by(walked.c.position)
    )


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
    wanted = [column for quota in QUOTAS for column in (COLUMNS[quota].band, COLUMNS[quota].use)]
    kept = select(*wanted).where(*clauses(where.without_band)).cte("kept")
    counts: list[Rows] = []
    for quota in QUOTAS:
        band, use = (kept.c[f"{quota}_{kind}"] for kind in ("band", "use"))
        tenth = func.least(use // literal_column("100000", BigInteger), literal_column("9"))
        bin_ = case(
            (band == BANDS.index("over"), literal_column("11", BigInteger)),
            (band == BANDS.index("at limit"), literal_column("10", BigInteger)),
            else_=tenth,
        )
        counts.append(
            select(literal_column(f"'{quota}'", Text).label("quota"), bin_.label("bin"), func.count().label("accounts"))
            .where(band > BANDS.index("unknown"))
            .group_by(bin_)
        )
    return select(*union_all(*counts).subquery().c)


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

    Columns: all of `account_summary`, accounts. No row when there is none.
    """
    value = KEYS[sort]
    total = select(func.count().label("accounts")).select_from(s).where(*clauses(where)).subquery("total")
    first = lateral(
        select(*s.columns)
        .where(*clauses(where))
        .order_by(value.desc().nulls_last() if descending else value.asc().nulls_last(), s.c.account_id)
        .limit(NAMED)
    )
    return select(first, total.c.accounts).join_from(total, first, true())
