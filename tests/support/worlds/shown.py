"""What the pages of a made-up world have to show, by plain arithmetic: each tile, its change, each table of figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import pandas as pd

from components.ui import cards, fmt
from queries.api_usage import trends
from queries.api_usage.filters import ApiFilter
from queries.jobs.filters import JobFilter
from queries.usage.filters import UsageFilter
from tests.support.worlds import oracle
from tests.support.worlds.world import JOB_TYPES, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CREDITS: Final = {"credits": "total_credits_used"}
COUNTED: Final = {
    "Content pieces": "content_pieces_added",
    "Scripts": "scripts_generated",
    "Voice": "voice_generations",
    "Avatar": "avatar_generations",
    "Projects": "projects_created",
}
FEATURES: Final = ("Analysis", "Scripts", "Voice", "Avatar")
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OPEN: Final = ("Due", "Scheduled", "Processing", "Stuck", "Stranded")
STUCK: Final = JobFilter().stuck_after.minutes


class Shown(NamedTuple):
    """What a page has to show: value and change of each tile, rows of tables by their columns."""

    tiles: Mapping[str, tuple[str, str]]
    tables: Mapping[tuple[str, ...], Sequence[tuple[object, ...]]]


def delta(found: str | int | None) -> str:
    """A change as a tile has it."""
    return "" if found is None else str(found)


def hour(world: World) -> datetime:
    """The start of the running hour."""
    return world.now.replace(minute=0, second=0, microsecond=0)


def overview(world: World) -> Shown:
    today, running = world.now.date(), hour(world)
    week, before = (UsageFilter(today - 7 * part * DAY, today - 7 * (part - 1) * DAY) for part in (1, 2))
    month = UsageFilter(today.replace(day=1), today)
    last = (today.replace(day=1) - DAY).replace(day=1)
    same = UsageFilter(last, min(last + (today - month.since), month.since))
    calls = ApiFilter(running - 24 * HOUR, running + HOUR, "hour")
    earlier = oracle.api_totals(world, ApiFilter(running - 48 * HOUR, running - 24 * HOUR, "hour"))
    called, everything = oracle.api_totals(world, calls), JobFilter()
    failed, complete, previous = (
        sum(oracle.throughput(world, everything, *ends)[name] for name in ("failed", "retried"))
        for ends in (
            (running - 24 * HOUR, running + HOUR), (running - 24 * HOUR, running),
            (running - 48 * HOUR, running - 24 * HOUR),
        )
    )  # fmt: skip
    used = [oracle.counters(world, one, CREDITS)["credits"] for one in (month, same)]
    added = [oracle.counters(world, one, {"pieces": "content_pieces_added"})["pieces"] for one in (week, before)]
    active = [active_accounts(world, one) for one in (week, before)]
    rate, was = (oracle.share(one["calls"], one["errors"], one["unknown"]) for one in (called, earlier))
    hours = [running - back * HOUR for back in range(48, -1, -1)]
    ends = [oracle.throughput(world, everything, at, at + HOUR) for at in hours]
    rows = [(pd.Timestamp(at), *(end[name] for name in ("completed", "failed", "retried", "cancelled")))
            for at, end in zip(hours, ends, strict=True)]  # fmt: skip
    return Shown(
        {
            "Active accounts, 7 d": (fmt.compact(active[0]), str(active[0] - active[1])),
            "Credits this month": (fmt.compact(used[0]), delta(cards.change(*used))),
            "API error rate, 24 h": (fmt.percent(rate), delta(fmt.points(rate, was))),
            "Failed jobs, 24 h": (fmt.compact(failed), str(complete - previous)),
            "Content added, 7 d": (fmt.compact(added[0]), delta(cards.change(*added))),
        },
        {
            ("at", "Completed", "Failed", "Failed, retried since", "Cancelled"): rows,
            ("bucket", *FEATURES): [],  # nothing was made
        },
    )


def active_accounts(world: World, where: UsageFilter) -> int:
    """Accounts that spent or made anything in a range."""
    found = oracle.used(world, where)
    made_any = found[["total_credits_used", *COUNTED.values()]].fillna(0).astype(int).max(axis=1) > 0
    return found[made_any]["account_id"].nunique()


def usage(world: World) -> Shown:
    today = world.now.date()
    first = today - 30 * DAY
    now, before = (oracle.counters(world, one, CREDITS)["credits"]
                   for one in (UsageFilter(first, today), UsageFilter(first - 30 * DAY, first)))  # fmt: skip
    each = [
        (name, plan, oracle.counters(world, UsageFilter(first, today, account_id=one), CREDITS)["credits"])
        for one, name, plan in world.accounts[["id", "name", "plan_type"]].itertuples(index=False)
    ]
    plans = {plan: [used for _, of, used in each if of == plan] for _, plan, _ in each}
    by_plan = [
        (plan or "(no plan)", sum(used > 0 for used in of), sum(of), 100 * sum(of) / now) for plan, of in plans.items()
    ]
    used, limited, limit = oracle.storage(world, UsageFilter(first, today), today)
    days = [first + n * DAY for n in range(31)]
    recorded = oracle.recorded(world, first, today + DAY)
    made_on = [oracle.counters(world, UsageFilter(day, day + DAY), COUNTED) for day in days]
    created = [(day, *(counts[name] if day in recorded else None for name in COUNTED))
               for day, counts in zip(days, made_on, strict=True)]  # fmt: skip
    return Shown(
        {
            "Credits this month": overview(world).tiles["Credits this month"],
            "Credits, last 30 days": (fmt.compact(now), delta(cards.change(now, before))),
            "Storage now": (
                f"{used or 0:,.1f} GB",
                f"{fmt.percent((limited or 0) / limit)} of limits" if limit else "",
            ),
        },
        {
            ("From", *COUNTED): created,
            ("From", *FEATURES): [],
            ("Account", "Plan", "Credits", "Share"): [
                (name, plan, used, 100 * used / now) for name, plan, used in each if used
            ],
            ("Plan", "Accounts", "Credits", "Share"): by_plan,
        },
    )


def api_usage(world: World) -> Shown:
    running = hour(world)
    whole, done, before = (
        oracle.api_totals(world, ApiFilter(running - since * HOUR, running - until * HOUR, "hour"))
        for since, until in ((24, -1), (24, 0), (48, 24))
    )
    rates = [oracle.share(one["calls"], one["errors"], one["unknown"]) for one in (whole, done, before)]
    where = ApiFilter(running - 24 * HOUR, running + HOUR, "hour")
    week = ApiFilter(trends.heat_since(where), running + HOUR, "hour")
    names = dict(zip(map(str, world.accounts["id"]), world.accounts["name"], strict=True))
    by_account = [
        (names.get(account, "(no account)"), calls, 100 * calls / whole["calls"],
         None if calls == unknown else 100 * errors / (calls - unknown), unknown)
        for account, (calls, errors, unknown) in oracle.by_account(world, where).items()
    ]  # fmt: skip
    return Shown(
        {
            "Calls": (fmt.compact(whole["calls"]), delta(cards.change(done["calls"], before["calls"]))),
            "Error rate": (fmt.percent(rates[0]), delta(fmt.points(rates[1], rates[2]))),
            "Tokens": (fmt.compact(whole["tokens"]), delta(cards.change(done["tokens"], before["tokens"]))),
            "Credits, by calls": (
                fmt.compact(whole["credits"]),
                delta(cards.change(done["credits"], before["credits"])),
            ),
        },
        {
            ("Account", "Calls", "Part", "Errors", "Unknown"): by_account,
            ("From (UTC)", "OK", "429", "5xx", "Other errors", "Unknown"): [
                _outcomes(world, at) for at in hours(world)
            ],
            ("Endpoint", "Calls", "429", "5xx", "Unknown"): [
                (
                    f"{service} {endpoint or '(none)'}",
                    *(one[name] for name in ("calls", "errors_429", "errors_5xx", "unknown")),
                )
                for (service, endpoint), one in oracle.endpoints(world, where).items()
            ],
            ("What", "Credits", "Share"): [
                (f"{service} {endpoint or '(none)'}", one["credits"], 100 * one["credits"] / whole["credits"])
                for (service, endpoint), one in oracle.endpoints(world, where).items()
            ],
            ("Weekday", "Hour (UTC)", "Calls", "Errors", "Unknown"): [
                (WEEKDAYS[day - 1], at, *counts) for (day, at), counts in oracle.heat(world, week).items()
            ],
        },
    )


def hours(world: World) -> list[datetime]:
    """The running hour and the 24 before it."""
    return [hour(world) - back * HOUR for back in range(24, -1, -1)]


def _outcomes(world: World, at: datetime) -> tuple[object, ...]:
    """How the calls of an hour ended, each counted once."""
    each = oracle.endpoints(world, ApiFilter(at, at + HOUR, "hour")).values()
    calls, errors, limited, broken, unknown = (
        sum(one[name] for one in each) for name in ("calls", "errors", "errors_429", "errors_5xx", "unknown")
    )
    return f"{at:%Y-%m-%d %H:%M}", calls - errors - unknown, limited, broken, errors - limited - broken, unknown


def account(world: World) -> Shown:
    today, whose = world.now.date(), world.accounts["id"][0]
    days = [today - n * DAY for n in range(60)]
    where = ApiFilter(hour(world) - 24 * HOUR, hour(world) + HOUR, "hour", account_id=whose)
    names = ("calls", "unknown", "errors_429", "errors_5xx")
    called: dict[str, Counter[str]] = {}
    for (service, _), one in oracle.endpoints(world, where).items():
        called.setdefault(service, Counter()).update({name: one[name] for name in names})
    told = [(service, *(each[name] for name in names)) for service, each in called.items()]
    used = [
        (day, oracle.counters(world, UsageFilter(day, day + DAY, account_id=whose), CREDITS)["credits"]) for day in days
    ]
    gauges = oracle.gauges(world, whose)
    return Shown(
        {},
        {
            ("UTC day", "Credits"): used,
            ("UTC day", "Storage used (GB)"): [(day, gauges.get(day)) for day in days],
            ("Service", "Calls", "Unknown", "429", "5xx"): told,
        },
    )


def jobs(world: World) -> Shown:
    running, where = hour(world), JobFilter()
    ends = [oracle.throughput(world, where, at, at + HOUR) for at in hours(world)]
    through = [(pd.Timestamp(at), *(end[name] for name in ("completed", "failed", "retried", "cancelled")))
               for at, end in zip(hours(world), ends, strict=True)]  # fmt: skip
    now, before = (oracle.rates(world, where, *range_) for range_ in (
        (running - 24 * HOUR, running + HOUR), (running - 48 * HOUR, running - 24 * HOUR)))  # fmt: skip
    open_now = {
        kind: oracle.states(replace(world, jobs=world.jobs[world.jobs["job_type"] == kind]), STUCK)
        for kind in JOB_TYPES
    }
    rates = [(kind, *now.get(kind, (0, 0)), *before.get(kind, (0, 0))) for kind in JOB_TYPES]
    return Shown(
        {},
        {
            ("At", "Completed", "Failed", "Retried", "Cancelled"): through,
            ("Job type", "Ended", "Failed", "Previous ended", "Previous failed"): rates,
            ("Job type", *OPEN): [
                (kind, *(states[name.lower()] for name in OPEN)) for kind, states in open_now.items()
            ],
        },
    )


PAGES: Final[Mapping[str, tuple[dict[str, str], Callable[[World], Shown]]]] = {
    "overview": ({}, overview),
    "usage": ({"usage_range": "30d"}, usage),
    "api_usage": ({"api_usage_range": "24h"}, api_usage),
    "jobs": ({"refresh": "off"}, jobs),
    "account": ({}, account),
}
