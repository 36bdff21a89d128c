"""What `literal` escapes reads in a real browser as it was written, in every place that reads Markdown."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, expect

from demo import supervised
from demo.places import ROOT
from tests.support.grid import still
from tests.support.markdown.texts import TEXTS, shown
from tests.support.site import free_port

SCRIPT: Final = """
import streamlit as st
from components.ui.fmt import literal
from tests.support.markdown.texts import TEXTS

for number, text in enumerate(TEXTS):
    said = literal(text)
    with st.container(key=f"text_{number}"):
        st.markdown(said)
        st.markdown(f"**{said}**")
        st.markdown(f":gray[{said}]")
        st.markdown(f":green-badge[:material/check: {said}]")
        st.markdown(f"~~{said}~~ and {said}")
        st.caption(said)
        st.title(said, anchor=False)
        st.subheader(said, anchor=False)
        st.button(said, key=f"button_{number}")
        st.link_button(said, "https://desk.example")
        st.popover(said)
        st.expander(said)
        st.tabs([said])
        st.checkbox(said, key=f"checkbox_{number}")
        st.radio(said, [number], format_func=lambda _, said=said: said, captions=[said], key=f"radio_{number}")
        st.pills(said, [number], format_func=lambda _, said=said: said, key=f"pills_{number}")
        st.text_input(said, key=f"input_{number}")
        st.metric(said, said, said, delta_description=said)
        st.table({said: [said]})
        st.progress(50, said)
        st.status(said)
        st.success(said)
st.write("The end")
"""
PLACES: Final = 26
"""How often each text stands on the page."""
READ: Final = """box => {
    const made = "a:not([href='https://desk.example']), img, em, code, pre, ul, ol, blockquote, hr, sup, .katex, "
        + "[data-testid=stMarkdownContainer] :is(table, input)";
    const told = [...box.querySelectorAll("[data-testid=stMarkdownContainer]")];
    getSelection().selectAllChildren(told[0]);
    return {
        made: [...box.querySelectorAll(made)].map(one => one.outerHTML),
        told: told.map(one => one.innerText),
        copied: getSelection().toString(),
    };
}"""


def test_reads_and_copies_as_written_everywhere(browser: Browser, tmp_path: Path) -> None:
    script, port = tmp_path / "texts.py", free_port()
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    reading, writing = os.pipe()
    with open(reading) as said, open(writing, "wb") as output, browser.new_page() as page:
        app = supervised.start(command, cwd=ROOT, output=output, env=os.environ | {"PYTHONPATH": str(ROOT)})
        try:
            assert any("http://" in line for line in iter(said.readline, ""))  # it says where it listens
            page.goto(f"http://localhost:{port}")
            page.get_by_text("The end", exact=True).wait_for()
            still(page)
            for number, text in enumerate(TEXTS):
                _reads_and_copies(page.locator(f".st-key-text_{number}"), shown(text))
        finally:
            supervised.stop(app)


def _reads_and_copies(box: Locator, text: str) -> None:
    expect(box.get_by_test_id("stMarkdownContainer")).to_have_count(PLACES)  # some parts load by themselves
    found = box.evaluate(READ)
    assert found["made"] == []
    told = [" ".join(one.replace("\u2068", "").replace("\u2069", "").split()) for one in found["told"]]
    assert set(told) == {text, f"{text} and {text}", f"check {text}"}
    if "\u2068" not in found["copied"]:
        assert " ".join(found["copied"].split()) == text
