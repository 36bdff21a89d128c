"""What the audit log is narrowed to, in the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from components.ui import fields, fmt, params, url, views
from components.ui.params import AccountOf, Choice, Param, Text
from core.database import rows
from queries.audit import log
from queries.audit.log import AuditFilter

OPTIONS_TTL_S: Final = 30
RANGES: Final = {"7d": "Last 7 days", "30d": "Last 30 days", "90d": "Last 90 days", "all": "All time"}
_DAYS: Final = {"7d": 7, "30d": 30, "90d": 90, "all": 90}
_ANY: Final = "any"


def _actors() -> dict[str, str]:
    found = rows(log.actors(), ttl_s=OPTIONS_TTL_S, domain="staff")
    people = {row["user_id"]: row["email"] for row in found}
    return {_ANY: "Anybody", **people, log.OPERATOR: "Operators (manage.py)"}


def _names(label: str, question: Callable[[], log.Rows]) -> Callable[[], Mapping[str, str]]:
    def options() -> Mapping[str, str]:
        found = rows(question(), ttl_s=OPTIONS_TTL_S, domain="audit")
        return {_ANY: label, **{row["name"]: row["name"].replace("_", " ") for row in found}}

    return options


class View(views.View, page="audit", noun="audit rows"):
    """One page of the log."""

    only_key = datetime
    identity = int
    text = Text("Words", "Words in reason or values", "search", 195, longest=200, words='with "{}"', called="words")
    actor = Choice("Who", _actors, _ANY, 150, words="by {}")
    action = Choice("Action", _names("Any action", log.actions), _ANY, 130, words=str)
    type = Choice("Object", _names("Any object", log.object_types), _ANY, 120, words=str)
    account = AccountOf(190)
    range = Choice("Time", RANGES, "30d", 128, clears=["day"])
    day = Param(None, params.day, words="on {}")
    object = Param("", lambda said: said.strip()[:200], words="{}")
    request = Param("", lambda said: said.strip()[:100], words="of request {}")

    @cached_property
    def first_day(self) -> datetime:
        """Where the chart of its days begins."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=self.days - 1)

    @property
    def days(self) -> int:
        """How many days the chart has."""
        return _DAYS[self.range]

    @property
    def span(self) -> str:
        """The chart's days in words."""
        noun = "the last 90 days of all" if self.range == "all" else RANGES[self.range].lower()
        return f"{noun}, UTC days"

    @cached_property
    def where(self) -> AuditFilter:
        """The rows that are meant."""
        day = datetime.combine(self.day, time(), UTC) if self.day else None
        is_person = self.actor not in {_ANY, log.OPERATOR}
        return AuditFilter(
            actor_id=UUID(self.actor) if is_person else None,
            is_operator=self.actor == log.OPERATOR,
            action="" if self.action == _ANY else self.action,
            object_type="" if self.type == _ANY else self.type,
            object_id=self.object,
            account_id=self.account.only,
            request_id=self.request,
            words=self.text,
            since=day or (None if self.range == "all" else self.first_day),
            until=day + timedelta(days=1) if day else None,
        )

    @property
    def words(self) -> str:
        """The view in words, as an export's header has it."""
        return super().words if self.day or self.range == "all" else f"{super().words} since {self.first_day:%Y-%m-%d}"


def view() -> View:
    """The view that the URL names."""
    return url.read(View)


def draw_filters(view: View) -> bool:
    """The filters, and what a link or the chart narrowed the log to; whether the account, if any, is clear."""
    chips = {
        "day": f"Only {view.day:%-d %b %Y} (UTC)" if view.day else "",
        "object": f"Only {fmt.short_id(view.object)}" if view.object else "",
        "request": "Only one request" if view.request else "",
    }
    return fields.draw_filters(
        view, after=lambda: fields.chips(view, {name: words for name, words in chips.items() if words})
    )
