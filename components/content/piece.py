"""One content piece: the file playing, what is said in it, what the analysis found, and what became of it."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import streamlit as st

from components.content import parts as content_parts
from components.content.parts import small_table
from components.ui import details, feedback, fmt, media, records
from components.ui.destinations import homes
from components.ui.details import facts, passage, stored_json
from components.ui.media import web
from components.ui.statuses import badge, ended
from core.database import rows
from queries.content import detail, generated
from queries.content.detail import Analysis, Piece

HITS: Final = 20
AROUND: Final = 80
_PARTS: Final = {
    "hook_analysis": "Hook",
    "body_analysis": "Body",
    "cta_analysis": "Call to action",
    "content_style_analysis": "Style",
}


def shown(piece_id: UUID) -> bool:
    """The piece, its newest analysis first in view; whether there is such a piece."""
    found = rows(detail.piece(piece_id))
    if not found:
        return False
    [piece] = found
    _head(piece)
    left, right = st.columns([3, 5], gap="medium")
    with left:
        file = media.File(piece["original_file_url"], piece["original_file_path"], "content")
        with feedback.error_boundary("Player"):
            _player(piece, file)
        _facts(piece)
    with right:
        with feedback.error_boundary("Transcript"):
            _transcript(piece)
        with feedback.error_boundary("Analysis"):
            _analyses(piece_id)
    with feedback.error_boundary("Scripts and media"):
        _made(piece_id)
    with feedback.error_boundary("Annotations"):
        _annotations(piece_id)
    stored_json("Metadata as stored", piece["metadata"], piece["metadata_bytes"])
    return True


def _head(piece: Piece) -> None:
    with st.container(gap="xxsmall"):
        st.subheader(fmt.literal(piece["title"] or "Untitled"), anchor=False)
        expired = " :orange-badge[:material/timer_off: file expired]" if piece["is_expired"] else ""
        remix = " :violet-badge[remix]" if piece["is_remix"] else ""
        kind = fmt.literal(f"{piece['platform']} {piece['content_type']}")
        st.markdown(f"{badge(piece['status'])} {kind}{expired}{remix}")
        st.caption(f"`{UUID(piece['id'])}`")
    homes(
        {
            piece["account_name"] or "Account": ("accounts", {"id": piece["account_id"]}),
            piece["project_title"] or "Project": ("projects", {"id": piece["project_id"]}),
            piece["creator"] or "Creator": ("creators", {"id": piece["creator_id"]}),
        }
    )


def _player(piece: Piece, file: media.File) -> None:
    if piece["content_type"] == "text":
        passage("Text", piece["description"], piece["description_length"])
    else:
        media.player(
            piece["content_type"],
            file,
            alt=(piece["title"] or "Untitled")[:200],
            record=piece["id"],
            thumbnail=piece["thumbnail_url"],
            source=piece["source_url"],
            is_expired=piece["is_expired"],
        )
    if address := web(piece["source_url"]):
        st.link_button("Open the source", address, icon=":material/open_in_new:", type="tertiary")
    else:
        st.caption(f"The source is not a valid web address: {fmt.literal(piece['source_url'][:200])}")


def _facts(piece: Piece) -> None:
    x, y = piece["position_x"], piece["position_y"]
    place = fmt.EMPTY if x is None or y is None else f"{x:g}, {y:g}"
    folders = ", ".join(piece["folders"] or [])
    facts(
        {
            "Account": fmt.literal(piece["account_name"] or fmt.EMPTY),
            "Project": fmt.literal(piece["project_title"] or fmt.EMPTY),
            "Creator": fmt.literal(piece["creator"] or fmt.EMPTY),
            "Uploaded by": fmt.literal(piece["uploaded_by"] or fmt.EMPTY),
            "Length": details.seconds(piece["duration_seconds"]),
            "Size": details.size(piece["file_size_bytes"]),
            "On the canvas at": f"{place}{' in ' + fmt.literal(folders) if folders else ''}",
            "File kept until": fmt.dated(piece["storage_expires_at"]),
            "Added": fmt.dated(piece["created_at"]),
            "Changed": fmt.dated(piece["updated_at"]),
        }
    )
    if piece["content_type"] != "text":
        passage("Description", piece["description"], piece["description_length"])


def _transcript(piece: Piece) -> None:
    passage("Transcript", piece["transcript"], piece["transcript_length"])
    if not piece["transcript"]:
        return
    wanted = st.text_input(
        "Find in the transcript",
        key=records.key("content_find", piece["id"]),
        placeholder="Find in the whole transcript",
        icon=":material/search:",
        max_chars=100,
        label_visibility="collapsed",
    ).strip()
    if wanted:
        [whole] = rows(detail.transcript(UUID(piece["id"])))
        _hits(whole["transcript"] or "", wanted)


def _hits(text: str, wanted: str) -> None:
    places = [match.start() for match in re.finditer(re.escape(wanted), text, re.IGNORECASE)]
    left_out = f", of which the first {HITS} are shown" if len(places) > HITS else ""
    st.caption(f"{fmt.plural(len(places), 'place')}{left_out}")
    for at in places[:HITS]:
        end = at + len(wanted)
        parts = text[max(0, at - AROUND) : at], text[at:end], text[end : end + AROUND]
        before, said, after = (fmt.literal(part.replace("\n", " ")) for part in parts)
        st.markdown(f":gray[{at:,}] …{before}:yellow-background[{said}]{after}…")


def _analyses(piece_id: UUID) -> None:
    found = rows(detail.analyses_of(piece_id))
    st.markdown("**Analysis**")
    if not found:
        st.caption("Not analysed yet.")
        return
    _analysis(found[0])
    for older in found[1:]:
        with st.expander(f"Earlier analysis, {fmt.utc(older['analyzed_at'] or older['created_at'])}"):
            _analysis(older)
    details.beyond(found)


def _analysis(one: Analysis) -> None:
    model = fmt.literal(one["ai_model_used"] or "unknown model")
    spent = "" if one["credits"] is None else f" · {fmt.plural(one['credits'], 'credit')}"
    age = fmt.age(ended(one["status"], one["analyzed_at"]) or one["created_at"])
    st.markdown(f"{badge(one['status'])} {model}{spent} :gray[{age}]")
    left, right = st.columns(2)
    with left:
        _score("Engagement", one["engagement_score"], 0, 100, "of 100")
    with right:
        _score("Sentiment", one["sentiment_score"], -1, 1, "from -1 to 1")
    for column, label in _PARTS.items():
        if one[column]:
            st.markdown(f"**{label}**")
            st.text(fmt.plain(one[column]))
    for column, label in (("hashtags", "Hashtags"), ("mentions", "Mentions")):
        _tags(label, one[column] or [], one[f"{column}_total"] or 0)
    stored_json("Trending elements", one["trending_elements"], one["trending_elements_bytes"])


def _score(label: str, value: float | None, low: int, high: int, scale: str) -> None:
    """A score as a bar; one outside its range fills or empties it and says so."""
    if value is None:
        st.caption(f"{label}: none")
        return
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    odd = "" if low <= value <= high else " · outside its range"
    st.progress(share, f"{label} **{value:g}** :gray[{scale}{odd}]")


def _tags(label: str, tags: list[str | None], total: int) -> None:
    if not total:
        return
    left_out = f" :gray[· the first {len(tags)} of {total:,}]" if total > len(tags) else ""
    st.markdown(f"**{label}**{left_out}")
    st.text(fmt.plain("  ".join(tag or "" for tag in tags)))


def _made(piece_id: UUID) -> None:
    scripts = rows(generated.scripts_of(piece_id))
    found = rows(generated.media_of(piece_id=piece_id))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**Scripts** :gray[· {fmt.total(scripts)}]")
        if scripts:
            small_table(
                scripts,
                {"Script": st.column_config.TextColumn("Script", width=240)},
                {
                    "Status": [row["status"] for row in scripts],
                    "Script": [fmt.plain(row["words"] or "") for row in scripts],
                    "Created": [fmt.age(row["created_at"]) for row in scripts],
                },
                key="content_scripts",
                kind="script",
            )
    with right:
        st.markdown(f"**Generated media** :gray[· {fmt.total(found)}]")
        if found:
            content_parts.media_table(found, key="content_media")


def _annotations(piece_id: UUID) -> None:
    found = rows(detail.annotations_of(piece_id))
    if not found:
        return
    st.markdown(f"**Annotations by the customer** :gray[· {fmt.total(found)}]")
    for row in found:
        at = "" if row["position_x"] is None else f" at {row['position_x']:g}, {row['position_y'] or 0:g}"
        who = fmt.literal(row["author"] or "a deleted user")
        kind = fmt.literal(row["kind"] or "note")
        st.markdown(f":gray-badge[{kind}] {who} :gray[{fmt.age(row['created_at'])}{at}]")
        st.text(fmt.plain(row["text"]))
