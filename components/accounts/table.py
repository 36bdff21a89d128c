"""The list of accounts: a page of rows, each with its four quotas, and the way to the next page."""

from __future__ import annotations

from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from components.accounts import filters, quota_cells
from components.accounts.filters import View
from components.ui import exports, feedback, fmt, pager, records
from components.ui.exports import Export
from components.ui.theme import BANDS, SUBSCRIPTIONS
from core.database import load, rows
from queries.accounts import listing, summary_state
from queries.accounts.quotas import COLUMNS, LIMITS, USED, Quota

PAGE_ROWS: Final = 50
_OPEN: Final = "accounts_open"
_WIDTHS: Final[dict[Quota, int]] = {"creators": 96, "users": 84, "voice_models": 90, "storage": 170}
_PLANS: Final = ("individual", "team", "agency")


def toolbar(view: View, total: int) -> None:
    """How many accounts the view holds, how fresh they are, and the way to take them along."""
    # On the left: above its right end a table draws its own tools when the mouse is near.
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{total:,}** {fmt.literal(view.words_of(total))}", width="content")
        st.caption(_freshness(), width="content")
        exports.csv_button("accounts", listing.EXPORT_CAP, _export)


def _export(limit: int) -> Export:
    shown = filters.view()
    return Export(shown.words, listing.export(shown.where, limit))


def draw_table(view: View) -> None:
    """The page of accounts that the view names; an account opens by its button."""
    rows = load(listing.page(view.where, *view.order, view.cursor, PAGE_ROWS))
    if rows.empty:
        _nothing(view)
        return
    drawn, cells = _displayed(rows)
    config = st.column_config

    def open_row(account: str) -> None:
        st.session_state[_OPEN] = account

    badges = {**BANDS, **dict.fromkeys(_PLANS, "gray"), **{_words(name): c for name, c in SUBSCRIPTIONS.items()}}
    records.table(
        "accounts",
        drawn,
        {
            "Standing": config.MultiselectColumn(
                "Standing", options=list(badges), color=list(badges.values()), width=190,
                help="The worst band of the four quotas (one user of one does not count), the plan, and the "
                "subscription where it is not active.",
            ),
            **{
                label: config.MultiselectColumn(
                    label, options=list(cells[quota]), color=list(cells[quota].values()), width=_WIDTHS[quota],
                    help="Used / limit" + (" in GB, and when it is full" if quota == "storage" else ""),
                )
                for quota, label in _labels().items()
            },
            "Credits": config.TextColumn(
                "Credits", width=100, alignment="right", help="Complete days of this month → projected month end"
            ),
            "30 days": config.AreaChartColumn("30 days", width=84, help="Credits per complete day", y_min=0),
            "Active": config.TextColumn("Active", width=76, help="Last sign-in of a member, or last day with credits"),
        },
        list(rows["account_id"]),
        open_row,
        alt=view.table_name(len(rows)),
        button=("Account", 166),
    )  # fmt: skip
    pager.pager(rows, view, identity="account_id")


def opened() -> None:
    """Go to the account whose button was pressed; outside a callback, which may not leave the page."""
    if account := st.session_state.pop(_OPEN, None):
        st.switch_page("pages/account.py", query_params={"account": account})


def _labels() -> dict[Quota, str]:
    return {"creators": "Creators", "users": "Users", "voice_models": "Voice", "storage": "Storage"}


def _displayed(found: pd.DataFrame) -> tuple[pd.DataFrame, dict[Quota, dict[str, str]]]:
    """The rows as drawn, and for each quota the colour of every text in its cells."""
    records = cast("list[dict[str, Any]]", found.to_dict("records"))
    texts = {quota: [_cell(quota, row) for row in records] for quota in COLUMNS}
    colors: dict[Quota, dict[str, str]] = {
        quota: {
            text: BANDS[quota_cells.band_name(row[f"{quota}_band"])]
            for text, row in zip(texts[quota], records, strict=True)
        }
        for quota in COLUMNS
    }
    drawn = pd.DataFrame(
        {
            "Account": [fmt.plain(row["name"]) for row in records],
            "Standing": [_standing(row) for row in records],
            **{label: [[text] for text in texts[quota]] for quota, label in _labels().items()},
            "Credits": [_credits(row) for row in records],
            "30 days": found["credits_course"],
            "Active": fmt.ages(found["last_active_at"]),
        }
    )
    return drawn, colors


def _cell(quota: Quota, row: dict[str, Any]) -> str:
    text = quota_cells.cell(row[USED[quota]], row[LIMITS[quota]])
    if quota != "storage":
        return text
    full = quota_cells.days_to_full(
        row["full_soonest_days"],
        row["full_latest_days"],
        rates_known=not (pd.isna(row["storage_rate_7"]) or pd.isna(row["storage_rate_28"])),
        is_full=quota_cells.band_name(row["storage_band"]) in {"over", "at limit"},
        has_limit=not pd.isna(row[LIMITS[quota]]),
    )
    return f"{text} · {full}" if full and full != "full" else text


def _standing(row: dict[str, Any]) -> list[str]:
    status = row["status"]
    parts = [quota_cells.band_name(row["worst_band"]), row["plan_type"], None if status == "active" else status]
    return [_words(part) for part in parts if isinstance(part, str)]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _credits(row: dict[str, Any]) -> str:
    projected = row["credits_projected"]
    return fmt.compact(row["credits_month"]) + ("" if pd.isna(projected) else f" → {fmt.compact(projected)}")


def _freshness() -> str:
    [state] = rows(summary_state.freshness(), ttl_s=filters.TTL_S, domain=filters.DOMAIN)
    if state["refreshed_at"] is None:
        return "Totals are not ready yet: the app makes them within a minute, as does `manage.py rollup`"
    return f"Order and totals as of {fmt.lately(state['refreshed_at'])} UTC"


def _nothing(view: View) -> None:
    if view.where.search:
        step = "Try part of its name, a member's e-mail or its id, or clear a filter."
        feedback.empty(f"No account matches “{view.where.search}” here.", step, "apartment")
    else:
        feedback.empty(f"No {view.words}.", "Clear a filter.", "task_alt")
