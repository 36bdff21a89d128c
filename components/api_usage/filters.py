"""What API usage is narrowed to, read from its URL and drawn as fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

import pandas as pd
import streamlit as st

from components.ui import fields, fmt, params, url, views
from components.ui.params import AccountOf, Choice, Param, Signature
from core.database import rows
from queries.api_usage import figures
from queries.api_usage.filters import ApiFilter, Grain
from queries.sql.time import begin
from queries.sql.whose import PLANS

DOMAIN: Final = "api_usage"
NAMES_TTL_S: Final = 60
RANGES: Final = {
    "24h": "Last 24 hours",
    "48h": "Last 48 hours",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
}
_HOURS: Final = {"24h": 24, "48h": 48, "7d": 7 * 24, "30d": 30 * 24, "90d": 90 * 24}
GRAINS: Final = {"auto": "Automatic grain", "hour": "Per hour", "day": "Per day"}
_PLACES: Final = ("bar", "signature")
"""What a changed filter starts again."""
HOURLY: Final = ("24h", "48h", "7d")
"""Ranges that can be seen by hours; longer ones have more hours than a chart has pixels."""
_NONE: Final = "-"


def names() -> list[tuple[str, str, str]]:
    """What was called lately: service, endpoint and request type."""
    found = rows(figures.names(datetime.now(UTC)), ttl_s=NAMES_TTL_S, domain=DOMAIN)
    return [(row["service"], row["endpoint"], row["request_type"]) for row in found]


def named(text: str) -> str:
    """A service, endpoint or type as it is shown; the product may have written none, or blanks."""
    if text in {"(none)", "(blank)"}:
        return f"“{text}”"
    return text if text.strip() else "(blank)" if text else "(none)"


def option(value: str) -> str:
    """How the URL says a service, endpoint or type: `-` for none, what begins so with one more before it."""
    return _NONE + value if not value or value.startswith(_NONE) else value


def _options(nothing: str, values: Iterable[str]) -> dict[str, str]:
    return {"": nothing, **{option(value): named(value) for value in sorted(values)}}


def _called(nothing: str, column: int) -> Callable[[], Mapping[str, str]]:
    """What was called lately: services, endpoints or types."""
    return lambda: _options(nothing, {row[column] for row in names()})


def by_days(where: ApiFilter) -> ApiFilter:
    """The same range by UTC days: whole ones, so that a day's histogram serves."""
    last = floor(where.until - timedelta(microseconds=1), "day")
    return replace(where, since=floor(where.since, "day"), until=last + timedelta(days=1), grain="day")


def floor(moment: datetime, grain: Grain) -> datetime:
    """When the bucket of the moment begins."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if grain == "hour" else hour.replace(hour=0)


class View(views.View, page="api_usage", noun="API calls"):
    """What the page shows: the filter, the bar that was picked, and which calls are listed."""

    only_key = datetime
    account = AccountOf(170)
    plan = Choice("Plan", {"": "Any plan", **{plan: plan.capitalize() for plan in PLANS}}, "", 110, clears=_PLACES)
    service = Choice("Service", _called("Any service", 0), "", 125, clears=("endpoint", "type", *_PLACES))
    endpoint = Choice("Endpoint", _called("Any endpoint", 1), "", 145, clears=_PLACES)
    type = Choice("Request type", _called("Any type", 2), "", 110, clears=_PLACES)
    range = Choice("Range", RANGES, "24h", 135, clears=_PLACES)
    grain = Choice("Grain", GRAINS, "auto", 115, clears=_PLACES)
    calls = Choice("Calls", {"all": "All calls", "failed": "Failed only"}, "all")
    signature = Param(None, Signature.read, words=lambda found: f"with “{found.text}”")
    bar = Param(None, params.hour, called="bucket")

    @cached_property
    def now(self) -> datetime:
        """When the view was read."""
        return datetime.now(UTC)

    @property
    def by(self) -> Grain:
        """How charts are grained."""
        # Hours are no whole days: of the last 24 by days there would be up to 48.
        is_short = self.range in {"24h", "48h"}
        return "hour" if is_short or (self.grain == "hour" and self.range in HOURLY) else "day"

    @cached_property
    def where(self) -> ApiFilter:
        """The calls that are meant."""
        step = timedelta(hours=1) if self.by == "hour" else timedelta(days=1)
        told = not self.is_by_service
        return ApiFilter(
            begin(self.now, _HOURS[self.range]),
            floor(self.now, self.by) + step,
            self.by,
            account_id=self.account.only,
            plan=self.plan or None,
            service=_said(self.service),
            endpoint=_said(self.endpoint) if told else None,
            request_type=_said(self.type) if told else None,
        )

    @property
    def only_errors(self) -> bool:
        """Whether the calls are listed that failed alone."""
        return self.calls == "failed"

    @property
    def signature_hash(self) -> str:
        """The group of failures that is listed alone, as queries know it; nothing for all."""
        return self.signature.hash if self.signature else ""

    @property
    def bucket(self) -> datetime | None:
        """The bar that was picked, if the range has it."""
        where, bar = self.where, self.bar
        return bar if bar and where.since <= bar < where.until and bar == floor(bar, self.by) else None

    @property
    def is_by_service(self) -> bool:
        """Whether endpoints and latency are not told apart: the roll-up keeps a plan's calls by service only."""
        return bool(self.plan) and self.account.id is None

    @property
    def listed(self) -> ApiFilter:
        """The range as tables list it: the picked bar, else all."""
        return self.where.over(self.bucket, self.bucket + self.where.step) if self.bucket else self.where

    @property
    def timed(self) -> ApiFilter:
        """The range as latency is drawn: beyond two days from whole days, whose histograms are already merged."""
        return self.where if self.range in {"24h", "48h"} else by_days(self.where)

    @property
    def open_from(self) -> pd.Timestamp:
        """From when on a bar is incomplete."""
        return pd.Timestamp(floor(self.now, self.where.grain))

    @property
    def span(self) -> str:
        """What the tables span, in words."""
        return _span(self.listed, self.now)

    @property
    def words(self) -> str:
        """The view as a person would say it: `failed API calls of Lumen Media to anthropic, 21 Nov 19:00 to now`."""
        where = self.where
        parts = ["failed API calls" if self.only_errors or self.signature else "API calls"]
        if self.account.words:
            parts.append(self.account.words)
        if where.plan:
            parts.append(f"of {where.plan} accounts")
        if called := [named(one) for one in (where.service, where.endpoint) if one is not None]:
            parts.append(f"to {' '.join(called)}")
        if where.request_type is not None:
            parts.append(f"of type {named(where.request_type)}")
        if self.signature:
            parts.append(f"with “{self.signature.text}”")
        return f"{' '.join(parts)}, {self.span}"


def view() -> View:
    """The view that the URL names."""
    return url.read(View)


def draw_filters(view: View) -> bool:
    """The fields; whether the account that was typed, if any, is clear."""
    of_service = [row for row in names() if _said(view.service) in (None, row[0])]
    options = {
        "endpoint": _options("Any endpoint", {row[1] for row in of_service}),
        "type": _options("Any type", {row[2] for row in of_service}),
        "grain": {name: label for name, label in GRAINS.items() if name in ("auto", *_grains(view.range))},
    }
    return fields.draw_filters(view, without=("endpoint", "type") if view.is_by_service else (), options=options)


def _grains(range_: str) -> tuple[Grain, ...]:
    """How a range may be grained."""
    return ("hour",) if range_ in {"24h", "48h"} else ("hour", "day") if range_ in HOURLY else ("day",)


def picked(view: View) -> None:
    """Which bar the tables are narrowed to, and the way back to the range."""
    if view.bucket:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/filter_alt: Tables show only **{fmt.literal(view.span)}**.", width="content")
            st.button("Whole range", icon=":material/close:", type="tertiary", on_click=restart, key="api_usage_unpick")


def pick(key: str) -> None:
    """Narrow the tables to the bar that was clicked in the chart, or widen them again; in a callback."""
    points = st.session_state[key].selection.points
    restart()
    if points:
        url.write(api_usage_bucket=str(points[0]["x"])[:16].replace(" ", "T"))
    st.rerun()  # the whole page: in a card, only the card would run again


def restart() -> None:
    """Start again at the first page of the whole range."""
    url.write(**dict.fromkeys(map(View.key, (*_PLACES, views.AFTER))))


def _said(option: str) -> str | None:
    """What an option means: none is one of its own."""
    return option.removeprefix(_NONE) if option else None


def _span(where: ApiFilter, now: datetime) -> str:
    moment = "%-d %b %Y %H:%M" if where.grain == "hour" else "%-d %b %Y"
    if where.until > now:
        return f"{where.since:{moment}} to now"
    last = where.until if where.grain == "hour" else where.until - where.step
    same_day = where.grain == "day" and where.until - where.since == where.step
    return f"{last:%-d %b %Y}" if same_day else f"{where.since:{moment}} to {last:{moment}}"
