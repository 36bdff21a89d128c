"""What was made of a piece: a script beside its original, a generated sound or film with its voice and avatar."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import streamlit as st

from components.content import parts, word_diff
from components.ui import details, feedback, fmt
from components.ui import media as players
from components.ui.destinations import homes
from components.ui.details import facts, passage, stored_json
from components.ui.statuses import badge, ended, error_title
from core import jsontext
from core.database import rows
from queries.content import detail, generated
from queries.content.generated import Media, Script

PERSPECTIVES: Final = 20
_SOURCES: Final = 10


def script(script_id: UUID) -> bool:
    """One script; whether there is such a script."""
    found = rows(generated.script(script_id))
    if not found:
        return False
    [one] = found
    _head(one, "Script")
    homes(
        {
            "Content piece": ("content_pieces", {"id": one["piece_id"]}),
            one["account_name"] or "Account": ("accounts", {"id": one["account_id"]}),
            one["project_title"] or "Project": ("projects", {"id": one["project_id"]}),
        }
    )
    with feedback.error_boundary("Texts"):
        _texts(one)
    left, right = st.columns([5, 3], gap="medium")
    with left, feedback.error_boundary("Research"):
        _perspectives(one["research_perspectives"], one["research_perspectives_bytes"])
    with right:
        passage("Prompt", one["generation_prompt"], one["generation_prompt_length"])
        facts(
            {
                "Model": fmt.literal(one["ai_model_used"] or fmt.EMPTY),
                "Credits": fmt.EMPTY if one["credits"] is None else f"{one['credits']:,}",
                "Asked by": fmt.literal(one["author"] or fmt.EMPTY),
                "Generated": fmt.dated(ended(one["status"], one["generated_at"])),
                "Created": fmt.dated(one["created_at"]),
            }
        )
    with feedback.error_boundary("Generated media"):
        made = rows(generated.media_of(script_id=script_id))
        st.markdown(f"**Generated media** :gray[· {fmt.total(made)}]")
        if made:
            parts.media_table(made, key="content_script_media")
    return True


def _texts(one: Script) -> None:
    before, after = one["original_script"] or "", one["rewritten_script"] or ""
    kept = word_diff.share_kept(before, after)
    st.markdown(
        "**Original and rewritten**"
        + (
            f" :gray[· {fmt.percent(kept)} of the words kept; removed in red, added in green]"
            if kept is not None
            else ""
        )
    )
    sides = word_diff.marked(before, after) if before and after else (fmt.literal(before), fmt.literal(after))
    with st.grid(2, min_column_width=280):
        for text, empty in zip(sides, ("No original script.", "Not rewritten."), strict=True):
            with st.container(border=True, height="stretch"):
                st.markdown(text or f":gray[{empty}]")
    longest = max(one["original_script_length"] or 0, one["rewritten_script_length"] or 0)
    if longest > detail.TEXT_SHOWN:
        st.caption(f"The first {detail.TEXT_SHOWN:,} of {longest:,} characters.")
    words = max(map(word_diff.words, (before, after)))
    if before and after and words > word_diff.WORDS_COMPARED:
        st.caption(f"The first {word_diff.WORDS_COMPARED:,} of {words:,} words.")


def _perspectives(text: str | None, size_bytes: int | None) -> None:
    st.markdown("**Research perspectives**")
    found: Any = jsontext.loads(text) if text else []
    if not isinstance(found, list) or not found:
        if text or not size_bytes:
            st.caption("None.")
        stored_json("As stored", text, size_bytes)
        return
    for one in found[:PERSPECTIVES]:
        told: dict[str, Any] = one if isinstance(one, dict) else {"summary": one}
        st.markdown(f"**{fmt.literal(str(told.get('perspective') or 'Perspective')[:200])}**")
        st.text(fmt.cut(fmt.plain(str(told.get("summary") or "")), 2_000))
        stored = told.get("sources")
        sources = stored if isinstance(stored, list) else []
        for source in sources[:_SOURCES]:
            st.caption(fmt.literal(fmt.cut(str(source), 300)))
        if len(sources) > _SOURCES:
            st.caption(f"The first {_SOURCES} of {len(sources):,} sources.")
    if len(found) > PERSPECTIVES:
        st.caption(f"The first {PERSPECTIVES} of {len(found):,} perspectives.")


def media(media_id: UUID) -> bool:
    """One generated sound or film; whether there is such an item."""
    found = rows(generated.media(media_id))
    if not found:
        return False
    [one] = found
    _head(one, f"Generated {one['content_type']}")
    homes(
        {
            "Script": ("generated_scripts", {"id": one["script_id"]}),
            "Content piece": ("content_pieces", {"id": one["piece_id"]}),
            one["voice"] or "Voice": ("voice_models", {"id": one["voice_model_id"]}),
            one["avatar"] or "Avatar": ("avatar_models", {"id": one["avatar_model_id"]}),
            one["account_name"] or "Account": ("accounts", {"id": one["account_id"]}),
            one["project_title"] or "Project": ("projects", {"id": one["project_id"]}),
        }
    )
    left, right = st.columns([3, 5], gap="medium")
    with left, feedback.error_boundary("Player"):
        file = players.File(one["file_url"], one["file_path"], "media")
        players.player(one["content_type"], file, alt=(one["title"] or "Untitled")[:200], record=one["id"])
    with right:
        if one["error_message"]:
            st.markdown(f"**{error_title(one['status'])}**")
            st.code(fmt.plain(one["error_message"]), language=None, wrap_lines=True)
        facts(
            {
                "Voice": fmt.literal(one["voice"] or fmt.EMPTY),
                "Avatar": fmt.literal(one["avatar"] or fmt.EMPTY),
                "Length": details.seconds(one["duration_seconds"]),
                "Size": details.size(one["file_size_bytes"]),
                "Credits": fmt.EMPTY if one["credits"] is None else f"{one['credits']:,}",
                "Asked by": fmt.literal(one["author"] or fmt.EMPTY),
                "Started": fmt.dated(one["processing_started_at"]),
                "Ended": fmt.dated(ended(one["status"], one["processing_completed_at"])),
                "Created": fmt.dated(one["created_at"]),
            }
        )
        if one["script_id"]:
            with feedback.error_boundary("Script"):
                for said in rows(generated.script(UUID(one["script_id"]))):
                    passage("What it says", said["rewritten_script"], said["rewritten_script_length"])
    stored_json("Metadata as stored", one["metadata"], one["metadata_bytes"])
    return True


def _head(one: Script | Media, noun: str) -> None:
    with st.container(gap="xxsmall"):
        st.subheader(fmt.literal(f"{noun}: {one['title'] or 'untitled'}"), anchor=False)
        st.markdown(f"{badge(one['status'])} {fmt.literal(one['account_name'] or 'no account')}")
        st.caption(f"`{UUID(one['id'])}`")
