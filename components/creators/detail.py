"""One creator in a drawer: how fresh, whom it matters to, what came of it, and what staff did, with the way back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import pandas as pd
import streamlit as st

from actions.creators.profile_shapes import NAMES
from actions.creators.profiles import address
from components.creators import bulk, history
from components.ui import charts, details, feedback, fmt, gate, media, records, url
from components.ui.statuses import errors
from components.ui.theme import STATES
from core import jsontext
from core.database import load, rows
from core.identity import Viewer
from queries.creators import detail
from queries.creators.detail import Creator

WIDTH_PX: Final = 640


def drawer(viewer: Viewer) -> None:
    """The creator that the URL names, if it names one."""
    if "creator" not in st.query_params:
        return
    creator_id = url.uuid("creator")

    @st.dialog("Creator", width=WIDTH_PX, position="right", on_dismiss=_close)
    def opened() -> None:
        viewer = gate.require("read")
        found = rows(detail.one(creator_id)) if creator_id else []
        if not creator_id or not found:
            feedback.empty("This creator does not exist.", "Close this and open one from the list.", "person_off")
            return
        _creator(creator_id, found[0], viewer)

    with feedback.error_boundary("Creator"):
        opened()


def _close() -> None:
    url.write(creator=None)


def _creator(creator_id: UUID, creator: Creator, viewer: Viewer) -> None:
    late = " :orange-badge[:material/schedule: overdue]" if creator["is_overdue"] else ""
    off = " :gray-badge[:material/block: inactive]" if creator["is_active"] is False else ""
    mark = " :blue-badge[:material/verified: verified]" if creator["is_verified"] else ""
    st.markdown(f"**@{fmt.literal(creator['username'])}** on {NAMES[creator['platform']]}{late}{off}{mark}")
    st.code(str(creator_id), language=None)
    profile = media.web(creator["profile_url"])
    with st.container(horizontal=True):
        st.link_button(
            "Open profile", profile or address(creator["platform"], creator["username"]), icon=":material/open_in_new:"
        )
        if viewer.can("creators") or viewer.can("jobs"):
            st.button(
                "Scrape now", icon=":material/sync:", on_click=bulk.ask,
                args=("scrape", [creator_id], f"Creator {creator_id}"), key=records.key("creator_scrape", creator_id),
            )  # fmt: skip
    if profile is None:
        st.caption(f":orange[:material/link_off:] The stored address is not valid: {_shown(creator['profile_url'])}")
    _facts(creator)
    for name, draw in (
        ("Content", lambda: _pieces(creator_id)),
        ("Followed by", lambda: _followers(creator_id)),
        ("Scrapes", lambda: _scrapes(creator_id)),
        ("Metadata", lambda: _metadata(creator)),
        ("History", lambda: history.listed(creator_id, creator, gate.viewer())),
    ):
        with feedback.error_boundary(name):
            draw()


def _shown(text: object) -> str:
    return fmt.literal(str(text)) if text not in (None, "") else fmt.EMPTY


def _facts(creator: Creator) -> None:
    followers, hours = creator["follower_count"], creator["scrape_frequency_hours"]

    st.table(
        {
            "Name": _shown(creator["display_name"]),
            "Category": _shown(creator["category_name"]),
            "Followers": fmt.EMPTY if followers is None else f"{followers:,}",
            "Scraped every": "1 h (the default)" if hours is None else f"{hours:,} h",
            "Last scraped (UTC)": fmt.dated(creator["last_scraped_at"]) if creator["last_scraped_at"] else "never",
            "Next scrape due (UTC)": fmt.dated(creator["due_at"]),
            "Added (UTC)": fmt.dated(creator["created_at"]),
            "Last change (UTC)": fmt.dated(creator["updated_at"]),
        },
        border="horizontal",
    )


def _pieces(creator_id: UUID) -> None:
    rows = load(detail.pieces_by_day(creator_id))
    total = int(rows["pieces"].sum())
    note = f"pieces by day, UTC, last {detail.DAYS} days"
    if not total:
        st.markdown(f"**Content** :gray[· {note}]")
        st.caption("No content from this creator in that time.")
        return
    charts.title("Content", note, rows, key="creator_pieces")
    days = pd.date_range(end=pd.Timestamp.now("UTC").normalize(), periods=detail.DAYS, freq="D", tz="UTC")
    by_day = rows.assign(day=pd.to_datetime(rows["day"], utc=True)).set_index("day")["pieces"]
    filled = by_day.reindex(days, fill_value=0).rename_axis("day").reset_index()
    charts.over_time(
        filled,
        "day",
        {"pieces": charts.Series("Pieces", "series1")},
        kind="bar",
        key="creator_pieces_chart",
        alt=f"{total:,} content pieces in {detail.DAYS} days, by day",
        open_from=days[-1],
    )


def _followers(creator_id: UUID) -> None:
    rows = load(detail.followers(creator_id))
    total = 0 if rows.empty else int(rows["total"].iloc[0])
    cut = f", the newest {len(rows):,} shown" if total > len(rows) else ""
    st.markdown(f"**Followed by** :gray[· {fmt.plural(total, 'account')}{cut}]")
    if rows.empty:
        st.caption("No account follows this creator.")
        return
    identities = list(rows["id"])

    def open_account(account: str) -> None:
        url.write(creator=None, creators_account=account)
        st.rerun()

    shown = pd.DataFrame(
        {
            "Account": rows["name"].map(fmt.plain),
            "Plan": rows["plan_type"],
            "Status": rows["subscription_status"],
            "Since": fmt.days(rows["followed_at"]),
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "Account": records.opener(
                "creator_accounts", identities, open_account, "Account", 240, alignment="left", pinned=None,
                help="Shows all creators that the account follows",
            )
        },
        height=min(31 * (len(rows) + 1) + 3, 200),
        alt="Accounts that follow the creator",
    )  # fmt: skip


def _scrapes(creator_id: UUID) -> None:
    rows = load(detail.scrapes(creator_id))
    st.markdown(f"**Scrapes** :gray[· the newest {detail.JOBS_LIMIT} jobs, failures with their error]")
    if rows.empty:
        st.caption("No scrape jobs yet.")
        return
    identities = list(rows["id"])

    def open_job(job: str) -> None:
        st.switch_page("pages/jobs.py", query_params={"job": job})

    config = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Job": rows["id"].map(fmt.short_id),
                "State": rows["status"].map(lambda status: [status]),
                "Created": fmt.times(rows["created_at"]),
                "Error": errors(rows["status"], rows["error_message"]),
            }
        ),
        hide_index=True,
        column_config={
            "Job": records.opener("creator_jobs", identities, open_job, "Job", 84, pinned=None),
            "State": config.MultiselectColumn("State", options=list(STATES), color=list(STATES.values()), width=96),
            "Created": config.TextColumn("Created (UTC)", width=140),
        },
        placeholder=fmt.EMPTY,
        height=min(31 * (len(rows) + 1) + 3, 230),
        alt="Scrape jobs of the creator",
    )


def _metadata(creator: Creator) -> None:
    st.markdown(f"**Metadata** :gray[· {creator['metadata_bytes'] or 0:,} bytes]")
    if creator["metadata"] is None:
        st.caption("Empty, or too large to show here.")
        return
    details.draw_json(jsontext.loads(creator["metadata"]), expanded=1)
