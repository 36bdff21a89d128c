"""What a page is narrowed to: each parameter with its values, its field and its words. `views` declares them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Generic, NamedTuple, Protocol, Self, TypedDict, TypeVar, Unpack, overload
from uuid import UUID

from components.ui.fmt import short_id
from core.database import rows
from queries.accounts import lookup
from queries.sql import signatures

T = TypeVar("T")
Options = Mapping[str, str] | Callable[[], Mapping[str, str]]
Words = str | Callable[[Any], str]

NAMES_TTL_S: Final = 60
LONGEST: Final = 320
_SIGNATURE: Final = re.compile(rf"([0-9a-f]{{{signatures.HASH_LENGTH}}})(?: (.*))?", re.DOTALL)
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


class Read(Protocol):
    """A view, as far as a parameter knows it."""

    values: dict[str, Any]


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
    def __get__(self, view: Read, owner: type) -> T: ...

    def __get__(self, view: Read | None, owner: type) -> Self | T:
        return self if view is None else view.values[self.name]

    def said(self, value: T) -> str:
        """The value in words; nothing where it narrows nothing."""
        words = self.told.get("words", "")
        return "" if value == self.default else words(value) if callable(words) else words.format(self.shown(value))

    def shown(self, value: T) -> object:
        """What stands for the value in its words."""
        return value


class Text(Param[str]):
    """What was typed; the space around it is a part of it only where `is_exact`."""

    def __init__(
        self, label: str, placeholder: str, icon: str, width: int, *,
        longest: int = LONGEST, is_exact: bool = False, **told: Unpack[Told],
    ) -> None:  # fmt: skip
        def written(said: str) -> str:
            return said if is_exact and said.strip() else said.strip()

        super().__init__("", lambda said: written(said)[:longest], **{"write": written, **told})
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
        super().__init__(Account(), account, write=str.strip, words=words or (lambda found: found.words))
        self.field_label, self.placeholder, self.icon, self.width = "Account", placeholder, "apartment", width


def account(text: str) -> Account:
    """The account that a text means."""
    typed = text.strip()[:LONGEST]
    if not typed:
        return Account()
    found = rows(lookup.matching(typed), ttl_s=NAMES_TTL_S, domain="accounts")
    if len(found) == 1:
        [row] = found
        name = f"{row['name']} ({short_id(row['id'])})" if row["has_namesake"] else row["name"]
        return Account(UUID(row["id"]), name, typed=typed)
    names = {row["id"]: row["name"] for row in found}
    return Account(candidates=names, typed=typed) if found else Account(unmatched=typed, typed=typed)


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


class Signature(NamedTuple):
    """A group of failures: the hash that tells it, and its message for people to read."""

    hash: str
    text: str

    @classmethod
    def read(cls, said: str) -> Signature | None:
        """What a link says: the hash and the message, or the message alone."""
        found = _SIGNATURE.fullmatch(said)
        if found:
            return cls(found[1], (found[2] or "one message")[: signatures.LENGTH])
        return cls(signatures.of_text(said), said[: signatures.LENGTH]) if said.strip() else None

    def __str__(self) -> str:
        return f"{self.hash} {self.text}"


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
