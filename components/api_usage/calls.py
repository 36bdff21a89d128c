"""The calls themselves: failures by message, and single rows in pages."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from components.api_usage import filters
from components.api_usage.filters import DOMAIN, View, named
from components.ui import exports, feedback, fmt, pager, records, url
from components.ui.exports import Export
from components.ui.freshness import TTL_S
from components.ui.params import Signature
from core.database import load, rows
from queries.api_usage import calls as api_calls
from queries.sql.signatures import WINDOW

SHOWN: Final = {"all": "All calls", "failed": "Failed only"}
_UNSEEN: Final = (
    f"Searched the newest {WINDOW:,} failures; older ones were not searched: choose a shorter range to search them."
)
_OUTCOMES: Final = {"ok": "green", "error": "red", "unknown": "gray"}


def groups(view: View) -> None:
    """Why calls failed, by normalised message; pressing one lists its calls."""
    rows = load(api_calls.failed_by_message(view.listed), ttl_s=TTL_S, domain=DOMAIN)
    if rows.empty:
        feedback.empty("No failed calls in this range.", "Widen the range to look further back.", "task_alt")
        return
    config = st.column_config
    told = [Signature(*both) for both in zip(rows["hash"], rows["signature"], strict=True)]

    def narrow(chosen: Signature) -> None:
        url.write(api_usage_signature=str(chosen), api_usage_calls="failed", api_usage_after=None)
        st.rerun()  # the whole page: in a card, only the card would run again

    table = pd.DataFrame(
        {
            "Message": [fmt.plain(one.text) for one in told],
            "Calls": rows["calls"],
            "Share": rows["share"] * 100,
            "Accounts": rows["accounts"],
            "Last": fmt.ages(rows["last_at"]),
        }
    )
    st.dataframe(
        table,
        key=records.key("api_usage_groups", told),
        hide_index=True,
        column_config={
            "Message": records.opener("api_usage_groups", told, narrow, "Message", 205, alignment="left"),
            "Calls": config.NumberColumn("Calls", width=62, format="localized"),
            "Share": config.ProgressColumn("Share", width=95, format="%.1f%%", min_value=0, max_value=100),
            "Accounts": config.NumberColumn("Accounts", width=72, format="localized"),
            "Last": config.TextColumn("Last", width=68),
        },
        height=312 if len(rows) > 8 else "content",
        alt=f"Messages of failed {view.words}",
    )
    if rows["is_window_full"].any():
        st.caption(f"Only the newest {WINDOW:,} failures; older ones were not searched.")
    if rows["groups"].iloc[0] > len(rows):
        st.caption(f"The {len(rows):,} most frequent of {rows['groups'].iloc[0]:,} messages.")


def calls(view: View) -> None:
    """One page of calls, newest first."""
    _toolbar(view)
    rows = load(
        api_calls.page(view.listed, only_errors=view.only_errors, signature=view.signature_hash, cursor=view.cursor)
    )
    if rows.empty:
        feedback.empty(f"No {view.words}.", "Widen the range, or clear a filter.", "api")
        return
    config = st.column_config
    table = pd.DataFrame(
        {
            "Time": rows["created_at"].map(fmt.utc),
            "Outcome": [[outcome] for outcome in rows["outcome"]],
            "Status": rows["status_code"].astype("string"),
            "Endpoint": [
                fmt.plain(f"{service} {named(endpoint if isinstance(endpoint, str) else '')}")
                for service, endpoint in zip(rows["service"], rows["endpoint"], strict=True)
            ],
            "Account": rows["account_name"].fillna("(no account)").map(fmt.plain),
            "ms": rows["response_time_ms"],
            "Tokens": rows["tokens_used"],
            "Credits": rows["credits_cost"],
            "Error": rows["error_message"].map(fmt.plain, na_action="ignore"),
        }
    )
    st.dataframe(
        table,
        key=records.key("api_usage_rows", list(rows["id"])),
        hide_index=True,
        column_config={
            "Time": config.TextColumn("Time (UTC)", width=118, pinned=True),
            "Outcome": config.MultiselectColumn(
                "Outcome", options=list(_OUTCOMES), color=list(_OUTCOMES.values()), width=82
            ),
            "Status": config.TextColumn("Status", width=60, alignment="right"),
            "Endpoint": config.TextColumn("Endpoint", width=215),
            "Account": config.TextColumn("Account", width=140),
            "ms": config.NumberColumn("ms", width=70, format="localized"),
            "Tokens": config.NumberColumn("Tokens", width=70, format="localized"),
            "Credits": config.NumberColumn("Credits", width=65, format="localized"),
            "Error": config.TextColumn("Error", width=215),
        },
        height="content",
        placeholder=fmt.EMPTY,
        alt=f"{view.words}: {len(rows)} rows",
    )
    pager.pager(rows, view, in_card=True)


def _toolbar(view: View) -> None:
    chosen = url.bind("api_usage_calls", "failed" if view.only_errors else "all", "all", _other_calls)

    def changed() -> None:
        chosen()
        st.rerun()  # the whole page: in a card, only the card would run again

    has_unseen = _has_unseen(view)
    # On the left: above its right end a table draws its own tools when the mouse is near.
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Which calls",
            list(SHOWN),
            key="api_usage_calls",
            on_change=changed,
            required=True,
            format_func=lambda option: SHOWN[option],
            label_visibility="collapsed",
        )
        exports.csv_button("api_calls", api_calls.EXPORT_CAP, _export)
        if view.signature:
            st.markdown(f":material/filter_alt: “{fmt.literal(view.signature.text)}”", width="content")
            st.button(
                "Any message",
                icon=":material/close:",
                type="tertiary",
                on_click=_any_message,
                key="api_usage_any_message",
            )
    if has_unseen:
        st.caption(f":material/visibility_off: {_UNSEEN}")


def _export(limit: int) -> Export:
    shown = filters.view()
    asked = api_calls.export(shown.listed, only_errors=shown.only_errors, signature=shown.signature_hash, limit=limit)
    return Export(f"{shown.words} ({_UNSEEN})" if _has_unseen(shown) else shown.words, asked)


def _has_unseen(view: View) -> bool:
    return bool(view.signature) and bool(rows(api_calls.has_unseen(view.listed))[0]["has_unseen"])


def _other_calls() -> None:
    url.write(api_usage_signature=None, api_usage_after=None)


def _any_message() -> None:
    _other_calls()
    st.rerun()
