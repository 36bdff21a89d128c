"""What Usage & credits is narrowed to, read from its URL and drawn as fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast

import pandas as pd
import streamlit as st

from components.ui import fields, fmt, url
from queries.sql.whose import PLANS
from queries.usage.filters import FEATURES, Feature, Grain, UsageFilter

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
FIELDS: Final = ("usage_account", "usage_plan", "usage_feature", "usage_range", "usage_grain")
KEYS: Final = (*FIELDS, "usage_bucket")
_DAYS: Final = {"7d": 7, "30d": 30, "90d": 90}


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: the filter over complete days, how charts are grained, and the bar that was picked."""

    where: UsageFilter
    grain: Grain
    range: str
    today: date
    account: fields.Account
    bucket: date | None

    @property
    def charted(self) -> UsageFilter:
        """The range as charts draw it: whole bars, and today's incomplete one where the range reaches to now."""
        until = self.today + timedelta(days=1) if self.where.until == self.today else self.where.until
        return self.where.over(_bucket_start(self.where.since, self.grain), until)

    @property
    def listed(self) -> UsageFilter:
        """The range as tables list it: the picked bar's complete days, else all."""
        if self.bucket is None:
            return self.where
        until = min(_bucket_end(self.bucket, self.grain), self.today)
        return self.where.over(min(self.bucket, until), until)

    @property
    def open_from(self) -> pd.Timestamp:
        """From when on a bar is incomplete."""
        return pd.Timestamp(_bucket_start(self.today, self.grain), tz="UTC")

    @property
    def days(self) -> str:
        """The complete days of the tables, as a person reads them."""
        return span(self.listed)

    @property
    def words(self) -> str:
        """The view as a person would say it: `credits of Lumen Media for voice, 23 Oct to 21 Nov 2026`."""
        parts = ["credits"]
        if self.account.words:
            parts.append(self.account.words)
        if self.where.plan:
            parts.append(f"of {self.where.plan} accounts")
        if self.where.feature:
            parts.append(f"for {self.where.feature}")
        return f"{' '.join(parts)}, {self.days}"


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    today = datetime.now(UTC).date()
    chosen = url.value("usage_range", "30d", RANGES)
    grain = cast("Grain", url.value("usage_grain", "day", GRAINS))
    account = fields.account("usage_account")
    month = today.replace(day=1)
    since, until = {
        "month": (month, today),
        "last_month": ((month - timedelta(days=1)).replace(day=1), month),
    }.get(chosen) or (today - timedelta(days=_DAYS[chosen]), today)
    where = UsageFilter(
        since,
        until,
        account_id=account.only,
        plan=url.value("usage_plan", "", PLANS) or None,
        feature=cast("Feature | None", url.value("usage_feature", "", FEATURES) or None),
    )
    return View(where, grain, chosen, today, account, _picked(since, today, grain))


def draw() -> None:
    """The fields, in one row that wraps, and the way back to none."""
    plans = {"": "Any plan"} | {plan: plan.capitalize() for plan in PLANS}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(FIELDS):
            fields.text("usage_account", "Account", "Account: name, e-mail or id", "apartment", 220)
            fields.choice("usage_plan", "Plan", plans, "", 130)
            fields.choice("usage_feature", "Feature", {"": "All features", **FEATURE_NAMES}, "", 140)
            fields.choice("usage_range", "Range", RANGES, "30d", 150, also=unpick)
            fields.choice("usage_grain", "Grain", GRAINS, "day", 120, also=unpick)
        fields.clear(KEYS)


def picked(shown: View) -> None:
    """Which bar the tables are narrowed to, and the way back to the range."""
    if shown.bucket:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/filter_alt: Tables show only **{fmt.literal(shown.days)}**.", width="content")
            st.button("Whole range", icon=":material/close:", type="tertiary", on_click=unpick, key="usage_unpick")


def pick(key: str) -> None:
    """Narrow the tables to the bar that was clicked in the chart, or widen them again; in a callback."""
    points = st.session_state[key].selection.points
    url.write(usage_bucket=str(points[0]["x"])[:10] if points else None)
    st.rerun()  # the whole page: in a card, only the card would run again


def unpick() -> None:
    """Show the whole range in the tables."""
    url.write(usage_bucket=None)


def span(where: UsageFilter) -> str:
    """The days of a range in words."""
    if not where.days:
        return f"no complete day since {_day(where.since)}"
    last = where.until - timedelta(days=1)
    return _day(last) if where.days == 1 else f"{where.since:%-d %b} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"


def _picked(since: date, today: date, grain: Grain) -> date | None:
    try:
        said = date.fromisoformat(url.value("usage_bucket", ""))
    except ValueError:
        return None
    return said if _bucket_start(since, grain) <= said <= today and said == _bucket_start(said, grain) else None


def _bucket_start(day: date, grain: Grain) -> date:
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def _bucket_end(start: date, grain: Grain) -> date:
    if grain == "month":
        return (start + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=7 if grain == "week" else 1)
