"""Change many records, or one: batch by batch, a result for every id, and one policy when the database goes away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from actions import audit
from core import cache
from core.database import transaction
from core.errors import DeskError, Invalid
from core.telemetry import actions_total

CAP: Final = 1_000
"""Records in one call: what a person can answer for, and five transactions."""
BATCH: Final = 200
"""Records in one transaction: locks are held for tens of milliseconds, and workers go on."""

Results = Mapping[UUID, str]
"""What became of each id: done, unchanged, conflict, busy, gone or `skipped:<state>`; without one it was not tried."""
Apply = Callable[[Connection, Sequence[UUID]], Results]
"""Change these records within the caller's transaction, with their audit rows; the results."""
Progress = Callable[[int, int], object]
"""Called after each transaction: how many were tried, of how many."""


class Kind(NamedTuple):
    """A kind of change: its name in the metrics, the cache domains it makes stale, and what was done to one or many."""

    name: str
    domains: tuple[cache.Domain, ...]
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the ids that were asked for; `stopped` says why those without a result were not tried."""

    kind: Kind
    ids: tuple[UUID, ...]
    results: Results
    stopped: str = ""

    @property
    def done(self) -> tuple[UUID, ...]:
        """Those that were changed."""
        return self._of("done")

    @property
    def unchanged(self) -> tuple[UUID, ...]:
        """Those that were as wanted before."""
        return self._of("unchanged")

    @property
    def conflicts(self) -> tuple[UUID, ...]:
        """Those that somebody else edited since they were seen."""
        return self._of("conflict")

    @property
    def skipped(self) -> dict[str, tuple[UUID, ...]]:
        """Those that were ruled out, by the state that did it."""
        by_state: dict[str, list[UUID]] = defaultdict(list)
        for one in self.ids:
            result, _, state = self.results.get(one, "").partition(":")
            if result == "skipped":
                by_state[state].append(one)
        return {state: tuple(some) for state, some in by_state.items()}

    @property
    def busy(self) -> tuple[UUID, ...]:
        """Those that a worker or a colleague held at that moment."""
        return self._of("busy")

    @property
    def gone(self) -> tuple[UUID, ...]:
        """Those that do not exist any more."""
        return self._of("gone")

    @property
    def unreached(self) -> tuple[UUID, ...]:
        """Those that were not tried because the run was interrupted; trying them again is safe."""
        return self._of("")

    def summary(self) -> str:
        """A sentence, such as "187 jobs are queued again, 9 skipped (now processing), 4 busy."."""
        parts = [f"{len(self.done):,} {self.kind.one if len(self.done) == 1 else self.kind.many}"]
        ranked = sorted(self.skipped.items(), key=lambda item: (-len(item[1]), item[0]))
        states = ", ".join(f"{len(ids):,} {state}" if len(ranked) > 1 else state for state, ids in ranked)
        for ids, words in (
            (self.unchanged, "unchanged"),
            (self.conflicts, "skipped: edited by someone else"),
            ([one for _, some in ranked for one in some], f"skipped (now {states})"),
            (self.busy, "busy"),
            (self.gone, "gone"),
            (self.unreached, "not tried"),
        ):
            if ids:
                parts.append(f"{len(ids):,} {words}")
        return f"{', '.join(parts)}. {self.stopped}".rstrip()

    def _of(self, result: str) -> tuple[UUID, ...]:
        return tuple(one for one in self.ids if self.results.get(one, "") == result)


def carry_out(
    kind: Kind,
    ids: Iterable[UUID],
    apply: Apply,
    progress: Progress | None = None,
    *,
    earlier: Results | None = None,
) -> Outcome:
    """Change these records in transactions of `BATCH`, but for those that have a result from `earlier`.

    What stops it, an outage as a rule, is raised while nothing is done; after that it is told in the outcome, with what
    was done and what was not tried, which can be asked for again.
    """
    wanted = tuple(dict.fromkeys(ids))
    results = dict(earlier or {})
    # In id order over all batches, so that two people with overlapping lists never wait for each other in a circle.
    left = sorted(set(wanted) - results.keys())
    for start in range(0, len(left), BATCH):
        try:
            with transaction() as connection:
                new = apply(connection, left[start : start + BATCH])
        except DeskError as error:
            if not results:
                raise
            return Outcome(kind, wanted, results, str(error))
        cache.invalidate(*kind.domains)
        for result in new.values():
            actions_total.labels(kind.name, result.partition(":")[0]).inc()
        results |= new
        if progress:
            progress(len(wanted) - len(left) + min(start + BATCH, len(left)), len(wanted))
    return Outcome(kind, wanted, results)


def at_most(number: int, noun: str) -> None:
    """Raise `Invalid` for more records than one person can answer for."""
    if number > CAP:
        raise Invalid(f"{number:,} {noun} are too many at once. Choose at most {CAP:,}.")


def justified(reason: str | None, number: int, above: int, noun: str) -> str | None:
    """The reason, cleaned; raises `Invalid` when there is none and more records than `above` need one."""
    why = audit.cleaned(reason)
    if number > above and not why:
        raise Invalid(f"Say why: more than {above} {noun} need a reason.")
    return why
