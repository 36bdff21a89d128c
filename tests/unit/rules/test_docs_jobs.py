"""What the documentation says about jobs is what the code does."""

from __future__ import annotations

from typing import get_args

from actions import bulk
from actions.jobs import runs
from actions.jobs.changes import ACTIONS, Verb
from components.jobs.verbs import FITTING
from demo.places import ROOT
from queries.jobs import health, timings
from queries.jobs.states import Status
from queries.sql import keyset, signatures

TEXT = (ROOT / "docs" / "jobs.md").read_text()


def test_the_table_of_verbs_is_the_codes() -> None:
    table = TEXT.split("<!-- verbs -->")[1].split("<!-- /verbs -->")[0].strip().splitlines()
    header, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in table)
    statuses = header[1:-1]
    assert sorted(statuses) == sorted(get_args(Status))
    told = {
        verb: ({status for status, cell in zip(statuses, cells, strict=True) if cell == "yes"}, who)
        for verb, *cells, who in lines
    }
    assert told == {verb: (set(spec.allowed), spec.permission) for verb, spec in ACTIONS.items()}


def test_the_numbers_are_the_codes() -> None:
    for number in (
        bulk.CAP, health.ENDS, timings.TIMED, signatures.WINDOW, keyset.COUNT_CAP,
    ):  # fmt: skip
        assert f"{number:,}" in TEXT
    for number in (runs.REASON_ABOVE, runs.TYPED_ABOVE, bulk.BATCH, signatures.LENGTH, timings.P95_LEAST):
        assert str(number) in TEXT


def test_every_verb_has_its_words_and_its_place() -> None:
    verbs = set(get_args(Verb))
    assert set(ACTIONS) == verbs
    assert {verb for offered in FITTING.values() for verb in offered} == verbs
    warned = {verb for verb, spec in ACTIONS.items() if spec.warning}
    assert warned == {"force_cancel", "rescue"}
    assert len({words for spec in ACTIONS.values() for words in (spec.one, spec.many)}) == 2 * len(ACTIONS)
