"""The Streamlit script: which pages there are, who may open them, and the one that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import streamlit as st

from components import gate
from core.identity import Permission
from core.telemetry import page_run


class Entry(NamedTuple):
    """One page."""

    file: str
    title: str
    icon: str
    permission: Permission = "read"


STATIC: Final = Path(__file__).parent / "static"
PAGES: Final = (
    Entry("overview", "Overview", "space_dashboard"),
    Entry("jobs", "Jobs", "checklist"),
)

st.set_page_config(
    page_title="AICON Desk", page_icon=str(STATIC / "icon.svg"), layout="wide", initial_sidebar_state=232
)
st.logo(str(STATIC / "logo.svg"), icon_image=str(STATIC / "icon.svg"), size="large")

viewer = gate.viewer()
gate.watch()
page = st.navigation(
    [
        st.Page(f"pages/{entry.file}.py", title=entry.title, icon=f":material/{entry.icon}:", default=entry is PAGES[0])
        for entry in PAGES
        if viewer.can(entry.permission)
    ]
)
with st.sidebar:
    gate.who(viewer)
with page_run(page.url_path or "overview"):
    page.run()
