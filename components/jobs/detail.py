"""One job in a drawer: what happened to it, why it failed, what it was about, who touched it."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

import streamlit as st

from actions.jobs.data import reveal
from components.jobs import explained, neighbours, timeline, verbs
from components.jobs.view import View
from components.ui import details, feedback, fmt, gate, records, url
from components.ui.masking import masked
from components.ui.statuses import error_title
from components.ui.theme import badge
from core import jsontext
from core.database import rows
from core.identity import Viewer
from core.settings import settings
from queries.audit import log
from queries.audit.log import Change
from queries.jobs import listing
from queries.jobs.links import linked
from queries.jobs.listing import Job

WIDTH_PX: Final = 640
_REVEALED: Final = "jobs_revealed"
_OURS: Final = frozenset({"error_bytes", "job_data_bytes", "is_clock_skewed"})
_LINKS: Final = {
    "content_piece_id": ("movie", "Content piece"),
    "script_id": ("description", "Script"),
    "voice_model_id": ("graphic_eq", "Voice model"),
    "avatar_model_id": ("account_circle", "Avatar model"),
    "creator_id": ("alternate_email", "Creator"),
}


def drawer(viewer: Viewer, view: View) -> None:
    """The job that the URL names, if it names one."""
    if "job" not in st.query_params:
        return
    job_id = url.uuid("job")

    @st.dialog("Job", width=WIDTH_PX, position="right", on_dismiss=_close)
    def opened() -> None:
        viewer = gate.require("read")
        if job_id is None:
            feedback.empty("That is not a valid job id.", "Close this and open a job from the list.", "link_off")
            return
        with feedback.error_boundary("Job"):
            _job(job_id, viewer, view)

    opened()


def _close() -> None:
    url.write(job=None)


def _job(job_id: UUID, viewer: Viewer, view: View) -> None:
    found = rows(listing.one(job_id, view.where))
    if not found:
        feedback.empty(
            "Job not found.", "It may have been deleted with its account. Close this and refresh.", "link_off"
        )
        return
    [job] = found
    kind, whose = fmt.literal(job["job_type"]), fmt.literal(job["account_name"] or "no account")
    st.markdown(f"{badge(job['state'])} **{kind}** of {whose}")
    st.code(str(job_id), language=None)
    history = rows(log.history("job", str(job_id)))
    _buttons(job_id, job, viewer)
    if sentence := explained.of_state(job["state"]):
        st.info(sentence, icon=":material/help:")
    if job["error_message"]:
        st.markdown(f"**{error_title(job['status'])}**")
        st.code(
            fmt.plain(job["error_message"]),
            language=None,
            wrap_lines=True,
            height=_error_height(job["error_message"]),
        )
        if (job["error_bytes"] or 0) > len(job["error_message"].encode()):
            st.caption(f"The first 20,000 characters of {job['error_bytes']:,} bytes.")
    timeline.drawn(job, [{**entry, "before": jsontext.fields(entry["before"])} for entry in history])
    _facts(job)
    neighbours.still_running(job)
    for name, part in {
        "Linked records": lambda: _linked(job_id),
        "Failed the same way": lambda: neighbours.of_signature(job_id),
        "API errors": lambda: neighbours.api_errors(job),
        "Around it": lambda: neighbours.of_account(job_id, job),
        "Job data": lambda: _data(job_id, job, gate.viewer()),
    }.items():
        with feedback.error_boundary(name):
            part()
    _history(history)


def _error_height(message: str) -> Literal["content"] | int:
    """As high as a short message needs; a long one scrolls."""
    return 160 if len(message) > 400 or message.count("\n") > 5 else "content"


def _buttons(job_id: UUID, job: Job, viewer: Viewer) -> None:
    if offered := verbs.of_job(job["status"] or "", job["state"], viewer):
        with st.container(horizontal=True):
            for verb in offered:
                verbs.button(verb, [job_id], f"Job {job_id}", key=f"job_{verb}", is_primary=verb == offered[0])


def _facts(job: Job) -> None:
    st.markdown("**Facts**")
    limit = job["max_attempts"] if job["max_attempts"] is not None else 3
    st.table(
        {
            "Attempts": f"{job['attempts'] or 0:,} of {limit:,}",
            "Priority": fmt.EMPTY if job["priority"] is None else f"{job['priority']:,}",
            "Credits estimated": fmt.EMPTY if job["estimated_credits"] is None else f"{job['estimated_credits']:,}",
            "Credits charged": fmt.EMPTY if job["actual_credits"] is None else f"{job['actual_credits']:,}",
            "Started by": fmt.literal(job["user_email"] or fmt.EMPTY),
            "Last change": fmt.dated(job["updated_at"]),
        },
        border="horizontal",
    )


def _linked(job_id: UUID) -> None:
    for link in rows(linked(job_id)):
        icon, noun = _LINKS[link["key"]]
        told = fmt.literal(link["title"] or "untitled") if link["object_id"] else "gone, or not an id"
        st.markdown(f":material/{icon}: {noun}: **{told}** :gray[{fmt.literal(link['value'])}]")


def _data(job_id: UUID, job: Job, viewer: Viewer) -> None:
    st.markdown(f"**Data** :gray[· {job['job_data_bytes'] or 0:,} bytes]")
    if job["job_data"] is None:
        st.caption(f"Too large to draw here (above {listing.DATA_SHOWN_BYTES // 1024} kB).")
        _copies(job_id, job, None)
        return
    data = jsontext.loads(job["job_data"])
    is_revealed = st.session_state.get(_REVEALED) == job_id and viewer.can("jobs")
    shown, hidden = (data, 0) if is_revealed else masked(data, settings().masked_keys)
    details.draw_json(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        if hidden and viewer.can("jobs"):
            st.button(
                f"Reveal {fmt.plural(hidden, 'hidden value')}",
                icon=":material/visibility:",
                help="What customers wrote and what opens their files is hidden. Revealing it is on record.",
                on_click=_reveal,
                args=(job_id,),
                key=records.key("job_reveal", job_id),
            )
        _copies(job_id, job, shown)
    if hidden and not viewer.can("jobs"):
        st.caption(f"{fmt.plural(hidden, 'value')} hidden: they may hold what a customer wrote.")


def _copies(job_id: UUID, job: Job, data: Any) -> None:
    """The job as JSON, as it is shown, and the link that opens it again, each with its copy button."""
    with st.popover("Copy", icon=":material/content_copy:", width="content", key=records.key("job_copy", job_id)):
        st.caption("Permanent link")
        st.code(f"{settings().public_url}/jobs?job={job_id}", language=None)
        st.caption("As JSON, hidden values hidden")
        whole = {name: value for name, value in job.items() if name not in _OURS} | {"job_data": data}
        st.code(jsontext.dumps(whole, indent=2, default=str), language="json", height=240)


def _reveal(job_id: UUID) -> None:
    with feedback.flash_errors():
        reveal(job_id, gate.require("jobs"))
        st.session_state[_REVEALED] = job_id


def _history(entries: list[Change]) -> None:
    st.markdown("**History** :gray[· what staff did]")
    if not entries:
        st.caption("Nobody has touched this job.")
    for entry in entries:
        what, who = fmt.literal(entry["action"]), fmt.literal(entry["actor_email"] or "somebody")
        why = f" — {fmt.literal(entry['reason'])}" if entry["reason"] else ""
        st.markdown(f"**{what}** by {who}{why}  \n:gray[{fmt.utc(entry['at'])} · {fmt.age(entry['at'])}]")
    details.beyond(entries)
