"""How numbers, times and ids are written."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from components.ui import fmt

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1204, "1,204"), (10_000, "10,000"), (10_001, "10,000+"), (5_000_000, "10,000+")]
)
def test_count_says_when_it_stopped_counting(value: int, shown: str) -> None:
    assert fmt.count(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-0.4, "0"),
        (999, "999"),
        (999.6, "1.0k"),
        (1_000, "1.0k"),
        (12_400, "12.4k"),
        (214_600, "214.6k"),
        (999_949, "999.9k"),
        (999_950, "1.0M"),
        (3_140_000, "3.1M"),
        (-2_000, "-2.0k"),
        (999_950_000, "1.0G"),
        (1.5e12, "1,500.0G"),
    ],
)
def test_compact(value: float, shown: str) -> None:
    assert fmt.compact(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (-0.001, "0"), (50, "50"), (50.02, "50.02"), (50.5, "50.5"), (1_024.5, "1,024.5"), (2006, "2,006"),
     (-9.999, "-10"), (1_000_000, "1,000,000")],
)  # fmt: skip
def test_decimal(value: float, shown: str) -> None:
    assert fmt.decimal(value) == shown


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [(0.05, 0.03, "+2.0 pp"), (0.03, 0.05, "-2.0 pp"), (0.0503, 0.0505, 0), (0.0505, 0.0505, 0), (None, 0.1, None)],
)
def test_points(now: float | None, before: float | None, shown: object) -> None:
    assert fmt.points(now, before) == shown


def test_percent_has_one_decimal_and_knows_nothing_from_zero() -> None:
    assert fmt.percent(0.0289) == "2.9%"
    assert fmt.percent(0) == fmt.percent(-0.0002) == "0.0%"
    assert fmt.percent(None) == "—"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.42, "420 ms"),
        (0.9996, "1s"),
        (1.54, "1.5s"),
        (1.99, "2s"),
        (9.94, "9.9s"),
        (9.96, "10s"),
        (59.6, "1m"),
        (1, "1s"),
        (80, "1m 20s"),
        (3_600, "1h"),
        (3_605, "1h"),
        (273_600, "3d 4h"),
        (259_200, "3d"),
        (None, "—"),
    ],
)
def test_duration_as_humans_say_it(seconds: float | None, shown: str) -> None:
    assert fmt.duration(seconds) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW - timedelta(seconds=320), "5 m ago"),
        (NOW + timedelta(hours=2, minutes=9), "in 2 h"),
        (NOW - timedelta(days=3, hours=20), "3 d ago"),
        (NOW - timedelta(days=364), "364 d ago"),
        (NOW - timedelta(days=365), "1 year ago"),
        (NOW - timedelta(days=756), "2 years ago"),
        (NOW, "now"),
        (None, "—"),
    ],
)
def test_age(at: datetime | None, shown: str) -> None:
    assert fmt.age(at, NOW) == shown


@pytest.mark.parametrize("written", [fmt.age, fmt.since, fmt.utc, fmt.minute, fmt.day, fmt.dated])
def test_a_frames_no_time_is_none(written: Callable[[datetime | None], str]) -> None:
    known = pd.Series([NOW, None])
    assert written(known[0]) != "—"
    assert written(known[1]) == "—"


def test_utc_converts_every_zone() -> None:
    assert fmt.utc(datetime.fromisoformat("2026-03-01T14:30:05+02:00")) == "2026-03-01 12:30:05"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("**a** [x](y) <b> $1$ `c` &lt;", r"\*\*a\*\* \[x\]\(y\) \<b\> \$1\$ \`c\` \&lt;"),
        ("HTTPS://a.example", r"HTTPS:color[\:]//a\.example"),
        ("www.a.example", r"www:color[\.]a\.example"),
        ("jane@a.example, @jane, jane@", r"jane:color[@]a\.example, @jane, jane@"),
        (":red[z] :streamlit:", r"\:red\[z\] :color[\:]streamlit\:"),
        (":material/home: 10:20", r":color[\:]material/home\: 10\:20"),
        ("-> <- -- >= ~=", r"\-:color[\>] \<:color[\-] \-:color[\-] \>:color[\=] \~:color[\=]"),
        ("a\n\n# b\tc", r"a  \# b c"),
        ("    code ", "&#32;   code&#32;"),
        ("\u202ea\u200b", r"\[U\+202E\]a\[U\+200B\]"),
        ("\u05e9\u05dc 3", "\u2068\u05e9\u05dc 3\u2069"),
        ("", ""),
        ("plain words", "plain words"),
    ],
)
def test_literal_escapes_what_streamlit_would_read(text: str, escaped: str) -> None:
    assert fmt.literal(text) == escaped


def test_plain_shows_control_characters() -> None:
    assert fmt.plain("a\x00b\x1b[31mc\x7f\nd\te") == "a␀b␛[31mc␡\nd\te"


def test_plural() -> None:
    assert (fmt.plural(1, "job"), fmt.plural(1_200, "job")) == ("1 job", "1,200 jobs")


def test_short_id() -> None:
    assert fmt.short_id("9f3ab2c4-0000-0000-0000-00000000c1e2") == "9f3a…c1e2"
    assert fmt.short_id(None) == "—"


def test_unequally_many_days_are_said_and_equally_many_are_not() -> None:
    assert [fmt.against(*days) for days in [(30, 28), (1, 0), (7, 7), (0, 0)]] == [
        "30 days against 28",
        "1 day against 0",
        "",
        "",
    ]
    assert [fmt.unknown_calls(calls) for calls in (0, 1)] == [
        "", " 1 more call left neither status nor message: in no rate.",
    ]  # fmt: skip
