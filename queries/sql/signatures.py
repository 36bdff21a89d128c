"""Which failures have the same cause: the error message without the parts that differ from one to the next."""

from __future__ import annotations

import functools
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Text, case, func, literal, select

from queries.tables.base import Rows

WINDOW: Final = 2_500
"""Failures are grouped over the newest so many: the message is rewritten row by row, which no index can serve."""

LENGTH: Final = 120
HASH_LENGTH: Final = 32

_NUMBERS: Final = r"[A-Za-z_-]*[0-9][A-Za-z0-9_.,:-]*|\m[a-f]{8,}\M"
"""Words with a digit in them, or of hexadecimal letters alone: numbers, times, UUIDs, request ids."""

_NAMED: Final = r"""("[a-z_]+"|`[a-z_]+`|(?<!\w)'[a-z_]+'(?!\w))"""
"""A lower-case identifier in quotes names the fault, not the job."""

_VALUES: Final = "|".join(
    (
        _NAMED,
        r"\w+://[^\s\"'<>)]+",
        r"(?<![\w/…])(/[\w.…~%@+-]+){2,}/?",  # a path, of which numbers may be gone already
        r"\m[A-Za-z]:\\[^\s\"'<>|]+",
        r'"[^"]*"',
        r"`[^`]*`",
        r"(?<!\w)'[^']*'(?!\w)",  # not the apostrophes of "can't" and "isn't"
    )
)

_CODES: Final = ("code", "HTTP")
"""Words after which a number tells the fault: `Error code: 529`, `HTTP 404`. Looked for without a pattern: one that
keeps them costs three times as much."""


_PARTED: Final = literal("\x01", Text)


def rough(message: ColumnElement[Any]) -> ColumnElement[Any]:
    """Row by row, what is cheap: the message without words that hold a digit, then what stood after each code word.

    A column `rough`, which `named` turns into the signature.
    """

    def after(word: str) -> ColumnElement[Any]:
        number = func.substring(message, literal(rf"(?<![A-Za-z]){word}:? ?(\d{{1,5}})(?!\w)"))
        return func.coalesce(case((func.strpos(message, literal(word)) > 0, number)), "")

    bare = func.coalesce(func.regexp_replace(message, literal(_NUMBERS), "…", "g"), "")
    return functools.reduce(lambda told, word: told + _PARTED + after(word), _CODES, bare).label("rough")


def of_text(signature: str) -> str:
    """The hash of a signature."""
    return sha256(signature.encode("utf-8", "replace")).hexdigest()[:HASH_LENGTH]


def named(rows: CTE) -> Rows:
    """The rows with their signature, and its hash, by which links and filters know it: a text would be changed on the
    way, by a browser or by ourselves. The dearer patterns run once per distinct text, which halves the time."""
    texts = select(rows.c.rough).distinct().subquery()
    told: ColumnElement[Any] = func.translate(_part(texts.c.rough, 1), "\n\r\t", "   ")
    for place, word in enumerate(_CODES, start=2):
        number = func.coalesce(func.nullif(_part(texts.c.rough, place), ""), "…")
        told = func.regexp_replace(told, literal(rf"((?<![A-Za-z]){word}:? ?)…"), literal(r"\1") + number)
    told = func.regexp_replace(told, literal(_VALUES), r"\1…", "g")
    told = func.regexp_replace(told, literal("([\"'`])…"), r"\1", "g")  # what was kept stands alone
    short = func.btrim(func.left(told, LENGTH))
    signature = func.coalesce(func.nullif(short, ""), "(no message)")
    digest = func.encode(func.sha256(func.convert_to(signature, "UTF8")), "hex")
    hashed = func.left(digest, HASH_LENGTH, type_=Text)
    causes = select(texts.c.rough, signature.label("signature"), hashed.label("hash"))
    causes = causes.cte().prefix_with("MATERIALIZED")
    kept = [column for column in rows.c if column.key != "rough"]
    return select(*kept, causes.c.signature, causes.c.hash).join_from(rows, causes, causes.c.rough == rows.c.rough)


def _part(text: ColumnElement[Any], place: int) -> ColumnElement[Any]:
    return func.split_part(text, _PARTED, place)
