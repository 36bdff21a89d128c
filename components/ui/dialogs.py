"""Questions that wait for an answer: asked in a callback, drawn as a dialog by the run after it, answered once."""

from __future__ import annotations

from typing import Generic, TypeVar

import streamlit as st

from components.ui import records

T = TypeVar("T")


class Pending(Generic[T]):
    """The one question that a page may have open, in the session's `slot`; what stands in `also` goes with it."""

    def __init__(self, slot: str, *also: str) -> None:
        self.slot, self._also = slot, also

    @property
    def waiting(self) -> T | None:
        """The question, if one waits."""
        return st.session_state.get(self.slot)

    def ask(self, question: T) -> None:
        """Ask this from the next run on; in a callback."""
        st.session_state[self.slot] = question

    def still(self, asked: T) -> None:
        """Go on only while it is this that waits; in a callback, which may be of a question answered meanwhile."""
        records.still(self.waiting, asked)

    def close(self) -> None:
        """Nothing waits any more."""
        for slot in (self.slot, *self._also):
            st.session_state.pop(slot, None)

    def back(self) -> None:
        """Close it and draw the page; in a callback."""
        self.close()
        st.rerun()
