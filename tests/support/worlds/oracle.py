"""What the figures of a world are, by plain pandas over its rows and the definitions of `docs/figures.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any, Final

import pandas as pd

from queries.api_usage.figures import NOBODY
from queries.api_usage.filters import ApiFilter
from queries.jobs.filters import JobFilter
from queries.usage.filters import UsageFilter
from tests.support.worlds.world import World

OVER: Final = ("completed", "failed", "cancelled")
ENDS: Final = (*OVER, "retried")


def _time(column: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_datetime(column, utc=True)


def calls(world: World, where: ApiFilter) -> pd.DataFrame:
    """The calls that a filter means, each with at, is_error and is_unknown."""
    logs = world.logs.assign(at=_time(world.logs["created_at"]))
    logs = logs[(logs["at"] >= where.since) & (logs["at"] < where.until) & (logs["at"] <= world.now)]
    if where.account_id:
        logs = logs[logs["account_id"] == where.account_id]
    if where.plan:
        whose = set(world.accounts.loc[world.accounts["plan_type"] == where.plan, "id"])
        logs = logs[logs["account_id"].isin(whose)]
    if where.service is not None:
        logs = logs[logs["service_name"] == where.service]
    for column, said in (("endpoint", where.endpoint), ("request_type", where.request_type)):
        if said is not None:
            logs = logs[logs[column].fillna("") == said]
    status, has_message = logs["status_code"].astype("Float64"), logs["error_message"].notna()
    return logs.assign(
        is_error=(status >= 400).fillna(has_message).astype(bool),
        is_unknown=(status.isna() & ~has_message).astype(bool),
    )


def api_totals(world: World, where: ApiFilter) -> Mapping[str, int]:
    """calls, errors, unknown, tokens, credits."""
    found = calls(world, where)
    return {
        "calls": len(found),
        "errors": int(found["is_error"].sum()),
        "unknown": int(found["is_unknown"].sum()),
        "tokens": int(found["tokens_used"].fillna(0).sum()),
        "credits": int(found["credits_cost"].fillna(0).sum()),
    }


Counts = tuple[int, int, int]
"""Calls, errors and unknown ones."""


def _counts(group: pd.DataFrame) -> Counts:
    return len(group), int(group["is_error"].sum()), int(group["is_unknown"].sum())


def share(calls: int, errors: int, unknown: int) -> float | None:
    """Which share of the known calls failed."""
    return errors / (calls - unknown) if calls > unknown else None


def api_by_bucket(world: World, where: ApiFilter) -> Mapping[datetime, Counts]:
    """The counts of each bucket that has any calls."""
    found = calls(world, where)
    grouped = found.groupby(found["at"].dt.floor("h" if where.grain == "hour" else "D"))
    return {at.to_pydatetime(): _counts(group) for at, group in grouped}


def ended(world: World, where: JobFilter) -> pd.DataFrame:
    """The jobs that are over under a filter, each with at (its end), and the failures that staff retried since."""
    both = pd.concat([world.jobs, world.retried.assign(status="retried")])
    jobs = both.assign(at=_time(both["completed_at"]).fillna(_time(both["updated_at"])))
    jobs = jobs[jobs["status"].isin(ENDS) & (jobs["at"] <= world.now)]
    if where.job_types:
        jobs = jobs[jobs["job_type"].isin(where.job_types)]
    if where.account_id:
        jobs = jobs[jobs["account_id"] == where.account_id]
    return jobs


def throughput(world: World, where: JobFilter, since: datetime, until: datetime) -> Mapping[str, int]:
    """Jobs that ended in a range, by how they did."""
    jobs = ended(world, where)
    jobs = jobs[(jobs["at"] >= since) & (jobs["at"] < until)]
    return {name: int((jobs["status"] == name).sum()) for name in ENDS}


def used(world: World, where: UsageFilter) -> pd.DataFrame:
    """The rows of daily statistics that a filter means."""
    stats = world.stats[(world.stats["stat_date"] >= where.since) & (world.stats["stat_date"] < where.until)]
    if where.account_id:
        stats = stats[stats["account_id"] == where.account_id]
    if where.plan:
        whose = set(world.accounts.loc[world.accounts["plan_type"] == where.plan, "id"])
        stats = stats[stats["account_id"].isin(whose)]
    return stats


def counters(world: World, where: UsageFilter, names: Mapping[str, str]) -> Mapping[str, int]:
    """Sums over a range, by the names of figures and their columns."""
    found = used(world, where)
    return {name: int(found[column].fillna(0).sum()) for name, column in names.items()}


def recorded(world: World, since: date, until: date) -> set[date]:
    """The days for which at least half as many accounts have statistics as is usual in the 28 days before."""
    rows = Counter(world.stats["stat_date"])

    def is_so(day: date) -> bool:
        before = [rows[earlier] for n in range(1, 29) if (earlier := day - timedelta(days=n)) in rows]
        return not before or 2 * rows[day] >= median(before)

    return {day for day in rows if since <= day < until and is_so(day)}


def gauges(world: World, account: Any) -> dict[date, float]:
    """What an account is known to have stored: a 0 only if nothing else came before, or for a week."""
    stats = world.stats[(world.stats["account_id"] == account) & world.stats["storage_used_gb"].notna()]
    told = dict(sorted((day, float(gb)) for day, gb in zip(stats["stat_date"], stats["storage_used_gb"], strict=True)))

    def is_known(day: date) -> bool:
        week = [gb for other, gb in told.items() if day - timedelta(days=7) < other < day]
        before = [gb for other, gb in told.items() if other <= day - timedelta(days=7)]
        return bool(told[day]) or not (any(week) or (before and before[-1]))

    return {day: gb for day, gb in told.items() if is_known(day)}


def gauge(world: World, account: Any, day: date) -> tuple[date, float] | None:
    """The latest known gauge by the end of a day."""
    return max(((other, gb) for other, gb in gauges(world, account).items() if other <= day), default=None)


def storage_course(world: World, where: UsageFilter) -> list[float | None]:
    """The sum of the gauges of each day with rows; where nobody measured, what was stored before."""
    course: list[float | None] = []
    stats = used(world, where)
    for day, rows in sorted(stats.groupby("stat_date"), key=lambda pair: str(pair[0])):
        measured = rows.loc[rows["storage_used_gb"].notna(), "account_id"]
        found = [latest[1] for account in measured if (latest := gauge(world, account, day))]  # pyright: ignore[reportArgumentType]
        course.append(sum(found) if found else None)
    return course


def storage(world: World, where: UsageFilter, today: date) -> tuple[float | None, ...]:
    """What is stored by the latest gauges, what of it has a limit, and those limits; None of no account."""
    limits = dict(zip(world.accounts["id"], world.accounts["storage_limit_gb"], strict=True))
    whose = set(used(world, where.over(today - timedelta(days=4_000), today + timedelta(days=1)))["account_id"])
    told = [(latest[1], limits[account]) for account in whose if (latest := gauge(world, account, today))]
    limited = [(gb, float(limit)) for gb, limit in told if limit is not None and limit == limit and limit > 0]
    columns = [gb for gb, _ in told], [gb for gb, _ in limited], [limit for _, limit in limited]
    return tuple(sum(column) if column else None for column in columns)


def midnight(day: date) -> datetime:
    """When the UTC day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def rates(world: World, where: JobFilter, since: datetime, until: datetime) -> Mapping[str, tuple[int, int]]:
    """Ended (without the cancelled) and failed by type in a range."""
    jobs = ended(world, where)
    jobs = jobs[(jobs["at"] >= since) & (jobs["at"] < until) & (jobs["status"] != "cancelled")]
    grouped = jobs.groupby("job_type")["status"]
    return {str(kind): (len(status), int(status.isin(("failed", "retried")).sum())) for kind, status in grouped}


def endpoints(world: World, where: ApiFilter) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """Figures of each endpoint that was called."""
    found = calls(world, where)
    status = found["status_code"].astype("Float64")
    found = found.assign(
        endpoint=found["endpoint"].fillna(""),
        is_429=(status == 429).fillna(False),
        is_5xx=(status >= 500).fillna(False),
        tokens=found["tokens_used"].fillna(0),
        credits=found["credits_cost"].fillna(0),
    )
    return {
        (str(service), str(endpoint)): {
            "calls": len(group),
            "errors": int(group["is_error"].sum()),
            "errors_429": int(group["is_429"].sum()),
            "errors_5xx": int(group["is_5xx"].sum()),
            "unknown": int(group["is_unknown"].sum()),
            "tokens": int(group["tokens"].sum()),
            "credits": int(group["credits"].sum()),
            "timed": int(group["response_time_ms"].notna().sum()),
        }
        for (service, endpoint), group in found.groupby(["service_name", "endpoint"])
    }


def by_account(world: World, where: ApiFilter) -> Mapping[Any, Counts]:
    """The counts of each account that called."""
    found = calls(world, where)
    grouped = found.assign(account_id=[str(one or NOBODY) for one in found["account_id"]]).groupby("account_id")
    return {account: _counts(group) for account, group in grouped}


def by_service(world: World, where: ApiFilter) -> Mapping[Any, Counts]:
    """The counts of each service that was called."""
    return {service: _counts(group) for service, group in calls(world, where).groupby("service_name")}


def states(world: World, stuck_minutes: int) -> Mapping[str, int]:
    """How many jobs are in each state."""
    jobs, now = world.jobs, pd.Timestamp(world.now)
    status, attempts = jobs["status"], jobs["attempts"].fillna(0).astype(int)
    most = jobs["max_attempts"].fillna(3).astype(int)
    due = _time(jobs["scheduled_at"])
    started, changed, made = (_time(jobs[name]) for name in ("started_at", "updated_at", "created_at"))
    since = started.where(started <= now).fillna(changed).fillna(made)  # a clock that is wrong tells no start
    queued, processing = status == "queued", status == "processing"
    told = {
        "queued": queued,
        "due": queued & (attempts < most) & ~(due > now),
        "scheduled": queued & (attempts < most) & (due > now),
        "retrying": queued & (attempts > 0),
        "stranded": queued & (attempts >= most),
        "processing": processing,
        "stuck": processing & (since < now - pd.Timedelta(minutes=stuck_minutes)),
        **{name: status == name for name in OVER},
        "unknown": status.isna(),
    }
    return {name: int(found.sum()) for name, found in told.items()}


def heat(world: World, where: ApiFilter) -> Mapping[tuple[int, int], Counts]:
    """The counts by ISO weekday and hour."""
    found = calls(world, where)
    found = found.assign(cell=[(at.isoweekday(), at.hour) for at in found["at"]])
    return {cell: _counts(found[found["cell"] == cell]) for cell in set(found["cell"])}
