"""Read a CSV of changes to creators, whatever wrote it; refuse what cannot be meant."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from actions.creators import profiles
from actions.creators.fields import Field, Value, checked
from actions.formulas import controlled, is_formula, meant, neutral
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
    **dict.fromkeys(("true", "t", "yes", "y", "1", "1.0", "ja", "wahr", "oui", "vrai"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "0.0", "nein", "falsch", "non", "faux"), False),
}
_SEPARATOR: Final = re.compile(r'"?sep=([^"\r\n])"?[ \t]*(\Z|[\r\n])', re.IGNORECASE)
"""A first line in which Excel names what divides the cells."""
_CELL_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: which creator, its cells as they stand under what can be changed, and what is wrong with it.

    `number` is its line in the file; `username` stands as its cell has it.
    """

    number: int
    id: UUID | None = None
    platform: str = ""
    username: str = ""
    cells: dict[str, str] = field(default_factory=dict[str, str])
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """The rows of a file, and the columns of it that nobody asked for."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


def read(content: bytes) -> File:
    """The rows of the file; raises `Invalid` when it is no CSV of creators as a whole.

    UTF-8 with or without a BOM; commas, semicolons, tabs or what a first line `sep=` names; any line ends. Before the
    header, empty lines and those that begin with #, the Desk's own remarks, are passed over.
    """
    text = _text(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found: list[Line] = []
    try:
        header = next((row for row in reader if not _is_above(row, reader.line_num)), None)
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
        whole = said.removesuffix(".0")
        return checked(column, int(whole) if whole.removeprefix("-").isdecimal() and len(whole) < 12 else None)
    if said not in _FLAGS:
        raise Invalid(f"{cell[:40]} is neither yes nor no.")
    return checked(column, _FLAGS[said])


def exported(stored: object) -> str:
    """The cell in which the Desk's own file has a value: a cell that is still this changes nothing."""
    return "" if stored is None else neutral(stored) if isinstance(stored, str) else str(stored)


def usernames(cell: str, platform: str) -> tuple[str, ...]:
    """What a cell may mean, likeliest first: what it says, then without space and @, then as the platform writes it."""
    said = meant(cell)
    found = [said, controlled(said), said.strip().removeprefix("@")]
    with suppress(Invalid):
        found.append(profiles.read(said, platform).username)
    return tuple(dict.fromkeys(found))


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


def _delimiter(text: str) -> str:
    """What the header line is divided by, or what a line above it says; the file's own remarks are no guide."""
    if named := _SEPARATOR.match(text):
        return named[1]
    for line in text.splitlines():
        said = line.strip(' ,;\t"')
        if said and not said.startswith("#"):
            return max(",;\t", key=line.count)
    return ","


def _is_above(row: list[str], number: int) -> bool:
    """Whether a row is none yet but empty, a remark or Excel's first line."""
    said = "".join(row).strip()
    return not said or said.startswith("#") or (number == 1 and said[:4].lower() == "sep=" and len(said) <= 5)


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
    if any(columns[len(row) :]) or any(cell.strip() for cell in row[len(columns) :]):
        return Line(number, errors=(f"{len(row):,} cells instead of {len(columns)}",))
    said = dict(zip(columns, row, strict=False))
    cells = {name: cell for name, cell in said.items() if name in COLUMNS[len(_KEYS) :] and cell.strip()}
    try:
        identity, platform = _key(said)
    except Invalid as error:
        return Line(number, cells=cells, errors=(str(error),))
    return Line(number, identity, platform, said.get("username", ""), cells)


def _key(said: dict[str, str]) -> tuple[UUID | None, str]:
    identity, platform = (meant(said.get(name, "")).strip() for name in ("id", "platform"))
    if platform.lower() not in profiles.PLATFORMS and (platform or not identity):
        raise Invalid(f"{platform[:40] or 'An empty cell'} is not a platform.")
    try:
        return UUID(identity) if identity else None, platform.lower()
    except ValueError:
        raise Invalid(f"{identity[:40]} is not a valid id.") from None
