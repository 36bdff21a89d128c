"""A result is shown until a run that showed it came to its end."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def cut_once() -> None:
    import streamlit as st

    from components.ui import feedback

    is_first = "seen" not in st.session_state
    st.session_state["seen"] = True
    if is_first:
        feedback.flash("success", "Done.")
    feedback.flashes()
    if is_first:
        st.rerun()  # as a press does
    feedback.forget_flashes()


def test_a_result_outlives_a_run_that_was_cut_short_and_no_other() -> None:
    at = AppTest.from_function(cut_once).run()
    assert [one.value for one in at.success] == ["Done\\."]
    assert not at.run().success
