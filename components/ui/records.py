"""The keys of widgets that belong to a record, and the buttons in the rows of a table.

A key that does not name its record hands what was typed or pressed for one record to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal, NamedTuple, TypeVar
from uuid import uuid4

import streamlit as st
from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

from components.ui.fmt import short_id

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
        row = int(st.session_state[button].row)
        newest: Drawn | None = st.session_state[_DRAWN].get(table)
        if newest and newest.button != button:
            st.query_params.from_dict(newest.query)  # the click brought the address that it was made at
        elif newest and row < len(ids):
            opened(ids[row])

    return st.column_config.ButtonColumn(
        label, key=button, on_click=pressed, type="tertiary", alignment=alignment, pinned=pinned, width=width, help=help
    )
