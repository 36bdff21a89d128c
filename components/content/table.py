"""The list of content: a page of rows or pictures, and the way to the next page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from components.content import view
from components.content.view import View, left_out, notices, number
from components.ui import exports, feedback, fmt, media, pager, records, url
from components.ui.exports import Export
from components.ui.statuses import COLORS, WORDS, badge
from core.database import load, rows
from queries.content import listing
from queries.content.filters import STATUSES

PAGE_ROWS: Final = 50
GALLERY_ITEMS: Final = 24
CARD_PX: Final = 196
THUMBNAIL_PX: Final = 104


def toolbar(view: View, also: Any) -> bool:
    """How many items the view holds, `also` (the way into their review), and all of them as a file; whether everything
    was looked at for them."""
    [row] = rows(listing.total(view.kind, view.where, view.order.name), ttl_s=15, domain="content")
    unseen = left_out(view, row)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{number(row)}** {fmt.literal(view.words_of(row['items']))}", width="content")
        also()
        exports.csv_button("content", listing.EXPORT_CAP, _export)
    notices(unseen)
    return not unseen


def _export(limit: int) -> Export:
    shown = view.view()
    [row] = rows(listing.total(shown.kind, shown.where, shown.order.name))
    words = " ".join([shown.words, *(f"({sentence})" for sentence in left_out(shown, row))])
    return Export(words, listing.export(shown.kind, shown.where, *shown.order, limit))


def draw_table(view: View, *, is_whole: bool) -> None:
    """The page of items that the view names, as rows or as pictures; an item opens by its button."""
    limit = GALLERY_ITEMS if view.look == "gallery" else PAGE_ROWS
    rows = load(listing.page(view.kind, view.where, *view.order, view.cursor, limit))
    if rows.empty and view.unmatched:
        title, next_step = view.unmatched
        feedback.empty(title, next_step, "link_off")
        return
    if rows.empty:
        among = "" if is_whole else " in what was searched"
        feedback.empty(f"No {view.words}{among}.", "Widen or clear a filter.", "movie")
        return
    if view.look == "gallery":
        _gallery(rows, view)
    else:
        _list(rows, view)
    pager.pager(rows, view)


def open_item(kind: str, identity: str) -> None:
    """Show one item instead of the list."""
    url.write(**{kind: identity})


def _list(found: pd.DataFrame, view: View) -> None:
    config = st.column_config
    states, verdicts = (*STATUSES, "unknown"), ("approve", "needs_work", "reject")
    columns: dict[str, Any] = {
        "Status": config.MultiselectColumn("Status", options=states, color=[COLORS[name] for name in states], width=98),
        "Title": config.TextColumn("Title", width=264),
        "Kind": config.TextColumn("Kind", width=112),
        "Account": config.TextColumn("Account", width=146),
        "Verdict": config.MultiselectColumn(
            "Verdict",
            options=[WORDS[name] for name in verdicts],
            color=[COLORS[name] for name in verdicts],
            width=96,
        ),
        "Time": config.TextColumn("Added (UTC)", width=142),
    }
    if view.kind == "piece":
        columns["Engagement"] = config.NumberColumn("Engag.", width=60, format="%.0f", help="Engagement score")
        columns["Sentiment"] = config.NumberColumn("Sentim.", width=60, format="%.2f", help="Sentiment score")
    else:
        columns["Model"] = config.TextColumn("Model", width=120)
    records.table(
        "content",
        _displayed(found, ["Item", *columns]),
        columns,
        list(found["id"]),
        partial(open_item, view.kind),
        alt=view.table_name(len(found)),
    )


def _displayed(found: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    kind = found["platform"].fillna("") + " " + found["content_type"].where(found["content_type"] != "script", "")
    verdict = found["verdict"].astype(object)
    frame = pd.DataFrame(
        {
            "Item": found["id"].map(fmt.short_id),
            "Status": found["status"].map(lambda status: [status]),
            "Title": found["title"].map(fmt.plain, na_action="ignore"),
            "Kind": kind.str.strip(),
            "Account": found["account_name"].fillna("(no account)").map(fmt.plain),
            "Engagement": found["engagement"].astype("float64"),
            "Sentiment": found["sentiment"].astype("float64"),
            "Model": found["model"].map(fmt.plain, na_action="ignore"),
            "Verdict": [[] if pd.isna(name) else [WORDS[name]] for name in verdict],
            "Time": fmt.times(found["created_at"]),
        }
    )
    return frame[[name for name in frame.columns if name in columns]]


def _gallery(found: pd.DataFrame, view: View) -> None:
    pictures = media.links([media.File(link, None, "thumbnails") for link in _or_none(found["thumbnail_url"])])
    with st.grid(6, min_column_width=150):
        for row, picture in zip(found.to_dict("records"), pictures, strict=True):
            with st.container(border=True, height="stretch", gap="xsmall"):
                title = row["title"] if isinstance(row["title"], str) else "Untitled"
                with st.container(
                    height=CARD_PX, border=False, horizontal_alignment="center", vertical_alignment="center"
                ):
                    media.picture(picture, title[:200], THUMBNAIL_PX)
                st.button(
                    fmt.literal(title[:60]),
                    key=records.key("content_card", row["id"]),
                    type="tertiary",
                    on_click=open_item,
                    args=(view.kind, row["id"]),
                    help=fmt.literal(title[:300]),
                )
                st.markdown(marks(row), width="content")


def marks(row: Mapping[Any, Any]) -> str:
    """The status and, where there is one, the verdict as badges."""
    shown = [row["status"], *([row["verdict"]] if isinstance(row["verdict"], str) else [])]
    return " ".join(badge(name) for name in shown)


def _or_none(column: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in column]
