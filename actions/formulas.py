"""Text that a spreadsheet would take for a formula: how the Desk's files write it, and how they are read again."""

from __future__ import annotations

import re
from typing import Final

# What a spreadsheet calculates with, in full width too; apostrophes that stand there already are guarded like the rest,
# so that what is read again is what was written.
_SIGNS: Final = "[=+\\-@＝＋－＠]"  # noqa: RUF001  # the full-width ones are meant
# What nobody sees before them: space, and the characters that Unicode draws as nothing.
_UNSEEN: Final = (
    r"\s\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A cell begins where its text does and, in a program that divides by something else or ignores quotes, after these.
_START: Final = rf"""(^|[";\t\r\n\x0b\x0c\x85\u2028\u2029])([{_UNSEEN}"]*)"""
_BARE: Final = re.compile(f"{_START}(?='*{_SIGNS})")
_GUARDED: Final = re.compile(f"{_START}'(?='*{_SIGNS})")
_FORMULA: Final = re.compile(rf"[{_UNSEEN}]*{_SIGNS}")
_CONTROLS: Final = {**{n: 0x2400 + n for n in range(0x20) if chr(n) not in "\t\r\n"}, 0x7F: 0x2421}
_CONTROLLED: Final = {shown: control for control, shown in _CONTROLS.items() if control}


def neutral(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what begins like a formula, control characters visible."""
    return _BARE.sub(r"\1\2'", text.translate(_CONTROLS))


def meant(text: str) -> str:
    """The text that `neutral` guarded."""
    return _GUARDED.sub(r"\1\2", text)


def controlled(text: str) -> str:
    """The text with control characters where `neutral` may have put the visible ones."""
    return text.translate(_CONTROLLED)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run the text."""
    return _FORMULA.match(text) is not None
