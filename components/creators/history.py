"""What staff did to a creator, and the way back to any earlier value."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import streamlit as st

from actions.creators import edits as verbs
from actions.creators.fields import FIELDS, LABELS, Field, Value, stored
from components.creators import edits as creator_edits
from components.creators import save
from components.creators.view import category_names
from components.ui import details, feedback, fmt, gate, records
from core import jsontext
from core.database import rows
from core.identity import Viewer
from queries.audit import log
from queries.creators.detail import Creator


def listed(creator_id: UUID, creator: Creator, viewer: Viewer) -> None:
    """Every change by staff, newest first, each value with a button that restores it."""
    st.markdown("**History** :gray[· what staff did]")
    names = category_names()
    entries = rows(log.history("creator", str(creator_id)))
    if not entries:
        st.caption("No staff changes yet.")
    for entry in entries:
        why = f" — {fmt.literal(entry['reason'])}" if entry["reason"] else ""
        who = fmt.literal(entry["actor_email"] or "somebody")
        with st.container(border=True, gap="xxsmall"):
            st.markdown(
                f"**{fmt.literal(entry['action'].removeprefix('creator.'))}** by {who}{why} "
                f":gray[· {fmt.utc(entry['at'])} · {fmt.age(entry['at'])}]"
            )
            before, after = (jsontext.fields(entry[side]) for side in ("before", "after"))
            for field in FIELDS:
                if field in before and field in after:
                    _change(creator_id, entry["id"], field, before, after, creator, names, viewer)
    details.beyond(entries)


def _change(
    creator_id: UUID,
    entry_id: int,
    field: Field,
    before: dict[str, Any],
    after: dict[str, Any],
    creator: Creator,
    names: dict[str, str],
    viewer: Viewer,
) -> None:
    was, became = stored(field, before[field]), stored(field, after[field])
    now = stored(field, creator[field])
    told = fmt.literal(save.shown_value(field, was, names))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{LABELS[field]}: {told} → **{fmt.literal(save.shown_value(field, became, names))}**",
            width="content",
        )
        if viewer.can("creators") and was != now:
            st.button(
                "Restore",
                icon=":material/undo:",
                type="tertiary",
                help=f"Sets {LABELS[field]} back to: {told}",
                on_click=_restore,
                args=(creator_id, entry_id, field, now),
                key=records.key("restore", entry_id, field),
            )


def _restore(creator_id: UUID, entry_id: int, field: Field, now: Value) -> None:
    with feedback.flash_errors():
        done = verbs.restore(creator_id, entry_id, field, now, gate.require("creators"))
        if done.changed:
            feedback.flash("success", f"{LABELS[field]} is back at its earlier value.")
        else:
            feedback.flash("warning", "Somebody changed it at this moment, so nothing was restored. Look again.")
        creator_edits.reset_editor()
    st.rerun()
