"""What the content lists are narrowed to, read from the page's URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

import streamlit as st

from components.ui import fields, fmt, url
from core.database import rows
from queries.content import detail, listing
from queries.content.conditions import SEARCHED, SEEN
from queries.content.conditions import VERDICTS as VERDICTS_SEEN
from queries.content.filters import (
    DERIVED,
    NAMESAKES,
    PLATFORMS,
    STATUSES,
    TYPES,
    ContentFilter,
    Judged,
    Kind,
    creator_named,
)
from queries.sql.keyset import Place

KINDS: Final[dict[str, str]] = {"piece": "Content pieces", "script": "Scripts", "media": "Generated media"}
NOUNS: Final[dict[Kind, str]] = {"piece": "content pieces", "script": "scripts", "media": "generated media"}
VERDICTS: Final[dict[str, str]] = {
    "any": "Any verdict",
    "waiting": "Not judged",
    "approve": "Approved",
    "needs_work": "Needs work",
    "reject": "Rejected",
}
SORTS: Final = {
    "created-desc": "Newest first",
    "created-asc": "Oldest first",
    "engagement-desc": "Highest engagement",
    "engagement-asc": "Lowest engagement",
    "sentiment-asc": "Lowest sentiment",
    "sentiment-desc": "Highest sentiment",
}
EXPIRING: Final = {"any": "Any expiry", "1": "Expires in 1 day", "7": "Expires in 7 days", "30": "Expires in 30 days"}
ADDED: Final = {
    "any": "Added any time",
    "24": "Added within 24 h",
    "168": "Added within 7 days",
    "720": "Added within 30 days",
}
LOOKS: Final = {"list": "List", "gallery": "Gallery"}
ENGAGEMENT: Final = (0.0, 100.0)
SENTIMENT: Final = (-1.0, 1.0)
_NOBODY: Final = UUID(int=0)
"""Whose items are shown where a name fits nobody: none, in every figure."""


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: a kind, its filter, order and place, and what was typed that names nobody."""

    kind: Kind
    where: ContentFilter
    sort: listing.Sort
    descending: bool
    place: Place | None
    look: str
    account: fields.Account
    creator: str = ""
    project: str = ""
    creators: Mapping[str, str] = field(default_factory=dict[str, str])
    """By id who is called as was typed, where several are."""
    unmatched: tuple[str, str] | None = None

    @property
    def words(self) -> str:
        """The view as a person would say it: `failed content pieces of Lumen Media on tiktok`."""
        where, parts = self.where, [NOUNS[self.kind]]
        if where.content_type:
            parts[0] = f"{where.content_type} {parts[0]}"
        if where.judged != "any":
            parts[0] = f"{VERDICTS[where.judged].lower()} {parts[0]}"
        if where.status:
            parts[0] = f"{where.status} {parts[0]}"
        told = (
            (where.is_remix, "that are remixes"),
            (self.account.words, self.account.words),
            (where.platform, f"on {where.platform}"),
            (self.creator, f"by {self.creator}"),
            (self.project, f"in {self.project}"),
            (where.model, f"with {where.model}"),
            (where.text, f'saying "{where.text}"'),
            (where.expiring_days, f"expiring within {where.expiring_days} d"),
            (where.added_hours, ADDED[str(where.added_hours or "any")].lower()),
            (where.engagement_from is not None, f"engagement {where.engagement_from} to {where.engagement_until}"),
            (where.sentiment_from is not None, f"sentiment {where.sentiment_from} to {where.sentiment_until}"),
            (self.sort != "created", f"with {'an' if self.sort == 'engagement' else 'a'} {self.sort} score"),
            (where.since, f"from {where.since:%Y-%m-%d}" if where.since else ""),
            (where.until, f"until {where.until - timedelta(days=1):%Y-%m-%d}" if where.until else ""),
        )
        return " ".join([*parts, *(words for holds, words in told if holds)])


def view() -> View:
    """The view that the URL names; whatever in it is stale or foreign falls back to the default."""
    kind = cast("Kind", url.value("content_tab", "piece", KINDS))
    account = fields.account("content_account")
    named = url.value("content_creator", "").strip()[:255]
    called = _creators(named)
    creator = called[0] if len(called) == 1 else None
    project = url.uuid("content_project")
    is_no_project = project is None and bool(url.value("content_project", "").strip())
    orders = SORTS if kind == "piece" else ("created-asc",)
    sort, _, direction = url.value("content_sort", "created-desc", orders).partition("-")
    since, until = span()
    engagement, sentiment = between("content_engagement", ENGAGEMENT), between("content_sentiment", SENTIMENT)
    expiring, added = url.value("content_expiring", "any", EXPIRING), url.value("content_added", "any", ADDED)
    where = ContentFilter(
        status=url.value("content_state", "", (*STATUSES, *DERIVED)),
        platform=url.value("content_platform", "", PLATFORMS),
        content_type=url.value("content_type", "", TYPES),
        creator_id=UUID(creator["id"]) if creator else _NOBODY if named else None,
        account_id=account.only,
        project_id=_NOBODY if is_no_project else project,
        is_remix=url.value("content_remix", "") == "yes",
        expiring_days=int(expiring) if expiring != "any" else None,
        added_hours=int(added) if added != "any" else None,
        engagement_from=engagement and engagement[0],
        engagement_until=engagement and engagement[1],
        sentiment_from=sentiment and sentiment[0],
        sentiment_until=sentiment and sentiment[1],
        model=url.value("content_model", "").replace("\x00", "")[:100],
        judged=cast("Judged", url.value("content_verdict", "any", VERDICTS)),
        since=since,
        until=until,
        text=url.value("content_text", "").strip()[:200],
    )
    ordered = cast("listing.Sort", sort)
    return View(
        kind=kind,
        where=where,
        sort=ordered,
        descending=direction == "desc",
        place=listing.fits(Place.decode(url.value("content_after", "")), ordered),
        look=url.value("content_look", "list", LOOKS),
        account=account,
        creator=str(creator["name"]) if creator else f"“{named}”, which names nobody" if named else "",
        project=_project(project) if project else "",
        creators={row["id"]: f"{row['name']} on {row['platform']}" for row in called} if len(called) > 1 else {},
        unmatched=_unmatched(named if not called else "", is_no_project=is_no_project),
    )


def number(found: Mapping[str, Any]) -> str:
    """A count with items and is_capped, as a person reads it: `1,204`, or `1,000+` where there may be more."""
    return fmt.count(found["items"], found["items"], is_floor=found["is_capped"])


def left_out(shown: View, found: Mapping[str, Any]) -> list[str]:
    """What was not looked at for a count with the columns of `content.counted`, in a sentence each."""
    origin = "" if shown.kind == "piece" else " that they were made from"
    of = origin or " that match"
    days = "choose days to" if shown.kind == "piece" else "narrow by creator or project to"
    told = {
        "texts": f"Searched the newest {SEARCHED:,} pieces{origin}; older ones were not searched: {days} search them.",
        "pieces": f"Of the newest {SEEN:,} pieces{of}; older ones were not looked at: {days} see them.",
        "verdicts": f"Of the last {VERDICTS_SEEN:,} such verdicts; those before were not looked at.",
    }
    return [sentence for name, sentence in told.items() if found[f"unseen_{name}"]]


def notices(sentences: Iterable[str]) -> None:
    """Say under a count what it is a floor of."""
    for sentence in sentences:
        st.caption(f":material/visibility_off: {sentence}")


def between(key: str, limits: tuple[float, float]) -> tuple[float, float] | None:
    """The range that the URL names as `low..high`; None when it is the whole range or none."""
    low, _, high = url.value(key, "").partition("..")
    try:
        found = (max(float(low), limits[0]), min(float(high), limits[1]))
    except ValueError:
        return None
    # Also false for NaN.
    return found if found[0] <= found[1] and found != limits else None


def span() -> tuple[datetime | None, datetime | None]:
    """The UTC days that the URL names, half-open; None at an open end."""
    first, last = day("content_from"), day("content_until")
    return (
        datetime(first.year, first.month, first.day, tzinfo=UTC) if first else None,
        datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1) if last else None,
    )


def day(key: str) -> date | None:
    """The day that the URL names."""
    try:
        found = date.fromisoformat(url.value(key, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def which_creator(shown: View) -> bool:
    """When several creators are called as was typed, ask which; whether none needs to be asked for."""
    return not shown.creators or fields.which("content_creator", "creator", shown.creators, NAMESAKES)


def _creators(named: str) -> list[dict[str, str]]:
    return rows(creator_named(named), ttl_s=60, domain="creators") if named else []


def _unmatched(named: str, *, is_no_project: bool) -> tuple[str, str] | None:
    """What was typed that names nothing, and what to do about it."""
    if named:
        return f"No creator is called “{named[:100]}”.", "Try the exact username, display name or id."
    return ("That is no id of a project.", "Copy it from the project's page.") if is_no_project else None


def _project(project_id: UUID) -> str:
    found = rows(detail.project_title(project_id), ttl_s=60, domain="projects")
    return str(found[0]["title"]) if found else "a project that is gone"
