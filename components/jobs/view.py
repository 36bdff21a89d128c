"""What the Jobs page is narrowed to, read from its URL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast, get_args

from components.ui import fields, url
from core.settings import settings
from queries.jobs import listing
from queries.jobs.filters import JobFilter, Priority
from queries.jobs.states import JOB_TYPES, TERMINAL, State, StuckAfter
from queries.sql import signatures
from queries.sql.keyset import Place

ACTIVE: Final = "active"
"""Queued or processing: what still runs for a customer."""
RANGES: Final = {"24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days", "all": "Any time"}
_SPANS: Final = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
PRIORITIES: Final = {"any": "Any priority", "high": "Above 0", "normal": "0", "low": "Below 0"}
SORTS: Final = {
    "auto": "Best order",
    "created-desc": "Newest first",
    "created-asc": "Oldest first",
    "ended-desc": "Last ended first",
    "ended-asc": "First ended first",
    "scheduled-asc": "Next due first",
    "scheduled-desc": "Last due first",
}
STEP_HOURS: Final = {"24h": 1, "7d": 1, "30d": 6, "all": 6}
"""How wide a bar of the throughput is: what can still be hit with a mouse."""
ENDED_FORMAT: Final = "%Y-%m-%dT%H"


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: the filter, its order, the place in the list, and whom the account field means."""

    where: JobFilter
    state: str | None
    sort: listing.Sort
    descending: bool
    place: Place | None
    range: str
    account: fields.Account

    @property
    def words(self) -> str:
        """The view as a person would say it: `failed jobs of Lumen Media in the last 24 hours`."""
        parts = [f"{self.state} jobs" if self.state else "jobs"]
        if self.where.job_types:
            parts.append(f"of type {self.where.job_types[0]}")
        if self.account.words:
            parts.append(self.account.words)
        if self.where.error:
            parts.append(f'with "{self.where.error}" in the error')
        if self.where.priority != "any":
            parts.append(f"with priority {PRIORITIES[self.where.priority].lower()}")
        if self.where.signature:
            parts.append(f"like “{self.where.signature}”")
        if self.where.run:
            parts.append("of one run")
        if self.where.ended_from and self.where.ended_until:
            parts.append(f"ended {self.where.ended_from:%d %b %H:%M} to {self.where.ended_until:%H:%M} UTC")
        elif self.where.since:
            parts.append(f"in the {RANGES[self.range].lower()}")
        return " ".join(parts)

    def counted(self, number: int) -> str:
        """So many of the view: `9 failed jobs of Lumen Media`."""
        return f"{number:,} {self.words if number != 1 else self.words.replace('jobs', 'job', 1)}"

    @property
    def hours(self) -> int:
        """How far back the charts look: the chosen range, or a month of any time."""
        return int((_SPANS.get(self.range) or _SPANS["30d"]).total_seconds() // 3600)


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    state = url.value("jobs_state", "", (*get_args(State), ACTIVE)) or None
    job_type = url.value("jobs_type", "", JOB_TYPES)
    chosen_range = url.value("jobs_range", "24h", RANGES)
    order = url.value("jobs_sort", "auto", SORTS)
    sort, _, direction = (_best_order(state) if order == "auto" else order).partition("-")
    account = fields.account("jobs_account")
    ended = ended_step()
    span = None if ended else _SPANS.get(chosen_range)
    return View(
        where=JobFilter(
            states=("queued", "processing") if state == ACTIVE else (cast("State", state),) if state else (),
            job_types=(job_type,) if job_type else (),
            account_id=account.only,
            error=url.value("jobs_error", "").strip()[:200],
            signature=url.value("jobs_signature", "").strip()[: signatures.LENGTH],
            priority=cast("Priority", url.value("jobs_priority", "any", PRIORITIES)),
            run=url.uuid("jobs_run"),
            since=datetime.now(UTC) - span if span else None,
            ended_from=ended[0] if ended else None,
            ended_until=ended[1] if ended else None,
            stuck_after=stuck_after(),
        ),
        state=state,
        sort=cast("listing.Sort", sort),
        descending=direction == "desc",
        place=Place.decode(url.value("jobs_after", "")),
        range=chosen_range,
        account=account,
    )


def stuck_after() -> StuckAfter:
    """From when on a job in processing is stuck, as the operator chose."""
    return StuckAfter(settings().stuck_after_minutes, settings().stuck_after_by_type)


def ended_step() -> tuple[datetime, datetime] | None:
    """The bar of the throughput that was clicked: its start and end, as `jobs_ended=2026-11-22T14/1` says."""
    start, _, hours = url.value("jobs_ended", "").partition("/")
    try:
        begin = datetime.strptime(start, ENDED_FORMAT).replace(tzinfo=UTC)
        return begin, begin + timedelta(hours=min(max(int(hours), 1), 24))
    except (ValueError, OverflowError):
        return None


def _best_order(state: str | None) -> str:
    """What one wants to see first: the last to end, the next to run, else the newest."""
    if state in TERMINAL:
        return "ended-desc"
    return (
        "scheduled-asc" if state in {"due", "scheduled", "queued", "retrying", "stranded", ACTIVE} else "created-desc"
    )
