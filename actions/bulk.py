"""What a verb over many records really did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of every id that was asked for, once each.

    `skipped` is by the state that ruled the verb out; `busy` were held by a worker or a colleague at that moment;
    `gone` do not exist; `unreached` were not tried because the run was interrupted (trying them again is safe).
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
            (self.unreached, "not tried"),
        ):
            if ids:
                parts.append(f"{len(ids):,} {words}")
        return ", ".join(parts) + "."


def of_fates(verb: str, ids: Iterable[UUID], fates: Mapping[UUID, str]) -> Outcome:
    """The outcome of a verb, given the fate of each id: done, busy, gone or `skipped:<state>`; none was not tried."""
    by_fate: dict[str, list[UUID]] = defaultdict(list)
    for one in ids:
        by_fate[fates.get(one, "unreached")].append(one)
    return Outcome(
        verb=verb,
        done=tuple(by_fate["done"]),
        skipped={fate.partition(":")[2]: tuple(some) for fate, some in by_fate.items() if fate.startswith("skipped:")},
        busy=tuple(by_fate["busy"]),
        gone=tuple(by_fate["gone"]),
        unreached=tuple(by_fate["unreached"]),
    )
