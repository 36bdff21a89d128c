"""What Usage & credits is narrowed to, read from its URL and drawn as fields."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final, cast

import pandas as pd
import streamlit as st

from components.ui import fields, fmt, params, url, views
from components.ui.params import AccountOf, Choice, Param
from queries.sql.whose import PLANS
from queries.usage.filters import Feature, Grain, UsageFilter

RANGES: Final = {
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "month": "This month",
    "last_month": "Last month",
}
GRAINS: Final[dict[str, str]] = {"day": "Per day", "week": "Per week", "month": "Per month"}
FEATURE_NAMES: Final[dict[str, str]] = {
    "analysis": "Analysis",
    "scripts": "Scripts",
    "voice": "Voice",
    "avatar": "Avatar",
}
_DAYS: Final = {"7d": 7, "30d": 30, "90d": 90}


class View(views.View, page="usage", noun="credits"):
    """What the page shows: complete days, how charts are grained, and the bar that was picked."""

    account = AccountOf(220)
    plan = Choice(
        "Plan", {"": "Any plan"} | {plan: plan.capitalize() for plan in PLANS}, "", 130, words="of {} accounts"
    )
    feature = Choice("Feature", {"": "All features", **FEATURE_NAMES}, "", 140, words="for {}")
    range = Choice("Range", RANGES, "30d", 150, clears=["bucket"])
    grain = Choice("Grain", GRAINS, "day", 120, clears=["bucket"])
    bar = Param(None, params.day, called="bucket")

    @cached_property
    def today(self) -> date:
        """The running day in UTC, which is not complete."""
        return datetime.now(UTC).date()

    @cached_property
    def where(self) -> UsageFilter:
        """Whose credits are meant, for what and when."""
        month = self.today.replace(day=1)
        since, until = {
            "month": (month, self.today),
            "last_month": ((month - timedelta(days=1)).replace(day=1), month),
        }.get(self.range) or (self.today - timedelta(days=_DAYS[self.range]), self.today)
        plan, feature = self.plan or None, cast("Feature | None", self.feature or None)
        return UsageFilter(since, until, account_id=self.account.only, plan=plan, feature=feature)

    @property
    def bucket(self) -> date | None:
        """The bar that was picked, if the range has it."""
        bar, by = self.bar, self.by
        is_there = bar and _bucket_start(self.where.since, by) <= bar <= self.today and bar == _bucket_start(bar, by)
        return bar if is_there else None

    @property
    def by(self) -> Grain:
        """How charts are grained."""
        return cast("Grain", self.grain)

    @property
    def charted(self) -> UsageFilter:
        """The range as charts draw it: whole bars, and today's incomplete one where the range reaches to now."""
        until = self.today + timedelta(days=1) if self.where.until == self.today else self.where.until
        return self.where.over(_bucket_start(self.where.since, self.by), until)

    @property
    def listed(self) -> UsageFilter:
        """The range as tables list it: the picked bar's complete days, else all."""
        if self.bucket is None:
            return self.where
        until = min(_bucket_end(self.bucket, self.by), self.today)
        return self.where.over(min(self.bucket, until), until)

    @property
    def open_from(self) -> pd.Timestamp:
        """From when on a bar is incomplete."""
        return pd.Timestamp(_bucket_start(self.today, self.by), tz="UTC")

    @property
    def days(self) -> str:
        """The complete days of the tables, as a person reads them."""
        return span(self.listed)

    @property
    def words(self) -> str:
        """The view as a person would say it: `credits of Lumen Media for voice, 23 Oct to 21 Nov 2026`."""
        return f"{super().words}, {self.days}"


def view() -> View:
    """The view that the URL names."""
    return url.read(View)


def picked(view: View) -> None:
    """Which bar the tables are narrowed to, and the way back to the range."""
    if view.bucket:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/filter_alt: Tables show only **{fmt.literal(view.days)}**.", width="content")
            st.button(
                "Whole range",
                icon=":material/close:",
                type="tertiary",
                on_click=fields.narrow,
                args=(View,),
                kwargs={"usage_bucket": None},
                key="usage_unpick",
            )


def pick(key: str) -> None:
    """Narrow the tables to the bar that was clicked in the chart, or widen them again; in a callback."""
    points = st.session_state[key].selection.points
    url.write(usage_bucket=str(points[0]["x"])[:10] if points else None)
    st.rerun()  # the whole page: in a card, only the card would run again


def span(where: UsageFilter) -> str:
    """The days of a range in words."""
    if not where.days:
        return f"no complete day since {_day(where.since)}"
    last = where.until - timedelta(days=1)
    return _day(last) if where.days == 1 else f"{_day(where.since)} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"


def _bucket_start(day: date, grain: Grain) -> date:
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def _bucket_end(start: date, grain: Grain) -> date:
    if grain == "month":
        return (start + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=7 if grain == "week" else 1)
