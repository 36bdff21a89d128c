"""Verbs over jobs by the door that the page uses: an order on record, carried out to its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from actions.bulk import Outcome
from actions.jobs import runs
from actions.jobs.changes import Snapshot, Verb
from actions.jobs.runs import Order
from core.identity import Viewer


def ordered(
    verb: Verb, jobs: Sequence[UUID | Snapshot], viewer: Viewer, reason: str | None = None, **more: Any
) -> Outcome:
    """What became of these jobs; the person typed their number where it is asked for."""
    wanted = tuple(one if isinstance(one, Snapshot) else Snapshot(one) for one in jobs)
    run_id = runs.start(Order(verb, wanted, reason, **more), viewer, typed=len(set(wanted)))
    return runs.carry_out(run_id, viewer).outcome()
