"""Look at what a job was about, on record."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from actions import audit
from core.database import transaction
from core.errors import NotFound
from core.identity import Viewer
from queries.tables import audit_log
from queries.tables import processing_queue as q


def reveal(job_id: UUID, viewer: Viewer) -> None:
    """Put on record that the viewer saw the hidden values of a job's data; raises `NotFound` when it is gone."""
    viewer.require("jobs")
    row = audit.of_changes(
        select(q.c.id, q.c.account_id, audit.NOTHING.label("before"), audit.NOTHING.label("after"))
        .where(q.c.id == job_id)
        .subquery(),
        viewer, "job.reveal", "job", None,
    )  # fmt: skip
    with transaction() as connection:
        if connection.execute(row.returning(audit_log.c.id)).first() is None:
            raise NotFound("That job does not exist any more. Go back to the list and refresh.")
