"""Who uses most, who stands out, and what the other records say."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from actions.policy import thresholds
from components.ui import exports, feedback, fmt, records, url
from components.ui.cards import change
from components.ui.exports import Export
from components.ui.freshness import TTL_S
from components.usage import filters
from components.usage.filters import View
from components.usage.tiles import DOMAIN, compared
from core.database import load, rows
from queries.usage import accounts, anomalies, reconciliation

ROWS_PX: Final = 281


def spikes(view: View) -> None:
    """Accounts that used far more than usual on the latest complete day."""
    where = view.where
    statement = anomalies.spikes(view.today, thresholds(), where.account_id, where.plan)
    rows = load(statement, ttl_s=TTL_S, domain=DOMAIN)
    if rows.empty:
        feedback.empty("No spikes.", "No account used far more than usual on the latest complete day.", "task_alt")
        return
    config, day = st.column_config, rows["day"].iloc[0]
    _accounts(
        rows,
        "usage_spikes",
        {
            "Used": rows["actual"],
            "Usual": rows["expected"],
            "Times usual": [a / e if e >= 1 else None for a, e in zip(rows["actual"], rows["expected"], strict=True)],
        },
        {
            "Used": config.NumberColumn("Used", width=75, format="localized", help=f"On {day:%Y-%m-%d}, UTC"),
            "Usual": config.NumberColumn("Usual", width=75, format="%,.0f", help="That weekday's expectation"),
            "Times usual": config.NumberColumn("Times", width=70, format="%.1f x"),
        },
        alt="Accounts with a spike in credits",
    )
    _counted(rows, "far above usual")


def quiet(view: View) -> None:
    """Accounts that used next to nothing for three complete days."""
    where = view.where
    statement = anomalies.gone_quiet(where.account_id, where.plan)
    rows = load(statement, ttl_s=TTL_S, domain=DOMAIN)
    if rows.empty:
        feedback.empty(
            "No account has gone quiet.", "Every account that uses the product daily still does.", "task_alt"
        )
        return
    config = st.column_config
    _accounts(
        rows,
        "usage_quiet",
        {"Used": rows["actual"], "Usual": rows["expected"], "Since": [f"{day:%a %-d %b %Y}" for day in rows["since"]]},
        {
            "Used": config.NumberColumn(
                "Used", width=75, format="localized", help="Over the three latest complete days"
            ),
            "Usual": config.NumberColumn("Usual", width=75, format="%,.0f", help="Expected over those three days"),
            "Since": config.TextColumn("Since", width=85),
        },
        alt="Accounts that have gone quiet",
    )
    _counted(rows, "quiet")


def top_accounts(view: View) -> None:
    """Accounts by credits, with their share of everything under the filter."""
    exports.csv_button("usage", accounts.EXPORT_CAP, _export)
    found = load(accounts.users(view.listed), ttl_s=TTL_S, domain=DOMAIN).query("not is_plan")
    if found.empty:
        feedback.empty("No credits on these days.", "Widen the range, or clear a filter.", "groups")
        return
    config = st.column_config
    _accounts(
        found,
        "usage_top",
        {
            "Plan": found["plan_type"],
            "Credits": found["credits"],
            "Share": found["share"] * 100,
            "Change": [_change(*pair) for pair in zip(found["credits"], found["previous"], strict=True)],
            "Per day": found["series"],
        },
        {
            "Plan": config.TextColumn("Plan", width=80),
            "Credits": config.NumberColumn("Credits", width=75, format="localized"),
            "Share": config.ProgressColumn("Share", width=110, format="%.1f%%", min_value=0, max_value=100),
            "Change": config.TextColumn("Change", width=75, alignment="right", help="Against as many days before"),
            "Per day": config.BarChartColumn("Per day", width=130),
        },
        alt=f"Accounts with most {view.words}",
    )
    _compared(view)


def _export(limit: int) -> Export:
    shown = filters.view()
    return Export(f"daily {shown.words}", accounts.export(shown.listed, limit))


def by_plan(view: View) -> None:
    """Plans by credits."""
    found = load(accounts.users(view.listed), ttl_s=TTL_S, domain=DOMAIN).query("is_plan")
    if found.empty:
        feedback.empty("No credits on these days.", "Widen the range, or clear a filter.", "category")
        return
    config = st.column_config
    table = pd.DataFrame(
        {
            "Plan": found["plan_type"].fillna("(no plan)"),
            "Accounts": found["accounts"],
            "Credits": found["credits"],
            "Share": found["share"] * 100,
            "Change": [_change(*pair) for pair in zip(found["credits"], found["previous"], strict=True)],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "Plan": config.TextColumn("Plan", width=80),
            "Accounts": config.NumberColumn(
                "Accounts", width=68, help="With credits on these days", format="localized"
            ),
            "Credits": config.NumberColumn("Credits", width=75, format="localized"),
            "Share": config.NumberColumn("Share", width=65, format="%.1f%%"),
            "Change": config.TextColumn("Change", width=70, alignment="right"),
        },
        placeholder=fmt.EMPTY,
        alt=f"Plans by {view.words}",
    )
    _compared(view)


def _compared(view: View) -> None:
    if said := compared(view):
        st.caption(said)


def reconciled(view: View) -> None:
    """The places that record credits, side by side and never added."""
    [told] = rows(reconciliation.recorded_where(view.listed), ttl_s=TTL_S, domain=DOMAIN)
    places = {
        "stats": "daily statistics",
        "artefacts": "analyses, scripts and media",
        "jobs": "jobs",
        "logs": "API calls",
    }
    said = [
        f"**{fmt.EMPTY if told[key] is None else format(told[key], ',')}** :gray[{name}]"
        for key, name in places.items()
    ]
    st.markdown(" :gray[·] ".join(said))
    st.caption(
        "The product records credits in three sources that overlap, so they are compared and never added. Totals here "
        "come from the daily statistics, features from what was created."
        + (" A dash: that source does not separate these." if None in told.values() else "")
    )


def _counted(found: pd.DataFrame, what: str) -> None:
    """How many accounts there are below a table that has a limit."""
    total = int(found["total"].iloc[0])
    first = f", the {len(found):,} largest are listed" if total > len(found) else ""
    st.caption(f"{fmt.plural(total, 'account')} {what}{first}")


def _accounts(found: pd.DataFrame, key: str, columns: dict[str, Any], config: dict[str, Any], *, alt: str) -> None:
    """A table of accounts; pressing one narrows the page to it."""
    identities = [None if pd.isna(one) else str(one) for one in found["account_id"]]

    def narrow(account: str | None) -> None:
        url.write(usage_account=account)
        st.rerun()  # the whole page: in a card, only the card would run again

    name = records.opener(key, identities, narrow, "Account", 165, alignment="left")
    st.dataframe(
        pd.DataFrame({"Account": found["name"].fillna("(deleted account)").map(fmt.plain), **columns}),
        key=records.key(key, identities),
        hide_index=True,
        column_config={"Account": name, **config},
        height="content" if len(found) <= 8 else ROWS_PX,
        placeholder=fmt.EMPTY,
        alt=alt,
    )


def _change(value: int, previous: int) -> str:
    said = change(value, previous)
    return fmt.EMPTY if said is None else "±0" if said == 0 else str(said)
