"""What the content lists are narrowed to; an absent filter adds no SQL at all."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from queries.sql.keyset import newest
from queries.sql.text import escaped, printable, same
from queries.tables import content_analysis, content_pieces, creators, generated_content, generated_scripts
from queries.tables.base import Rows

Kind = Literal["piece", "script", "media"]
"""Content pieces, scripts and generated media: what can be listed, opened and judged."""
Verdict = Literal["approve", "needs_work", "reject"]
Judged = Literal["any", "waiting", "approve", "needs_work", "reject"]
STATUSES: Final = ("pending", "processing", "completed", "failed")
DERIVED: Final = ("stuck", "unknown")
"""What an item can be asked for by, beside its status: pending or in processing for too long, and no status at all."""
STUCK_HOURS: Final = 2
"""Hours without a change after which what is pending or in processing is stuck."""
PLATFORMS: Final = ("instagram", "tiktok", "youtube", "linkedin", "twitter", "upload")
TYPES: Final = ("video", "image", "text", "audio")
NAMESAKES: Final = 20
"""Creators of one name that can be chosen from."""
TEXT_FROM: Final = 3
"""Letters from which on text is searched for: a trigram index knows nothing shorter."""

c, s, g = content_pieces, generated_scripts, generated_content
a = content_analysis


@dataclass(frozen=True, slots=True)
class ContentFilter:
    """Which items of a kind are meant. Times are half-open (`since` ≤ creation < `until`); scores include their ends.
    `status` may also be `unknown` (none) and `stuck`.

    Scores and the model of a piece are those of its newest analysis. `platform`, `creator_id`, `project_id` and `text`
    of a script or of media are those of the piece it was made from (a project of media is its own).
    """

    status: str = ""
    platform: str = ""
    content_type: str = ""
    creator_id: UUID | None = None
    account_id: UUID | None = None
    project_id: UUID | None = None
    is_remix: bool = False
    expiring_days: int | None = None
    engagement_from: float | None = None
    engagement_until: float | None = None
    sentiment_from: float | None = None
    sentiment_until: float | None = None
    model: str = ""
    judged: Judged = "any"
    added_hours: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    @property
    def is_analysed(self) -> bool:
        """Whether it asks for what an analysis found."""
        scores = (self.engagement_from, self.engagement_until, self.sentiment_from, self.sentiment_until)
        return bool(self.model) or any(score is not None for score in scores)

    @property
    def is_narrow(self) -> bool:
        """Whether it may leave so little of all pieces that a walk along another order would take long to find it."""
        places = (self.creator_id, self.account_id, self.project_id, self.expiring_days, self.added_hours)
        return (
            self.status not in {"", "completed"} or self.judged not in {"any", "waiting"} or self.is_remix
            or any(place is not None for place in (*places, self.since, self.until)) or bool(self.text)
        )  # fmt: skip

    def of(self, status: str) -> ContentFilter:
        """The same filter for one status, as its tile needs it."""
        return replace(self, status=status)

    @property
    def of_origin(self) -> ContentFilter:
        """What it says about the piece that something was made from."""
        return ContentFilter(
            platform=self.platform, creator_id=self.creator_id, project_id=self.project_id, is_remix=self.is_remix,
            expiring_days=self.expiring_days, text=self.text,
        )  # fmt: skip

    def waiting(self) -> ContentFilter:
        """The same filter for what nobody has judged yet: what a queue is made of."""
        return replace(self, judged="waiting")


class Source(NamedTuple):
    """The columns that every kind has, by the name that its table gives them."""

    table: Table[Any]
    status: ColumnElement[Any]
    content_type: ColumnElement[Any] | None
    model: ColumnElement[Any] | None


SOURCES: Final[dict[Kind, Source]] = {
    "piece": Source(c, c.c.processing_status, c.c.content_type, None),
    "script": Source(s, s.c.generation_status, None, s.c.ai_model_used),
    "media": Source(g, g.c.generation_status, g.c.content_type, None),
}


def models(kind: Kind) -> Rows:
    """Which AI models analysed pieces or wrote scripts lately (of the newest 5,000). Columns: model, used."""
    of = s.c if kind == "script" else a.c
    at = s.c.created_at if kind == "script" else func.coalesce(a.c.analyzed_at, a.c.created_at)
    lately = newest(select(of.ai_model_used.label("model")), at, of.id, 5_000).subquery()
    used = func.count().label("used")
    return (
        select(lately.c.model, used)
        .where(lately.c.model != "")
        .group_by(lately.c.model)
        .order_by(used.desc(), lately.c.model)
    )


def creator_named(text: str) -> Rows:
    """The creators with that id, username or display name, or who are called exactly as is typed; usernames first.
    Columns: id, name, platform.

    At most `NAMESAKES` and one, which says that there are more: a username is one platform's, a display name anybody's.
    After an @ only usernames are meant.
    """
    wanted = printable(text)
    n = creators.c
    exactly = [same(column, wanted.removeprefix("@")) for column in (n.username, n.display_name)]
    # ILIKE without a wildcard, beside the comparison: what the trigram indexes answer.
    pattern = escaped(wanted.removeprefix("@"))
    by_text = [and_(n.username.ilike(pattern, escape="\\"), exactly[0]), n.display_name.ilike(pattern, escape="\\")]
    if wanted.startswith("@"):
        by_text.pop()
    typed = text.replace("\x00", "")
    for name in sorted({typed, typed.removeprefix("@")} - {wanted.removeprefix("@")}):
        by_text.append(and_(n.username.ilike(escaped(name), escape="\\"), n.username == name))
    with suppress(ValueError):
        by_text = [n.id == UUID(wanted)]
    return (
        select(n.id, func.coalesce(n.display_name, n.username).label("name"), n.platform)
        .where(or_(*by_text))
        .order_by(exactly[0].desc(), n.id)
        .limit(NAMESAKES + 1)
    )
