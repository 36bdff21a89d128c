"""Which creators are meant, and what makes one overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select

from queries.sql import usable
from queries.sql.constants import constant
from queries.sql.text import contains, escaped, printable
from queries.sql.time import span
from queries.tables import account_followed_creators as follows
from queries.tables import creators as c

DEFAULT_FREQUENCY_HOURS: Final = 1
"""The product's column default, taken where `scrape_frequency_hours` is NULL."""
_LONGEST_HOURS: Final = 24 * 365 * 100
"""A longer frequency means never, and would leave the range of a timestamp."""


@dataclass(frozen=True, slots=True)
class CreatorFilter:
    """Which creators are meant; None leaves a question open. Followers are half-open (`from` ≤ n < `until`)."""

    platform: str = ""
    category: UUID | None = None
    is_uncategorised: bool = False
    is_active: bool | None = None
    is_verified: bool | None = None
    is_overdue: bool = False
    followers_from: int | None = None
    followers_until: int | None = None
    followed_by: UUID | None = None
    is_followed: bool | None = None
    text: str = ""


def is_active() -> ColumnElement[Any]:
    """Whether the creator is scraped at all; NULL counts as the product's default, yes."""
    return func.coalesce(c.c.is_active, literal_column("true"))


def is_verified() -> ColumnElement[Any]:
    """Whether the platform vouches for the creator; NULL counts as the product's default, no."""
    return func.coalesce(c.c.is_verified, literal_column("false"))


def due_at() -> ColumnElement[Any]:
    """When the next scrape is due by the creator's own frequency; NULL where there was none yet."""
    stored = func.coalesce(c.c.scrape_frequency_hours, constant(DEFAULT_FREQUENCY_HOURS))
    hours = func.least(func.greatest(stored, constant(0)), constant(_LONGEST_HOURS))
    return usable.by_any_clock(c.c.last_scraped_at) + hours * span(hours=1)


def is_overdue() -> ColumnElement[bool]:
    """Whether an active creator's scrape is due: the last one is older than the frequency, or of no known time."""
    return and_(is_active(), or_(usable.by_any_clock(c.c.last_scraped_at).is_(None), due_at() < func.now()))


def is_followed() -> ColumnElement[bool]:
    """Whether any account follows the creator now."""
    return select(follows.c.id).where(follows.c.creator_id == c.c.id, follows.c.is_active.is_not(False)).exists()


def is_in_followed() -> ColumnElement[bool]:
    """The same for counting all creators: one pass over who is followed, instead of one look for each creator."""
    return c.c.id.in_(
        select(follows.c.creator_id).where(follows.c.creator_id.is_not(None), follows.c.is_active.is_not(False))
    )


def clauses(where: CreatorFilter) -> list[ColumnElement[bool]]:
    """The conditions on `creators` that the filter amounts to; none for an empty filter."""
    found: list[ColumnElement[bool]] = []
    if where.platform:
        found.append(c.c.platform == where.platform)
    if where.is_uncategorised:
        found.append(c.c.category_id.is_(None))
    if where.category:
        found.append(c.c.category_id == where.category)
    for column, wanted in ((is_active(), where.is_active), (is_verified(), where.is_verified)):
        if wanted is not None:
            found.append(column if wanted else ~column)
    if where.is_overdue:
        found.append(is_overdue())
    if where.followers_from is not None:
        found.append(c.c.follower_count >= where.followers_from)
    if where.followers_until is not None:
        found.append(c.c.follower_count < where.followers_until)
    if where.followed_by:
        followed = select(follows.c.creator_id).where(
            follows.c.account_id == where.followed_by, follows.c.is_active.is_not(False)
        )
        found.append(c.c.id.in_(followed))
    if where.is_followed is not None:
        found.append(is_followed() if where.is_followed else ~is_followed())
    if text := printable(where.text):
        found.append(_holds(text))
    return found


def _holds(text: str) -> ColumnElement[bool]:
    """Whether a name or the address holds the text; of fewer than three letters, which no trigram index knows, whether
    a name begins with them."""
    if len(text) < 3:
        return or_(*(column.ilike(f"{escaped(text)}%", escape="\\") for column in (c.c.username, c.c.display_name)))
    return or_(*(contains(column, text) for column in (c.c.username, c.c.display_name, c.c.profile_url)))
