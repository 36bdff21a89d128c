"""What needs a person now?"""

from __future__ import annotations

import streamlit as st

from components import gate

viewer = gate.require("read")
st.title("Overview secret")
