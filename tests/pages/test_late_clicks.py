"""A click that was sent before the rows changed: it names a table that is gone, and opens, asks and drops nothing."""

from __future__ import annotations

import ast
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from actions import notes
from actions.creators import drafts
from actions.creators.fields import Edit
from components.ui import fmt, records
from core import sessions
from demo.databases import Database
from demo.personas import PERSONAS
from demo.places import ROOT
from tests.support import factories
from tests.support.app import App, button_of, click, keyed, person
from tests.support.clock import today

OTHERS: Final = "SELECT array_agg(id ORDER BY id) FROM (SELECT {} AS id FROM {} GROUP BY 1 ORDER BY 1 LIMIT 2) AS two"
"""The ids of two records that have something to list."""
MEDIA_OF_PIECES: Final = (
    "generated_content JOIN generated_scripts ON generated_scripts.id = script_id WHERE content_piece_id IS NOT NULL"
)
SCRAPES: Final = "processing_queue JOIN creators ON creators.id::text = job_data ->> 'creator_id'"


class Shown(NamedTuple):
    """A table on a page under two addresses that list other rows; a statement in an address finds two ids for it."""

    page: str
    first: dict[str, str]
    then: dict[str, str]


QUIET: Final = {"refresh": "off", "jobs_range": "all"}
TABLES: Final = {
    "accounts": Shown("accounts", {"accounts_sort": "name-asc"}, {"accounts_sort": "name-desc"}),
    "api_usage_endpoints": Shown("api_usage", {}, {"api_usage_range": "7d"}),
    "api_usage_accounts": Shown("api_usage", {}, {"api_usage_range": "7d"}),
    "api_usage_groups": Shown("api_usage", {}, {"api_usage_range": "7d"}),
    "content": Shown("content", {}, {"content_tab": "script"}),
    "content_scripts": Shown("content", {"piece": OTHERS.format("content_piece_id", "generated_scripts")}, {}),
    "content_media": Shown("content", {"piece": OTHERS.format("content_piece_id", MEDIA_OF_PIECES)}, {}),
    "content_script_media": Shown("content", {"script": OTHERS.format("script_id", "generated_content")}, {}),
    "creators": Shown("creators", {}, {"creators_sort": "username-asc"}),
    "creator_accounts": Shown("creators", {"creator": OTHERS.format("creator_id", "account_followed_creators")}, {}),
    "creator_jobs": Shown("creators", {"creator": OTHERS.format("creators.id", SCRAPES)}, {}),
    "jobs": Shown("jobs", QUIET | {"jobs_state": "failed"}, QUIET | {"jobs_state": "completed"}),
    "jobs_groups": Shown("jobs", QUIET | {"jobs_type": "content_analysis"}, QUIET | {"jobs_type": "content_scraping"}),
    "models": Shown("models", {"models_kind": "voice"}, {"models_kind": "avatar"}),
    "projects": Shown("projects", {}, {"projects_sort": "title-asc"}),
    "projects_items": Shown("projects", {"project": OTHERS.format("project_id", "content_pieces")}, {}),
    "staff": Shown("staff", {}, {"staff_role": "support"}),
    "usage_top": Shown("usage", {"usage_plan": "team"}, {"usage_plan": "agency"}),
}
OF_THEIR_OWN: Final = {"audit", "creators_undo", "projects_findings", "staff_sessions", "usage_quiet", "usage_spikes"}
"""Tables whose other rows no address shows: tests of their own below."""
LEAVES: Final = {"creator_jobs"}
"""Tables whose buttons lead to another page, which AppTest cannot in a callback."""
SHARED: Final = {
    "content/parts.small_table": {"content_scripts", "content_media", "content_script_media"},
    "usage/tables._accounts": {"usage_top", "usage_spikes", "usage_quiet"},
}
"""Functions that draw more than one table, and how those are called."""


def tables() -> set[str]:
    """How the tables with a button in each row are called, from the code."""
    found: set[str] = set()
    for path in sorted((ROOT / "components").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                match call:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="records"), attr="opener" | "table"), args=[name, *_]
                    ):
                        found |= (
                            {str(name.value)}
                            if isinstance(name, ast.Constant)
                            else SHARED[f"{path.parent.name}/{path.stem}.{function.name}"]
                        )
                    case _:
                        pass
    return found


def state(at: AppTest) -> dict[str, object]:
    """What a click may change: the address, the page, and what is asked or told."""
    asked = {name: repr(at.session_state[name]) for name in ("staff_asked", "_flashes") if name in at.session_state}
    return {"query": dict(at.query_params), "title": at.title[0].value, **asked}


def opened(app: App, database: Database, table: str) -> tuple[AppTest, str, dict[str, str]]:
    """The table under its first address, its buttons, and the other address."""
    shown = TABLES[table]
    first, then = dict(shown.first), dict(shown.then)
    for name, said in shown.first.items():
        if said.startswith("SELECT"):
            [[one, other]] = factories.values(database.owner_url, said)
            first[name], then[name] = str(one), str(other)
    at = app("ada", shown.page, **first)
    button = button_of(at, table)
    assert button, "the table is not there"
    return at, button, then


def test_every_table_is_tried() -> None:
    assert tables() == set(TABLES) | OF_THEIR_OWN


@pytest.mark.parametrize("table", TABLES)
def test_a_click_on_rows_that_are_gone_does_nothing(app: App, database: Database, table: str) -> None:
    at, late, then = opened(app, database, table)
    at.query_params.clear()
    for name, said in then.items():
        at.query_params[name] = said
    at.run()
    assert button_of(at, table) not in {None, late}, "other rows are other buttons"
    before = state(at)
    click(at, late, 0)
    assert state(at) == before
    assert not at.exception


@pytest.mark.parametrize("table", sorted(TABLES.keys() - LEAVES))
def test_a_click_on_rows_that_are_there_opens(app: App, database: Database, table: str) -> None:
    at, button, _ = opened(app, database, table)
    before = state(at)
    click(at, button, 0)
    assert state(at) != before
    assert not at.exception


def test_a_click_on_another_page_does_nothing(app: App, database: Database) -> None:
    at, late, _ = opened(app, database, "jobs")
    at.query_params.clear()
    at.switch_page("pages/content.py").run()
    before = state(at)
    click(at, late, 0)
    assert state(at) == before


def test_a_session_that_came_meanwhile_is_not_asked_about(app: App, demo_copy: Database) -> None:
    at = app("ada", "staff")
    late = button_of(at, "staff_sessions")
    assert late
    sessions.start(person("sam"))
    at.run()
    click(at, late, 0)
    assert "staff_asked" not in at.session_state
    button = button_of(at, "staff_sessions")
    assert button
    click(at, button, 0)
    assert at.session_state["staff_asked"].user_id == str(person("sam")), "the newest session stands first"


def test_an_audit_row_that_came_meanwhile_does_not_open(app: App, demo_copy: Database) -> None:
    ada = next(persona for persona in PERSONAS if persona.name == "Ada")
    account = factories.values(demo_copy.owner_url, "SELECT id FROM accounts LIMIT 1")[0]
    notes.add("account", account, "first", ada, account_id=account)
    at = app("ada", "audit")
    late = button_of(at, "audit")
    assert late
    notes.add("account", account, "second", ada, account_id=account)
    at.run()
    click(at, late, 0)
    assert "entry" not in at.query_params
    button = button_of(at, "audit")
    assert button
    click(at, button, 0)
    newest = factories.values(demo_copy.owner_url, "SELECT max(id)::text FROM dashboard.audit_log")
    assert at.query_params["entry"] in (newest, newest[0])


def test_a_second_click_on_undo_leaves_the_next_edit(app: App, fresh_database: Database) -> None:
    rita = next(persona for persona in PERSONAS if persona.name == "Rita")
    ids = creators(fresh_database, "ann", "ben", "cat")
    drafts.keep([Edit(one, "display_name", "Name", "Other") for one in ids], rita)
    at = app("rita", "creators", creators_mode="edit")
    [review] = [button for button in at.button if button.label.startswith("Review and save")]
    review.click().run()
    late = button_of(at, "creators_undo")
    assert late
    for _ in range(2):
        click(at, late, 0)
        assert {one for one, _ in at.session_state["creators_edits"]} == set(ids[1:])
    button = button_of(at, "creators_undo")
    assert button
    click(at, button, 0)
    assert {one for one, _ in at.session_state["creators_edits"]} == set(ids[2:])


def test_a_finding_that_came_meanwhile_is_not_shown(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    project = factories.row(url, "projects", title="One")
    at = app("vera", "projects", project=str(project))
    unplaced(url, project)
    at.run()
    late = button_of(at, "projects_findings")
    assert late
    unplaced(url, project)
    at.run()
    click(at, late, 0)
    assert "item" not in at.query_params
    button = button_of(at, "projects_findings")
    assert button
    click(at, button, 0)
    assert "item" in at.query_params


@pytest.mark.parametrize("table", ["usage_quiet", "usage_spikes"])
def test_an_account_that_is_unusual_meanwhile_is_not_chosen(app: App, demo_copy: Database, table: str) -> None:
    factories.values(
        demo_copy.owner_url,
        "UPDATE account_usage_stats SET total_credits_used = 50000 WHERE stat_date = %s"
        " AND account_id IN (SELECT account_id FROM account_usage_stats GROUP BY 1 HAVING count(*) > 56 LIMIT 3)"
        " RETURNING 1",
        today() - timedelta(days=1),
    )  # three spikes, whatever the day's own are
    at = app("ada", "usage")
    late = button_of(at, table)
    assert late
    click(at, late, 0)  # narrows the page, and with it the table
    chosen = at.query_params["usage_account"]
    assert button_of(at, table) != late
    click(at, late, 1)
    assert at.query_params["usage_account"] == chosen


def submit(at: AppTest, label: str) -> str:
    """The id of the last button of that label: a question stands below what it was asked from."""
    return [button.proto.id for button in at.button if button.label == label][-1]


def test_yes_to_an_earlier_question_is_no_answer_to_the_next(app: App, fresh_database: Database) -> None:
    one, other = factories.rows(fresh_database.owner_url, "processing_queue", [factories.job(status="failed")] * 2)
    at = app("sam", "jobs", job=str(one), refresh="off", jobs_charts="off")
    keyed(at.button, "job_retry").click().run()
    keyed(at.text_input, "jobs_reason").input("about the first")
    late = submit(at, "Retry 1 job")
    click(at, submit(at, "Back"))
    at.query_params["job"] = str(other)
    at.run()
    keyed(at.button, "job_retry").click().run()
    assert keyed(at.text_input, "jobs_reason").value == ""
    click(at, late)
    assert factories.values(fresh_database.owner_url, "SELECT DISTINCT status FROM processing_queue") == ["failed"]
    click(at, submit(at, "Retry 1 job"))
    assert factories.values(fresh_database.owner_url, "SELECT id FROM processing_queue WHERE status = 'queued'") == [
        other
    ]


def test_save_pressed_twice_overwrites_no_colleague(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="Lumen", creator_limit=10)
    at = app("mona", "account", account=str(account))
    keyed(at.button, "account_limits").click().run()
    keyed(at.number_input, "limits_creators").set_value(12).run()
    factories.values(url, "UPDATE accounts SET creator_limit = 19 WHERE id = %s RETURNING 1", account)
    late = submit(at, "Save 1 limit")
    keyed(at.text_input, "limits_reason").input("two more")
    keyed(at.button, "limits_do").click().run()
    click(at, late)
    assert factories.values(url, "SELECT creator_limit FROM accounts") == [19]
    keyed(at.button, "limits_mine").click().run()
    keyed(at.button, "limits_do").click().run()
    assert factories.values(url, "SELECT creator_limit FROM accounts") == [12]


def test_what_is_typed_for_one_account_is_not_there_for_the_next(app: App, fresh_database: Database) -> None:
    one, other = (factories.row(fresh_database.owner_url, "accounts", name=name, creator_limit=10) for name in "ab")
    at = app("mona", "account", account=str(one))
    keyed(at.button, "account_limits").click().run()
    keyed(at.number_input, "limits_creators").set_value(77).run()
    at.query_params["account"] = str(other)
    at.run()
    keyed(at.button, "account_limits").click().run()
    assert keyed(at.number_input, "limits_creators").value == 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((UUID(int=1),), (UUID(int=2),)),
        (([UUID(int=1), UUID(int=2)],), ([UUID(int=2), UUID(int=1)],)),
        ((["a", "b"],), (["a', 'b"],)),
        ((["1"],), ("1",)),
        (("a/b",), ("a.b",)),
        (("x" * 65,), ("x" * 66,)),
    ],
)
def test_other_records_have_other_keys(one: tuple[object], other: tuple[object]) -> None:
    assert records.key("field", *one) != records.key("field", *other)
    assert records.key("field", *one) == records.key("field", *one)


def test_a_key_of_one_record_can_be_read() -> None:
    assert records.key("note_text", UUID(int=7)) == f"note_text_{UUID(int=7)}"


def test_options_of_one_name_are_told_apart() -> None:
    names = {"aaaa1": "Lumen", "bbbb2": "Lumen", "cccc3": "Nova"}
    assert records.told_apart(names) == {"aaaa1": "Lumen (aaaa…aaa1)", "bbbb2": "Lumen (bbbb…bbb2)", "cccc3": "Nova"}


def creators(database: Database, *names: str) -> list[UUID]:
    """Creators of these names, in the order of their names."""
    many = [
        {"platform": "tiktok", "username": name, "display_name": "Name", "profile_url": f"https://x.example/{name}"}
        for name in names
    ]
    return factories.rows(database.owner_url, "creators", many)


def unplaced(url: str, project: UUID) -> UUID:
    """A piece of the project without a position, which is a finding."""
    return factories.row(
        url, "content_pieces", project_id=project, source_url="https://x.example/", platform="upload",
        content_type="text", position_x=None, position_y=None,
    )  # fmt: skip


@pytest.mark.parametrize("by_button", [False, True])
def test_what_was_done_on_a_page_that_is_left_goes_into_no_other_address(
    app: App, database: Database, by_button: bool
) -> None:
    """On a busy server one run is of the text that leaving a field sends, and of the page that the link led to."""
    at = app("ada", "jobs", **QUIET) if by_button else app("ada", "projects")
    if by_button:
        keyed(at.button, "jobs_next").click()
    else:
        at.text_input(key="projects_title").set_value("typed and left")
    before = dict(at.query_params)
    at.switch_page("pages/models.py").run()
    assert not at.exception
    assert dict(at.query_params) == before
    assert "avatar models" in at.title[0].value


def test_a_click_on_rows_that_are_gone_leaves_the_next_pages_address_alone(app: App, database: Database) -> None:
    at, late, then = opened(app, database, "jobs")
    at.query_params.clear()
    for name, said in then.items():
        at.query_params[name] = said
    at.run()
    at.switch_page("pages/models.py")
    at.query_params.clear()
    click(at, late, 0)
    assert not at.exception
    assert dict(at.query_params) == {}
    assert "avatar models" in at.title[0].value


def test_a_press_with_unsent_text_says_what_the_button_said(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    errors = ["gamma"] * 9 + ["delta"]
    failed = factories.job(status="failed", attempts=3, completed_at=factories.at("-1 hour"))
    factories.rows(url, "processing_queue", [failed | {"error_message": error} for error in errors])
    jobs = app("sam", "jobs", jobs_state="failed", **QUIET)
    jobs.text_input(key="jobs_error").input("gamma")
    jobs.button(key="jobs_all").click().run()
    told = "The button said 10; the filter has changed since: 9 match now."
    assert told in [str(one.value) for one in [*jobs.info, *jobs.warning]]
    names = ["unsent1", "unsent2", "other"]
    many = [{"platform": "tiktok", "username": name, "profile_url": "x"} for name in names]
    factories.rows(url, "creators", many)
    creators = app("rita", "creators")
    creators.text_input(key="creators_q").input("unsent")
    creators.button(key="creators_all").click().run()
    told = 'Selected: all creators with "unsent". The button said 3; the filter has changed since: 2 match now.'
    assert fmt.literal(told) in [str(one.value) for one in creators.caption]
