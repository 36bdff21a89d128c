"""What did the customer build?"""

import streamlit as st

from components.projects import detail, filters, item, table
from components.ui import feedback, fields, gate, page, url

viewer = gate.require("read")

page.header("Projects", __doc__)

if "project" in st.query_params:
    with feedback.error_boundary("Project"):
        detail.shown(url.uuid("project"), viewer)
        item.drawer(url.uuid("project"), viewer)
else:
    view = filters.view()
    if fields.draw_filters(view):
        with feedback.error_boundary("Projects"):
            table.summary(view)
            table.draw_table(view)
