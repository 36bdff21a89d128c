"""How the Desk writes numbers, times, durations and ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any, Final, TypeVar
from unicodedata import bidirectional

from core.loaders import LAST, REPLACED

D = TypeVar("D", bound=date)
EMPTY: Final = "—"
COUNT_CAP: Final = 10_000
_YEAR_S: Final = 365 * 86_400
_SIZES: Final = ((1e3, "k"), (1e6, "M"), (1e9, "G"))
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_READ: Final = re.compile(  # first what Streamlit looks for in the text that Markdown leaves, where no backslash helps
    r"(?P<joined>(?<=[-+.\w])@(?=[-\w])|:(?=//|material/|[-+\w]+:)|(?<=www)\.|(?<=[-<>~])[-=>])"
    r"|[\\`*_{}\[\]()#+\-.!|<>~$:^&=]",
    re.IGNORECASE,
)
_EDGE: Final = re.compile(r"\A\s|\s\Z")  # a blank there would keep what we make bold from being bold
_UNSEEN: Final = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def count(value: int, cap: int = COUNT_CAP, *, is_floor: bool = False) -> str:
    """A count with thousands separated; above the cap, or where there may be more, it says so: `10,000+`."""
    return f"{min(value, cap):,}{'+' if is_floor or value > cap else ''}"


def compact(value: float) -> str:
    """A number as a tile shows it: 812, 12.4k, 3.1M."""
    if abs(round(value)) < 1000:
        return f"{round(value):d}"
    fitting = (one for one in _SIZES if abs(round(value / one[0], 1)) < 1000)
    size, unit = next(fitting, _SIZES[-1])
    return f"{value / size:,.1f}{unit}"


def decimal(value: float) -> str:
    """A number with its hundredths where it has any: 50, 50.02, 1,024.5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if round(value, 2) else "0"


def points(now: float | None, before: float | None) -> str | int | None:
    """How far a share moved, in percentage points; 0 where that rounds to nothing."""
    if now is None or before is None:
        return None
    moved = round((now - before) * 100, 1)
    return f"{moved:+.1f} pp" if moved else 0


def percent(share: float | None) -> str:
    """A share of one as a percentage with one decimal."""
    return EMPTY if share is None else f"{round(share, 3) or 0:.1%}"


def against(days: int, before: int) -> str:
    """What a comparison of unequally many days compares: `30 days against 28`; nothing where they are as many."""
    return "" if days == before else f"{plural(days, 'day')} against {before:,}"


def unknown_calls(calls: int) -> str:
    """The sentence that tells of calls that are in no error rate; nothing where there are none."""
    return f" {plural(calls, 'more call')} left neither status nor message: in no rate." if calls else ""


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units: `1m 20s`, `3d 4h`, `420 ms`, `7,973 years`."""
    if seconds is None or not isfinite(seconds):
        return EMPTY
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds >= 2 * _YEAR_S:
        return plural(int(seconds) // _YEAR_S, "year")
    if round(seconds * 1000) < 1000:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{decimal(round(seconds, 1))}s"
    left, parts = round(seconds), list[str]()
    for size, unit in _UNITS:
        amount, left = divmod(left, size)
        if amount or parts:
            parts.append(f"{amount}{unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0"))


def age(at: datetime | None, now: datetime | None = None) -> str:
    """How long ago, or in how long, in the largest unit: `5 m ago`, `in 2 h`, `2 years ago`."""
    if (at := _known(at)) is None or _far(at):
        return EMPTY
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{since(at, now)} ago" if seconds > 0 else f"in {since(at, now)}"


def since(at: datetime | None, now: datetime | None = None) -> str:
    """The time from or to a moment, in its largest unit: `18 h`, `2 years`."""
    if (at := _known(at)) is None or _far(at):
        return EMPTY
    seconds = int(abs(((now or datetime.now(UTC)) - at).total_seconds()))
    if seconds >= _YEAR_S:
        return plural(seconds // _YEAR_S, "year")
    size, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    return f"{seconds // size} {unit}"


def utc(at: datetime | None) -> str:
    """A time to the second; every time on the Desk is UTC."""
    return EMPTY if (at := _known(at)) is None else _far(at) or f"{day(at)} {at.astimezone(UTC):%H:%M:%S}"


def minute(at: datetime | None) -> str:
    """A time to the minute."""
    return EMPTY if (at := _known(at)) is None else _far(at) or f"{day(at)} {at.astimezone(UTC):%H:%M}"


def lately(at: datetime) -> str:
    """A time of today to the minute, one of another day with the day."""
    return f"{at:%H:%M}" if at.date() == datetime.now(UTC).date() else minute(at)


def day(at: date | None) -> str:
    """A day, or that of a time in UTC."""
    if (at := _known(at)) is None:
        return EMPTY
    known = at.astimezone(UTC) if isinstance(at, datetime) else at
    return _far(at) or f"{known:%Y-%m-%d}"


def days(column: Iterable[Any]) -> list[str | None]:
    """A table's days."""
    return [None if _known(at) is None else day(at) for at in column]


def span(begin: datetime, end: datetime) -> str:
    """From one time to another: `2026-11-22 14:00 to 15:00 UTC`, the day said again where it is another."""
    until = f"{end:%H:%M}" if begin.date() == end.date() else minute(end)
    return f"{minute(begin)} to {until} UTC"


def times(column: Iterable[Any]) -> list[str | None]:
    """A table's times with their age: `11-27 16:54 · 2 h ago`, with the year where it is another than today's."""
    now = datetime.now(UTC)
    return [None if _known(at) is None else _with_age(at, now) for at in column]


def _with_age(at: datetime, now: datetime) -> str:
    told = minute(at)
    return _far(at) or f"{told[5:] if at.year == now.year else told} · {age(at, now)}"


def dated(at: datetime | None, note: str = "") -> str:
    """A time with its age and what else there is to say of it, as Markdown."""
    known = _known(at)
    said = " · ".join(part for part in (age(known) if known and not _far(known) else "", note) if part)
    return f"{utc(at)} :gray[{said}]" if said else utc(at)


def is_far(at: datetime) -> bool:
    """Whether the moment is none that a chart can place."""
    return bool(_far(at))


def _far(at: date) -> str:
    """What is said of a moment that is none of the product's; for many PostgreSQL's loader has only a stand-in."""
    return "before the year 1000" if at.year < 1000 else "after the year 9998" if at.year == LAST.year else ""


def ages(column: Iterable[Any]) -> list[str | None]:
    """How long ago a table's times were."""
    now = datetime.now(UTC)
    return [None if _known(at) is None else age(at, now) for at in column]


def _known(at: D | None) -> D | None:
    return at if at == at else None  # a frame's "no time" differs from itself


def short_id(value: str | None) -> str:
    """The two ends of an id, enough to recognise it."""
    return EMPTY if not value else f"{value[:4]}…{value[-4:]}"


def plural(number: int, noun: str, *, is_floor: bool = False) -> str:
    """A count with its noun: `1 job`, `12 jobs`, `1+ jobs` where there may be more."""
    return f"{count(number, number, is_floor=is_floor)} {noun if number == 1 and not is_floor else noun + 's'}"


def total(found: Sequence[Mapping[str, Any]]) -> str:
    """How many records there are by the column `total` of a list with a limit: `69, of which 50 are shown`."""
    number = found[0]["total"] if found else 0
    return f"{number:,}" + (f", of which {len(found):,} are shown" if number > len(found) else "")


def since_then(told: int, now: int, *, is_other: bool) -> str:
    """What became of what a button said it would reach: nothing, another number, or another filter since."""
    if told == now and not is_other:
        return ""
    why = "; the filter has changed since" if is_other else ""
    return f"The button said {told:,}{why}: {now:,} {'matches' if now == 1 else 'match'} now."


def literal(text: str) -> str:
    """Text for a place that reads Markdown (labels, captions), shown and copied as written, on one line.

    Signs that are not seen and those that turn the order of words around are named; text of a script that runs from
    right to left stays among itself.
    """
    seen = _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", " ".join(plain(text).splitlines())).replace("\t", " ")
    told = _EDGE.sub(lambda match: f"&#{ord(match[0])};", _READ.sub(_disarmed, seen))
    runs_left = any(bidirectional(sign) in {"R", "AL", "AN"} for sign in told)
    return f"\u2068{told}\u2069" if runs_left else told


def _disarmed(match: re.Match[str]) -> str:
    """The sign behind a backslash; where that does not help, in a colour that is none: no pattern goes across it."""
    sign = match[0] if match[0] == "@" else f"\\{match[0]}"
    return f":color[{sign}]" if match["joined"] else sign


def plain(text: str) -> str:
    """Text with its control characters made visible, so that nothing hides in it; half a character is none."""
    return _CONTROL.sub(_seen, text)


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and how long it is."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"


def _seen(match: re.Match[str]) -> str:
    sign = ord(match[0])
    return chr(0x2400 + sign) if sign < 0x20 else "␡" if sign == 0x7F else REPLACED
