"""The running hour and day, asked for by each test anew: a run of all tests may see the next.

A module that asks once, when it is imported, tells its tests a day that may be over when they run.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

ROOM: Final = timedelta(seconds=20)
"""What most tests take no longer than."""


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def hour() -> datetime:
    """The start of the running hour."""
    return now().replace(minute=0, second=0, microsecond=0)


def today() -> date:
    """The running day of UTC."""
    return now().date()


def has_room() -> bool:
    """Whether a test that begins now ends in the same hour, as what counts by hours and days rests on."""
    return now() + ROOM < hour() + timedelta(hours=1)
