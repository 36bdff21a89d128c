"""What reviewers said about an item, and the item that this session holds."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import streamlit as st

from actions.content import claims
from actions.content.claims import Claim
from components.ui import details, feedback, fmt, gate
from components.ui.statuses import badge
from core.database import rows
from queries.audit import log
from queries.content import reviews
from queries.content.filters import Kind

HELD: Final = "review_held"


def held() -> Claim | None:
    """The item that this session holds, or held until its ten minutes were over."""
    return st.session_state.get(HELD)


def hold(kind: Kind, object_id: UUID) -> None:
    """Hold one named item, unless somebody else does; in a callback."""
    with feedback.flash_errors():
        taken = claims.claim_one(kind, object_id, gate.require("review"))
        st.session_state[HELD] = taken
        if taken is None:
            feedback.flash("info", "Somebody else is reviewing that item. Here is the next one.")


def is_judged(kind: Kind, object_id: UUID) -> bool:
    """Whether a verdict counts for the item now."""
    found = rows(reviews.standing(kind, object_id))
    return bool(found and found[0]["verdict"])


def verdicts(kind: Kind, object_id: UUID) -> None:
    """Who judged it, how and why, newest first; what was undone stays and says so."""
    found = rows(reviews.history(kind, object_id))
    st.markdown(f"**Reviews** :gray[· {fmt.total(found)}]")
    if not found:
        st.caption("Not reviewed yet.")
    for row in found:
        undone = " :gray-badge[undone]" if row["undone_at"] else ""
        late = " :orange-badge[after the claim had expired]" if row["is_late"] else ""
        who = fmt.literal(row["reviewer_email"])
        st.markdown(f"{badge(row['verdict'])} {who} :gray[{fmt.age(row['decided_at'])}]{late}{undone}")
        if why := "; ".join([*(row["reasons"] or []), *([row["words"]] if row["words"] else [])]):
            st.text(fmt.plain(why))
    again = rows(log.history(kind, str(object_id), 20, "review.requeue"))
    for entry in again:
        who = fmt.literal(entry["actor_email"] or "somebody")
        st.caption(f":material/replay: Queued again by {who} · {fmt.age(entry['at'])}")
    details.beyond(again)
