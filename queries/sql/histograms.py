"""Percentiles out of the latency histograms that roll-ups keep, merged as asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    func,
    literal_column,
    null,
    select,
    union_all,
)

PERCENTILES: Final = (50, 95, 99)


def percentiles(
    rows: FromClause,
    keys: Sequence[str],
    *,
    bins: str = "hb",
    counts: str = "hn",
    ps: Sequence[int] = PERCENTILES,
    with_all: bool = False,
) -> Select[Any]:
    """Percentiles of merged histograms, within 2 % of the exact (nearest rank) ones; what took ≤ 1 ms counts as 1 ms.

    Columns: the keys, n, and p50_ms and the like for each of `ps`. A key without a duration has no row. `with_all` adds
    one of all together, whose keys are NULL.
    """
    bin_ = func.unnest(rows.c[bins].cast(ARRAY(SmallInteger)), type_=SmallInteger).label("bin")
    n = func.unnest(rows.c[counts].cast(ARRAY(Integer)), type_=Integer).label("n")
    h = select(*(rows.c[name] for name in keys), bin_, n).subquery("h")
    key = [h.c[name] for name in keys]
    # Of bigint PostgreSQL makes sums in numeric, which take twice as long; a double counts to 2^53 exactly.
    each = select(*key, h.c.bin, func.sum(h.c.n).cast(Double).label("n")).group_by(*key, h.c.bin)
    merged = each.subquery("merged")
    if with_all:
        known = each.cte()
        of_all = [null().cast(column.type).label(column.name) for column in key]
        every = select(*of_all, known.c.bin, func.sum(known.c.n).label("n")).group_by(known.c.bin)
        merged = union_all(select(known), every).subquery()
    within = [merged.c[name] for name in keys]
    upto = func.sum(merged.c.n).over(partition_by=within, order_by=merged.c.bin).label("upto")
    total = func.sum(merged.c.n).over(partition_by=within).label("total")
    ranked = select(*within, merged.c.bin, upto, total).subquery("ranked")
    found = [
        func.dashboard.latency_ms(
            func.min(ranked.c.bin).filter(ranked.c.upto * 100 >= literal_column(str(int(p))) * ranked.c.total),
            type_=Double,
        ).label(f"p{p}_ms")
        for p in ps
    ]
    groups: list[ColumnElement[Any]] = [ranked.c[name] for name in keys]
    return select(*groups, func.max(ranked.c.total).cast(BigInteger).label("n"), *found).group_by(*groups)
