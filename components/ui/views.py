"""What a page is narrowed to, declared once: each parameter with its place in the URL, its values, its field and words.

    class Jobs(View, page="jobs", noun="jobs"):
        priority = Choice("Priority", PRIORITIES, "any", 120, words="with priority {}")

`url.read(Jobs).priority` is what `?jobs_priority=` says, `fields.draw_filters` draws the field, and `words` says it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NamedTuple, TypeVar, cast
from uuid import UUID

from components.ui.fmt import plural
from components.ui.params import Param, Sort, Text
from queries.sql.keyset import Cursor

T = TypeVar("T")

AFTER: Final = "after"
"""Under which name the URL keeps the cursor."""


class Order(NamedTuple):
    """How a list is sorted: by which of its query's sorts, and whether the other way round."""

    name: Any
    is_descending: bool


class View:
    """What a page shows, as its URL says; whatever in that is stale or foreign is the default."""

    page: ClassVar[str]
    noun: ClassVar[str]
    joint: ClassVar[str] = " "
    params: ClassVar[Mapping[str, Param[Any]]]
    only_key: ClassVar[type | None] = None
    """What a list that has one order alone is sorted by."""
    identity: ClassVar[type] = UUID
    """What its rows are told apart by."""

    def __init_subclass__(cls, *, page: str, noun: str = "") -> None:
        cls.page, cls.noun = page, noun or page
        cls.params = {name: value for name, value in vars(cls).items() if isinstance(value, Param)}

    def __init__(self, query: Mapping[str, str]) -> None:
        self.values = {name: param.parse(query.get(self.key(name), "")) for name, param in self.params.items()}
        self.after = query.get(self.key(AFTER), "")

    @classmethod
    def key(cls, name: str) -> str:
        """What a parameter is called in the URL."""
        return f"{cls.page}_{cls.params[name].called if name in cls.params else name}"

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """All that narrows the page, and its cursor."""
        return (*(cls.key(name) for name, param in cls.params.items() if not param.told.get("is_kept")), cls.key(AFTER))

    @classmethod
    def cleared(cls, name: str) -> dict[str, None]:
        """What goes when a parameter changes: what it clears, and the cursor."""
        return dict.fromkeys(map(cls.key, (*cls.params[name].told.get("clears", ()), AFTER)))

    @property
    def words(self) -> str:
        """The view as a person would say it, what was typed last: `failed jobs of Lumen with "voice" in the error`."""
        first, then = list[str](), list[str]()
        for name, param in sorted(self.params.items(), key=lambda one: isinstance(one[1], Text)):
            if said := param.said(self.values[name]):
                (first if param.told.get("is_first") else then).append(said)
        return self.joint.join([" ".join([*first, self.noun]), *then])

    def words_of(self, count: int) -> str:
        """The words after a number: `project of Lumen Media` after one."""
        return self.words.replace(self.noun, self.noun.removesuffix("s"), 1) if count == 1 else self.words

    def table_name(self, rows: int, kind: str = "") -> str:
        """What its table is called for who cannot see it: `Failed jobs of Lumen: 12 rows`."""
        words = ", ".join(filter(None, [self.words, kind]))
        return f"{words[:1].upper()}{words[1:]}: {plural(rows, 'row')}"

    @property
    def order(self) -> Order:
        """How the list is sorted."""
        name, _, direction = self.values["sort"].partition("-")
        return Order(name, direction == "desc")

    @property
    def key_kind(self) -> type:
        """Which values the list is sorted by, as a cursor tells them."""
        return self.only_key or cast("Sort", self.params["sort"]).keys[self.order.name]

    @property
    def cursor(self) -> Cursor | None:
        """Where the page of the list begins; that of a list in another order, or of another list, is the first page."""
        found = Cursor.decode(self.after)
        if found is None or not isinstance(found.id, self.identity):
            return None
        return found if found.kind in {None, self.key_kind} else None


def filled(kind: Callable[..., T], view: View, **given: Any) -> T:
    """A filter: each of its attributes as given, or else as the view's parameter of the same name says."""
    names = [one.name for one in dataclasses.fields(cast("Any", kind)) if one.name in view.params]
    return kind(**{name: view.values[name] for name in names} | given)
