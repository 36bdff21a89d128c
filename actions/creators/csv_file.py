"""Read a CSV of changes to creators, whatever wrote it; refuse what cannot be meant."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from actions.creators import profiles
from actions.creators.fields import Field, Value, checked
from actions.formulas import is_formula, meant, neutral
from core.errors import Invalid

ROWS_MAX: Final = 5_000
BYTES_MAX: Final = 5 * 1024 * 1024
COLUMNS: Final = (
    "id", "platform", "username", "display_name", "category", "is_active", "is_verified", "scrape_frequency_hours",
)  # fmt: skip
NONE: Final = "(none)"
"""What empties a name or a category; an empty cell leaves the value as it is."""
_KEYS: Final = ("id", "platform", "username")
_FLAGS: Final = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "ja", "wahr"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "nein", "falsch"), False),
}
_CELL_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: which creator, its cells as they stand under what can be changed, and what is wrong with it.

    `number` is its line in the file.
    """

    number: int
    id: UUID | None = None
    name: tuple[str, str] | None = None
    cells: dict[str, str] = field(default_factory=dict[str, str])
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """The rows of a file, and the columns of it that nobody asked for."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


def read(content: bytes) -> File:
    """The rows of the file; raises `Invalid` when it is no CSV of creators as a whole.

    UTF-8 with or without a BOM; commas, semicolons or tabs; any line ends. Lines that begin with # before the header
    are the Desk's own remarks and are passed over.
    """
    reader = csv.reader(io.StringIO(_text(content), newline=""), delimiter=_delimiter(content), strict=True)
    found: list[Line] = []
    try:
        header = next((row for row in reader if any(row) and not row[0].startswith("#")), None)
        columns = _columns(header or [])
        for row in reader:
            if any(cell.strip() for cell in row):
                if len(found) == ROWS_MAX:
                    raise Invalid(f"The file has more than {ROWS_MAX:,} rows. Split it.")
                found.append(_line(reader.line_num, columns, row))
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} is not valid CSV ({error}). Correct it in the file.") from None
    if not found:
        raise Invalid("The file has no rows below its header.")
    return File(tuple(found), tuple(name for name in columns if name not in COLUMNS and name))


def value(column: Field, cell: str) -> Value:
    """What a cell says of a creator; raises `Invalid` for what the column does not take."""
    if len(cell) > _CELL_MAX:
        raise Invalid(f"{len(cell):,} characters are too many.")
    if column == "display_name":
        if cell.strip().lower() == NONE:
            return None
        if is_formula(cell):
            raise Invalid("begins like a formula. If it is meant as text, put an apostrophe before it.")
        return checked(column, meant(cell))
    said = cell.strip().lower()
    if column == "scrape_frequency_hours":
        return checked(column, int(said) if said.removeprefix("-").isdecimal() and len(said) < 12 else None)
    if said not in _FLAGS:
        raise Invalid(f"{cell[:40]} is neither yes nor no.")
    return checked(column, _FLAGS[said])


def exported(stored: object) -> str:
    """The cell in which the Desk's own file has a value: a cell that is still this changes nothing."""
    return "" if stored is None else neutral(stored) if isinstance(stored, str) else str(stored)


def _text(content: bytes) -> str:
    if len(content) > BYTES_MAX:
        raise Invalid(f"The file is larger than {BYTES_MAX // 1024**2} MB. Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            f"The file is not UTF-8 (byte {error.start:,} is none). Save it as “CSV UTF-8” and choose it again."
        ) from None
    if "\x00" in text:
        raise Invalid(
            "The file has NUL characters, so it is not a CSV file. Save it as “CSV UTF-8” and choose it again."
        )
    return text


def _delimiter(content: bytes) -> str:
    """What the header line is divided by; the file's own remarks above it are no guide."""
    for line in content.decode("utf-8-sig", errors="replace").splitlines():
        if line.strip() and not line.startswith(("#", '"#')):
            return max(",;\t", key=line.count)
    return ","


def _columns(header: list[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    known = [name for name in names if name in COLUMNS]
    if len(set(known)) < len(known):
        raise Invalid("A column is there twice. Remove one.")
    if "id" not in known and not {"platform", "username"} <= set(known):
        raise Invalid("The first line must name the columns: id, or platform and username, and what to change.")
    if set(known) <= set(_KEYS):
        raise Invalid(f"The file changes nothing: add a column such as {', '.join(COLUMNS[len(_KEYS) :])}.")
    return names


def _line(number: int, columns: list[str], row: list[str]) -> Line:
    if len(row) != len(columns):
        return Line(number, errors=(f"{len(row):,} cells instead of {len(columns)}",))
    cells = {name: cell for name, cell in zip(columns, row, strict=True) if name in COLUMNS and cell.strip()}
    keys = {name: meant(cells.pop(name, "")).strip() for name in _KEYS}
    try:
        identity, name = _key(keys)
    except Invalid as error:
        return Line(number, cells=cells, errors=(str(error),))
    return Line(number, identity, name, cells)


def _key(cells: dict[str, str]) -> tuple[UUID | None, tuple[str, str] | None]:
    if cells.get("id"):
        try:
            return UUID(cells["id"]), None
        except ValueError:
            raise Invalid(f"{cells['id'][:40]} is not a valid id.") from None
    platform, username = cells.get("platform", "").lower(), cells.get("username", "")
    if platform not in profiles.PLATFORMS:
        raise Invalid(f"{platform[:40] or 'An empty cell'} is not a platform.")
    return None, (platform, profiles.read(username, platform).username)
