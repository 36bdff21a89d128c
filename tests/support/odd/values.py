"""Values that PostgreSQL's types allow and Python's, JSON's or a browser's do not, for every column of a type."""

from __future__ import annotations

from typing import Final

MOMENTS: Final = (
    None, "infinity", "-infinity", "4713-01-01 00:00:00+00 BC", "0044-03-15 12:00:00+00 BC", "0001-01-01 00:00:00+00",
    "9999-12-31 23:59:59.999999+00", "10000-01-01 00:00:00+00", "294276-12-31 23:59:59+00", "1970-01-01 00:00:00+00",
)  # fmt: skip
DAYS: Final = ("infinity", "-infinity", "4713-01-01 BC", "0001-01-01", "9999-12-31", "10000-01-01", "5874897-12-31")
SCORES: Final = (None, "NaN", "0", "-9.99", "9.99")
"""Of any `numeric` with a scale: PostgreSQL keeps infinities out of those, and NaN in."""
WHOLE: Final = (None, "0", "-1", str(2**31 - 1), str(-(2**31)))
DEEP: Final = "[" * 3_000 + "]" * 3_000
DOCUMENTS: Final = (
    "null", "[]", '"text"', "1e400", "9007199254740993", "12345678901234567890123", "9" * 5_000,
    "0.1234567890123456789", '{"a": {"b": [1, "\\u2028", "\\\\ud800"]}, "": null, "n": -1e-400}', DEEP,
)  # fmt: skip
