"""The System page's tables: connections, cache, roll-ups, slow reads, indexes and settings."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import pandas as pd
import streamlit as st

from components.ui import feedback, fmt, left_out
from core import cache, database, telemetry
from core.database import load, rows
from core.settings import settings
from ops import configuration as settings_told
from ops import observed
from queries.accounts import summary_state
from queries.rollups import state as reads

_STATEMENT_LENGTH: Final = 2_000


def connections() -> None:
    """The connection pools of this process."""
    pools = database.pools()
    st.dataframe(
        pd.DataFrame(
            {
                "Role": [pool.kind for pool in pools],
                "In use": [pool.in_use for pool in pools],
                "Idle": [pool.idle for pool in pools],
                "At most": [pool.most for pool in pools],
            }
        ),
        key="system_pools",
        hide_index=True,
        alt="Connections of this process by role",
        column_config={"Role": st.column_config.TextColumn("Connections of", width=160)},
    )


def shared_cache() -> None:
    """How often the shared cache answered, and whether it is being left alone."""
    hits, misses = telemetry.cache_counts()
    asked = hits + misses
    state = (
        "not configured"
        if settings().redis_url is None
        else "open: not asked"
        if cache.is_circuit_open()
        else "closed: in use"
    )
    st.table(
        {
            "Shared cache answered": f"{fmt.percent(hits / asked if asked else None)} of {asked:,} reads",
            "Breaker": state,
        },
        border="horizontal",
    )
    st.caption("Since this process started.")


def rollups() -> None:
    """How far each roll-up is."""
    found = load(reads.state())
    st.dataframe(
        pd.DataFrame(
            {
                "Source": found["source"].str.replace("_", " "),
                "State": [
                    ["failing"] if failing else ["behind"] if behind else ["current"]
                    for failing, behind in zip(found["last_error"].notna(), found["behind"], strict=True)
                ],
                "Through": found["watermark"].map(fmt.minute, na_action="ignore"),
                "Refreshed": fmt.ages(found["refreshed_at"]),
                "Compared": fmt.ages(found["audited_at"]),
                "What": found["compared"],
                "Took": found["last_ms"],
                "Left": [left_out.by_table(counts) or None for counts in found["left_out"]],
                "Error": found["last_error"].map(fmt.plain, na_action="ignore"),
                "Since": fmt.ages(found["failing_since"]),
            }
        ),
        key="system_rollups",
        hide_index=True,
        column_config={
            "State": st.column_config.MultiselectColumn(
                "State", options=["current", "behind", "failing"], color=["green", "orange", "red"], width=90
            ),
            "Through": st.column_config.TextColumn(
                "Through (UTC)", width=120, help="Later hours are read from raw rows"
            ),
            "Compared": st.column_config.TextColumn("Compared", width=110, help="Last comparison with the raw rows"),
            "What": st.column_config.TextColumn(
                "What was compared", width=330, help="Of the history before, each hour another part: all of it in a day"
            ),
            "Took": st.column_config.NumberColumn("Took, ms", width=90, format="localized"),
            "Error": st.column_config.TextColumn("Last error", width=330),
            "Since": st.column_config.TextColumn("Failing", width=90),
            "Left": st.column_config.TextColumn(
                "Rows left out",
                width=330,
                help="They have no usable number or date, so no figure counts them until they are repaired",
            ),
        },
        placeholder=fmt.EMPTY,
        alt="Roll-ups and how far they are",
    )
    for account in rows(summary_state.faults()):
        name = fmt.literal(account["name"] or "a deleted account")
        st.markdown(
            f":red[:material/error:] **{name}** cannot be refreshed since {fmt.utc(account['since'])} UTC: "
            f"{fmt.literal(account['error'])} :gray[`{UUID(account['account_id'])}`]"
        )


def slowest() -> None:
    """The slowest reads, as the Desk measured them and, where it keeps count, as PostgreSQL did."""
    found = telemetry.slow_reads()[:10]
    counted = observed.statements()
    if not found:
        feedback.empty("No read took 20 ms or longer.", "Nothing to do.", "speed")
    else:
        st.dataframe(
            pd.DataFrame(
                {
                    "Took": [read.seconds * 1000 for read in found],
                    "Page": [read.page for read in found],
                    "When": [fmt.utc(read.at) for read in found],
                    "Statement": [_one_line(read.statement) for read in found],
                }
            ),
            key="system_slow",
            hide_index=True,
            column_config={
                "Took": st.column_config.NumberColumn("Longest, ms", format="%.0f", width=100),
                "When": st.column_config.TextColumn("When (UTC)", width=140),
                "Statement": st.column_config.TextColumn("Statement", width=700),
            },
            alt="The slowest reads of the last hour",
        )
    if counted is None:
        st.caption("The extension pg_stat_statements would show more, but it is not loaded in this database.")
        return
    st.markdown("**As PostgreSQL counted them** :gray[· pg_stat_statements, since its last reset]")
    st.dataframe(
        pd.DataFrame(
            {
                "Mean": [each.mean_ms for each in counted],
                "Longest": [each.max_ms for each in counted],
                "Calls": [each.calls for each in counted],
                "Statement": [_one_line(each.query) for each in counted],
            }
        ),
        key="system_statements",
        hide_index=True,
        column_config={
            "Mean": st.column_config.NumberColumn("Mean, ms", format="%.1f", width=90),
            "Longest": st.column_config.NumberColumn("Longest, ms", format="%.0f", width=100),
            "Statement": st.column_config.TextColumn("Statement", width=700),
        },
        alt="The slowest statements of the Desk's roles",
    )


def recommended() -> None:
    """Which recommended indexes are there, why each, and the statements for the others."""
    found = observed.indexes_found()
    lacking = [fix for each in found for fix in each.fixes]
    if lacking:
        st.markdown(f"**Run these as the owner**, one by one: each builds beside the live product. {_NOT_RUN}")
        st.code("\n".join(lacking), language="sql", height=200)
    words = {True: "present", False: "missing", None: "invalid"}
    st.dataframe(
        pd.DataFrame(
            {
                "State": [[words[each.is_there]] for each in found],
                "Index": [each.index.name for each in found],
                "Table": [each.index.table for each in found],
                "Why": [each.index.why for each in found],
            }
        ),
        key="system_indexes",
        hide_index=True,
        height=380,
        column_config={
            "State": st.column_config.MultiselectColumn(
                "State", options=["present", "missing", "invalid"], color=["green", "orange", "red"], width=90
            ),
            "Index": st.column_config.TextColumn("Index", width=290),
            "Table": st.column_config.TextColumn("Table", width=160),
            "Why": st.column_config.TextColumn("Why", width=480),
        },
        alt=f"{len(found)} recommended indexes, {sum(not each.is_there for each in found)} missing",
    )


_NOT_RUN: Final = ":gray[The Desk never runs them by itself.]"


def configuration() -> None:
    """Every setting of this process; of secrets only whether they are set."""
    found = settings_told.chosen()
    st.dataframe(
        pd.DataFrame(
            {
                "Setting": [each.name for each in found],
                "Value": [fmt.plain(each.value) for each in found],
                "Default": ["" if each.is_default else "chosen" for each in found],
                "Meaning": [each.meaning for each in found],
            }
        ),
        key="system_settings",
        hide_index=True,
        column_config={
            "Setting": st.column_config.TextColumn("Setting", width=240),
            "Value": st.column_config.TextColumn("Value", width=330),
            "Default": st.column_config.TextColumn("", width=70),
            "Meaning": st.column_config.TextColumn("Meaning", width=390),
        },
        height="content",
        alt=f"{len(found)} settings without secrets",
    )


def _one_line(statement: str) -> str:
    return fmt.plain(" ".join(statement.split()))[:_STATEMENT_LENGTH]
