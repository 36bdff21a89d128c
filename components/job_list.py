"""The list of jobs with what stands above it: what is meant, what can be done, what the keys do."""

from __future__ import annotations

from components import job_explained, job_keys, job_run, job_table, job_verbs
from components.job_view import View
from core.identity import Viewer


def listed(shown: View, viewer: Viewer) -> None:
    """The toolbar, the keys and the page of jobs."""
    rows = job_table.page_of(shown)
    job_explained.state(shown)
    job_verbs.toolbar(shown, viewer)
    is_asking = job_verbs.waiting() is not None or job_run.is_shown()
    job_keys.legend(job_table.told(rows), viewer, is_asking=is_asking)
    job_table.table(rows, shown)
