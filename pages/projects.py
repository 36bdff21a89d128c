"""What did the customer build?"""

import streamlit as st

from components import feedback, gate, page, project_detail, project_filters, project_item, project_table, url

viewer = gate.require("read")

page.header("Projects", __doc__)

if "project" in st.query_params:
    with feedback.region("Project"):
        project_detail.shown(url.uuid("project"), viewer)
        project_item.drawer(url.uuid("project"), viewer)
else:
    shown = project_filters.view()
    if project_filters.drawn(shown):
        with feedback.region("Projects"):
            project_table.summary(shown)
            project_table.table(shown)
