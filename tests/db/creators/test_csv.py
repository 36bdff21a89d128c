"""A file of creators out and in again: what was not touched changes nothing, whatever the values are."""

from __future__ import annotations

import csv
import io
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select

from actions.creators import csv_import
from components.ui import exports
from core.database import load, rows
from demo.databases import Database
from queries.creators import listing
from queries.creators.filters import CreatorFilter
from queries.tables import creators as c
from tests.support import factories
from tests.support.creators import RITA, creator, value

NAMES: Final = (
    None, "", " leading", "trailing ", "  ", "(none)", "(NONE)", "=1+1", "'=1+1", "''-2", "+1", "@x", "\t=2",
    "two\nlines", 'say "no"', "a,b;c\td", "\u00a0nbsp", "\u2028", "\u202eright", "🎧", "NULL", "-", "0", "x" * 255,
    "\u200b=1", "\u202d@x",
)  # fmt: skip
CATEGORIES: Final = ("=Cat", " Cat", "cat", "Cat", "(none)", "Ünder", "'x", "A\x0bB")
USERNAMES: Final = (
    "Ada", "ada", "ada ", " ada", "@ada", "a\u2060b", "\u200bada", "some user", "=x", "'=x", "-x", "home", "İstanbul",
    "हिन्दी", "x.com", "instagram.com", "https://x.com/q", "a/b", "UCX6OQ3DkcsbYNE6H8uQQuVA", "ucabc", "a\x0bb", "a\tb",
    "", " ", "(none)", "# x", "straße", "STRASSE",
)  # fmt: skip


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


@pytest.mark.parametrize("without", [("id",), ()])
def test_whatever_a_creator_is_called_its_line_means_it_alone(
    fresh_database: Database, without: tuple[str, ...]
) -> None:
    url = fresh_database.owner_url
    for platform in ("youtube", "instagram", "twitter"):
        for name in USERNAMES:
            creator(url, platform=platform, username=name, profile_url=f"https://e.example/{platform}")
    plan = csv_import.plan(edited(exported(), **dict.fromkeys(without, "")), RITA)
    assert (plan.faults, plan.edits) == ((), ())
    assert plan.unchanged == 3 * len(USERNAMES)
    found = {row["username"]: row for row in rows(select(c.c.id, c.c.username).where(c.c.platform == "twitter"))}
    plan = csv_import.plan(edited(exported(), **dict.fromkeys(without, ""), display_name="Same"), RITA)
    assert {plan.names[UUID(row["id"])] for row in found.values()} == {f"@{name}" for name in USERNAMES}


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("Ada", "Ada"),
        ("ada", "ada"),
        ("@Ada", "Ada"),
        (" ada ", "ada"),
        ("ADA", "several"),
        ("https://www.tiktok.com/@ada", "ada"),
        ("https://www.tiktok.com/@Ada", "several"),
        ("BEA", "Bea"),
        ("https://www.tiktok.com/@bea", "Bea"),
        ("nobody", "not found"),
        ("no body", "not a valid username"),
        ("", "Type a username"),
    ],
)
def test_a_username_is_matched_exactly_first(fresh_database: Database, cell: str, wanted: str) -> None:
    url = fresh_database.owner_url
    for name in ("Ada", "ada", "Bea"):
        creator(url, username=name)
    plan = csv_import.plan(f"platform,username,display_name\ntiktok,{cell},X\n".encode(), RITA)
    told = [fault.problem for fault in plan.faults] or [plan.names[edit.creator_id] for edit in plan.edits]
    assert len(told) == 1
    assert wanted in told[0]


@pytest.mark.parametrize(
    ("platform", "username", "fits"),
    [
        ("tiktok", "ada", True),
        ("", "ADA", True),
        ("TikTok", "", True),
        ("tiktok", "https://www.tiktok.com/@ada", True),
        ("youtube", "ada", False),
        ("youtube", "", False),
        ("", "ben", False),
        ("tiktok", "someone-else", False),
        ("tiktok", "ben", False),
    ],
)
def test_an_id_beside_another_ones_name_is_a_fault(
    fresh_database: Database, platform: str, username: str, fits: bool
) -> None:
    url = fresh_database.owner_url
    one, _ = creator(url, username="ada"), creator(url, username="ben")
    content = f"id,platform,username,display_name\n{one},{platform},{username},X\n"
    plan = csv_import.plan(content.encode(), RITA)
    assert [edit.creator_id for edit in plan.edits] == ([one] if fits else [])
    assert fits or "the id is that of @ada on TikTok" in plan.faults[0].problem


@pytest.mark.parametrize("cell", ["Ünder", "Ünder ", " Ünder", "ünder"])
def test_an_inactive_category_may_stay_where_it_is(odd: Database, cell: str) -> None:
    url = odd.owner_url
    [there] = factories.values(
        url, "SELECT c.id FROM creators c JOIN creator_categories k ON k.id = category_id WHERE k.name = 'Ünder'"
    )
    plan = csv_import.plan(f"id,category\n{there},{cell}\n{creator(url)},{cell}\n".encode(), RITA)
    assert (plan.unchanged, plan.edits) == (1, ())
    assert [(fault.line, fault.problem) for fault in plan.faults] == [(3, "category: the category Ünder is inactive")]


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
        ("(none)", "(none)"),
        ("A␋B", "A\x0bB"),
        ("a␋b", None),
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
    cells: list[tuple[str, Any, int]] = [("0", None, 0), ("12", 12, 0), ("-1", None, 1)]
    for cell, wanted, faults in cells:
        plan = csv_import.plan(f"id,scrape_frequency_hours\n{one},{cell}\n".encode(), RITA)
        assert ([edit.wanted for edit in plan.edits], len(plan.faults)) == ([wanted] if wanted else [], faults)
