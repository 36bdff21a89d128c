"""A job's drawer tells of the run that is: what an earlier one left behind is said to be that, or not said."""

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
