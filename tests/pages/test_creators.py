"""The dialogs of Creators, run in this process: what they show, what they write, and who may open them."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from actions.bulk import BATCH
from actions.creators import drafts
from actions.creators.fields import Edit
from core.errors import DatabaseDown
from demo.databases import Database
from demo.personas import PERSONAS
from tests.support import factories, outage
from tests.support.app import App, keyed, said

NAMES = ("ann", "ben", "cat")


@pytest.fixture
def three(fresh_database: Database) -> list[UUID]:
    """Three creators named ann, ben and cat, in the category Old; New is another."""
    url = fresh_database.owner_url
    factories.row(url, "creator_categories", name="New", sort_order=2)
    old = factories.row(url, "creator_categories", name="Old", sort_order=1)
    base = {
        "platform": "tiktok",
        "category_id": old,
        "scrape_frequency_hours": 24,
        "last_scraped_at": factories.at("-1 hour"),
    }
    return factories.rows(
        url,
        "creators",
        [
            {**base, "username": n, "display_name": f"Name {n}", "profile_url": f"https://www.tiktok.com/@{n}"}
            for n in NAMES
        ],
    )


def press(at: AppTest, label: str) -> AppTest:
    """Press the only button whose label begins like that."""
    [button] = [button for button in at.button if button.label.startswith(label)]
    assert not button.disabled, label
    return button.click().run()


def names(database: Database) -> list[object]:
    """What the creators are called, by username."""
    return factories.values(database.owner_url, "SELECT display_name FROM creators ORDER BY username")


def test_a_conflict_is_shown_and_chosen_about(app: App, fresh_database: Database, three: list[UUID]) -> None:
    rita = next(persona for persona in PERSONAS if persona.name == "Rita")
    edits = [Edit(one, "display_name", f"Name {n}", f"Rita {n}") for one, n in zip(three, NAMES, strict=True)]
    drafts.keep(edits, rita)
    at = press(app("rita", "creators", creators_mode="edit"), "Review and save 3 edits")
    with psycopg.connect(fresh_database.owner_url) as product:
        product.execute("UPDATE creators SET display_name = 'Theirs ' || username WHERE username IN ('ann', 'ben')")
    at = press(at, "Save 3 edits")
    assert "Nothing is saved yet" in said(at)
    for text in ("Name ann", "Theirs ann", "Rita ann", "Name ben", "Theirs ben", "Rita ben"):
        assert text in str([table.value.to_dict() for table in at.table]), text
    assert names(fresh_database) == ["Theirs ann", "Theirs ben", "Name cat"], (
        "nothing of a set with a conflict is written"
    )
    for group in at.button_group:
        if group.label.startswith("What stays for"):
            group.set_value("Keep theirs" if "@ann" in group.label else "Use mine")
    at = at.run()
    at = press(at, "Save with these choices")
    assert not at.exception
    assert names(fresh_database) == ["Theirs ann", "Rita ben", "Rita cat"]
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM dashboard.creator_draft") == [0]


def drafted(database: Database) -> list[object]:
    """What is kept of the unsaved edits."""
    return factories.values(database.owner_url, "SELECT wanted FROM dashboard.creator_draft ORDER BY wanted")


@pytest.mark.parametrize("theirs", ["X", "Y"])
@pytest.mark.parametrize("end", ["Save 1 edit", "Discard all"])
def test_what_one_tab_saves_or_gives_up_is_still_the_other_tabs_edit(
    app: App, fresh_database: Database, three: list[UUID], theirs: str, end: str
) -> None:
    rita = next(persona for persona in PERSONAS if persona.name == "Rita")
    drafts.keep([Edit(three[0], "display_name", "Name ann", theirs)], rita)
    other = app("rita", "creators", creators_mode="edit")
    drafts.keep([Edit(three[0], "display_name", "Name ann", "X")], rita)
    mine = app("rita", "creators", creators_mode="edit")
    other = other.run()
    assert drafted(fresh_database) == ["X"], "the last that was typed"
    mine = press(press(mine, "Review and save"), end) if end.startswith("Save") else press(mine, end)
    assert drafted(fresh_database) == []
    left = [] if theirs == "X" and end.startswith("Save") else [theirs]
    assert ("**1 unsaved edit** of 1 creator" in said(other.run())) is bool(left)
    assert drafted(fresh_database) == left
    assert ("**1 unsaved edit** of 1 creator" in said(app("rita", "creators", creators_mode="edit"))) is bool(left)


def test_many_are_changed_at_once(app: App, fresh_database: Database, three: list[UUID]) -> None:
    at = press(press(app("rita", "creators"), "Select all 3"), "Change 3 creators")
    change = keyed(at.button, "bulk_do")
    assert change.disabled, "no category is chosen yet, and none is not meant"
    category = keyed(at.selectbox, "bulk_category")
    [new] = factories.values(fresh_database.owner_url, "SELECT id FROM creator_categories WHERE name = 'New'")
    at = category.set_value(str(new)).run()
    change = keyed(at.button, "bulk_do")
    at = change.click().run()
    assert not at.exception
    assert factories.values(fresh_database.owner_url, "SELECT category_id FROM creators") == [new] * 3
    at = press(press(app("sam", "creators"), "Select all 3"), "Scrape 3 creators")
    at = press(at, "Queue 3 scrapes")
    assert factories.values(fresh_database.owner_url, "SELECT count(*) FROM processing_queue") == [3]


@pytest.fixture
def many(fresh_database: Database) -> list[UUID]:
    """One creator more than a transaction takes."""
    names = [f"u{number}" for number in range(BATCH + 1)]
    columns = [{"platform": "tiktok", "username": one, "profile_url": f"https://x.example/{one}"} for one in names]
    return factories.rows(fresh_database.owner_url, "creators", columns)


def test_what_an_outage_left_untried_stays_selected(app: App, fresh_database: Database, many: list[UUID]) -> None:
    url = fresh_database.owner_url
    [*_, last] = sorted(many)
    at = press(press(app("sam", "creators"), "Select all 201"), "Scrape 201 creators")
    outage.begin(url, DatabaseDown, after=201)
    at = press(at, "Queue 201 scrapes")
    told = f"200 queued for scraping, 1 not tried. {DatabaseDown()}"
    assert told in [str(message.value).replace("\\", "") for message in at.warning]
    assert at.session_state["creators_selected"] == {str(last): None}
    outage.end(url)
    at = press(press(at, "Scrape 1 creator"), "Queue 1 scrape")
    assert "creators_selected" not in at.session_state or not at.session_state["creators_selected"]
    assert factories.values(url, "SELECT count(DISTINCT job_data ->> 'creator_id') FROM processing_queue") == [201]


def test_an_import_that_an_outage_stopped_goes_on(app: App, fresh_database: Database, many: list[UUID]) -> None:
    at = press(app("rita", "creators"), "Import")
    content = "\n".join(["id,is_active", *(f"{one},no" for one in many)]).encode()
    at = at.file_uploader[0].set_value(("creators.csv", content, "text/csv")).run()
    outage.begin(fresh_database.owner_url, DatabaseDown, after=201)
    at = press(at, "Change 201 creators")
    assert f"200 changed, 1 not tried. {DatabaseDown()} Try again for the rest." in [
        str(message.value).replace("\\", "") for message in at.warning
    ]
    outage.end(fresh_database.owner_url)
    at = press(at, "Change 201 creators")
    assert "Import: 1 changed, 200 unchanged." in [str(message.value).replace("\\", "") for message in at.success]
    assert factories.values(fresh_database.owner_url, "SELECT DISTINCT is_active FROM creators") == [False]


def test_one_is_added_and_only_once(app: App, fresh_database: Database, three: list[UUID]) -> None:
    at = press(app("rita", "creators"), "Add")
    text = keyed(at.text_input, "add_text")
    at = text.set_value("https://m.tiktok.com/@ANN?lang=de").run()
    assert "already exists" in said(at)
    text = keyed(at.text_input, "add_text")
    at = text.set_value("tiktok.com/@new.one/video/7").run()
    at = press(at, "Add creator")
    assert not at.exception
    told = factories.values(
        fresh_database.owner_url, "SELECT username || ' ' || platform FROM creators WHERE username > 'd'"
    )
    assert told == ["new.one tiktok"]


def test_a_csv_is_tried_before_it_is_written(app: App, fresh_database: Database, three: list[UUID]) -> None:
    at = press(app("rita", "creators"), "Import")
    content = (
        b"\xef\xbb\xbfplatform;username;display_name;scrape_frequency_hours\r\ntiktok;ANN;'=A;6\r\ntiktok;ben;B;0\r\n"
    )
    at = at.file_uploader[0].set_value(("creators.csv", content, "text/csv")).run()
    assert "**1 creator** of 2 rows would change" in said(at), [f.value.to_dict() for f in at.dataframe]
    assert names(fresh_database) == ["Name ann", "Name ben", "Name cat"]
    at = press(at, "Change 1 creator")
    assert not at.exception
    assert names(fresh_database) == ["=A", "Name ben", "Name cat"]


def test_a_csv_says_how_much_of_it_is_not_shown(app: App, fresh_database: Database, three: list[UUID]) -> None:
    more = ",".join(f"extra{n}" for n in range(30))
    content = f"platform,username,is_active,{more}\n" + f"tiktok,nobody,yes{',' * 30}\n" * 700
    at = press(app("rita", "creators"), "Import")
    at = at.file_uploader[0].set_value(("creators.csv", content.encode(), "text/csv")).run()
    captions = [str(caption.value) for caption in at.caption]
    assert "The first 500 of 700 rows that cannot be used." in captions
    [ignored] = [caption for caption in captions if caption.startswith("Ignored columns: extra0, ")]
    assert ignored.endswith("extra19 and 10 more.")


def test_a_category_goes_only_when_its_creators_have_somewhere_to_go(
    app: App, fresh_database: Database, three: list[UUID]
) -> None:
    at = app("rita", "creators", creators_tab="categories")
    old, new = factories.values(
        fresh_database.owner_url, "SELECT id FROM creator_categories WHERE name IN ('Old', 'New') ORDER BY name DESC"
    )
    [off] = [button for button in at.button if button.key == f"category_off_{old}"]
    at = off.click().run()
    go = keyed(at.button, "category_deactivate")
    assert go.disabled
    target = keyed(at.selectbox, "category_target")
    at = target.set_value(str(new)).run()
    at = press(at, "Deactivate and move 3 creators")
    assert not at.exception
    assert set(factories.values(fresh_database.owner_url, "SELECT category_id FROM creators")) == {new}
    at = press(app("rita", "creators", creators_tab="categories"), "Add category")
    name = keyed(at.text_input, "category_name")
    name.set_value("new")
    save = [button for button in at.button if button.label == "Add category"][-1]
    at = save.click().run()
    assert "There is a category called New already" in said(at) + str([toast.value for toast in at.toast])


def test_who_may_not_edit_has_no_way_to(app: App, fresh_database: Database, three: list[UUID]) -> None:
    for who, may_scrape in (("vera", False), ("mona", False), ("sam", True)):
        at = app(who, "creators", creators_mode="edit")
        labels = {button.label for button in at.button}
        assert not {"Add", "Import", "Review and save"} & labels, who
        assert any(label.startswith("Select all") for label in labels) is may_scrape, who
        # Not even when something says that a dialog is open.
        at.session_state["creators_adding"] = "x"
        at.session_state["creators_saving"] = "x"
        at.session_state["categories_asked"] = ("add", None, "x")
        for tab in ("creators", "categories"):
            at.query_params["creators_tab"] = tab
            at = at.run()
            forms = ("add_do", "bulk_do", "category_deactivate")
            assert not [button for button in at.button if str(button.key).startswith(forms)]
            assert not [button for button in at.button if button.label == "Add category"]
