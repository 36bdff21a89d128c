"""Categories: names, order, and what becomes of the creators of one that goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from actions.creators import categories, csv_import, edits
from actions.creators.fields import Edit
from core.database import rows
from core.errors import Forbidden, Invalid, NotFound
from demo.databases import Database
from queries.creators import categories as reads
from tests.support import factories
from tests.support.creators import RITA, SAM, audit, creator, scraper_sets, value


def order(url: str) -> list[str]:
    """The names as they are shown."""
    del url
    return [row["name"] for row in rows(reads.listed())]


def test_names_are_free_bounded_and_compared_in_any_case(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    factories.values(url, "DELETE FROM creator_categories RETURNING 1")
    one = categories.add("  Science   and  more ", " About it ", RITA)
    two = categories.add("Sport", "", RITA)
    assert order(url) == ["Science and more", "Sport"]
    for name in ("SPORT", "", "   ", "x" * 101):
        with pytest.raises(Invalid):
            categories.change(one, ("Science and more", "About it"), name, "", RITA)
    assert categories.change(one, ("Science and more", "About it"), "science AND more", "", RITA)
    with pytest.raises(Invalid, match="Somebody changed"):
        categories.change(one, ("Science and more", "About it"), "Other", "", RITA)
    with pytest.raises(Forbidden):
        categories.add("Mine", "", SAM)
    with pytest.raises(NotFound):
        categories.change(uuid4(), ("a", None), "b", "", RITA)
    assert [row[0] for row in audit(url, "category.%")] == ["category.add", "category.add", "category.edit"]
    assert two


@pytest.mark.usefixtures("waits_for_locks")
def test_order_survives_many_hands(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    factories.values(url, "DELETE FROM creator_categories RETURNING 1")
    ids = [categories.add(name, "", RITA) for name in "ABCD"]
    assert categories.move(ids[3], -2, RITA)
    assert order(url) == ["A", "D", "B", "C"]
    assert not categories.move(ids[0], -1, RITA)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: categories.move(one, 1, RITA), ids))
    assert sorted(order(url)) == ["A", "B", "C", "D"]
    places = factories.values(url, "SELECT sort_order FROM creator_categories ORDER BY sort_order")
    assert places == [1, 2, 3, 4]


def test_creators_of_a_category_that_goes_need_a_place(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    old, new, off = (factories.row(url, "creator_categories", name=name) for name in ("Old", "New", "Off"))
    categories.deactivate(off, None, RITA)
    ids = [creator(url, category_id=old), creator(url, category_id=old, is_active=False)]
    for target in (None, old, off):
        with pytest.raises(Invalid):
            categories.deactivate(old, target, RITA)
    assert categories.deactivate(old, new, RITA) == 2
    assert [value(url, one, "category_id") for one in ids] == [new, new]
    moved = audit(url, "creator.recategorise")
    assert {row[1] for row in moved} == set(map(str, ids))
    assert {(row[2]["category_id"], row[3]["category_id"]) for row in moved} == {(str(old), str(new))}
    with pytest.raises(Invalid):
        edits.save([Edit(ids[0], "category_id", new, old)], RITA)
    assert categories.activate(old, RITA)
    assert edits.save([Edit(ids[0], "category_id", new, old)], RITA).changed == (ids[0],)


def test_an_import_does_what_its_dry_run_showed_and_nothing_else(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    factories.row(url, "creator_categories", name="Science")
    factories.row(url, "creator_categories", name="Gone", is_active=False)
    ids = [creator(url, username=f"u{n}", display_name="Old") for n in range(450)]
    upper = creator(url, username="UPPER", display_name="Old")
    body = "".join(f"{one},,New {n},science\n" for n, one in enumerate(ids))
    extra = f"{uuid4()},,x,\n{ids[0]},,again,\n{upper},,x,Gone\n{upper},,x,Nowhere\n"
    plan = csv_import.plan(f"id,scrape_frequency_hours,display_name,category\n{body}{extra}".encode(), RITA)
    assert (plan.creators, len(plan.edits), plan.rows) == (450, 900, 454)
    assert [fault.line for fault in plan.faults] == [452, 453, 454, 455]
    assert value(url, ids[0], "display_name") == "Old", "a dry run writes nothing"
    scraper_sets(url, ids[7], "display_name", "Scraped")
    told: list[tuple[int, int]] = []
    done = csv_import.run(plan, RITA, "spring", lambda number, of: told.append((number, of)))
    assert (len(done.done), done.conflicts) == (449, (ids[7],))
    assert told == [(200, 450), (400, 450), (450, 450)]
    assert value(url, ids[7], "display_name") == "Scraped"
    assert value(url, ids[7], "category_id") is None, "a record with a conflict is left whole"
    assert len(audit(url, "creator.import")) == 449
    by_name = csv_import.plan(b"platform,username,is_active\ntiktok,upper,no\ntiktok,U1,no\n", RITA)
    assert {edit.creator_id for edit in by_name.edits} == {upper, ids[1]}
    with pytest.raises(Forbidden):
        csv_import.plan(b"platform,username,is_active\ntiktok,upper,no\n", SAM)


def test_a_thousand_creators_of_a_category_move_quickly(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    old, new = (factories.row(url, "creator_categories", name=name) for name in ("Old", "New"))
    factories.values(
        url,
        "INSERT INTO creators (platform, username, profile_url, category_id)"
        " SELECT 'tiktok', 'm' || n, 'https://www.tiktok.com/@m' || n, %s FROM generate_series(1, 1000) n RETURNING 1",
        UUID(str(old)),
    )
    assert categories.deactivate(old, new, RITA) == 1_000
    assert len(audit(url, "creator.recategorise")) == 1_000
