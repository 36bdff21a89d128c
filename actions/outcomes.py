"""What a verb over many records really did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of every id that was asked for, once each.

    `skipped` is by the state that ruled the verb out; `busy` were held by a worker or a colleague at that moment;
    `gone` do not exist; `unreached` were not tried because the database stopped answering (trying them again is safe).
    """

    verb: str
    done: tuple[UUID, ...] = ()
    skipped: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict[str, tuple[UUID, ...]])
    busy: tuple[UUID, ...] = ()
    gone: tuple[UUID, ...] = ()
    unreached: tuple[UUID, ...] = ()

    def summary(self) -> str:
        """One sentence, such as "187 retried, 9 skipped (now processing), 4 busy."."""
        parts = [f"{len(self.done):,} {self.verb}"]
        skipped = sum(map(len, self.skipped.values()))
        if skipped:
            ranked = sorted(self.skipped.items(), key=lambda item: (-len(item[1]), item[0]))
            states = ", ".join(f"{len(ids):,} {state}" if len(ranked) > 1 else state for state, ids in ranked)
            parts.append(f"{skipped:,} skipped (now {states})")
        for ids, words in (
            (self.busy, "busy"),
            (self.gone, "gone"),
            (self.unreached, "not tried: the database is away"),
        ):
            if ids:
                parts.append(f"{len(ids):,} {words}")
        return ", ".join(parts) + "."
