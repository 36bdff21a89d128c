"""JSON of any depth and any number of digits is read, drawn and written again."""

from __future__ import annotations

import json

import pytest

from components.ui.masking import masked, shortened
from core.jsontext import DEEPEST, TOO_DEEP, Digits, dumps, loads

LONG = "9" * 5_000


@pytest.mark.parametrize(
    "text",
    ["9007199254740993", "-9007199254740993", LONG, f"-{LONG}", "1e400", "-1e-400",
     "0.1234567890123456789", "1.0000000000000000001"],
)  # fmt: skip
def test_a_number_that_would_be_rounded_keeps_its_digits(text: str) -> None:
    assert loads(text) == Digits(text)
    assert dumps(loads(f'{{"a": [{text}]}}')) == f'{{"a": [{text}]}}'


@pytest.mark.parametrize("text", ["9007199254740992", "0", "-1", "0.1", "0.30", "1e3", "1.5e300", "123456789.125"])
def test_a_number_that_is_exact_is_a_number(text: str) -> None:
    found = loads(text)
    assert not isinstance(found, str)
    assert found == float(text)


def test_what_lies_too_deep_is_said() -> None:
    inside = loads("[" * 300 + "]" * 300)
    for _ in range(DEEPEST):
        [inside] = inside
    assert inside == TOO_DEEP
    assert loads("[" * 100_000 + "]" * 100_000) == TOO_DEEP
    assert loads("[" * DEEPEST + "]" * DEEPEST) != TOO_DEEP


def test_what_is_drawn_can_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    value = loads(f'{{"\\ud800": ["\\udfff", "x\\u0000", {LONG}], "deep": {"[" * 200}{"]" * 200}}}')
    for drawn in (shortened(value), masked(value, ["none"])[0]):
        json.dumps(drawn, ensure_ascii=False).encode()
    assert shortened(value)["�"][2] == LONG


@pytest.mark.parametrize(
    "text", ["\ue000drop\ue000", "\ue0005\ue000", "\ue000--\ue000", 'x"\ue0001\ue000"', "5\ue000" * 3]
)
def test_text_that_looks_like_marked_digits_stays_text(text: str) -> None:
    assert json.loads(dumps({"a": text, text: [text, Digits(LONG)]}), parse_int=str) == {"a": text, text: [text, LONG]}


def test_no_number_is_null() -> None:
    assert dumps([float("nan"), float("inf"), 1.5]) == "[null, null, 1.5]"
