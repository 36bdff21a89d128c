"""Every tile, its change and every table of figures, as the pages of a made-up world show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from actions import rollups
from actions.accounts import summary
from demo.databases import Database
from tests.support.app import App
from tests.support.worlds import shown
from tests.support.worlds.world import DAYS, World, made

LISTS: Final = {("Job", "State"), ("Time", "Outcome"), ("Message", "Calls"), ("Error", "Jobs"), ("Status", "Type")}
"""The first columns of tables that list records, or group texts."""
HISTOGRAMS: Final = {("From (UTC)", "p50"), ("Job type", "Jobs")}
"""Those of tables of percentiles, which `tests/db` compares with exact ones."""
NOT_A_SUM: Final = {"Projected month end", "Wait p95, 24 h"}
"""Tiles that `tests/db/worlds` and `tests/db/usage` compare, made of means and histograms."""


@pytest.fixture
def world(fresh_database: Database) -> World:
    found = made(20261201, datetime.now(UTC))
    found.store(fresh_database.owner_url)
    for source in rollups.SOURCES:
        list(rollups.catch_up(source, rest=0))
        rollups.audit(source, days=DAYS)
    summary.refresh()
    return found


def test_every_tile_and_table(app: App, world: World) -> None:
    for page, (query, expected) in shown.PAGES.items():
        also = {"account": str(world.accounts["id"][0])} if page == "account" else {}
        wanted, at = expected(world), app("ada", page, **query, **also)
        tiles = {str(one.label): (str(one.value), str(one.delta)) for one in at.metric if one.label not in NOT_A_SUM}
        assert tiles == dict(wanted.tiles), page
        left = compared(at, wanted.tables)
        assert not left, (page, left)


def compared(at: AppTest, tables: Mapping[tuple[str, ...], Sequence[tuple[object, ...]]]) -> set[tuple[str, ...]]:
    """Compare the tables of the page, of which each must be known; those that were expected and are not there."""
    left = set(tables)
    for frame in (one.value for one in at.dataframe):
        names = tuple(map(str, frame.columns))
        if names[:2] in LISTS | HISTOGRAMS:
            continue
        columns = next(one for one in tables if one[0] == names[0] and set(one) <= set(names))
        left.discard(columns)
        assert told(frame[list(columns)].itertuples(index=False)) == told(tables[columns]), columns
    return left


def told(rows: Iterable[Iterable[Any]]) -> list[tuple[object, ...]]:
    """Rows in one order, numbers to six places, what is not known as None, those without any figure left out."""
    plain = [tuple(_plain(value) for value in row) for row in rows]
    return sorted((row for row in plain if any(row[1:])), key=repr)


def _plain(value: Any) -> object:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value if isinstance(value, str | date) else round(float(value), 6)
