"""Text that a spreadsheet would take for a formula: how the Desk's files write it, and how they are read again."""

from __future__ import annotations

import re
from typing import Final

# What a spreadsheet calculates with, in full width too; apostrophes that stand there already are guarded like the rest,
# so that what is read again is what was written.
_SIGNS: Final = "[=+\\-@＝＋－＠]"  # noqa: RUF001  # the full-width ones are meant
# A cell begins where its text does and, in a program that divides by something else or ignores quotes, after these.
_START: Final = r"""(^|[";\t\r\n\x0b\x0c\x85\u2028\u2029])([\s"]*)"""
_BARE: Final = re.compile(f"{_START}(?='*{_SIGNS})")
_GUARDED: Final = re.compile(f"{_START}'(?='*{_SIGNS})")
_FORMULA: Final = re.compile(rf"\s*{_SIGNS}")
_CONTROLS: Final = {**{n: 0x2400 + n for n in range(0x20) if chr(n) not in "\t\r\n"}, 0x7F: 0x2421}


def neutral(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what begins like a formula, control characters visible."""
    return _BARE.sub(r"\1\2'", text.translate(_CONTROLS))


def meant(text: str) -> str:
    """The text that `neutral` guarded."""
    return _GUARDED.sub(r"\1\2", text)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run the text."""
    return _FORMULA.match(text) is not None
