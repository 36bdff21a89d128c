"""What API usage is narrowed to, read from its URL and drawn as fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, cast

import pandas as pd
import streamlit as st

from components.ui import fields, fmt, url
from core.database import rows
from queries.api_usage import figures
from queries.api_usage.filters import ApiFilter, Grain
from queries.sql.keyset import Place
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
_SPANS: Final = {
    "24h": timedelta(hours=24),
    "48h": timedelta(hours=48),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
GRAINS: Final = {"auto": "Best grain", "hour": "Per hour", "day": "Per day"}
HOURLY: Final = ("24h", "48h", "7d")
"""Ranges that can be seen by hours; longer ones have more hours than a chart has pixels."""
NONE: Final = "-"
"""How the URL says that the product wrote no endpoint or type."""
FIELDS: Final = tuple(
    f"api_usage_{name}" for name in ("account", "plan", "service", "endpoint", "type", "range", "grain")
)
_PLACES: Final = ("bucket", "after", "signature")
KEYS: Final = (*FIELDS, *(f"api_usage_{name}" for name in (*_PLACES, "calls")))


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: the filter, the bar that was picked, and which calls are listed."""

    where: ApiFilter
    range: str
    now: datetime
    account: fields.Account
    bucket: datetime | None
    only_errors: bool
    signature: str
    place: Place | None

    @property
    def listed(self) -> ApiFilter:
        """The range as tables list it: the picked bar, else all."""
        return self.where.over(self.bucket, self.bucket + self.where.step) if self.bucket else self.where

    @property
    def timed(self) -> ApiFilter:
        """The range as latency is drawn: beyond two days from whole days, whose histograms are already merged."""
        return self.where if self.range in {"24h", "48h"} else by_days(self.where)

    @property
    def is_by_service(self) -> bool:
        """Whether endpoints and latency are not told apart: the roll-up keeps a plan's calls by service only."""
        return self.where.plan is not None and self.where.account_id is None

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
        if where.service or where.endpoint is not None:
            parts.append(
                f"to {where.service or ''} {named(where.endpoint) if where.endpoint is not None else ''}".strip()
            )
        if where.request_type is not None:
            parts.append(f"of type {named(where.request_type)}")
        if self.signature:
            parts.append(f"with “{self.signature}”")
        return f"{' '.join(parts)}, {self.span}"


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    now = datetime.now(UTC)
    chosen = url.value("api_usage_range", "24h", RANGES)
    grain = _grain(chosen, url.value("api_usage_grain", "auto", GRAINS))
    end = floor(now, grain)
    step = timedelta(hours=1) if grain == "hour" else timedelta(days=1)
    account = fields.account("api_usage_account")
    plan = url.value("api_usage_plan", "", PLANS) or None
    service, endpoint, request_type = _named(can_tell=account.id is not None or plan is None)
    where = ApiFilter(
        end - _SPANS[chosen],
        end + step,
        grain,
        account_id=account.only,
        plan=plan,
        service=service,
        endpoint=endpoint,
        request_type=request_type,
    )
    return View(
        where=where,
        range=chosen,
        now=now,
        account=account,
        bucket=_picked(where),
        only_errors=url.value("api_usage_calls", "all", ("all", "failed")) == "failed",
        signature=url.value("api_usage_signature", "").strip()[:200],
        place=Place.decode(url.value("api_usage_after", "")),
    )


def draw(shown: View) -> None:
    """The fields, in one row that wraps, and the way back to none."""
    known = names()
    services = {"": "Any service"} | {name: name for name in sorted({row[0] for row in known})}
    of_service = [row for row in known if shown.where.service in (None, row[0])]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(FIELDS):
            fields.text("api_usage_account", "Account", "Account: name, e-mail or id", "apartment", 170, also=restart)
            plans = {"": "Any plan", **{plan: plan.capitalize() for plan in PLANS}}
            fields.choice("api_usage_plan", "Plan", plans, "", 110, also=restart)
            fields.choice("api_usage_service", "Service", services, "", 125, also=_new_service)
            if not shown.is_by_service:
                endpoints = _options("Any endpoint", [row[1] for row in of_service])
                fields.choice("api_usage_endpoint", "Endpoint", endpoints, "", 145, also=restart)
                types = _options("Any type", [row[2] for row in of_service])
                fields.choice("api_usage_type", "Request type", types, "", 110, also=restart)
            fields.choice("api_usage_range", "Range", RANGES, "24h", 135, also=restart)
            grains = GRAINS if shown.range in HOURLY else {"auto": "Best grain", "day": "Per day"}
            fields.choice("api_usage_grain", "Grain", grains, "auto", 115, also=restart)
        fields.clear(KEYS)


def picked(shown: View) -> None:
    """Which bar the tables are narrowed to, and the way back to the range."""
    if shown.bucket:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/filter_alt: Tables show only **{fmt.literal(shown.span)}**.", width="content")
            st.button("Whole range", icon=":material/close:", type="tertiary", on_click=restart, key="api_usage_unpick")


def pick(key: str) -> None:
    """Narrow the tables to the bar that was clicked in the chart, or widen them again; in a callback."""
    points = st.session_state[key].selection.points
    restart()
    if points:
        url.write(api_usage_bucket=str(points[0]["x"])[:16].replace(" ", "T"))
    st.rerun()  # the whole page: in a card, only the card would run again


def restart() -> None:
    """Start again at the first page of the whole range, since the filter changed."""
    url.write(**dict.fromkeys(f"api_usage_{name}" for name in _PLACES))


def names() -> list[tuple[str, str, str]]:
    """What was called lately: service, endpoint and request type."""
    found = rows(figures.names(datetime.now(UTC)), ttl_s=NAMES_TTL_S, domain=DOMAIN)
    return [(row["service"], row["endpoint"], row["request_type"]) for row in found]


def named(text: str) -> str:
    """An endpoint or type as it is shown; the product may have written none."""
    return text or "(none)"


def by_days(where: ApiFilter) -> ApiFilter:
    """The same range by UTC days: whole ones, so that a day's histogram serves."""
    last = floor(where.until - timedelta(microseconds=1), "day")
    return replace(where, since=floor(where.since, "day"), until=last + timedelta(days=1), grain="day")


def _named(*, can_tell: bool) -> tuple[str | None, str | None, str | None]:
    """Service, endpoint and type that the URL names and that were ever called."""
    said = [url.value(f"api_usage_{name}", "") for name in ("service", "endpoint", "type")]
    if not any(said):
        return None, None, None
    found: list[str | None] = []
    for place, text in enumerate(said):
        value = "" if text == NONE else text
        is_known = text and any(row[place] == value for row in names())
        found.append(value if is_known and (can_tell or place == 0) else None)
    return found[0], found[1], found[2]


def _options(nothing: str, values: Sequence[str]) -> dict[str, str]:
    return {"": nothing, **{value or NONE: named(value) for value in sorted(set(values))}}


def _new_service() -> None:
    url.write(api_usage_endpoint=None, api_usage_type=None)
    restart()


def _grain(chosen: str, said: str) -> Grain:
    if said == "auto" or (said == "hour" and chosen not in HOURLY):
        return "hour" if chosen in {"24h", "48h"} else "day"
    return cast("Grain", said)


def floor(moment: datetime, grain: Grain) -> datetime:
    """When the bucket of the moment begins."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if grain == "hour" else hour.replace(hour=0)


def _picked(where: ApiFilter) -> datetime | None:
    try:
        said = datetime.fromisoformat(url.value("api_usage_bucket", "")).replace(tzinfo=UTC)
    except ValueError:
        return None
    return said if where.since <= said < where.until and said == floor(said, where.grain) else None


def _span(where: ApiFilter, now: datetime) -> str:
    moment = "%-d %b %H:%M" if where.grain == "hour" else "%-d %b"
    if where.until > now:
        return f"{where.since:{moment}} to now"
    last = where.until if where.grain == "hour" else where.until - where.step
    same_day = where.grain == "day" and where.until - where.since == where.step
    return f"{last:%-d %b %Y}" if same_day else f"{where.since:{moment}} to {last:{moment}}"
