"""How reviewing goes: by day and reviewer, what was found where, and whether the backlog grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd
import streamlit as st

from components.ui import cards, charts, details, feedback, fmt
from components.ui.charts import Series
from core.database import load, rows
from queries import definitions
from queries.content import review_stats
from queries.content.filters import Kind

TTL_S: Final = 60
_BY: Final = {"platform": "Platform", "creator": "Creator", "account": "Account", "model": "AI model"}
REVIEWERS: Final = 7


def draw() -> None:
    """The figures and charts of the last days, and the verdicts by what they were about."""
    cards.row({"Figures": _figures}, height=96)
    left, right = st.columns(2)
    with left:
        cards.card("Verdicts per day", "by reviewer, UTC days", _per_day, height=charts.HEIGHT, is_stretched=True)
    with right:
        cards.card(
            "Backlog", f"pieces of the last {review_stats.DAYS} days without a verdict", _backlog, height=charts.HEIGHT
        )
    with st.grid(2, min_column_width=420):
        for by, label in _BY.items():
            cards.card(
                f"By {label if by == 'model' else by}",
                f"{review_stats.DAYS} days, most reviewed first",
                _share(by),
                height=140,
            )


def _figures() -> None:
    frame = load(review_stats.per_day(), ttl_s=TTL_S, domain="reviews")
    [agreed] = rows(review_stats.agreement(), ttl_s=TTL_S, domain="reviews")
    medians = frame["median_s"].dropna()
    with st.grid(4, min_column_width=150):
        verdicts, who = definitions.VERDICTS, definitions.REVIEWERS
        st.metric(verdicts.name, f"{int(frame['verdicts'].sum()):,}", border=True, help=verdicts.help)
        st.metric(who.name, f"{frame['reviewer'].nunique():,}", border=True, help=who.help)
        typical = float(medians.median()) if len(medians) else None
        st.metric(
            definitions.TIME_PER_ITEM.name,
            fmt.duration(typical),
            border=True,
            help=definitions.TIME_PER_ITEM.help,
        )
        share = agreed["agreed"] / agreed["items"] if agreed["items"] else None
        st.metric(
            definitions.AGREEMENT.name,
            fmt.percent(share),
            border=True,
            help=f"{definitions.AGREEMENT.help} {agreed['agreed']:,} of {agreed['items']:,} items.",
        )


def _per_day() -> None:
    frame = load(review_stats.per_day(), ttl_s=TTL_S, domain="reviews")
    if frame.empty:
        feedback.empty("Nothing has been reviewed yet.", "Open a list and press Review these.", "gavel")
        return
    busiest = list(frame.groupby("reviewer")["verdicts"].sum().sort_values(ascending=False).index)
    who = frame["reviewer"].where(frame["reviewer"].isin(busiest[:REVIEWERS]), "others")
    wide = frame.assign(who=who).pivot_table(index="day", columns="who", values="verdicts", aggfunc="sum", fill_value=0)
    wide = wide.reset_index().assign(day=lambda table: pd.to_datetime(table["day"], utc=True))
    names = [name for name in wide.columns if name != "day"]
    charts.over_time(
        wide,
        "day",
        {str(name): Series(str(name).partition("@")[0], f"series{n}") for n, name in enumerate(names, 1)},
        kind="bar",
        key="review_per_day",
        alt=f"Verdicts per day over {review_stats.DAYS} days by {len(names)} reviewers",
        hover="%a %d %b %Y",
        open_from=pd.Timestamp.now("UTC").normalize(),
    )


def _backlog() -> None:
    kind: Kind = "piece"
    frame = load(review_stats.backlog(kind), ttl_s=TTL_S, domain="reviews")
    frame = frame.assign(day=pd.to_datetime(frame["day"], utc=True))
    charts.over_time(
        frame,
        "day",
        {
            "waiting": Series("Waiting", "series1"),
            "added": Series("Added", "gray"),
            "judged": Series("Reviewed", "green"),
        },
        kind="line",
        key="review_backlog",
        alt=f"{int(frame['waiting'].iloc[-1]):,} pieces wait now; lines per day for waiting, added and reviewed",
        hover="%a %d %b %Y",
    )


def _share(by: str) -> Callable[[], None]:
    def draw_one() -> None:
        frame = load(review_stats.shares(by), ttl_s=TTL_S, domain="reviews")
        if frame.empty:
            st.caption("Nothing was reviewed.")
            return
        config = st.column_config
        st.dataframe(
            pd.DataFrame({column: frame[column] for column in frame.columns if column != "total"}).assign(
                name=frame["name"].map(fmt.plain), approved_share=frame["approved_share"] * 100
            ),
            hide_index=True,
            key=f"review_by_{by}",
            column_config={
                "name": config.TextColumn(_BY[by], width=150),
                "verdicts": config.NumberColumn("Verdicts", width=65, format="localized"),
                "approved": config.NumberColumn("Appr.", width=55, format="localized"),
                "needs_work": config.NumberColumn("Work", width=55, format="localized"),
                "rejected": config.NumberColumn("Rej.", width=55, format="localized"),
                "approved_share": config.ProgressColumn(
                    "Approved", min_value=0, max_value=100, format="%.1f %%", width=110
                ),
            },
            height="content",
        )
        details.beyond(frame.to_dict("records"))

    return draw_one
