"""Whatever a type of PostgreSQL's can hold is read by both roles, and whatever Python's text can hold is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, Double, Interval, Numeric, Text, cast, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from core import jsontext
from core.database import load, rows, transaction
from core.loaders import FIRST, FIRST_DAY, LAST, LAST_DAY, LONGEST, REPLACED, moment
from demo.databases import Database
from queries.tables.base import UTC_TIME
from tests.support.odd.values import DAYS, DOCUMENTS, MOMENTS, SCORES

FEW: Final = settings(max_examples=60, deadline=None)
ANY_TEXT: Final = st.text(st.characters(), max_size=30)


def read(text: str | None, kind: Any) -> list[Any]:
    """The value of a type as plain rows, as a frame and as the writer have it."""
    question = select(cast(literal(text, Text), kind).label("x"))
    [as_row] = [row["x"] for row in rows(question)]
    [in_frame] = load(question)["x"]
    with transaction() as connection:
        written = connection.execute(question).scalar_one()
    return [as_row, None if pd.isna(in_frame) else in_frame, written]


def expected(text: str) -> datetime:
    """The moment, or which end of all years it is beyond."""
    if text.startswith("-") or text.endswith("BC"):
        return FIRST
    known = text[4:5] == "-" and not text.startswith("0000")
    return datetime.fromisoformat(text).astimezone(UTC) if known else LAST


@pytest.mark.parametrize("text", MOMENTS)
def test_odd_moments(database: Database, text: str | None) -> None:
    assert read(text, UTC_TIME) == [expected(text) if text else None] * 3


@FEW
@given(
    st.integers(-4712, 294_275).filter(bool), st.integers(1, 12), st.integers(1, 28), st.integers(0, 86_399),
    st.integers(0, 999_999),
)  # fmt: skip
def test_every_moment(database: Database, year: int, month: int, day: int, second: int, part: int) -> None:
    clock = str(timedelta(seconds=second, microseconds=part) + timedelta(microseconds=part == 0)).rjust(15, "0")
    text = f"{abs(year):04}-{month:02}-{day:02} {clock}+00{' BC' if year < 0 else ''}"
    assert read(text, UTC_TIME) == [expected(text)] * 3


@pytest.mark.parametrize("text", DAYS)
def test_odd_days(database: Database, text: str) -> None:
    known = text[4:5] == "-" and not text.endswith("BC")
    day = date.fromisoformat(text) if known else FIRST_DAY if text.startswith("-") or text.endswith("BC") else LAST_DAY
    assert read(text, Date) == [day] * 3


@pytest.mark.parametrize("text", [*SCORES, "Infinity", "-Infinity", "1e400", "0.1234567890123456789"])
def test_odd_numbers(database: Database, text: str | None) -> None:
    as_row, in_frame, written = read(text, Numeric)
    known = None if text is None or not isfinite(float(text)) else float(text)
    assert as_row == in_frame == known
    assert written is None or written.is_finite()
    if text in {"NaN", "Infinity", "-Infinity"}:
        assert written is None
        assert read(text, Double) == [None] * 3


@pytest.mark.parametrize("text", ["178000000 years", "-178000000 years", "1 day", "2147483647 days", "99999999 hours"])
def test_odd_spans(database: Database, text: str) -> None:
    as_row, in_frame, written = read(text, Interval)
    assert -LONGEST <= as_row <= LONGEST
    assert as_row == in_frame == written


@pytest.mark.parametrize("text", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_stored_json_is_read_with_its_digits(database: Database, text: str) -> None:
    with transaction() as connection:
        stored = connection.execute(select(cast(cast(literal(text, Text), JSONB), Text))).scalar_one()
        found = connection.execute(select(cast(literal(text, Text), JSONB))).scalar_one()
    if jsontext.TOO_DEEP not in jsontext.dumps(found):
        [same] = [
            row["x"] for row in rows(select((cast(literal(jsontext.dumps(found), Text), JSONB).cast(Text)).label("x")))
        ]
        assert same == stored


@FEW
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
))  # fmt: skip
def test_any_json_can_be_written(database: Database, value: Any) -> None:
    with transaction() as connection:
        connection.execute(select(literal(value, JSONB(none_as_null=True)))).scalar_one()


@FEW
@given(ANY_TEXT)
def test_any_text_can_be_asked_and_written(database: Database, text: str) -> None:
    question = select(literal(text, Text).label("x"))
    wanted = "".join(REPLACED if sign == "\x00" or 0xD800 <= ord(sign) < 0xE000 else sign for sign in text)
    assert [row["x"] for row in rows(question)] == [wanted]
    with transaction() as connection:
        assert connection.execute(question).scalar_one() == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("infinity", LAST),
        ("-infinity", FIRST),
        ("0044-03-15T12:00:00+00:00 BC", FIRST),
        ("12026-01-01T00:00:00+00:00", LAST),
        ("2026-01-01T00:00:00+00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("yesterday", None),
        (7, None),
        (None, None),
    ],
)
def test_moments_in_json(text: object, wanted: datetime | None) -> None:
    assert moment(text) == wanted
