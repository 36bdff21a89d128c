"""The review queue by keyboard: which keys count now, shown as a legend, and for which item they were pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from components.ui import browser

_KEY: Final = "review_keys"
_TURN: Final = "review_turn"


def listen(item: str, asked: str, keys: Sequence[tuple[str, str]], press: Callable[[str, str], None]) -> None:
    """Listen for keys, each with what it does, and call `press(item, key)` with the item that the person saw.

    `item` may be empty: nothing is in view. `asked` names the verdict whose reason is being asked for.
    """
    # A key counts once: the next one counts when this run's answer has been drawn.
    turn = st.session_state[_TURN] = int(st.session_state.get(_TURN, 0)) + 1

    def pressed() -> None:
        seen, _, key = str(st.session_state[_KEY]["pressed"]).partition(" ")
        press(seen, key)

    browser.part("verdicts", css=True)(
        key=_KEY,
        data={"item": item, "asked": asked, "keys": [list(key) for key in keys], "turn": turn},
        on_pressed_change=pressed,
    )
