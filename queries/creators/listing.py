"""Which creators there are, how fresh they are, and who follows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, column, false, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from queries.creators import filters
from queries.creators.filters import CreatorFilter, clauses, is_overdue
from queries.sql import keyset, usable
from queries.sql.keyset import COUNT_CAP, Cursor, Key
from queries.tables import account_followed_creators as follows
from queries.tables import content_pieces, creator_categories, creator_draft
from queries.tables import creators as c
from queries.tables.base import Rows

Sort = Literal["followers", "scraped", "username", "created"]
PAGE_LIMIT: Final = 50
EXPORT_CAP: Final = 50_000
SELECT_CAP: Final = 1_000
"""Creators in one bulk change: what a person can answer for."""
_KEYS: Final[dict[Sort, ColumnElement[Any]]] = {
    "followers": c.c.follower_count,
    "scraped": c.c.last_scraped_at,
    "username": c.c.username,
    "created": c.c.created_at,
}
KINDS: Final = keyset.kinds(_KEYS)


def page(where: CreatorFilter, sort: Sort, descending: bool, cursor: Cursor | None, limit: int = PAGE_LIMIT) -> Rows:
    """One page of creators, in display order.

    Columns: those of `_listed`, accounts (that follow now), pieces (of content, at most `COUNT_CAP` + 1), sort_key,
    has_more. Creators without the sort's value come last.
    """
    walked = keyset.keyset_page(_key(sort), clauses(where), descending, cursor, limit)
    return (
        select(*_listed(), _followers(), _pieces(), walked.c.key.label("sort_key"), walked.c.has_more)
        .join_from(walked, c, c.c.id == walked.c.id)
        .outerjoin(creator_categories, creator_categories.c.id == c.c.category_id)
        .order_by(walked.c.position)
    )


def total(where: CreatorFilter) -> Rows:
    """How many creators match. Columns: creators (at most `COUNT_CAP`), is_capped (there are more)."""
    return keyset.capped(select(c.c.id).where(*clauses(where)), "creators")


def state_counts(where: CreatorFilter) -> Rows:
    """How many creators are in each state under the filter.

    Columns: all, overdue, unfollowed, uncategorised, active, inactive (unfollowed and uncategorised of the active ones;
    states overlap), is_floor (they are of the first `COUNT_CAP` that hold the text: there may be more).
    """
    active = filters.is_active()
    is_few = bool(where.text or where.followed_by)
    is_followed = filters.is_followed() if is_few else filters.is_in_followed()
    told = {
        "overdue": is_overdue(),
        "unfollowed": active & ~is_followed,
        "uncategorised": active & c.c.category_id.is_(None),
        "active": active,
        "inactive": ~active,
    }
    matching = select(*(condition.label(name) for name, condition in told.items())).select_from(c)
    matching = matching.where(*clauses(where))
    # Text is looked for in three columns of every row: what everybody's name holds would take three times as long.
    found = (matching.limit(COUNT_CAP + 1) if where.text else matching).subquery("found")
    counts = (func.count().filter(found.c[name]).label(name) for name in told)
    is_floor = and_(literal(bool(where.text)), func.count() > literal(COUNT_CAP)).label("is_floor")
    return select(func.count().label("all"), *counts, is_floor).select_from(found)


def export(where: CreatorFilter, limit: int = EXPORT_CAP) -> Rows:
    """All matching creators for a CSV, most followers first, at most `limit`.

    Columns: those of `_listed`, named as an import reads them: category for category_name, and no category_id.
    """
    columns = [column for column in _listed() if column.key != "category_id"]
    return (
        select(*(column.label("category") if column.key == "category_name" else column for column in columns))
        .outerjoin_from(c, creator_categories, creator_categories.c.id == c.c.category_id)
        .where(*clauses(where))
        .order_by(c.c.follower_count.desc().nulls_last(), c.c.id)
        .limit(limit)
    )


def ids(where: CreatorFilter, limit: int = SELECT_CAP + 1) -> Rows:
    """The ids of all that match, for a frozen list; one more than `SELECT_CAP` tells that there are too many."""
    return select(c.c.id).where(*clauses(where)).order_by(c.c.id).limit(limit)


def some(wanted: Sequence[UUID]) -> Rows:
    """The creators of these ids that still exist. Columns: those of `_listed`."""
    return (
        select(*_listed())
        .outerjoin_from(c, creator_categories, creator_categories.c.id == c.c.category_id)
        .where(c.c.id == func.any(literal(list(wanted), ARRAY(Uuid))))
    )


def named(pairs: Sequence[tuple[str, str]]) -> Rows:
    """The creators of these (platform, username) pairs, whatever the case.

    Columns: those of `_listed` and at (the pair's position, from 0).
    """
    platforms = literal([platform for platform, _ in pairs], ARRAY(Text))
    names = literal([name for _, name in pairs], ARRAY(Text))
    asked = (
        func.unnest(platforms, names)
        .table_valued(column("platform", Text), column("name", Text), with_ordinality="at", name="asked")
        .render_derived()
    )
    is_same = func.lower(c.c.username) == func.lower(asked.c.name)
    return (
        select(*_listed(), (asked.c.at - 1).label("at"))
        .join_from(asked, c, and_(c.c.platform == asked.c.platform, is_same))
        .outerjoin(creator_categories, creator_categories.c.id == c.c.category_id)
    )


def drafts(user_id: UUID) -> Rows:
    """One person's unsaved edits. Columns: creator_id, username, field, seen, wanted (JSON)."""
    d = creator_draft.c
    return (
        select(d.creator_id, c.c.username, d.field, d.seen, d.wanted)
        .outerjoin_from(creator_draft, c, c.c.id == d.creator_id)
        .where(d.user_id == user_id)
        .order_by(d.at, d.creator_id, d.field)
    )


def _listed() -> list[ColumnElement[Any]]:
    """id, platform, username, profile_url, display_name, category_id, category_name, follower_count, is_active,
    is_verified, scrape_frequency_hours, last_scraped_at, is_overdue."""
    return [
        c.c.id,
        c.c.platform,
        c.c.username,
        c.c.profile_url,
        c.c.display_name,
        c.c.category_id,
        creator_categories.c.name.label("category_name"),
        c.c.follower_count,
        c.c.is_active,
        c.c.is_verified,
        c.c.scrape_frequency_hours,
        c.c.last_scraped_at,
        is_overdue().label("is_overdue"),
    ]


def _followers() -> ColumnElement[int]:
    counted = select(func.count()).where(follows.c.creator_id == c.c.id, follows.c.is_active.is_not(False))
    return counted.correlate(c).scalar_subquery().label("accounts")


def _pieces() -> ColumnElement[int]:
    # Counted up to the cap: a famous creator has more pieces than a list needs to know.
    some = select(content_pieces.c.id).where(content_pieces.c.creator_id == c.c.id).correlate(c).limit(COUNT_CAP + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery().label("pieces")


def _key(sort: Sort) -> Key:
    value = _KEYS[sort]
    if sort == "username":
        return Key(value, c.c.id, true(), false())
    return Key(value, c.c.id, value.is_not(None), value.is_(None))


def overdue() -> Rows:
    """Active creators whose scrape is overdue. Columns: creators, never (scraped yet), oldest_at."""
    return select(
        func.count().label("creators"),
        func.count().filter(c.c.last_scraped_at.is_(None)).label("never"),
        func.min(usable.moment(c.c.last_scraped_at)).label("oldest_at"),
    ).where(is_overdue())


def neglected() -> Rows:
    """What else is wrong with active creators. Columns: unfollowed (by any account), uncategorised."""
    active = filters.is_active()
    return select(
        func.count().filter(~filters.is_in_followed()).label("unfollowed"),
        func.count().filter(c.c.category_id.is_(None)).label("uncategorised"),
    ).where(active)
