"""Read a CSV of changes to creators, whatever wrote it; refuse what cannot be meant."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from actions.creators.fields import Field, Value, checked
from actions.creators.profiles import PLATFORMS, read
from actions.formulas import is_formula, meant
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
    """One row of the file: which creator, what it changes, and what is wrong with it. `number` is its line there."""

    number: int
    id: UUID | None = None
    name: tuple[str, str] | None = None
    values: dict[Field, Value] = field(default_factory=dict[Field, Value])
    category: str | None = None
    errors: tuple[str, ...] = ()


def lines(content: bytes) -> list[Line]:
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
    return found


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
    unknown = [name or "(empty)" for name in names if name not in COLUMNS]
    if unknown:
        more = f" and {len(unknown) - 3:,} more" if len(unknown) > 3 else ""
        shown = ", ".join(name[:40] for name in unknown[:3])
        raise Invalid(f"Unknown columns: {shown}{more}. Allowed are {', '.join(COLUMNS)}.")
    if len(set(names)) < len(names):
        raise Invalid("A column is there twice. Remove one.")
    if "id" not in names and not {"platform", "username"} <= set(names):
        raise Invalid("The first line must name the columns: id, or platform and username, and what to change.")
    if set(names) <= set(_KEYS):
        raise Invalid("The file changes nothing: add a column such as category or is_active.")
    return names


def _line(number: int, columns: list[str], row: list[str]) -> Line:
    if len(row) != len(columns):
        return Line(number, errors=(f"{len(row):,} cells instead of {len(columns)}",))
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
    errors: list[str] = []
    values: dict[Field, Value] = {}
    identity: UUID | None = None
    name: tuple[str, str] | None = None
    try:
        identity, name = _key(cells)
    except Invalid as error:
        errors.append(str(error))
    category = cells.get("category") or None
    for column in ("display_name", "is_active", "is_verified", "scrape_frequency_hours"):
        if cells.get(column):
            try:
                values[column] = _value(column, cells[column])
            except Invalid as error:
                errors.append(f"{column}: {error}")
    return Line(number, identity, name, values, category, tuple(errors))


def _key(cells: dict[str, str]) -> tuple[UUID | None, tuple[str, str] | None]:
    if cells.get("id"):
        try:
            return UUID(cells["id"]), None
        except ValueError:
            raise Invalid(f"{cells['id'][:40]} is not a valid id.") from None
    platform, username = cells.get("platform", "").lower(), cells.get("username", "")
    if platform not in PLATFORMS:
        raise Invalid(f"{platform[:40] or 'An empty cell'} is not a platform.")
    return None, (platform, read(username, platform).username)


def _value(column: Field, cell: str) -> Value:
    if len(cell) > _CELL_MAX:
        raise Invalid(f"{len(cell):,} characters are too many.")
    if column == "display_name":
        if cell.lower() == NONE:
            return None
        if is_formula(cell):
            raise Invalid("begins like a formula. If it is meant as text, put an apostrophe before it.")
        return checked(column, meant(cell))  # as the Desk's own exports write it
    if column == "scrape_frequency_hours":
        return checked(column, int(cell) if cell.removeprefix("-").isdecimal() and len(cell) < 12 else None)
    if cell.lower() not in _FLAGS:
        raise Invalid(f"{cell[:40]} is neither yes nor no.")
    return checked(column, _FLAGS[cell.lower()])
