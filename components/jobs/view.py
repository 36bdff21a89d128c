"""What the Jobs page is narrowed to, read from its URL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final, get_args

from actions.policy import stuck_after
from components.ui import fmt, params, url, views
from components.ui.params import AccountOf, Choice, Param, Sort, Text
from components.ui.views import Order
from queries.jobs.filters import JobFilter
from queries.jobs.states import JOB_TYPES, TERMINAL, State
from queries.sql.time import begin

ACTIVE: Final = "active"
"""Queued or processing: what still runs for a customer."""
STATES: Final = {name: name for name in (*get_args(State), ACTIVE)}
RANGES: Final = {"24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days", "all": "Any time"}
_HOURS: Final = {"24h": 24, "7d": 7 * 24, "30d": 30 * 24}
STEP_HOURS: Final = {"24h": 1, "7d": 1, "30d": 6, "all": 6}
"""How wide a bar of the throughput is: what can still be hit with a mouse."""
ENDED_FORMAT: Final = "%Y-%m-%dT%H"


def ended_step(said: str) -> tuple[datetime, datetime] | None:
    """The bar of the throughput that was clicked: its start and end, as `jobs_ended=2026-11-22T14/1` says."""
    start, _, hours = said.partition("/")
    try:
        begin = datetime.strptime(start, ENDED_FORMAT).replace(tzinfo=UTC)
        return begin, begin + timedelta(hours=min(max(int(hours), 1), 24))
    except (ValueError, OverflowError):
        return None


class View(views.View, page="jobs"):
    """What the page shows."""

    state = Choice("State", STATES, words="{}", is_first=True, clears=["signature"])
    type = Choice("Type", {"": "Any type", **{name: name for name in JOB_TYPES}}, "", 165, words="of type {}")
    account = AccountOf(190)
    error = Text("Error text", "Error text", "search", 150, longest=200, words='with "{}" in the error')
    range = Choice("Ended", RANGES, "24h", 140)
    priority = Choice(
        "Priority", {"any": "Any priority", "high": "Above 0", "normal": "0", "low": "Below 0"}, "any", 120,
        words="with priority {}",
    )  # fmt: skip
    sort = Sort(
        {
            "auto": "Default order",
            "created-desc": "Newest first",
            "created-asc": "Oldest first",
            "ended-desc": "Last ended first",
            "ended-asc": "First ended first",
            "scheduled-asc": "Next due first",
            "scheduled-desc": "Last due first",
        },
        "auto",
        140,
        keys=dict.fromkeys(("created", "ended", "scheduled"), datetime),
    )
    signature = Param(None, params.Signature.read, words=lambda found: f"like “{found.text}”")
    run = Param(None, params.uuid, words="of one run")
    ended = Param(None, ended_step, words=lambda ends: f"ended {fmt.span(*ends)}")

    @cached_property
    def where(self) -> JobFilter:
        """The jobs that are meant."""
        hours = None if self.ended else _HOURS.get(self.range)
        since, until = self.ended or (None, None)
        return views.filled(
            JobFilter,
            self,
            states=("queued", "processing") if self.state == ACTIVE else (self.state,) if self.state else (),
            job_types=(self.type,) if self.type else (),
            account_id=self.account.only,
            signature=self.signature.hash if self.signature else "",
            since=begin(datetime.now(UTC), hours) if hours else None,
            ended_from=since,
            ended_until=until,
            stuck_after=stuck_after(),
        )

    @property
    def words(self) -> str:
        """The view as a person would say it: `failed jobs of Lumen Media in the last 24 hours`."""
        return f"{super().words} in the {RANGES[self.range].lower()}" if self.where.since else super().words

    def counted(self, number: int) -> str:
        """So many of the view: `9 failed jobs of Lumen Media`."""
        return f"{number:,} {self.words_of(number)}"

    @property
    def order(self) -> Order:
        """The chosen order, or the state's own."""
        return self._own_order if self.sort == "auto" else super().order

    @property
    def orders(self) -> dict[str, str]:
        """The orders to choose from; the state's own is called what it is while it is in force."""
        labels = View.sort.options
        if self.sort != "auto":
            return dict(labels)
        own = f"{self._own_order.name}-{'desc' if self._own_order.is_descending else 'asc'}"
        return {"auto": labels[own], **{name: label for name, label in labels.items() if name not in {"auto", own}}}

    @property
    def _own_order(self) -> Order:
        """What one wants to see first: the last to end, the next to run, else the newest."""
        if self.state in TERMINAL:
            return Order("ended", is_descending=True)
        is_next = self.state in {"due", "scheduled", "queued", "retrying", "stranded", ACTIVE}
        return Order("scheduled", is_descending=False) if is_next else Order("created", is_descending=True)

    @property
    def hours(self) -> int:
        """How far back the charts look: the chosen range, or a month of any time."""
        return _HOURS.get(self.range) or _HOURS["30d"]


def view() -> View:
    """The view that the URL names."""
    return url.read(View)
