"""Which categories there are and how many creators each holds."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import func, literal_column, select

from core.reads import rows_of
from queries.creators.filters import is_active
from queries.tables import creator_categories as k
from queries.tables import creators as c
from queries.tables.base import Rows


def names() -> Rows:
    """All categories in their order. Columns: id, name, is_active."""
    return select(k.c.id, k.c.name, func.coalesce(k.c.is_active, literal_column("true")).label("is_active")).order_by(
        k.c.sort_order.nulls_last(), k.c.name
    )


class Category(TypedDict):
    """A row of `listed`."""

    id: str
    name: str
    description: str | None
    sort_order: int | None
    is_active: bool
    creators: int
    active_creators: int


@rows_of(Category)
def listed() -> Rows:
    """All categories in their order, with their creators."""
    counted = (
        select(
            c.c.category_id, func.count().label("creators"), func.count().filter(is_active()).label("active_creators")
        )
        .group_by(c.c.category_id)
        .subquery()
    )
    return (
        select(
            k.c.id,
            k.c.name,
            k.c.description,
            k.c.sort_order,
            func.coalesce(k.c.is_active, literal_column("true")).label("is_active"),
            func.coalesce(counted.c.creators, literal_column("0")).label("creators"),
            func.coalesce(counted.c.active_creators, literal_column("0")).label("active_creators"),
        )
        .outerjoin_from(k, counted, counted.c.category_id == k.c.id)
        .order_by(k.c.sort_order.nulls_last(), k.c.name)
    )
