"""The list of pages, below the find field: Streamlit's own list would stand above everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.ui import browser


def pages(sections: Mapping[str, Sequence[StreamlitPage]]) -> None:
    """A link to every page that the viewer may open, by section."""
    with st.container(gap="small", key="pages"):
        for section, listed in sections.items():
            with st.container(gap="xxsmall"):
                if section:
                    st.caption(section)
                for page in listed:
                    if page.visibility == "visible":
                        st.page_link(page)
        browser.part("access")(key="access", height=1)
        browser.part("downloads")(key="downloads", height=1)
        browser.measure()
