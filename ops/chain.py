"""Whether the audit log is what was written: docs/audit.md says what this proves and what it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from core import database
from core.errors import Invalid
from queries.audit import chain

BATCH: Final = 50_000
"""Entries looked at by one statement: some 0.3 s, far from the reader's time limit."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry. Noted outside the database, it proves later that everything up to it is still there."""

    position: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head that `str` wrote; raises `Invalid`."""
        position, _, digest = text.strip().partition(":")
        if not position.isdecimal() or len(digest) != 64 or set(digest.lower()) - set("0123456789abcdef"):
            raise Invalid(f"{text} is not a valid head. Enter one like 1234:9f86d081…, as `audit verify` prints it.")
        return cls(int(position), digest.lower())

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


@dataclass(slots=True)
class Verdict:
    """What a verification found; no fault when the log is what was written."""

    head: Head
    faults: list[str] = field(default_factory=list[str])


def head() -> Head:
    """The newest entry of the chain; raises as `core.database.load` does, `Invalid` when the chain is gone."""
    rows = database.rows(chain.head())
    if not rows:
        raise Invalid("The chain is missing, with its first entry: the audit log can no longer be verified.")
    return Head(rows[0]["position"], rows[0]["hash"])


def verify(noted: Head | None = None, *, newest: int | None = None) -> Verdict:
    """Compute the chain again, all of it or the `newest` entries, and compare it with a head noted before.

    Rows committed meanwhile are left for the next time. Raises as `head` does.
    """
    verdict = Verdict(head())
    end = verdict.head.position
    first = 0 if newest is None else max(0, end - newest)
    for after in range(first, end, BATCH):
        rows = database.rows(chain.faults(after, min(after + BATCH, end)))
        verdict.faults += [_sentence(row) for row in rows]
    if newest is None:
        reach = database.rows(chain.reach())[0]["newest_id"]
        for after in range(0, reach, BATCH):
            rows = database.rows(chain.unchained(after, min(after + BATCH, reach)))
            verdict.faults += [f"Row {row['audit_id']} has no entry in the chain: it bypassed it." for row in rows]
    if noted:
        verdict.faults += _against(noted)
    return verdict


def _sentence(row: dict[str, Any]) -> str:
    at, which = row["position"], row["audit_id"]
    return {
        "missing entry": f"Entry {at - 1} of the chain was removed; the next one is of row {which}.",
        "removed": f"Row {which} was removed (entry {at}).",
        "changed": f"Row {which} or its entry {at} was changed.",
    }[row["fault"]]


def _against(noted: Head) -> list[str]:
    rows = database.rows(chain.at(noted.position))
    if not rows:
        return [f"The chain was cut: entry {noted.position}, noted earlier, is missing."]
    if rows[0]["hash"] != noted.hash:
        return [f"The chain was rewritten: entry {noted.position} is not the one noted earlier."]
    return []
