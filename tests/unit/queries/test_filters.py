"""A filter that is absent leaves no trace in the SQL, and text means itself."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from core.thresholds import StuckAfter
from queries.jobs import health, states
from queries.jobs.filters import JobFilter, job_clauses
from queries.jobs.states import State
from queries.sql.text import escaped
from queries.tables import processing_queue as q

MOMENT = datetime(2026, 7, 1, tzinfo=UTC)


def _sql(where: JobFilter) -> str:
    statement = select(q.c.id).where(*job_clauses(where))
    return str(statement.compile(dialect=postgresql.dialect()))


def test_an_empty_filter_has_no_where() -> None:
    assert "WHERE" not in _sql(JobFilter())
    assert "WHERE" not in _sql(JobFilter(error=" \x00 "))


@pytest.mark.parametrize(
    ("where", "column"),
    [
        (JobFilter(states=("failed",)), "status"),
        (JobFilter(job_types=("voice_generation",)), "job_type"),
        (JobFilter(account_id=UUID(int=1)), "account_id"),
        (JobFilter(error="timeout"), "error_message"),
        (JobFilter(priority="high"), "priority"),
        (JobFilter(ended_until=MOMENT), "completed_at"),
        (JobFilter(signature="…"), "id IN"),
    ],
)
def test_a_filter_asks_only_about_its_column(where: JobFilter, column: str) -> None:
    asked = _sql(where).split("WHERE", 1)[1]
    assert column in asked
    if column != "id IN":
        others = {"status", "job_type", "account_id", "error_message", "priority", "created_at"} - {column}
        if column != "completed_at":
            assert not any(f"processing_queue.{other}" in asked for other in others)


def test_time_ranges_are_half_open() -> None:
    asked = _sql(JobFilter(ended_from=MOMENT, ended_until=MOMENT))
    assert ">= %" in asked
    assert "< %" in asked


@pytest.mark.parametrize(("typed", "pattern"), [("100%", "100\\%"), ("a_b", "a\\_b"), ("c:\\x", "c:\\\\x"), ("é", "é")])
def test_wildcards_mean_themselves(typed: str, pattern: str) -> None:
    assert escaped(typed) == pattern


def test_every_state_has_its_condition() -> None:
    assert set(states.conditions(StuckAfter())) == set(get_args(State))


def test_thresholds_differ_by_type() -> None:
    condition: Any = states.is_stuck(StuckAfter(30, {"avatar_generation": 120}))
    text = str(condition.compile(dialect=postgresql.dialect()))
    assert "interval '120 mins'" in text
    assert text.endswith("interval '30 mins' END")


def test_charts_read_the_roll_up_only_for_what_it_tells_apart() -> None:
    alone = {one.name: replace(JobFilter(), **{one.name: object()}) for one in fields(JobFilter)}
    no_matter = {name for name, where in alone.items() if health.health_filter(where) == JobFilter()}
    assert no_matter == {"states", "error", "signature", "run", "since", "ended_from", "ended_until"}
    assert {name for name, where in alone.items() if health.is_rolled(where)} == no_matter | {
        "job_types",
        "stuck_after",
    }
