"""A place in a list survives the URL, and nonsense in the URL opens the first page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest

from queries.sql.keyset import Cursor

ID: Final = UUID("0b7f3a5e-3f5a-4a70-9a6c-1a2b3c4d5e6f")
KEYS: Final[list[tuple[type, object]]] = [
    (datetime, datetime(2026, 7, 1, 12, 0, 0, 123456, UTC)),
    *((datetime, text) for text in ("infinity", "-infinity", "0044-03-15 12:00:00+00 BC", "0001-02-29 00:00:00+00 BC")),
    *((datetime, text) for text in ("12026-11-23 05:44:00.1+05:30", "294275-12-31 23:59:59.999999+00")),
    *((int, value) for value in (0, -7, 2**62, 0.25, "NaN", "Infinity", "-Infinity", "1e-07", "9" * 300)),
    *((str, text) for text in ("a.b c", "", "n5", "…", "\U0001f3a7")),
]


@pytest.mark.parametrize(("kind", "value"), [*KEYS, (str, None), (datetime, None)])
@pytest.mark.parametrize("is_forward", [True, False])
@pytest.mark.parametrize("identity", [ID, 7])
def test_a_place_survives_the_url(kind: type, value: object, is_forward: bool, identity: UUID | int) -> None:
    cursor = Cursor.of(value, identity, is_forward, kind)
    assert Cursor.decode(cursor.encode()) == cursor


@pytest.mark.parametrize(
    "text",
    ["", "after", "after.x.-", f"sideways.{ID}.-", f"after.{ID}.", f"after.{ID}.-x", f"after.{ID}.?1", "after.....",
     "\x00", f"after.{2**63}.n5", f"after.{ID}.i5", f"after.{ID}.s\x00", f"after.{ID}.s\ud800",
     *(f"after.{ID}.t{said}" for said in ("yesterday", "2026-07-01T12:00:00", "2026-07-01 12:00:00", "today",
       "2026-02-29 00:00:00+00", "0000-01-01 00:00:00+00", "294276-01-01 00:00:00+00", "4713-01-01 00:00:00+00 BC")),
     *(f"after.{ID}.n{said}" for said in ("", "1.5.2", "1e999", "-NaN", "nan", "x", "9" * 400, "٣"))],
)  # fmt: skip
def test_nonsense_is_the_first_page(text: str) -> None:
    assert Cursor.decode(text) is None


def test_no_value_in_a_data_frame_is_none() -> None:
    assert Cursor.of(float("nan"), str(ID), True, int) == Cursor(None, ID, True)
