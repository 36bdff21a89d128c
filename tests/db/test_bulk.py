"""One policy for an outage, whatever verb meets it: what was done is told, what was not can be taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

import psycopg
import pytest

from actions.accounts import limits
from actions.bulk import Outcome
from actions.creators import csv_import, edits, scrapes
from actions.jobs import runs
from actions.jobs.changes import Snapshot
from actions.jobs.runs import Order
from core.errors import DeskError
from demo.databases import Database
from queries.accounts.quotas import Quota
from tests.support import factories, outage
from tests.support.factories import job

ADA: Final = factories.viewer("admin")
Door = Callable[[Sequence[UUID]], Outcome]
"""A verb as its page calls it, again and again over the same records."""


def jobs(database: Database, number: int) -> tuple[list[UUID], Door]:
    """A retry of so many failed jobs, taken up again by the same run."""
    ids = factories.rows(database.owner_url, "processing_queue", [job(status="failed") for _ in range(number)])
    run_id = runs.start(Order("retry", tuple(map(Snapshot, ids)), "why"), ADA, typed=number)
    return ids, lambda _: runs.carry_out(run_id, ADA).outcome()


def creators(database: Database, number: int) -> list[UUID]:
    """So many creators."""
    names = [f"u{n}" for n in range(number)]
    return factories.rows(
        database.owner_url,
        "creators",
        [{"platform": "tiktok", "username": one, "profile_url": f"https://x.example/{one}"} for one in names],
    )


def changed(database: Database, number: int) -> tuple[list[UUID], Door]:
    """One field of so many creators."""
    return creators(database, number), lambda ids: edits.bulk(
        [(one, True) for one in ids], "is_active", False, ADA, "y"
    )


def imported(database: Database, number: int) -> tuple[list[UUID], Door]:
    """A file about so many creators, written again whole."""
    ids = creators(database, number)
    plan = csv_import.plan("\n".join(["id,is_active", *(f"{one},no" for one in ids)]).encode(), ADA)
    return ids, lambda _: csv_import.run(plan, ADA)


def scraped(database: Database, number: int) -> tuple[list[UUID], Door]:
    """A scrape of so many creators."""
    return creators(database, number), lambda ids: scrapes.queue(ids, ADA)


VERBS: Final = {"jobs": jobs, "creators": changed, "import": imported, "scrapes": scraped}


@pytest.mark.parametrize("fault", outage.FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("verb", VERBS)
def test_an_outage_in_the_middle_is_told_and_gone_on_from(
    fresh_database: Database, verb: str, fault: type[DeskError]
) -> None:
    ids, door = VERBS[verb](fresh_database, 450)
    outage.begin(fresh_database.owner_url, fault, after=400)
    outcome = door(ids)
    assert sorted(outcome.done) == sorted(ids)[:200], "the first transaction, in the order of the ids"
    assert sorted(outcome.unreached) == sorted(ids)[200:]
    assert outcome.stopped == str(fault())
    assert outcome.summary().endswith(f", 250 not tried. {fault()}")
    on_record = "SELECT count(*) FROM dashboard.audit_log"
    assert factories.values(fresh_database.owner_url, on_record) == [200], "the second has left nothing behind"
    outage.end(fresh_database.owner_url)
    again = door(outcome.unreached)
    assert again.unreached == ()
    assert again.stopped == ""
    assert set(outcome.unreached) <= set(again.done)
    assert factories.values(fresh_database.owner_url, on_record) == [450], "no record was changed twice"


@pytest.mark.parametrize("fault", outage.FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("verb", VERBS)
def test_an_outage_before_anything_was_done_is_raised(
    fresh_database: Database, verb: str, fault: type[DeskError]
) -> None:
    ids, door = VERBS[verb](fresh_database, 2)
    outage.begin(fresh_database.owner_url, fault, after=0)
    with pytest.raises(fault):
        door(ids)
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.audit_log") == [0]
    outage.end(fresh_database.owner_url)
    assert sorted(door(ids).done) == sorted(ids)


@pytest.mark.parametrize("fault", outage.FAULTS, ids=lambda fault: fault.__name__)
def test_an_outage_keeps_limits_as_they_were(fresh_database: Database, fault: type[DeskError]) -> None:
    account = factories.row(fresh_database.owner_url, "accounts", name="Northwind")
    seen: dict[Quota, int | None] = {"creators": 5, "users": 1, "voice_models": 10, "storage": 50}
    outage.begin(fresh_database.owner_url, fault, after=0)
    with pytest.raises(fault):
        limits.change(account, seen, {**seen, "users": 8}, ADA, "seats")
    assert factories.values(fresh_database.owner_url, "SELECT user_limit FROM accounts") == [1]
    outage.end(fresh_database.owner_url)
    assert limits.change(account, seen, {**seen, "users": 8}, ADA, "seats").conflict == ()


def test_a_fault_of_the_second_batch_that_is_no_outage_is_told_too(fresh_database: Database) -> None:
    category = factories.row(fresh_database.owner_url, "creator_categories", name="Science")
    ids = creators(fresh_database, 201)

    def deactivated(_: int, __: int) -> None:
        with psycopg.connect(fresh_database.owner_url) as colleague:
            colleague.execute("UPDATE creator_categories SET is_active = false")

    wanted = [edits.Edit(one, "category_id", None, category) for one in ids]
    outcome = edits.run(wanted, ADA, "creator.import", None, deactivated)
    assert (len(outcome.done), len(outcome.unreached)) == (200, 1)
    assert "A category you chose was deactivated" in outcome.summary()
