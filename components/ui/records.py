"""The keys of widgets that belong to a record, and the buttons in the rows of a table.

A key that does not name its record hands what was typed or pressed for one record to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple, TypeVar
from uuid import UUID, uuid4

import pandas as pd
import streamlit as st

from components.ui import url
from components.ui.fmt import EMPTY, short_id
from core._compat import ButtonColumnResult, ColumnConfig

T = TypeVar("T")

_PAGE: Final = "records_page"
_DRAWN: Final = "records_drawn"
_READABLE: Final = re.compile(r"[\w-]{1,64}")


class Drawn(NamedTuple):
    """A table's newest buttons, and the query they were drawn for."""

    button: str
    query: dict[str, str]


def key(name: str, record: object, *others: object) -> str:
    """The key of a widget that belongs to these records, or to these rows in this order: by their ids."""
    told = "_".join(str(one) for one in (record, *others))
    return f"{name}_{told if _READABLE.fullmatch(told) else sha256(told.encode()).hexdigest()[:16]}"


def question() -> str:
    """A name for a question that is asked now: nothing typed or pressed for an earlier one counts for it."""
    return uuid4().hex


def still(waiting: object, asked: object) -> None:
    """Go on only while what was asked is what waits; in a callback, which may be of a question answered meanwhile."""
    if waiting != asked:
        st.rerun()


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Names by id, each with a part of its id where several share it: Streamlit tells options by their text alone."""
    shared = Counter(names.values())
    return {one: f"{name} ({short_id(one)})" if shared[name] > 1 else name for one, name in names.items()}


def turn_to(page: str) -> None:
    """Draw this page from now on: the tables of another are gone."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        st.session_state[_DRAWN] = {}


class Selection:
    """The records of a list that are selected, on this page of it or another; they outlive every refresh."""

    def __init__(self, name: str) -> None:
        self._ids, self._words, self._times = (f"{name}_selected{part}" for part in ("", "_as", "_times"))

    @property
    def ids(self) -> list[UUID]:
        """Which."""
        return list(map(UUID, self._held))

    @property
    def words(self) -> str:
        """What is selected, in words; nothing where it was picked one by one."""
        return st.session_state.get(self._words, "")

    def select(self, ids: Iterable[object] = (), words: str = "") -> None:
        """Select exactly these, which are so in words where they were not picked one by one."""
        st.session_state[self._ids] = dict.fromkeys(map(str, ids))
        st.session_state[self._words] = words
        # The browser marks rows by itself: only a new table shows, and reports from then on, what is selected now.
        st.session_state[self._times] = self._time + 1

    def key(self, table: str, ids: Sequence[str]) -> str:
        """The key of a table of these rows: Streamlit keeps positions, and a position would be another record."""
        return key(table, list(ids), self._time)

    def marked(self, ids: Sequence[str]) -> dict[str, object]:
        """How Streamlit's table is told what is selected on it."""
        return {"selection": {"rows": [row for row, one in enumerate(ids) if one in self._held]}}

    def pick(self, table: str, ids: Sequence[str]) -> None:
        """Take over what was picked on a table; in its callback."""
        picked = {ids[row] for row in st.session_state[table].selection.rows}
        held = self._held
        now = {one: None for one in held if one not in ids} | {one: None for one in ids if one in picked}
        st.session_state[self._ids] = now
        if held.keys() != now.keys():
            st.session_state[self._words] = ""

    @property
    def _held(self) -> dict[str, None]:
        return st.session_state.setdefault(self._ids, {})

    @property
    def _time(self) -> int:
        return st.session_state.get(self._times, 0)


def table(
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, Any],
    ids: Sequence[T],
    opened: Callable[[T], None],
    *,
    alt: str,
    button: tuple[str, int] | None = None,
    selection: Selection | None = None,
    shows: Sequence[str] | None = None,
) -> None:
    """A table of records: a row opens by the `button` (its label and width) in the frame's first column."""
    first = str(frame.columns[0])
    label, width = button or (first, 88)
    config: dict[str, Any] = {first: opener(name, ids, opened, label, width, alignment="left"), **columns}
    if selection is None:
        rest: dict[str, Any] = {"key": key(f"{name}_rows", list(ids))}
    else:
        known = [str(one) for one in ids]
        at = selection.key(f"{name}_rows", known)
        rest = {"key": at, "on_select": lambda: selection.pick(at, known), "selection_mode": "multi-row"}
        rest["selection_default"] = selection.marked(known)
    st.dataframe(
        frame, hide_index=True, column_config=config, column_order=shows, height="content", placeholder=EMPTY, alt=alt,
        **rest,
    )  # fmt: skip


def opener(
    table: str,
    ids: Sequence[T],
    opened: Callable[[T], None],
    label: str,
    width: int,
    *,
    alignment: Literal["left"] | None = None,
    pinned: bool | None = True,
    help: str | None = None,
) -> ButtonColumnResult | ColumnConfig:
    """The column of buttons of the `table` whose rows have these ids: pressing one calls `opened` with its row's id.

    Streamlit tells the position of the row alone, and keeps the callbacks of tables that are gone. Hence a key made of
    the ids, and a click on rows that are not the newest does nothing.
    """
    button = key(f"{table}_button", list(ids))
    drawn: dict[str, Drawn] = st.session_state.setdefault(_DRAWN, {})
    drawn[table] = Drawn(button, st.query_params.to_dict())

    def pressed() -> None:
        if url.is_left():
            return
        row = int(st.session_state[button].row)
        newest: Drawn | None = st.session_state[_DRAWN].get(table)
        if newest and newest.button != button:
            st.query_params.from_dict(newest.query)  # the click brought the address that it was made at
        elif newest and row < len(ids):
            opened(ids[row])

    return st.column_config.ButtonColumn(
        label, key=button, on_click=pressed, type="tertiary", alignment=alignment, pinned=pinned, width=width, help=help
    )
