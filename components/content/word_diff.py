"""Two texts side by side, the words that differ marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from components.ui.fmt import literal

WORDS_COMPARED: Final = 3_000
"""Words of each text that are compared; the comparison's cost grows with their product."""
_TOKEN: Final = re.compile(r"\n|[^\s]+")


def marked(before: str, after: str) -> tuple[str, str]:
    """Both texts as Markdown in which every word stands as written: what went is red and struck, what came green."""
    old, new = (_TOKEN.findall(text)[:WORDS_COMPARED] for text in (before, after))
    left, right = list[str](), list[str]()
    matcher = SequenceMatcher(None, [word.casefold() for word in old], [word.casefold() for word in new], False)
    for kind, a, b, c, d in matcher.get_opcodes():
        left.append(_written(old[a:b], "red" if kind != "equal" else ""))
        right.append(_written(new[c:d], "green" if kind != "equal" else ""))
    return _joined(left), _joined(right)


def words(text: str) -> int:
    """How many words and ends of lines a text has."""
    return len(_TOKEN.findall(text))


def share_kept(before: str, after: str) -> float | None:
    """The share of the second text's words that stand in the first in the same order; None when it has none."""
    old, new = (_TOKEN.findall(text.casefold())[:WORDS_COMPARED] for text in (before, after))
    if not new:
        return None
    return sum(block.size for block in SequenceMatcher(None, old, new, False).get_matching_blocks()) / len(new)


def _written(words: Sequence[str], color: str) -> str:
    lines = " ".join(words).split("\n")
    return "  \n".join(_line(line.strip(), color) for line in lines)


def _line(line: str, color: str) -> str:
    if not line:
        return ""
    shown = literal(line)
    if color == "red":
        return f":red-background[~~{shown}~~]"
    return f":{color}-background[{shown}]" if color else shown


def _joined(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)
