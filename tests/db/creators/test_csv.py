"""A file of creators out and in again: what was not touched changes nothing, whatever the values are."""

from __future__ import annotations

import csv
import io
from typing import Any, Final
from uuid import UUID

import pytest

from actions.creators import csv_import
from components.ui import exports
from core.database import load
from demo.databases import Database
from queries.creators import listing
from queries.creators.filters import CreatorFilter
from tests.support import factories
from tests.support.creators import RITA, creator, value

NAMES: Final = (
    None, "", " leading", "trailing ", "  ", "(none)", "(NONE)", "=1+1", "'=1+1", "''-2", "+1", "@x", "\t=2",
    "two\nlines", 'say "no"', "a,b;c\td", "\u00a0nbsp", "\u2028", "\u202eright", "🎧", "NULL", "-", "0", "x" * 255,
)  # fmt: skip
CATEGORIES: Final = ("=Cat", " Cat", "cat", "Cat", "(none)", "Ünder", "'x")


@pytest.fixture
def odd(fresh_database: Database) -> Database:
    """Creators with every odd name, and one in each odd category, one of them inactive."""
    url = fresh_database.owner_url
    for name in NAMES:
        creator(url, display_name=name)
    for name in CATEGORIES:
        category = factories.row(url, "creator_categories", name=name, is_active=name != "Ünder")
        creator(url, category_id=category)
    for hours in (None, 0, -5, 2**31 - 1):
        creator(url, scrape_frequency_hours=hours, is_active=None, is_verified=None)
    return fresh_database


def exported() -> str:
    """The creators' own file."""
    return exports.text(load(listing.export(CreatorFilter())), "creators", "ada@desk.example", 10_000)


def edited(file: str, **cells: str) -> bytes:
    """The file with these cells in every row."""
    header, *body = csv.reader(io.StringIO(file.split("\n", 3)[3], newline=""))
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    for row in body:
        writer.writerow([cells.get(name, cell) for name, cell in zip(header, row, strict=True)])
    return out.getvalue().encode()


def test_the_creators_own_file_changes_nothing(odd: Database) -> None:
    plan = csv_import.plan(exported().encode("utf-8-sig"), RITA)
    assert (plan.faults, plan.edits) == ((), ())
    assert plan.unchanged == plan.rows == len(NAMES) + len(CATEGORIES) + 4
    assert plan.ignored == ("profile_url", "follower_count", "last_scraped_at", "is_overdue")


def test_without_the_ids_it_changes_nothing_either(odd: Database) -> None:
    plan = csv_import.plan(edited(exported(), id=""), RITA)
    assert (plan.faults, plan.edits) == ((), ())


def test_one_column_that_was_edited_is_all_that_changes(odd: Database) -> None:
    plan = csv_import.plan(edited(exported(), display_name="Same"), RITA)
    assert plan.faults == ()
    assert {(edit.field, edit.wanted) for edit in plan.edits} == {("display_name", "Same")}
    assert len(plan.edits) == plan.rows


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("cat", "cat"),
        ("Cat", "Cat"),
        ("CAT", None),
        ("'=Cat", "=Cat"),
        ("=cat", "=Cat"),
        ("ünder", None),
        ("none", None),
    ],
)
def test_a_category_is_matched_exactly_first(odd: Database, cell: str, wanted: str | None) -> None:
    url = odd.owner_url
    one = creator(url)
    plan = csv_import.plan(f"id,category\n{one},{cell}\n".encode(), RITA)
    if wanted is None:
        assert len(plan.faults) == 1
        return
    csv_import.run(plan, RITA)
    [found] = factories.values(url, "SELECT name FROM creator_categories WHERE id = %s", value(url, one, "category_id"))
    assert found == wanted


def test_an_odd_stored_value_is_corrected_and_a_wrong_one_refused(odd: Database) -> None:
    url = odd.owner_url
    one: UUID = creator(url, scrape_frequency_hours=0)
    rows: list[tuple[str, Any, int]] = [("0", None, 0), ("12", 12, 0), ("-1", None, 1)]
    for cell, wanted, faults in rows:
        plan = csv_import.plan(f"id,scrape_frequency_hours\n{one},{cell}\n".encode(), RITA)
        assert ([edit.wanted for edit in plan.edits], len(plan.faults)) == ([wanted] if wanted else [], faults)
