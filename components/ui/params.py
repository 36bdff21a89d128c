"""What a page is narrowed to, declared once: each parameter with its place in the URL, its values, its field and words.

    class Jobs(View, page="jobs", noun="jobs"):
        priority = Choice("Priority", PRIORITIES, "any", 120, words="with priority {}")

`url.read(Jobs).priority` is what `?jobs_priority=` says, `fields.draw_filters` draws the field, and `words` says it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final, Generic, NamedTuple, Self, TypedDict, TypeVar, Unpack, cast, overload
from uuid import UUID

from core.database import rows
from queries.accounts import lookup
from queries.sql.keyset import Cursor

T = TypeVar("T")
V = TypeVar("V", bound="View")
Options = Mapping[str, str] | Callable[[], Mapping[str, str]]
Words = str | Callable[[Any], str]

AFTER: Final = "after"
"""Under which name the URL keeps the cursor."""
NAMES_TTL_S: Final = 60
LONGEST: Final = 320
_NOBODY: Final = UUID(int=2**128 - 1)  # no account: the roll-ups keep calls without one under the first id


class Told(TypedDict, total=False):
    """What may be said of any parameter.

    `words`: the value as a person would say it, `is_first` before the noun. `is_kept`: it narrows nothing, so that
    "Clear" leaves it. `clears`: what else goes when it changes. `called`: so in the URL, where its name is another.
    """

    words: Words
    write: Callable[[Any], str]
    is_first: bool
    is_kept: bool
    clears: Sequence[str]
    called: str


class Param(Generic[T]):
    """One parameter: what the URL says of it, and how a person would say that."""

    field_label = placeholder = icon = name = called = ""
    width = 0
    """Of its field in pixels; without one it has none, or one that its page draws."""

    def __init__(self, default: T, parse: Callable[[str], T], **told: Unpack[Told]) -> None:
        self.default, self.parse, self.told = default, parse, told
        self.write = told.get("write", str)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.called = self.told.get("called", name)

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...

    @overload
    def __get__(self, view: View, owner: type) -> T: ...

    def __get__(self, view: View | None, owner: type) -> Self | T:
        return self if view is None else view.values[self.name]

    def said(self, value: T) -> str:
        """The value in words; nothing where it narrows nothing."""
        words = self.told.get("words", "")
        return "" if value == self.default else words(value) if callable(words) else words.format(self.shown(value))

    def shown(self, value: T) -> object:
        """What stands for the value in its words."""
        return value


class Text(Param[str]):
    """What was typed."""

    def __init__(
        self, label: str, placeholder: str, icon: str, width: int, *, longest: int = LONGEST, **told: Unpack[Told]
    ) -> None:
        super().__init__("", lambda said: said.strip()[:longest], **told)
        self.field_label, self.placeholder, self.icon, self.width = label, placeholder, icon, width


class Choice(Param[str]):
    """One of a few, which may be asked for when they are needed; what the URL says of no option is the default.

    `others` tells which values that are no options a link may name.
    """

    def __init__(
        self, label: str, options: Options, default: str = "", width: int = 0, *,
        others: Callable[[str], bool] | None = None, **told: Unpack[Told],
    ) -> None:  # fmt: skip
        super().__init__(default, lambda said: said if said and self._is_one(said) else default, **told)
        self.field_label, self._options, self.width, self.others = label, options, width, others

    @property
    def options(self) -> Mapping[str, str]:
        """Each with its label."""
        return self._options() if callable(self._options) else self._options

    def _is_one(self, said: str) -> bool:
        return said in self.options or bool(self.others and self.others(said))

    def shown(self, value: str) -> str:
        """Its label."""
        return self.options[value].lower()


class Order(NamedTuple):
    """How a list is sorted: by which of its query's sorts, and whether the other way round."""

    name: Any
    is_descending: bool


class Sort(Choice):
    """The order of a list, such as `created-desc`, and which values its key has: `int`, `str` or `datetime`."""

    def __init__(self, options: Options, default: str, width: int, keys: Mapping[str, type]) -> None:
        super().__init__("Order", options, default, width)
        self.keys = keys


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the text in the account field means: one account, several, or nobody."""

    id: UUID | None = None
    name: str | None = None
    unmatched: str | None = None
    candidates: Mapping[str, str] | None = None
    typed: str = ""

    @property
    def is_unclear(self) -> bool:
        """Whether something was typed that names no single account, so that nothing can be shown for it."""
        return bool(self.unmatched or self.candidates)

    @property
    def only(self) -> UUID | None:
        """Whose rows are meant: nobody's while the text fits none or several, lest a verb or file reach everybody's."""
        return _NOBODY if self.is_unclear else self.id

    @property
    def words(self) -> str:
        """Whose the rows are, as a person would say it; nothing where nobody was named."""
        if self.is_unclear:
            return f"of “{self.typed}”, which matches no single account"
        return f"of {self.name}" if self.name else ""


class AccountOf(Param[Account]):
    """An account by name, e-mail or id."""

    def __init__(self, width: int, placeholder: str = "Account: name, e-mail or id", words: Words = "") -> None:
        super().__init__(Account(), account, words=words or (lambda found: found.words))
        self.field_label, self.placeholder, self.icon, self.width = "Account", placeholder, "apartment", width


def account(text: str) -> Account:
    """The account that a text means."""
    typed = text.strip()[:LONGEST]
    if not typed:
        return Account()
    found = {row["id"]: row["name"] for row in rows(lookup.matching(typed), ttl_s=NAMES_TTL_S, domain="accounts")}
    if len(found) == 1:
        [(identity, name)] = found.items()
        return Account(UUID(identity), name, typed=typed)
    return Account(candidates=found, typed=typed) if found else Account(unmatched=typed, typed=typed)


class Day(Param[date | None]):
    """A UTC day."""

    def __init__(self, label: str, width: int, **told: Unpack[Told]) -> None:
        super().__init__(None, day, **told)
        self.field_label, self.width = label, width


Ends = tuple[float, float]


class Range(Param[Ends | None]):
    """From one number to another, as `low..high`; None when it is the whole range."""

    def __init__(self, label: str, limits: Ends, step: float, width: int, words: Words = "") -> None:
        super().__init__(None, self._read, write=lambda ends: f"{ends[0]:g}..{ends[1]:g}" if ends else "", words=words)
        self.field_label, self.limits, self.step, self.width = label, limits, step, width

    def _read(self, said: str) -> Ends | None:
        low, _, high = said.partition("..")
        with suppress(ValueError):
            found = (max(float(low), self.limits[0]), min(float(high), self.limits[1]))
            return found if found[0] <= found[1] and found != self.limits else None  # false for NaN, too
        return None


def uuid(said: str) -> UUID | None:
    """An id."""
    with suppress(ValueError):
        return UUID(said)
    return None


def day(said: str) -> date | None:
    """A day of this century."""
    with suppress(ValueError):
        found = date.fromisoformat(said)
        return found if 2000 <= found.year < 2100 else None
    return None


def hour(said: str) -> datetime | None:
    """A moment in UTC of this century, such as `2026-11-22T14`."""
    with suppress(ValueError):
        found = datetime.fromisoformat(said).replace(tzinfo=UTC)
        return found if 2000 <= found.year < 2100 else None
    return None


class View:
    """What a page shows, as its URL says; whatever in that is stale or foreign is the default."""

    page: ClassVar[str]
    noun: ClassVar[str]
    joint: ClassVar[str] = " "
    params: ClassVar[Mapping[str, Param[Any]]]

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

    @property
    def order(self) -> Order:
        """How the list is sorted."""
        name, _, direction = self.values["sort"].partition("-")
        return Order(name, direction == "desc")

    @property
    def cursor(self) -> Cursor | None:
        """Where the page of the list begins; that of a list in another order, or of another list, is the first page."""
        sort = cast("Sort", self.params["sort"])
        return cursor(self.after, sort.keys[self.order.name])


def cursor(said: str, value: type, identity: type = UUID) -> Cursor | None:
    """The cursor of a list with sort keys and ids of these types that a URL names, if it is one."""
    found = Cursor.decode(said)
    if found is None or not isinstance(found.id, identity):
        return None
    return found if found.value is None or isinstance(found.value, value) else None


def filled(kind: Callable[..., T], view: View, **given: Any) -> T:
    """A filter: each of its attributes as given, or else as the view's parameter of the same name says."""
    names = [one.name for one in dataclasses.fields(cast("Any", kind)) if one.name in view.params]
    return kind(**{name: view.values[name] for name in names} | given)
