"""What the documentation says about jobs is what the code does."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from actions.jobs import runs
from actions.jobs import verbs as jobs
from actions.jobs.changes import ALLOWED, PERMISSION, Verb
from components.jobs.verbs import FITTING, OFFERS
from queries.jobs import health
from queries.jobs.states import Status
from queries.sql import keyset, signatures

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "jobs.md").read_text()


def test_the_table_of_verbs_is_the_codes() -> None:
    table = TEXT.split("<!-- verbs -->")[1].split("<!-- /verbs -->")[0].strip().splitlines()
    header, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in table)
    statuses = header[1:-1]
    assert sorted(statuses) == sorted(get_args(Status))
    told = {
        verb: ({status for status, cell in zip(statuses, cells, strict=True) if cell == "yes"}, who)
        for verb, *cells, who in lines
    }
    assert told == {verb: (set(allowed), PERMISSION[verb]) for verb, allowed in ALLOWED.items()}


def test_the_numbers_are_the_codes() -> None:
    for number in (
        jobs.CAP, health.ENDS, health.TIMED, signatures.WINDOW, keyset.COUNT_CAP,
    ):  # fmt: skip
        assert f"{number:,}" in TEXT
    for number in (jobs.REASON_ABOVE, runs.TYPED_ABOVE, jobs.BATCH, signatures.LENGTH, health.P95_LEAST):
        assert str(number) in TEXT


def test_every_verb_has_its_words_and_its_place() -> None:
    verbs = set(get_args(Verb))
    assert set(OFFERS) == verbs
    assert {verb for offered in FITTING.values() for verb in offered} == verbs
    warned = {verb for verb, offer in OFFERS.items() if offer.warning}
    assert warned == {"force_cancel", "rescue"}
    assert len({offer.effect for offer in OFFERS.values()}) == len(OFFERS)
