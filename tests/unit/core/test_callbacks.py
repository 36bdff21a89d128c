"""A press that follows another at once does not cut its callbacks short."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import _compat


@pytest.fixture(autouse=True)
def finishing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the app sets it; undone after the test."""
    for name in _compat.GIVES_WAY, _compat.GOES_ON:
        monkeypatch.setattr(_compat.ScriptRequests, name, getattr(_compat.ScriptRequests, name))
    _compat.finish_callbacks()


def script() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData

    from core._compat import get_script_run_ctx

    def changed() -> None:
        run = get_script_run_ctx()
        assert run
        assert run.script_requests
        run.script_requests.request_rerun(RerunData())  # as the next press does
        st.session_state["said"] = st.session_state.field

    st.text_input("Field", key="field", on_change=changed)
    st.text(st.session_state.get("said", "nothing"))


def test_the_callback_comes_to_its_end_and_the_press_after_it_is_answered() -> None:
    at = AppTest.from_function(script).run()
    at.text_input(key="field").input("gamma").run()
    assert not at.exception
    assert at.text[0].value == "gamma"


def two_runs() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData

    from core import _compat

    run = _compat.get_script_run_ctx()
    assert run
    assert run.script_requests
    if st.session_state.setdefault("is_first", True):
        st.session_state["is_first"] = False
        run.script_requests.request_rerun(RerunData())
        assert _compat.has_next(run)
        try:
            st.text("gives way")
        finally:
            st.session_state["ahead"] = not run.has_script_started
    st.text(f"{st.session_state.ahead} {_compat.has_next(run)}")


def test_from_when_a_run_gives_way_the_next_ones_callbacks_are_ahead() -> None:
    assert AppTest.from_function(two_runs).run().text[0].value == "True False"
