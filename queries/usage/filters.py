"""What Usage & credits is narrowed to, and the days that the product recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Subquery, func, literal, select

from queries.rollups import state
from queries.sql import time
from queries.sql.constants import constant

Feature = Literal["analysis", "scripts", "voice", "avatar"]
Grain = Literal["day", "week", "month"]

FEATURES: Final[tuple[Feature, ...]] = ("analysis", "scripts", "voice", "avatar")


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """Whose credits, for what, on which UTC days: `since` ≤ day < `until`."""

    since: date
    until: date
    account_id: UUID | None = None
    plan: str | None = None
    feature: Feature | None = None

    @property
    def days(self) -> int:
        """How many days the range has."""
        return (self.until - self.since).days

    @property
    def is_fleet(self) -> bool:
        """Whether it is everybody's, whatever for: what the roll-up of daily statistics knows."""
        return self.account_id is None and self.plan is None and self.feature is None

    @property
    def before(self) -> UsageFilter:
        """The same for the equally many days before."""
        return replace(self, since=self.since - timedelta(days=self.days), until=self.since)

    def over(self, since: date, until: date) -> UsageFilter:
        """The same for other days."""
        return replace(self, since=since, until=until)


def bucket(day: ColumnElement[Any], grain: Grain) -> ColumnElement[Any]:
    """The day, or the first day of its ISO week or month."""
    if grain == "day":
        return day
    return func.date_trunc(constant(grain), day.cast(Date)).cast(Date)


def days_of(since: date, until: date, name: str) -> Subquery:
    """Every day of the range. Columns: day."""
    span = func.generate_series(literal(since, Date), literal(until - timedelta(days=1), Date), time.span(days=1))
    return select(span.cast(Date).label("day")).subquery(name)


def calendar(since: date, until: date, name: str) -> Subquery:
    """Every day of the range. Columns: day, is_recorded (the product wrote daily statistics for at least half of the
    usual accounts, whoever the filter means: `dashboard.recorded_days`)."""
    days, recorded = (
        days_of(since, until, f"{name}_days"),
        state.recorded_days(literal(since, Date), literal(until, Date)),
    )
    is_recorded = recorded.c.day.is_not(None).label("is_recorded")
    return select(days.c.day, is_recorded).outerjoin_from(days, recorded, recorded.c.day == days.c.day).subquery(name)
