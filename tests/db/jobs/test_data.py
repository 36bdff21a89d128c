"""What actions leave on record, and that nothing happens without it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from actions import exports
from actions.jobs import data
from core.errors import DatabaseMisconfigured, Forbidden, NotFound
from demo.databases import Database
from tests.support import factories
from tests.support.factories import job
from tests.support.ordered import ordered

SAM = factories.viewer("support")


def _audit(database: Database) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(
            "SELECT action, object_id, actor_email, reason, before, after, account_id"
            " FROM dashboard.audit_log ORDER BY id"
        ).fetchall()


def test_revealing_is_on_record(fresh_database: Database) -> None:
    one = factories.row(fresh_database.owner_url, "processing_queue", **job(job_data={"prompt": "secret"}))
    data.reveal(one, SAM)
    assert [row[:3] for row in _audit(fresh_database)] == [("job.reveal", str(one), SAM.email)]
    with pytest.raises(NotFound):
        data.reveal(uuid4(), SAM)
    with pytest.raises(Forbidden):
        data.reveal(one, factories.viewer("viewer"))


def test_exports_are_on_record(fresh_database: Database) -> None:
    exports.record(SAM, "jobs", "failed jobs", 12)
    [(action, _, _, _, _, after, _)] = _audit(fresh_database)
    assert (action, after) == ("export", {"filters": "failed jobs", "rows": 12})
    with pytest.raises(Forbidden):
        exports.record(factories.viewer("reviewer"), "jobs", "", 0)


def test_a_missing_grant_changes_nothing(fresh_database: Database) -> None:
    one = factories.row(fresh_database.owner_url, "processing_queue", **job(status="failed"))
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("REVOKE INSERT ON dashboard.audit_log FROM desk_writer")
    with pytest.raises(DatabaseMisconfigured):
        ordered("retry", [one], SAM)
    assert factories.values(fresh_database.owner_url, "SELECT status FROM processing_queue") == ["failed"]
