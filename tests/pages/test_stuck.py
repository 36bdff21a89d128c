"""When a job is stuck is the operator's to say, and the same on every page."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from demo.databases import Database
from tests.support import factories
from tests.support.app import App, said


@pytest.mark.parametrize(("kind", "state"), [("avatar_generation", "processing"), ("content_analysis", "stuck")])
def test_after_three_quarters_of_an_hour(app: App, fresh_database: Database, kind: str, state: str) -> None:
    url = fresh_database.owner_url
    account: UUID = factories.row(url, "accounts", name="Patience")
    job = factories.job(job_type=kind, account_id=account, status="processing", started_at=factories.at("-45 minutes"))
    factories.rows(url, "processing_queue", [job])
    other = "stuck" if state == "processing" else "processing"
    of_account = app("mona", "account", account=str(account))
    told = json.dumps([str(frame.value.to_dict()) for frame in of_account.dataframe])
    assert state in told
    assert other not in told
    jobs = app("mona", "jobs", jobs_account=str(account), jobs_state=state, refresh="off")
    assert f"**1** {state} job" in said(jobs)
