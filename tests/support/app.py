"""What a test of pages presses and finds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from demo.personas import PERSONAS

App = Callable[..., AppTest]


def keyed(elements: Iterable[Any], name: str) -> Any:
    """The only one of these elements whose key is that name with a record."""
    [found] = [element for element in elements if str(element.key).startswith(f"{name}_")]
    return found


def button_of(at: AppTest, table: str) -> str | None:
    """The id of the widget that the buttons in this table's rows are, where the table is drawn."""
    ids = [one for frame in at.dataframe for one in frame.proto.button_click_widgets.values()]
    return next((one for one in ids if f"-{table}_button_" in one), None)


def click(at: AppTest, widget: str, row: int | None = None) -> AppTest:
    """What a browser sends when this widget's button is pressed, in that row of a table, drawn still or not."""
    states = WidgetStates()
    state = states.widgets.add(id=widget)
    if row is None:
        state.trigger_value = True
    else:
        state.string_trigger_value.data = json.dumps({"row": row, "label": ""})
    return at._run(states)  # pyright: ignore[reportPrivateUsage]  # AppTest itself presses only what is drawn


def person(who: str) -> UUID:
    """The id of the persona with that first name."""
    return next(persona.user_id for persona in PERSONAS if persona.name.lower() == who)


def said(at: AppTest) -> str:
    """Everything the page tells in warnings, errors and captions."""
    return " ".join(str(element.value) for element in [*at.warning, *at.error, *at.markdown, *at.caption])
