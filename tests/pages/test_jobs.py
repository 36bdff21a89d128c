"""The Jobs page with odd links, odd data and other roles, run in this process."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from actions.jobs import runs
from actions.jobs.changes import Snapshot
from actions.jobs.runs import Order
from core.errors import DatabaseBusy, DatabaseDown
from core.identity import Viewer
from demo.databases import Database
from tests.support import factories, outage
from tests.support.app import App, keyed, person
from tests.support.factories import at, job

QUIET = {"refresh": "off", "jobs_charts": "off"}


def _markdown(at_page: AppTest) -> str:
    return " ".join(str(element.value) for element in [*at_page.markdown, *at_page.info, *at_page.caption])


def _buttons(at_page: AppTest) -> list[str]:
    return [button.label for button in at_page.button]


def confirm(at_page: AppTest, label: str) -> None:
    """Press the last button of that label: a question stands below what it was asked from."""
    [button for button in at_page.button if button.label == label][-1].click().run()


def test_an_account_that_nobody_is_offers_no_verb(app: App, database: Database) -> None:
    found = app("sam", "jobs", jobs_state="failed", jobs_range="all", jobs_account="nobody at all", **QUIET)
    assert "No account matches" in _markdown(found)
    assert not [label for label in _buttons(found) if label.startswith("Retry")]


def test_an_account_that_several_are_asks_which(app: App, fresh_database: Database) -> None:
    for name in ("Lumen East", "Lumen West"):
        account = factories.row(fresh_database.owner_url, "accounts", name=name)
        factories.row(fresh_database.owner_url, "processing_queue", **job(status="failed", account_id=account))
    found = app("sam", "jobs", jobs_state="failed", jobs_account="lumen", **QUIET)
    assert keyed(found.button_group, "jobs_account_which").options == ["Lumen East", "Lumen West"]
    assert not [label for label in _buttons(found) if label.startswith("Retry")]
    found = app("sam", "jobs", jobs_state="failed", jobs_account="lumen e", **QUIET)
    assert "Retry all 1…" in _buttons(found)


def test_what_still_runs_for_a_customer(app: App, fresh_database: Database) -> None:
    account = factories.row(fresh_database.owner_url, "accounts", name="Lumen")
    mine = [job(account_id=account), job(account_id=account, status="processing", started_at=at("-1 minute"))]
    factories.rows(
        fresh_database.owner_url, "processing_queue", [*mine, job(account_id=account, status="failed"), job()]
    )
    found = app("vera", "jobs", jobs_state="active", jobs_account=str(account), **QUIET)
    assert "**2** active jobs of Lumen" in _markdown(found)


@pytest.mark.parametrize("signature", ["…", "**!!**", "%_", "' OR 1=1", "\x00", "x" * 500])
def test_any_text_is_a_signature(app: App, fresh_database: Database, signature: str) -> None:
    factories.row(fresh_database.owner_url, "processing_queue", **job(status="failed", error_message="**!!**"))
    found = app("sam", "jobs", jobs_state="failed", jobs_signature=signature, **QUIET)
    assert not found.exception
    assert not found.warning
    assert ("Retry all 1…" in _buttons(found)) is (signature == "**!!**")


@pytest.mark.parametrize("step", ["2026-11-22T14/1", "2026-11-22T14", "9999-12-31T23/99", "yesterday/1", "/"])
def test_any_text_is_a_step_of_the_chart(app: App, database: Database, step: str) -> None:
    found = app("sam", "jobs", jobs_ended=step, **QUIET)
    assert not found.exception
    assert not found.warning


def test_a_job_whose_clocks_disagree_says_so(app: App, fresh_database: Database) -> None:
    skewed = job(status="completed", scheduled_at=at("-1 hour"), started_at=at("-2 hours"), completed_at=at("-1 hour"))
    one = factories.row(fresh_database.owner_url, "processing_queue", **skewed)
    found = app("vera", "jobs", job=str(one), refresh="off")
    assert not found.exception
    assert "Clocks disagree" in _markdown(found)
    assert "1 left out, as their clocks disagree" in _markdown(found)


def test_a_job_of_a_deleted_account_and_one_that_is_gone(app: App, fresh_database: Database) -> None:
    one = factories.row(fresh_database.owner_url, "processing_queue", **job(status="failed", error_message=None))
    found = app("sam", "jobs", job=str(one), **QUIET)
    assert "no account" in _markdown(found)
    assert not found.exception
    assert "Job not found" in _markdown(app("sam", "jobs", job=str(uuid4()), **QUIET))


@pytest.mark.parametrize(("state", "word"), [("stuck", "An admin can rescue"), ("stranded", "used up their attempts")])
def test_odd_states_are_explained_where_they_stand(app: App, database: Database, state: str, word: str) -> None:
    assert word in _markdown(app("vera", "jobs", jobs_state=state, **QUIET))


def test_admins_alone_rescue(app: App, fresh_database: Database) -> None:
    stuck = factories.row(
        fresh_database.owner_url, "processing_queue", **job(status="processing", started_at=at("-2 hours"))
    )
    labels = {who: _buttons(app(who, "jobs", job=str(stuck), **QUIET)) for who in ("ada", "sam", "vera")}
    assert {"Rescue 1 job", "Force-cancel 1 job"} <= set(labels["ada"])
    for who in ("sam", "vera"):
        assert not [label for label in labels[who] if label.startswith(("Rescue", "Force"))]


def test_an_interrupted_run_is_told_on_return_and_goes_on(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = factories.rows(url, "processing_queue", [job(status="failed") for _ in range(201)])
    sam = Viewer(person("sam"), "sam@aicon.example", "Sam", "support")
    run_id = runs.start(Order("retry", tuple(map(Snapshot, ids)), "outage over"), sam, typed=201)

    def closed(done: int, of: int) -> None:
        raise KeyboardInterrupt(done, of)

    with pytest.raises(KeyboardInterrupt):
        runs.carry_out(run_id, sam, closed)
    found = app("sam", "jobs", **QUIET)
    told = _markdown(found)
    assert "**Retry 201 jobs**" in told
    assert "200 jobs are queued again, 1 not tried" in told.replace("\\", "")
    assert "Retry 201 jobs" not in _markdown(app("ada", "jobs", **QUIET)), "a run is its person's own"
    found.button(key=f"jobs_continue_{run_id}").click().run()
    assert [message.value for message in found.success] == ["201 jobs are queued again."]
    assert factories.values(url, "SELECT count(*) FROM processing_queue WHERE status = 'queued'") == [201]
    keyed(found.button, "jobs_run_close").click().run()
    assert "Retry 201 jobs" not in _markdown(found)


def test_a_run_stopped_by_the_database_says_so_and_offers_to_go_on(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    factories.rows(url, "processing_queue", [job(status="failed") for _ in range(2)])
    found = app("sam", "jobs", jobs_state="failed", **QUIET)
    found.button(key="jobs_all").click().run()
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE dashboard.audit_log IN EXCLUSIVE MODE")
        [confirm] = [button for button in found.button if button.label == "Retry 2 jobs"]
        confirm.click().run()
        assert "took too long" in " ".join(str(message.value) for message in found.warning)
    assert factories.values(url, "SELECT DISTINCT status FROM processing_queue") == ["failed"]
    keyed(found.button, "jobs_run_continue").click().run()
    assert [message.value for message in found.success] == ["2 jobs are queued again."]


def test_a_run_stopped_in_the_middle_tells_what_was_done_and_goes_on(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    factories.rows(url, "processing_queue", [job(status="failed") for _ in range(201)])
    found = app("sam", "jobs", jobs_state="failed", **QUIET)
    found.button(key="jobs_all").click().run()
    keyed(found.text_input, "jobs_reason").input("outage over")
    keyed(found.text_input, "jobs_typed").input("201")
    outage.begin(url, DatabaseDown, after=201)
    confirm(found, "Retry 201 jobs")
    told = f"200 jobs are queued again, 1 not tried. {DatabaseDown()}"
    assert told in [message.value for message in found.warning]
    assert not [button for button in found.button if str(button.key).startswith("jobs_run_close")]
    outage.end(url)
    keyed(found.button, "jobs_run_continue").click().run()
    assert [message.value for message in found.success] == ["201 jobs are queued again."]


def test_one_job_is_a_run_whose_outcome_is_a_sentence(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    factories.row(url, "processing_queue", **job(status="failed", estimated_credits=1, actual_credits=50))
    found = app("sam", "jobs", jobs_state="failed", **QUIET)
    found.button(key="jobs_all").click().run()
    assert "**This job** goes back to the queue" in _markdown(found)
    assert "About **1** credit may be spent again; 50 credits were already charged." in _markdown(found)
    confirm(found, "Retry 1 job")
    assert [str(message.value).replace("\\", "") for message in found.success] == ["1 job is queued again."]
    assert "jobs_run_shown" not in found.session_state
    kept = "SELECT count(*) FROM dashboard.bulk_run WHERE fates <> '{}' AND closed_at IS NOT NULL"
    assert factories.values(url, kept) == [1]


def test_one_job_whose_transaction_fails_waits_in_sight(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = factories.row(url, "processing_queue", **job(status="failed"))
    found = app("sam", "jobs", jobs_state="failed", **QUIET)
    found.button(key="jobs_all").click().run()
    assert "charged" not in _markdown(found), "nothing was charged, and nothing is said of it"
    outage.begin(url, DatabaseBusy, after=1)
    confirm(found, "Retry 1 job")
    assert str(DatabaseBusy()) in " ".join(str(message.value) for message in found.warning).replace("\\", "")
    assert factories.values(url, "SELECT status FROM processing_queue") == ["failed"]
    outage.end(url)
    keyed(found.button, "jobs_run_continue").click().run()
    assert [message.value for message in found.success] == ["1 job is queued again."]
    assert factories.values(url, "SELECT object_id FROM dashboard.audit_log") == [str(one)], "once"
    assert factories.values(url, "SELECT count(*) FROM dashboard.bulk_run") == [1]


def test_a_job_that_moved_on_says_that_it_stays(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    one = factories.row(url, "processing_queue", **job(status="failed"))
    found = app("sam", "jobs", job=str(one), **QUIET)
    with psycopg.connect(url) as worker:
        worker.execute("UPDATE processing_queue SET status = 'processing'")
    keyed(found.button, "job_retry").click().run()
    assert "This job is not failed or cancelled any more and will be left as it is." in _markdown(found)
    assert "goes back" not in _markdown(found)
    confirm(found, "Retry 1 job")
    assert "0 jobs are queued again, 1 skipped (now processing)." in _markdown(found).replace("\\", "")


def test_an_emptied_list_leads_to_what_became_of_its_jobs(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    ids = factories.rows(url, "processing_queue", [job(status="failed") for _ in range(3)])
    factories.row(url, "processing_queue", **job())
    found = app("sam", "jobs", jobs_state="failed", **QUIET)
    found.button(key="jobs_all").click().run()
    confirm(found, "Retry 3 jobs")
    keyed(found.button, "jobs_run_close").click().run()
    [at_] = factories.values(url, "SELECT to_char(started_at AT TIME ZONE 'UTC', 'HH24:MI') FROM dashboard.bulk_run")
    assert f"All 3 were retried at {at_}" in _markdown(found).replace("\\", "")
    with psycopg.connect(url) as worker:
        worker.execute("UPDATE processing_queue SET status = 'completed', completed_at = now() WHERE id = %s", ids[:1])
    see = keyed(found.button, "jobs_run_follow")
    assert see.label == "See how they ended"
    see.click().run()
    assert "**3** jobs of one run" in _markdown(found)
    found.query_params["jobs_state"] = "completed"
    found.run()
    assert "**1** completed job of one run" in _markdown(found)
    found.query_params["jobs_state"] = "failed"
    del found.query_params["jobs_run"]
    found.query_params["jobs_range"] = "7d"
    found.run()
    assert "were retried" not in _markdown(found), "other filters, which that run did not empty"


def test_the_outcome_leads_to_its_jobs(app: App, fresh_database: Database) -> None:
    factories.rows(fresh_database.owner_url, "processing_queue", [job(status="failed") for _ in range(2)])
    found = app("sam", "jobs", jobs_state="failed", **QUIET)
    found.button(key="jobs_all").click().run()
    confirm(found, "Retry 2 jobs")
    follow = keyed(found.button, "jobs_run_follow")
    assert follow.label == "Follow them →"
    follow.click().run()
    assert "**2** jobs of one run" in _markdown(found)
    assert "jobs_run_shown" not in found.session_state
    assert factories.values(
        fresh_database.owner_url, "SELECT count(*) FROM dashboard.bulk_run WHERE closed_at IS NULL"
    ) == [0]


@pytest.mark.parametrize("run", ["7", "", "' OR 1=1", "00000000-0000-0000-0000-000000000007"])
def test_any_text_is_a_run(app: App, fresh_database: Database, run: str) -> None:
    factories.row(fresh_database.owner_url, "processing_queue", **job(status="failed"))
    found = app("sam", "jobs", jobs_run=run, **QUIET)
    assert not found.exception
    assert not found.warning


def test_more_than_a_thousand_matches_are_taken_a_thousand_at_a_time(app: App, fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute(
            "INSERT INTO processing_queue (job_type, job_data, status, completed_at)"
            " SELECT 'content_scraping', '{}', 'failed', now() FROM generate_series(1, 1001)"
        )
    found = app("sam", "jobs", jobs_state="failed", **QUIET)
    found.button(key="jobs_all").click().run()
    assert "The first 1,000 of 1,001 that match" in _markdown(found)
    [confirm] = [button for button in found.button if button.label == "Retry 1,000 jobs"]
    keyed(found.text_input, "jobs_reason").input("outage over")
    confirm.click().run()
    assert "Type 1000 to confirm" in " ".join(str(message.value) for message in found.warning)
    keyed(found.text_input, "jobs_typed").input("1000")
    [confirm] = [button for button in found.button if button.label == "Retry 1,000 jobs"]
    confirm.click().run()
    assert [message.value for message in found.success] == ["1,000 jobs are queued again."]


def test_a_priority_is_changed_with_its_own_question(app: App, fresh_database: Database) -> None:
    one = factories.row(fresh_database.owner_url, "processing_queue", **job(scheduled_at=at("1 hour")))
    found = app("sam", "jobs", job=str(one), **QUIET)
    keyed(found.button, "job_change_priority").click().run()
    assert "Workers take the highest first" in _markdown(found)
    keyed(found.number_input, "jobs_urgency").set_value(7)
    *_, confirm = [button for button in found.button if button.label == "Prioritise 1 job"]
    confirm.click().run()
    assert factories.values(fresh_database.owner_url, "SELECT priority FROM processing_queue") == [7]


def test_a_verb_for_all_of_nothing_asks_nothing(app: App, database: Database) -> None:
    found = app("sam", "jobs", jobs_state="failed", jobs_range="all", **QUIET)
    found.text_input(key="jobs_error").set_value("no such error")
    found.button(key="jobs_all").click()
    found.run()
    assert not found.exception
    [error] = found.error
    assert 'No failed jobs with "no such error" in the error now' in error.value.replace("\\", "")
    assert "jobs_asked" not in found.session_state
