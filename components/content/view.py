"""What the content lists are narrowed to, read from the page's URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final, cast
from uuid import UUID

import streamlit as st

from components.ui import fields, fmt, params, url, views
from components.ui.params import AccountOf, Choice, Day, Range, Sort, Text
from core.database import rows
from queries.content import detail
from queries.content.conditions import SEARCHED, SEEN
from queries.content.conditions import VERDICTS as VERDICTS_SEEN
from queries.content.filters import (
    DERIVED,
    NAMESAKES,
    PLATFORMS,
    STATUSES,
    TEXT_FROM,
    TYPES,
    ContentFilter,
    Kind,
    creator_named,
    models,
)
from queries.sql.text import printable

KINDS: Final[dict[str, str]] = {"piece": "Content pieces", "script": "Scripts", "media": "Generated media"}
NOUNS: Final[dict[Kind, str]] = {"piece": "content pieces", "script": "scripts", "media": "generated media"}
VERDICTS: Final[dict[str, str]] = {
    "any": "Any verdict",
    "waiting": "Not reviewed",
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
STATISTICS: Final = "reviews"
LOOKS: Final = {"list": "List", "gallery": "Gallery"}
ENGAGEMENT: Final = (0.0, 100.0)
SENTIMENT: Final = (-1.0, 1.0)
MORE: Final = (
    "creator", "project", "added", "remix", "expiring", "engagement", "sentiment", "model", "since", "until",
)  # fmt: skip
OF_KINDS: Final[dict[str, tuple[Kind, ...]]] = {
    "sort": ("piece",),
    "content_type": ("piece", "media"),
    "engagement": ("piece",),
    "sentiment": ("piece",),
    "model": ("piece", "script"),
}
"""What narrows some kinds alone; the others have no such thing."""
_NOBODY: Final = UUID(int=0)
"""Whose items are shown where a name fits nobody: none, in every figure."""
_SCORES: Final = dict.fromkeys(("engagement", "sentiment"), int)


def _any(label: str, options: Iterable[str]) -> dict[str, str]:
    return {"": label, **{name: fmt.plain(name) for name in options}}


def _ends(noun: str) -> Any:
    return lambda ends: f"{noun} {ends[0]} to {ends[1]}"


class View(views.View, page="content"):
    """What the page shows: a kind, its filter, order and place, and what was typed that names nobody."""

    tab = Choice("Kind", {**KINDS, STATISTICS: "Review statistics"}, "piece", is_kept=True)
    look = Choice("Look", LOOKS, "list", is_kept=True)
    state = Choice("Status", {name: name for name in (*STATUSES, *DERIVED)}, words="{}", is_first=True)
    judged = Choice("Verdict", VERDICTS, "any", 120, words="{}", is_first=True, called="verdict")
    content_type = Choice("Type", _any("Any type", TYPES), "", 105, words=str, is_first=True, called="type")
    text = Text(
        "Text", "Title, description, transcript", "search", 200, longest=200,
        words=lambda said: f'saying "{said}"' if len(printable(said)) >= TEXT_FROM else "",
    )  # fmt: skip
    account = AccountOf(180, "Account: name, e-mail, id")
    platform = Choice("Platform", _any("Any platform", PLATFORMS), "", 120, words="on {}")
    sort = Sort(SORTS, "created-desc", 155, keys={"created": datetime, **_SCORES})
    creator = Text("Creator", "Creator: @username or id", "alternate_email", 260, longest=255, is_exact=True)
    project = Text("Project", "Project id", "dashboard", 260)
    added = Choice("Added", ADDED, "any", 260, words="{}")
    expiring = Choice("Expiring", EXPIRING, "any", 260, words="{}")
    remix = Choice("Remix", {"": "Remixes or not", "yes": "Remixes only"}, "", 260, words="that are remixes")
    model = Choice(
        "Model", lambda: {"": "Any AI model"}, "", 260, words=lambda name: f"with {name}", others=lambda _: True
    )
    engagement = Range("Engagement score", ENGAGEMENT, 1.0, 260, words=_ends("engagement"))
    sentiment = Range("Sentiment score", SENTIMENT, 0.05, 260, words=_ends("sentiment"))
    since = Day("Added from", 125, words="from {}", called="from")
    until = Day("Until", 125, words="until {}")

    def __init__(self, query: Mapping[str, str]) -> None:
        super().__init__(query)
        for name, kinds in OF_KINDS.items():  # on another tab it stays in the URL, and narrows nothing
            if self.kind not in kinds:
                self.values[name] = self.params[name].default

    @property
    def kind(self) -> Kind:
        """Pieces, scripts or generated media."""
        return cast("Kind", self.tab if self.tab in KINDS else "piece")

    @property
    def is_statistics(self) -> bool:
        """Whether the URL asks how reviewing goes instead of for a list."""
        return self.tab == STATISTICS

    @cached_property
    def where(self) -> ContentFilter:
        """The items that are meant."""
        engagement, sentiment = self.engagement or (None, None), self.sentiment or (None, None)
        only = UUID(self.called[0]["id"]) if len(self.called) == 1 else None
        project = params.uuid(self.project)
        return views.filled(
            ContentFilter,
            self,
            status=self.state,
            creator_id=only or (_NOBODY if self.creator else None),
            account_id=self.account.only,
            project_id=project or (_NOBODY if self.project else None),
            is_remix=self.remix == "yes",
            expiring_days=int(self.expiring) if self.expiring != "any" else None,
            added_hours=int(self.added) if self.added != "any" else None,
            engagement_from=engagement[0],
            engagement_until=engagement[1],
            sentiment_from=sentiment[0],
            sentiment_until=sentiment[1],
            model=self.model.replace("\x00", "")[:100],
            since=datetime.combine(self.since, time(), UTC) if self.since else None,
            until=datetime.combine(self.until, time(), UTC) + timedelta(days=1) if self.until else None,
        )

    @cached_property
    def called(self) -> list[dict[str, str]]:
        """Who is called as was typed."""
        return rows(creator_named(self.creator), ttl_s=60, domain="creators") if self.creator else []

    @property
    def creators(self) -> dict[str, str]:
        """By id who is called as was typed, where several are."""
        return {row["id"]: f"{row['name']} on {row['platform']}" for row in self.called} if len(self.called) > 1 else {}

    @property
    def unmatched(self) -> tuple[str, str] | None:
        """What was typed that names nothing, and what to do about it."""
        if self.creator and not self.called:
            return f"No creator matches “{self.creator[:100]}”.", "Try the exact username, display name or id."
        if self.project and params.uuid(self.project) is None:
            return "That is not a valid project id.", "Copy it from the project's page."
        return None

    @property
    def words(self) -> str:
        """The view as a person would say it: `failed content pieces of Lumen Media on tiktok`."""
        said = [super().words.replace("content", NOUNS[self.kind], 1)]
        if self.creator:
            is_one = len(self.called) == 1
            said.append(f"by {self.called[0]['name'] if is_one else f'“{self.creator}”, which matches no creator'}")
        if project := params.uuid(self.project):
            said.append(f"in {_project(project)}")
        if self.order.name != "created":
            said.append(f"with {'an' if self.order.name == 'engagement' else 'a'} {self.order.name} score")
        return " ".join(said)

    def words_of(self, count: int) -> str:
        """The words after a number."""
        noun = NOUNS[self.kind]
        return self.words.replace(noun, noun.removesuffix("s"), 1) if count == 1 else self.words


def view() -> View:
    """The view that the URL names."""
    return url.read(View)


def number(found: Mapping[str, Any]) -> str:
    """A count with items and is_floor, as a person reads it: `1,204`, or `1,000+` where there may be more."""
    return fmt.count(found["items"], found["items"], is_floor=found["is_floor"])


def left_out(view: View, found: Mapping[str, Any]) -> list[str]:
    """What was not looked at for a count with the columns of `content.counted`, in a sentence each."""
    origin = "" if view.kind == "piece" else " that they were made from"
    of = origin or " that match"
    days = "choose days to" if view.kind == "piece" else "narrow by creator or project to"
    told = {
        "texts": f"Searched the newest {SEARCHED:,} pieces{origin}; older ones were not searched: {days} search them.",
        "pieces": f"Searched the newest {SEEN:,} pieces{of}; older ones were not searched: {days} see them.",
        "verdicts": f"Searched the last {VERDICTS_SEEN:,} such verdicts; earlier ones were not searched.",
    }
    return [sentence for name, sentence in told.items() if found[f"unseen_{name}"]]


def notices(sentences: Iterable[str]) -> None:
    """Say under a count what it is a floor of."""
    for sentence in sentences:
        st.caption(f":material/visibility_off: {sentence}")


def which_creator(view: View) -> bool:
    """When several creators are called as was typed, ask which; whether none needs to be asked for."""
    return not view.creators or fields.which("content_creator", "creator", view.creators, NAMESAKES)


def used_models(view: View) -> dict[str, str]:
    """Models that something was made with."""
    return _any("Any AI model", [row["model"] for row in rows(models(view.kind), ttl_s=300, domain="content")])


def _project(project_id: UUID) -> str:
    found = rows(detail.project_title(project_id), ttl_s=60, domain="projects")
    # Many projects are called the same.
    return f"{found[0]['title']} ({fmt.short_id(str(project_id))})" if found else "a deleted project"
