"""Charts show names and messages as they are written, not as the HTML that Plotly reads."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from demo.places import ROOT

ODD = '<a href="http://evil.example">sign in</a><br><b>&amp;</b>'
SHOWN = '&lt;a href="http://evil.example"&gt;sign in&lt;/a&gt;&lt;br&gt;&lt;b&gt;&amp;amp;&lt;/b&gt;'


def _lines(odd: str) -> None:
    import pandas as pd

    from components.ui import charts

    frame = pd.DataFrame({"at": pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True), odd: [1.0, 2.0]})
    charts.over_time(frame, "at", {odd: charts.Series(odd, "blue")}, kind="bar", key="odd", alt="odd")


def _marks(odd: str) -> None:
    import pandas as pd
    import plotly.graph_objects as go

    from components.ui import charts

    figure = go.Figure()
    figure.add_bar(x=[odd], y=[1], text=odd, hovertext=[odd], name=odd)
    figure.add_bar(x=pd.Series([odd]), y=pd.Series([1.5]), text=pd.Series([odd], dtype=object))
    charts.draw(figure, key="odd", alt="odd")


@pytest.mark.parametrize("script", [_lines, _marks])
def test_html_in_a_text_is_text(script: Callable[[str], None]) -> None:
    at = AppTest.from_function(script, kwargs={"odd": ODD}).run()
    assert not at.exception
    spec = at.get("plotly_chart")[0].proto.spec
    assert "<" not in json.dumps(json.loads(spec)["data"])
    assert SHOWN in json.loads(spec)["data"][0]["name"]


@pytest.mark.parametrize("path", sorted((ROOT / "components").rglob("*.py")), ids=lambda path: path.name)
def test_a_hover_template_holds_no_value(path: Path) -> None:
    """A value within it would be read as HTML and as a template; only plain names of ours are put in."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.keyword) and node.arg == "hovertemplate" and isinstance(node.value, ast.JoinedStr):
            put_in = [part.value for part in node.value.values if isinstance(part, ast.FormattedValue)]
            assert all(isinstance(value, ast.Name) for value in put_in), f"line {node.value.lineno}"
