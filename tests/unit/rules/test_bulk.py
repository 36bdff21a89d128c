"""What the engine of bulk verbs says, and that there is one."""

from __future__ import annotations

import ast
from typing import Final
from uuid import UUID

import pytest

from actions import bulk
from actions.bulk import Kind, Outcome
from core.errors import Invalid
from demo.places import ROOT

ACTIONS: Final = ROOT / "actions"
NO_VERBS: Final = {
    "accounts/summary.py": "the background's pass over all accounts",
    "rollups.py": "the background's windows",
    "content/claims.py": "tries again for one item",
}
KIND: Final = Kind("change", (), "thing changed", "things changed")
ONE, TWO, THREE, FOUR, FIVE = (UUID(int=n) for n in range(5))


def test_no_verb_has_a_loop_of_its_own() -> None:
    loops: set[str] = set()
    for path in ACTIONS.rglob("*.py"):
        for loop in ast.walk(ast.parse(path.read_text())):
            if isinstance(loop, ast.For | ast.While) and any(
                isinstance(node, ast.Call) and ast.unparse(node.func).endswith("transaction") for node in ast.walk(loop)
            ):
                loops.add(str(path.relative_to(ACTIONS)))
    assert loops - NO_VERBS.keys() == {"bulk.py"}


def test_every_id_is_told_once_in_the_order_asked_for() -> None:
    results = {TWO: "done", ONE: "skipped:due", THREE: "busy", FOUR: "gone"}
    outcome = Outcome(KIND, (FOUR, TWO, FIVE, ONE, THREE), results)
    assert (outcome.done, outcome.skipped, outcome.busy) == ((TWO,), {"due": (ONE,)}, (THREE,))
    assert (outcome.gone, outcome.unreached, outcome.unchanged, outcome.conflicts) == ((FOUR,), (FIVE,), (), ())
    assert outcome.summary() == "1 thing changed, 1 skipped (now due), 1 busy, 1 gone, 1 not tried."


@pytest.mark.parametrize(
    ("results", "stopped", "said"),
    [
        ({}, "", "0 things changed, 2 not tried."),
        ({ONE: "done", TWO: "done"}, "", "2 things changed."),
        ({ONE: "unchanged", TWO: "conflict"}, "", "0 things changed, 1 unchanged, 1 skipped: edited by someone else."),
        ({ONE: "skipped:due", TWO: "skipped:a"}, "", "0 things changed, 2 skipped (now 1 a, 1 due)."),
        ({ONE: "done"}, "It is away.", "1 thing changed, 1 not tried. It is away."),
    ],
)
def test_the_summary(results: dict[UUID, str], stopped: str, said: str) -> None:
    assert Outcome(KIND, (ONE, TWO), results, stopped).summary() == said


def test_the_cap_and_the_reason() -> None:
    bulk.at_most(bulk.CAP, "things")
    with pytest.raises(Invalid, match="1,001 things are too many at once"):
        bulk.at_most(bulk.CAP + 1, "things")
    assert bulk.justified(" why\x00 ", 11, 10, "things") == "why"
    assert bulk.justified(" ", 10, 10, "things") is None
    with pytest.raises(Invalid, match="more than 10 things need a reason"):
        bulk.justified(" \x00", 11, 10, "things")
