"""A drawer tells of the try that is: what an earlier one left behind is said to be that, or not said."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql
from streamlit.testing.v1 import AppTest

from demo.databases import Database
from tests.support import factories
from tests.support.app import App, said
from tests.support.factories import at, job

OLD = {"started_at": at("-5 hours"), "completed_at": at("-3 hours"), "error_message": "of yesterday"}


def told(app: App, database: Database, **columns: Any) -> tuple[AppTest, str]:
    """The drawer of a job with these columns, and everything that it says."""
    one = factories.row(database.owner_url, "processing_queue", **job(**columns))
    found = app("ada", "jobs", job=str(one), refresh="off", jobs_charts="off", jobs_range="all")
    assert not found.exception
    facts = " ".join(frame.value.to_string() for frame in found.table)
    listed = " ".join(frame.value.to_string() for frame in found.dataframe)
    return found, f"{said(found)} {facts} {listed}"


@pytest.mark.parametrize("status", ["queued", "processing", None])
def test_an_earlier_runs_end_and_error_are_no_present_facts(
    app: App, fresh_database: Database, status: str | None
) -> None:
    began = {} if status != "processing" else {"started_at": at("-1 minute"), "scheduled_at": at("-2 minutes")}
    _, words = told(app, fresh_database, status=status, attempts=1, **(OLD | began))
    assert "Clocks disagree" not in words
    assert "3 h ago" not in words
    assert "Error of an earlier try" in words
    assert "Earlier try: of yesterday" in words
    assert "None" not in words


def test_a_failed_jobs_error_and_end_are_its_own(app: App, fresh_database: Database) -> None:
    _, words = told(app, fresh_database, status="failed", attempts=1, **OLD)
    assert "**Error**" in words
    assert "Earlier try" not in words
    assert "3 h ago" in words


@pytest.mark.parametrize("moment", ["9999-01-01", "infinity", "-infinity", "20000-01-01", "0044-03-15 BC"])
def test_a_moment_far_off_is_told_as_that(app: App, fresh_database: Database, moment: str) -> None:
    literal = sql.SQL(f"timestamptz '{moment}'")  # pyright: ignore[reportArgumentType]  # a test's own
    _, words = told(app, fresh_database, status="queued", scheduled_at=literal, created_at=literal, updated_at=literal)
    assert "before the year 1000" in words or "after the year 9998" in words
    assert "000d" not in words
    assert "112d" not in words


@pytest.mark.parametrize(
    ("table", "page", "columns"),
    [
        ("generated_content", "media", {"content_type": "audio", "generation_status": "processing",
                                        "processing_completed_at": at("-3 hours")}),
        ("generated_scripts", "script", {"generation_status": "processing", "generated_at": at("-3 hours")}),
    ],
)  # fmt: skip
def test_what_is_made_again_has_not_ended(
    app: App, fresh_database: Database, table: str, page: str, columns: dict[str, Any]
) -> None:
    one = factories.row(fresh_database.owner_url, table, **columns)
    told = " ".join(each.value.to_string() for each in app("ada", "content", **{page: str(one)}).table)
    assert "Created" in told
    assert "3 h ago" not in told


def test_an_analysis_under_way_has_no_age_of_the_one_before(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    piece = factories.row(url, "content_pieces", source_url="https://x", platform="upload", content_type="video")
    before = {"analyzed_at": at("-3 hours"), "created_at": factories.at("-4 hours")}
    factories.row(url, "content_analysis", content_piece_id=piece, analysis_status="processing", **before)
    assert "3 h ago" not in said(app("ada", "content", piece=str(piece)))


def test_a_model_in_training_has_no_length_of_the_training_before(app: App, fresh_database: Database) -> None:
    training = {"name": "v", "training_status": "training", "training_duration_seconds": 600}
    one = factories.row(fresh_database.owner_url, "voice_models", **training)
    assert "10m" not in " ".join(each.value.to_string() for each in app("ada", "models", voice=str(one)).table)


@pytest.mark.parametrize("made", ["infinity", "-infinity", "9000-01-01", "0044-03-15 BC"])
def test_nobody_is_a_customer_since_a_day_that_cannot_have_been(app: App, fresh_database: Database, made: str) -> None:
    moment = sql.SQL("timestamptz {}").format(made)
    account = factories.row(fresh_database.owner_url, "accounts", name="One", created_at=moment)
    told = " ".join(text.value for text in app("ada", "account", account=str(account)).text)
    assert "created" in told
    assert "customer since" not in told
