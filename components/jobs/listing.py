"""The list of jobs with what stands above it: what is meant, what can be done, what the keys do."""

from __future__ import annotations

from components.jobs import explained, keys, run, table, verbs
from components.jobs.view import View
from core.identity import Viewer


def draw_list(view: View, viewer: Viewer) -> None:
    """The toolbar, the keys and the page of jobs."""
    rows = table.page_of(view)
    explained.state(view)
    verbs.toolbar(view, viewer)
    is_asking = verbs.ASKED.waiting is not None or run.is_shown()
    keys.legend(table.told(rows), viewer, is_asking=is_asking)
    if not rows.empty or not run.emptied(view, viewer):
        table.draw_table(rows, view)
