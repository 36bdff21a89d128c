"""The Overview: figures, work and two charts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from components.jobs.health import ENDS
from components.overview import work
from components.ui import cards, charts, feedback, fmt
from components.usage.charts import FEATURES
from core.database import load, rows
from queries import definitions, overview
from queries.jobs import throughput, timings
from queries.usage import figures as usage
from queries.usage.filters import UsageFilter

TTL_S: Final = 30
CHART_PX: Final = 190


def active_accounts() -> None:
    """Accounts that used the product this week."""
    told = _one(overview.active_accounts())
    cards.metric(
        definitions.ACTIVE_ACCOUNTS,
        fmt.compact(told["value"]),
        exact=f"{told['value']:,} accounts used the product in the seven days through {told['through']}; "
        f"{told['previous']:,} in the seven before.{_recorded(told)}",
        delta=told["value"] - told["previous"],
        good="up",
        trend=told["series"],
        versus=fmt.against(told["days"], told["previous_days"]) or "vs before",
    )


def credits_this_month() -> None:
    """Credits used this month."""
    told = _one(overview.credits_this_month(datetime.now(UTC).date()))
    through = f"through {told['through']} UTC" if told["through"] else cards.NO_DAY
    cards.metric(
        definitions.CREDITS_THIS_MONTH,
        fmt.compact(told["value"]),
        exact=f"{told['value']:,} credits, {through}; {told['today']:,} more today so far; "
        f"{told['previous']:,} on the same days of last month.{_recorded(told)}",
        delta=cards.change(told["value"], told["previous"]),
        good="neither",
        trend=told["series"],
        versus=(fmt.against(told["days"], told["previous_days"]) or "vs before") if told["through"] else cards.NO_DAY,
    )


def api_error_rate() -> None:
    """The share of API calls that failed."""
    told = _one(overview.api_error_rate(datetime.now(UTC)))
    now, before, known = told["value"], told["previous"], told["requests"] - told["unknown"]
    cards.metric(
        definitions.API_ERROR_RATE,
        fmt.percent(now),
        exact=f"{told['errors']:,} of {known:,} calls failed; {fmt.percent(before)} in the 24 h before."
        f"{fmt.unknown_calls(told['unknown'])}",
        delta=fmt.points(now, before),
        good="down",
        trend=told["series"],
        versus="vs before",
    )


def queue_wait() -> None:
    """How long jobs waited before they ran."""
    told = _one(timings.queue_wait())
    now, before = told["value_s"], told["previous_s"]
    cards.metric(
        definitions.QUEUE_WAIT,
        fmt.duration(now),
        exact=f"Of {fmt.plural(told['jobs'], 'job')}; in the 24 h before {fmt.duration(before)}.",
        delta=None if now is None or not before else f"{now / before - 1:+.0%}",
        good="down",
        trend=told["series"] or [],
        versus="vs before",
    )


def content_added() -> None:
    """How many content pieces customers added."""
    told = _one(overview.content_added())
    value, previous = told["value"], told["previous"]
    cards.metric(
        definitions.CONTENT_ADDED,
        fmt.compact(value),
        exact=f"{value:,} pieces on the last seven complete days; {previous:,} on the seven before.{_recorded(told)}",
        delta=cards.change(value, previous),
        good="neither",
        trend=told["series"],
        versus=fmt.against(told["days"], told["previous_days"]) or "vs before",
    )


def failed_jobs() -> None:
    """Jobs that failed."""
    told = _one(overview.failed_jobs(datetime.now(UTC)))
    cards.metric(
        definitions.FAILED_JOBS,
        fmt.compact(told["value"]),
        exact=f"{told['value']:,} jobs failed, {told['retried']:,} of them retried since by staff; "
        f"{told['complete']:,} in the 24 complete hours, {told['previous']:,} in the 24 before.",
        delta=told["complete"] - told["previous"],
        good="down",
        trend=told["series"],
        versus="vs before",
    )


FIGURES: Final = {
    "Active accounts": active_accounts,
    "Credits this month": credits_this_month,
    "API error rate": api_error_rate,
    "Failed jobs": failed_jobs,
    "Queue wait": queue_wait,
    "Content added": content_added,
}


def figures() -> None:
    """Six figures, each against the period before."""
    cards.row(FIGURES, height=cards.TILE_PX, least_px=155)


def today() -> None:
    """What needs a person, beside what is used and what gets done."""
    left, right = st.columns([3, 2])
    with left:
        cards.card("Needs you", "ranked by reach", work.listed, height=96, is_stretched=True)
    with right:
        for name, draw in (("Credits per day", credits_per_day), ("Jobs per hour", jobs_per_hour)):
            with st.container(border=True):
                cards.isolated(name, draw, CHART_PX + 48)


def credits_per_day() -> None:
    """What credits went into over the last 30 days."""
    day = datetime.now(UTC).date()
    where = UsageFilter(day - timedelta(days=30), day + timedelta(days=1))
    frame = load(usage.credits_by_feature(where, "day"), ttl_s=TTL_S, domain="usage")
    frame = frame.assign(bucket=pd.to_datetime(frame["bucket"], utc=True))
    names = {name: one.label for name, one in FEATURES.items()}
    charts.title(definitions.CREDITS_PER_DAY.name, "UTC", frame.rename(columns=names), key="overview_credits")
    if not frame[list(FEATURES)].to_numpy(dtype="float64").any():
        feedback.empty("No credits in 30 days.", "They show here once customers make something.", "bar_chart")
        return
    charts.over_time(
        frame,
        "bucket",
        FEATURES,
        kind="bar",
        key="overview_credits",
        hover="%a %d %b %Y",
        alt="Credits per day of the last 30 days, stacked by feature; today's bar is incomplete.",
        open_from=pd.Timestamp(day, tz="UTC"),
        height=CHART_PX,
    )


def jobs_per_hour() -> None:
    """How many jobs got done and failed over the last two days."""
    now = datetime.now(UTC)
    frame = load(throughput.jobs_per_hour(now), ttl_s=TTL_S, domain="jobs")
    names = {name: one.label for name, one in ENDS.items()}
    charts.title(definitions.JOBS_PER_HOUR.name, "UTC", frame.rename(columns=names), key="overview_jobs")
    if not frame[list(ENDS)].to_numpy(dtype="float64").any():
        feedback.empty("No job ended in 48 hours.", "Check whether jobs are waiting in the queue.", "checklist")
        return
    charts.over_time(
        frame,
        "at",
        ENDS,
        kind="bar",
        key="overview_jobs",
        alt="Jobs that ended per hour of the last 48, by how they ended; the last bar is incomplete.",
        open_from=pd.Timestamp(now).floor("h"),
        height=CHART_PX,
    )


def _recorded(told: dict[str, Any]) -> str:
    compared = fmt.against(told["days"], told["previous_days"])
    return f" Recorded: {compared}." if compared else ""


def _one(statement: Any) -> dict[str, Any]:
    [row] = rows(statement, ttl_s=TTL_S, domain="overview")
    return row
