"""The Jobs page by keyboard: j and k move, Enter opens, r retries the open job, Esc closes; the legend says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import streamlit as st

from actions.jobs.changes import ACTIONS
from components.jobs import verbs
from components.ui import browser, feedback, gate, url
from core.database import rows
from core.errors import Invalid
from core.identity import Viewer
from queries.jobs import listing

_KEY: Final = "jobs_keys"


def legend(listed: Sequence[dict[str, str]], viewer: Viewer, *, is_asking: bool) -> None:
    """What the keys do, and the row they are at; `listed` holds the id of each row and how it reads aloud."""
    browser.part("keys", css=True)(
        key=_KEY,
        data={
            "rows": list(listed),
            "open": st.query_params.get("job"),
            "can_retry": viewer.can("jobs"),
            "is_asking": is_asking,
        },
        on_opened_change=_open,
        on_retried_change=_retry,
    )


def _open() -> None:
    url.write(job=str(_said("opened")))


def _retry() -> None:
    with feedback.flash_errors():
        gate.require("jobs")
        try:
            job_id = UUID(str(_said("retried")))  # what the address says, whoever wrote it
        except ValueError:
            raise Invalid("That is not a valid job id. Open a job from the list.") from None
        found = rows(listing.one(job_id))
        if found and found[0]["status"] in ACTIONS["retry"].allowed:
            verbs.ask("retry", [job_id], f"Job {job_id}")
        else:
            feedback.flash("info", "Only a failed or cancelled job can be retried.")


def _said(name: str) -> Any:
    return st.session_state[_KEY][name]
