"""The Streamlit script: which pages there are, who may open them, and the one that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.find import field
from components.ui import browser, destinations, feedback, gate, url
from core.identity import Permission
from core.telemetry import page_run


class Entry(NamedTuple):
    """One page."""

    file: str
    title: str
    icon: str
    section: Literal["", "Customers", "Usage", "Operations", "Content", "Admin"] = ""
    permission: Permission = "read"
    is_listed: bool = True


STATIC: Final = Path(__file__).parent / "static"
PAGES: Final = (
    Entry("overview", "Overview", "space_dashboard"),
    Entry("accounts", "Accounts & quotas", "apartment", "Customers"),
    Entry("account", "Account", "apartment", "Customers", is_listed=False),
    Entry("projects", "Projects", "dashboard", "Customers"),
    Entry("usage", "Usage & credits", "data_usage", "Usage"),
    Entry("api_usage", "API usage", "api", "Usage"),
    Entry("jobs", "Jobs", "checklist", "Operations"),
    Entry("content", "Content", "movie", "Content"),
    Entry("models", "Models", "graphic_eq", "Content"),
    Entry("creators", "Creators", "alternate_email", "Content"),
    Entry("audit", "Audit log", "history", "Admin", "audit"),
    Entry("system", "System", "monitor_heart", "Admin", "admin"),
    Entry("staff", "Staff", "group", "Admin", "admin"),
)

st.set_page_config(
    page_title="AICON Desk", page_icon=str(STATIC / "icon.svg"), layout="wide", initial_sidebar_state=232
)
st.logo(str(STATIC / "logo.svg"), icon_image=str(STATIC / "icon.svg"), size="large")

viewer = gate.viewer()
sections: dict[str, list[StreamlitPage]] = {}
needed: dict[StreamlitPage, Permission] = {}
for entry in PAGES:
    found = st.Page(
        f"pages/{entry.file}.py",
        title=entry.title,
        icon=f":material/{entry.icon}:",
        default=entry is PAGES[0],
        visibility="visible" if entry.is_listed else "hidden",
    )
    needed[found] = entry.permission
    if viewer.can(entry.permission):
        sections.setdefault(entry.section, []).append(found)
# All of them: who may not open one that a link names is told so, by the page itself.
page = st.navigation(list(needed), position="hidden")
url.arrive()
destinations.announce(entry.file for entry in PAGES if viewer.can(entry.permission))
with st.sidebar:
    field.field()
    with st.container(gap="small", key="pages"):  # Streamlit's own list would stand above the find field
        for section, listed in sections.items():
            with st.container(gap="xxsmall"):
                if section:
                    st.caption(section)
                for link in listed:
                    if link.visibility == "visible":
                        st.page_link(link)
        browser.part("access")(key="access", height=1)
        browser.part("presses")(key="presses", height=1)
        browser.measure()
    gate.who(viewer)
with page_run(page.url_path or "overview"), gate.page(needed[page]):
    page.run()
feedback.forget_flashes()
