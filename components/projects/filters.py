"""What the list of projects is narrowed to, read from its URL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from components.ui import url, views
from components.ui.params import AccountOf, Choice, Sort, Text
from queries.projects import listing
from queries.projects.listing import ProjectFilter
from queries.sql.time import begin

_ARCHIVED: Final = {"no": "Not archived", "yes": "Archived", "any": "Archived or not"}
_ACCESSED: Final = {
    "any": "Opened any time",
    "7d": "Opened in 7 days",
    "30d": "Opened in 30 days",
    "quiet": "Not opened for 30 days",
}
_SORTS: Final = {
    "accessed-desc": "Last opened first",
    "accessed-asc": "Longest unopened first",
    "created-desc": "Newest first",
    "created-asc": "Oldest first",
    "title-asc": "Title A to Z",
    "title-desc": "Title Z to A",
}


class View(views.View, page="projects"):
    """What the list shows."""

    title = Text("Title", "Title", "search", 230, longest=255, words='with "{}" in the title')
    account = AccountOf(210)
    archived = Choice("Archived", _ARCHIVED, "any", 160, words="{}", is_first=True)
    accessed = Choice("Opened", _ACCESSED, "any", 190, words="{}")
    sort = Sort(_SORTS, "accessed-desc", 180, keys=listing.KINDS)

    @cached_property
    def where(self) -> ProjectFilter:
        """The projects that are meant."""
        week, month = (begin(datetime.now(UTC), days * 24) for days in (7, 30))
        return views.filled(
            ProjectFilter,
            self,
            account_id=self.account.only,
            accessed_from={"7d": week, "30d": month}.get(self.accessed),
            accessed_until=month if self.accessed == "quiet" else None,
        )


def view() -> View:
    """The view that the URL names."""
    return url.read(View)
