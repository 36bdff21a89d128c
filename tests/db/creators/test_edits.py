"""Edits of creators by several people and the scraper: none lost, none over an unseen one, each on record."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

from actions.creators import drafts, scrapes
from actions.creators import edits as creators
from actions.creators.fields import Edit, Field, Value, stored
from core.database import rows
from core.errors import DatabaseBusy, Forbidden, Invalid, NotFound
from core.identity import Viewer
from demo.databases import Database
from queries.creators import listing
from tests.support import factories
from tests.support.creators import ADA, RITA, SAM, audit, creator, scraper_sets, value


def test_a_change_set_is_written_whole_with_one_row_on_record_for_each_creator(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    category = factories.row(url, "creator_categories", name="Science")
    one, two = creator(url, display_name="Old", is_active=None), creator(url)
    done = creators.save(
        [
            Edit(one, "display_name", "Old", "  New "),
            Edit(one, "is_active", None, False),
            Edit(two, "category_id", None, category),
            Edit(two, "scrape_frequency_hours", 1, 24),
            Edit(two, "is_verified", False, True),
        ],
        RITA,
        "tidying",
    )
    assert set(done.changed) == {one, two}
    assert (done.conflicts, done.gone, done.already) == ((), (), ())
    assert value(url, one, "display_name") == "New"
    assert value(url, two, "category_id") == category
    told = {row[1]: row[2:6] for row in audit(url)}
    assert told == {
        str(one): (
            {"display_name": "Old", "is_active": None},
            {"display_name": "New", "is_active": False},
            RITA.email,
            "tidying",
        ),
        str(two): (
            {"category_id": None, "scrape_frequency_hours": 1, "is_verified": False},
            {"category_id": str(category), "scrape_frequency_hours": 24, "is_verified": True},
            RITA.email,
            "tidying",
        ),
    }


def test_one_conflict_keeps_everything_and_names_who(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one, two = creator(url, display_name="Base"), creator(url, display_name="Base")
    creators.save([Edit(one, "display_name", "Base", "Ada's")], ADA)
    scraper_sets(url, two, "display_name", "Scraped")
    done = creators.save(
        [
            Edit(one, "display_name", "Base", "Rita's"),
            Edit(one, "is_active", True, False),
            Edit(two, "display_name", "Base", "Rita's"),
        ],
        RITA,
    )
    assert done.changed == ()
    assert [(c.edit.creator_id, c.theirs, c.who) for c in done.conflicts] == [
        (one, "Ada's", ADA.email),
        (two, "Scraped", None),
    ]
    assert done.conflicts[0].at is not None
    assert value(url, one, "is_active") is True
    assert len(audit(url)) == 1
    resolved = creators.save([Edit(one, "display_name", "Ada's", "Rita's"), Edit(one, "is_active", True, False)], RITA)
    assert resolved.changed == (one,)
    assert value(url, one, "display_name") == "Rita's"


def test_a_scrape_that_touches_other_columns_is_no_conflict(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = creator(url, display_name="Base")
    scraper_sets(url, one, "follower_count", 12)
    assert creators.save([Edit(one, "display_name", "Base", "New")], RITA).changed == (one,)
    assert value(url, one, "follower_count") == 12


def test_the_same_wish_twice_is_no_conflict(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = creator(url, display_name="Base")
    edit = Edit(one, "display_name", "Base", "New")
    creators.save([edit], ADA)
    done = creators.save([edit], RITA)
    assert (done.changed, done.already, done.conflicts) == ((), (edit,), ())
    assert len(audit(url)) == 1


def test_a_creator_that_the_product_deleted_meanwhile(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one, gone = creator(url), uuid4()
    edits = [Edit(one, "is_active", True, False), Edit(gone, "is_active", True, False)]
    assert creators.save(edits, RITA).gone == (gone,)
    assert value(url, one, "is_active") is True
    assert creators.save(edits[:1], RITA).changed == (one,)


@pytest.mark.parametrize("hours", [0, -1, 10**9, None, "", "24", 1.5, True])
def test_a_frequency_outside_a_year_is_refused(fresh_database: Database, hours: object) -> None:
    one = creator(fresh_database.owner_url)
    with pytest.raises(Invalid, match="1 to 8,760"):
        creators.save([Edit(one, "scrape_frequency_hours", 1, hours)], RITA)  # pyright: ignore[reportArgumentType]
    assert value(fresh_database.owner_url, one, "scrape_frequency_hours") == 1


def test_names_are_bounded_and_cleaned(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = creator(url)
    with pytest.raises(Invalid, match="255"):
        creators.save([Edit(one, "display_name", None, "x" * 256)], RITA)
    creators.save([Edit(one, "display_name", None, "x" * 255)], RITA)
    creators.save([Edit(one, "display_name", "x" * 255, "a\x00b")], RITA)
    assert value(url, one, "display_name") == "ab"
    creators.save([Edit(one, "display_name", "ab", "   ")], RITA)
    assert value(url, one, "display_name") is None


def test_only_offered_categories_and_only_editable_fields(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = creator(url)
    off = factories.row(url, "creator_categories", name="Off", is_active=False)
    for wrong in (off, uuid4()):
        with pytest.raises(Invalid, match="Choose another"):
            creators.save([Edit(one, "category_id", None, wrong)], RITA)
    with pytest.raises(Invalid):
        creators.save([Edit(one, "username", None, "other")], RITA)  # pyright: ignore[reportArgumentType]
    with pytest.raises(Forbidden):
        creators.save([Edit(one, "is_active", True, False)], SAM)


def test_restore_is_exact_and_on_record(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    # Values that no form would take today come back all the same.
    one = creator(url, scrape_frequency_hours=0, display_name="  Spaced  ", is_verified=None)
    edits: Sequence[tuple[Field, Value, Value]] = [
        ("scrape_frequency_hours", 0, 24),
        ("display_name", "  Spaced  ", "Clean"),
        ("is_verified", None, True),
    ]
    for field, seen, wanted in edits:
        creators.save([Edit(one, field, seen, wanted)], RITA)
    for (field, before, now), row in zip(edits, audit(url), strict=True):
        assert creators.restore(one, row[6], field, now, ADA).changed == (one,)
        assert value(url, one, field) == before
    restored = audit(url, "creator.restore")
    assert [(row[2], row[3]) for row in restored] == [({f: now}, {f: was}) for f, was, now in edits]
    assert {row[4] for row in restored} == {ADA.email}
    with pytest.raises(NotFound):
        creators.restore(one, 10**9, "display_name", None, ADA)
    scraper_sets(url, one, "display_name", "Scraped")
    [first, *_] = [row for row in audit(url) if "display_name" in row[2]]
    stale = creators.restore(one, first[6], "display_name", "Clean", ADA)
    assert stale.changed == ()
    assert stale.conflicts[0].theirs == "Scraped"


def test_bulk_leaves_alone_what_changed_since_the_preview(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = factories.rows(
        url,
        "creators",
        [{"platform": "twitter", "username": f"u{n}", "profile_url": f"https://x.com/u{n}"} for n in range(450)],
    )
    scraper_sets(url, ids[3], "scrape_frequency_hours", 6)
    scraper_sets(url, ids[4], "scrape_frequency_hours", 48)
    seen: list[tuple[UUID, Value]] = [(one, 1) for one in ids]
    with pytest.raises(Invalid, match="Say why"):
        creators.bulk(seen, "scrape_frequency_hours", 48, RITA)
    done = creators.bulk([*seen, (uuid4(), 1)], "scrape_frequency_hours", 48, RITA, "slower")
    assert (len(done.done), done.unchanged, done.conflicts, len(done.gone)) == (448, (ids[4],), (ids[3],), 1)
    assert done.summary() == "448 changed, 1 unchanged, 1 skipped: edited by someone else, 1 gone."
    assert value(url, ids[3], "scrape_frequency_hours") == 6
    assert len(audit(url, "creator.bulk")) == 448
    with pytest.raises(Invalid, match="too many"):
        creators.bulk([(uuid4(), 1) for _ in range(1_001)], "is_active", False, RITA, "why")


def test_a_lock_held_by_the_product_is_waited_for_then_said(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = creator(url)
    with psycopg.connect(url) as product:
        product.execute("UPDATE creators SET follower_count = 5 WHERE id = %s", [one])
        with pytest.raises(DatabaseBusy):
            creators.save([Edit(one, "is_active", True, False)], RITA)
    assert value(url, one, "is_active") is True


def test_adding_normalises_and_finds_duplicates_in_any_case(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    old = factories.row(
        url, "creators", platform="instagram", username="NASA", profile_url="https://instagram.com/NASA"
    )
    found = creators.add("https://www.instagram.com/nasa/?hl=en", None, RITA)
    assert (found.id, found.is_new) == (old, False)
    new = creators.add("@Khaby.Lame", "tiktok", RITA, display_name="Khaby", hours=6, is_scraped=True)
    assert (new.is_new, new.is_queued) == (True, True)
    assert value(url, new.id, "username") == "khaby.lame"
    assert value(url, new.id, "profile_url") == "https://www.tiktok.com/@khaby.lame"
    assert factories.values(url, "SELECT job_data ->> 'username' FROM processing_queue") == ["khaby.lame"]
    assert [row[0] for row in audit(url)] == ["creator.add", "creator.scrape"]
    with pytest.raises(Forbidden):
        creators.add("@x", "twitter", SAM)


@pytest.mark.usefixtures("waits_for_locks")
def test_two_people_adding_the_same_creator_at_once(fresh_database: Database) -> None:
    barrier = threading.Barrier(4)

    def person(_: int) -> creators.Added:
        barrier.wait()
        return creators.add("https://x.com/Jack", None, RITA)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(person, range(4)))
    assert len({one.id for one in found}) == 1
    assert sum(one.is_new for one in found) == 1


@pytest.mark.usefixtures("waits_for_locks")
def test_a_scrape_is_queued_once_whoever_asks(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = [creator(url) for _ in range(5)]
    running = factories.job(job_type="content_scraping", job_data={"creator_id": str(ids[0])}, status="processing")
    factories.rows(url, "processing_queue", [running, factories.job(job_type="content_scraping", job_data={})])
    barrier = threading.Barrier(4)

    def person(_: int) -> int:
        barrier.wait()
        return len(scrapes.queue([*ids, uuid4()], SAM).done)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(person, range(4))) == 4
    queued = factories.values(url, "SELECT job_data ->> 'creator_id' FROM processing_queue WHERE status = 'queued'")
    assert sorted(filter(None, queued)) == sorted(map(str, ids[1:]))
    assert len(audit(url, "creator.scrape")) == 4
    again = scrapes.queue(ids, RITA)
    assert again.summary() == "0 queued for scraping, 5 skipped (now queued or running)."
    with psycopg.connect(url) as worker:
        worker.execute("UPDATE processing_queue SET status = 'completed'")
    assert len(scrapes.queue(ids, SAM).done) == 5
    with pytest.raises(Forbidden):
        scrapes.queue(ids, factories.viewer("account_manager"))


def test_drafts_survive_and_belong_to_one_person(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    [rita_id] = factories.values(url, "SELECT user_id FROM dashboard.staff WHERE name = 'Rita'")
    rita = Viewer(rita_id, "rita@desk.example", "Rita", "reviewer")
    category = factories.row(url, "creator_categories", name="Science")
    one = creator(url)
    edits = [Edit(one, "display_name", None, "New"), Edit(one, "category_id", None, category)]
    drafts.keep(edits, rita)
    drafts.keep([Edit(one, "display_name", None, "Newer")], rita)
    kept = rows(listing.drafts(rita_id))
    assert [(row["field"], row["seen"]) for row in kept] == [("category_id", None), ("display_name", None)]
    assert {row["field"]: stored(row["field"], json.loads(row["wanted"])) for row in kept} == {
        "category_id": category,
        "display_name": "Newer",
    }
    assert rows(listing.drafts(uuid4())) == []
    drafts.drop(edits, rita)
    assert [row["field"] for row in rows(listing.drafts(rita_id))] == ["display_name"], "another window's wish stays"
    drafts.drop([Edit(one, "display_name", None, "Newer")], rita)
    assert rows(listing.drafts(rita_id)) == []


def test_drafts_of_any_number_and_value(fresh_database: Database) -> None:
    [rita_id] = factories.values(fresh_database.owner_url, "SELECT user_id FROM dashboard.staff WHERE name = 'Rita'")
    rita = Viewer(rita_id, "rita@desk.example", "Rita", "reviewer")
    many = [Edit(uuid4(), "display_name", 'Ünder "x"', f"{n}") for n in range(25_000)]
    drafts.keep(many, rita)
    drafts.drop(many[1:], rita)
    [left] = rows(listing.drafts(rita_id))
    assert (left["creator_id"], json.loads(left["seen"]), json.loads(left["wanted"])) == (
        str(many[0].creator_id),
        'Ünder "x"',
        "0",
    )
    drafts.drop(many, rita)
    one = uuid4()
    values = (("display_name", None), ("is_active", False), ("scrape_frequency_hours", 12.0), ("category_id", one))
    for field, wanted in values:
        edit = Edit(one, field, None, wanted)  # pyright: ignore[reportArgumentType]  # as a spreadsheet's number comes
        drafts.keep([edit], rita)
        assert [row["field"] for row in rows(listing.drafts(rita_id))] == [field]
        drafts.drop([edit], rita)
        assert rows(listing.drafts(rita_id)) == [], field
    drafts.keep([], rita)
    drafts.drop([], rita)
