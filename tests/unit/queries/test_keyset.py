"""A place in a list survives the URL, and nonsense in the URL opens the first page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from queries.sql.keyset import Cursor

ID = UUID("0b7f3a5e-3f5a-4a70-9a6c-1a2b3c4d5e6f")


@pytest.mark.parametrize("value", [datetime(2026, 7, 1, 12, 0, 0, 123456, UTC), 0, -7, "a.b c", "", None])
@pytest.mark.parametrize("is_forward", [True, False])
def test_a_place_survives_the_url(value: datetime | int | str | None, is_forward: bool) -> None:
    cursor = Cursor(value, ID, is_forward)
    assert Cursor.decode(cursor.encode()) == cursor


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    moment = datetime(2026, 7, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    decoded = Cursor.decode(Cursor(moment, ID).encode())
    assert decoded is not None
    assert decoded.value == moment


@pytest.mark.parametrize(
    "text",
    ["", "after", "after.x.n", f"sideways.{ID}.n", f"after.{ID}.", f"after.{ID}.tyesterday", f"after.{ID}.i1.5",
     f"after.{ID}.t2026-07-01T12:00:00", f"after.{ID}.?1", "after.....", "\x00"],
)  # fmt: skip
def test_nonsense_is_the_first_page(text: str) -> None:
    assert Cursor.decode(text) is None


def test_no_time_in_a_data_frame_is_none() -> None:
    not_a_time = float("nan")
    assert Cursor.of(not_a_time, str(ID), True) == Cursor(None, ID, True)
