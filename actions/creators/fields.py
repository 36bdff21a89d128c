"""What staff may change about a creator, and which values each field takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args
from uuid import UUID

from core.errors import Invalid

Field = Literal["display_name", "category_id", "is_active", "is_verified", "scrape_frequency_hours"]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
LABELS: Final[dict[Field, str]] = {
    "display_name": "Name",
    "category_id": "Category",
    "is_active": "Active",
    "is_verified": "Verified",
    "scrape_frequency_hours": "Scrape every (h)",
}

Value = str | UUID | bool | int | None
NAME_LENGTH: Final = 255
HOURS_MAX: Final = 8_760
"""A year: whoever wants a creator scraped less often deactivates it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of one creator: the value the person saw, and the one they want."""

    creator_id: UUID
    field: Field
    seen: Value
    wanted: Value


def by_creator(edits: Iterable[Edit]) -> dict[UUID, list[Edit]]:
    """The edits of each creator, in their order."""
    found: dict[UUID, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.creator_id, []).append(edit)
    return found


def checked(field: str, value: object) -> Value:
    """The value as it is stored; raises `Invalid` for anything that the field does not take."""
    if field not in FIELDS:
        raise Invalid(f"{field} cannot be changed here.")
    return _CHECKS[field](value)


def stored(field: Field, value: object) -> Value:
    """A value from the audit log or a draft (JSON), as the column holds it."""
    return UUID(value) if field == "category_id" and isinstance(value, str) else value  # pyright: ignore[reportReturnType]  # JSON of our own making


def written(value: Value) -> Any:
    """The value for the audit log or a draft, as JSON."""
    return str(value) if isinstance(value, UUID) else value


def _name(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid("A name is text.")
    name = value.replace("\x00", "").strip()
    if len(name) > NAME_LENGTH:
        raise Invalid(f"A name has at most {NAME_LENGTH} characters; this one has {len(name):,}. Shorten it.")
    return name or None


def _category(value: object) -> UUID | None:
    if value is None or isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid("That is not a category. Choose one from the list.") from None


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid("Active and verified are yes or no.")
    return value


def _hours(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= HOURS_MAX:
        raise Invalid(f"A creator is scraped every 1 to {HOURS_MAX:,} whole hours (a year). Correct the number.")
    return value


_CHECKS: Final[dict[str, Callable[[object], Value]]] = {
    "display_name": _name,
    "category_id": _category,
    "is_active": _flag,
    "is_verified": _flag,
    "scrape_frequency_hours": _hours,
}
