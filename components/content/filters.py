"""The content lists' filters, drawn as tiles and fields."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from components.content.view import (
    ADDED,
    ENGAGEMENT,
    EXPIRING,
    KINDS,
    LOOKS,
    SENTIMENT,
    SORTS,
    VERDICTS,
    View,
    between,
    day,
    number,
)
from components.ui import fields, fmt, url
from core.database import rows
from queries.content import listing
from queries.content.filters import DERIVED, PLATFORMS, STATUSES, TEXT_FROM, TYPES, models

ALL: Final = "all"
STATISTICS: Final = "reviews"
_TABS: Final = {**KINDS, STATISTICS: "Review statistics"}
TTL_S: Final = 15
_MORE: Final = (
    "content_creator", "content_project", "content_added", "content_remix", "content_expiring", "content_engagement",
    "content_sentiment", "content_model", "content_from", "content_until",
)  # fmt: skip
_FIELDS: Final = (
    "content_text", "content_account", "content_platform", "content_type", "content_verdict", "content_sort",
)  # fmt: skip
KEYS: Final = (*_FIELDS, "content_state", "content_after", *_MORE)


def kinds(shown: View) -> None:
    """Pieces, scripts or generated media; list or gallery."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        tab = STATISTICS if is_statistics() else shown.kind
        changed = url.bind("content_tab", tab, "piece", also=first_page)
        st.segmented_control(
            "Kind", list(_TABS), key="content_tab", format_func=_TABS.__getitem__, on_change=changed, required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        if is_statistics():
            return
        changed = url.bind("content_look", shown.look, "list")
        st.segmented_control(
            "Look", list(LOOKS), key="content_look", format_func=LOOKS.__getitem__, on_change=changed, required=True,
            label_visibility="collapsed",
        )  # fmt: skip


def is_statistics() -> bool:
    """Whether the URL asks how reviewing goes instead of for a list."""
    return url.value("content_tab", "piece") == STATISTICS


def tiles(shown: View) -> None:
    """A clickable tile for every processing status with its count under the other filters."""
    found = rows(listing.status_counts(shown.kind, shown.where, shown.sort), ttl_s=TTL_S, domain="content")
    none: dict[str, Any] = {"items": 0, "is_capped": any(row["is_capped"] for row in found)}
    counts: dict[str, Any] = {state: none for state in (*STATUSES, *DERIVED)} | {row["status"]: row for row in found}
    states = (ALL, *STATUSES, *(state for state in DERIVED if counts[state]["items"] or shown.where.status == state))
    of_all = [counts[state] for state in (*STATUSES, "unknown")]
    is_capped, total = any(row["is_capped"] for row in of_all), sum(row["items"] for row in of_all)
    # Of a sum in which one part is cut short, nothing beyond the cap is known.
    counts[ALL] = {"items": min(total, fmt.COUNT_CAP) if is_capped else total, "is_capped": is_capped}
    st.pills(
        "Status",
        states,
        key="content_state",
        format_func=lambda state: f"{state.capitalize()} **{number(counts[state])}**",
        on_change=url.bind("content_state", shown.where.status or ALL, ALL, also=first_page),
        required=True,
        label_visibility="collapsed",
    )


def draw(shown: View) -> None:
    """The filters in one row that wraps, the rarer ones behind a button."""
    is_piece = shown.kind == "piece"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with fields.folded(_FIELDS):
            fields.text("content_text", "Text", "Title, description, transcript", "search", 200, first_page)
            fields.text("content_account", "Account", "Account: name, e-mail, id", "apartment", 180, first_page)
            fields.choice("content_platform", "Platform", _any("Any platform", PLATFORMS), "", 120, first_page)
            if shown.kind != "script":
                types = TYPES if is_piece else ("audio", "video")
                fields.choice("content_type", "Type", _any("Any type", types), "", 105, first_page)
            fields.choice("content_verdict", "Verdict", VERDICTS, "any", 120, first_page)
            if is_piece:
                fields.choice("content_sort", "Order", SORTS, "created-desc", 155, first_page)
        chosen = sum(key in st.query_params for key in _MORE)
        with st.popover(f"More · {chosen}" if chosen else "More", icon=":material/filter_list:", key="content_more"):
            _more(shown)
        fields.clear(KEYS)
    if 0 < len(shown.where.text) < TEXT_FROM:
        st.caption(f"Text is searched for from {TEXT_FROM} letters on.")


def _more(shown: View) -> None:
    fields.text("content_creator", "Creator", "Creator: @username or id", "alternate_email", 260, first_page)
    fields.text("content_project", "Project", "Project id", "dashboard", 260, first_page)
    fields.choice("content_added", "Added", ADDED, "any", 260, first_page)
    fields.choice("content_expiring", "Expiring", EXPIRING, "any", 260, first_page)
    remix = {"": "Remixes or not", "yes": "Remixes only"}
    fields.choice("content_remix", "Remix", remix, "", 260, first_page)
    if shown.kind != "media":
        used = [row["model"] for row in rows(models(shown.kind), ttl_s=300, domain="content")]
        chosen = [shown.where.model] if shown.where.model and shown.where.model not in used else []
        fields.choice("content_model", "Model", _any("Any AI model", (*used, *chosen)), "", 260, first_page)
    if shown.kind == "piece":
        _range("content_engagement", "Engagement score", ENGAGEMENT, 1.0)
        _range("content_sentiment", "Sentiment score", SENTIMENT, 0.05)
    _days()


def _any(label: str, options: tuple[str, ...]) -> dict[str, str]:
    return {"": label, **{name: fmt.plain(name) for name in options}}


def _range(key: str, label: str, limits: tuple[float, float], step: float) -> None:
    changed = url.bind(
        key, between(key, limits) or limits, limits, first_page, lambda ends: f"{ends[0]:g}..{ends[1]:g}"
    )
    st.slider(label, *limits, key=key, step=step, on_change=changed, width=260)


def _days() -> None:
    """Two days in UTC, both included."""
    with st.container(horizontal=True, gap="small", width=260):
        for key, label in (("content_from", "Added from"), ("content_until", "Until")):
            changed = url.bind(key, day(key), None, first_page)
            st.date_input(label, key=key, on_change=changed, format="YYYY-MM-DD", width=125)


def first_page() -> None:
    """A changed filter starts again at the first page."""
    url.write(content_after=None)
