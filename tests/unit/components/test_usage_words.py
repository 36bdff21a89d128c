"""How a change and a range of days are written."""

from __future__ import annotations

from datetime import date

import pytest

from components.ui.cards import change
from components.usage.filters import span
from queries.usage.filters import UsageFilter


@pytest.mark.parametrize(
    ("value", "previous", "said"),
    [
        (0, 0, None),
        (5, 0, "new"),
        (7, 7, 0),
        (15, 10, "+50.0%"),
        (0, 10, "-100.0%"),
    ],
)
def test_a_change_from_nothing_is_new(value: float, previous: float, said: str | int | None) -> None:
    assert change(value, previous) == said


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2026, 10, 23), date(2026, 11, 22), "23 Oct 2026 to 21 Nov 2026"),
        (date(2026, 11, 21), date(2026, 11, 22), "21 Nov 2026"),
        (date(2026, 11, 1), date(2026, 11, 1), "no complete day since 1 Nov 2026"),
    ],
)
def test_a_range_names_its_last_complete_day(since: date, until: date, said: str) -> None:
    assert span(UsageFilter(since, until)) == said
