"""The number in a line of work is the number on the page that the line opens."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from components.overview import work
from components.ui.work_item import Work
from demo.databases import Database
from tests.support.app import App

COUNTED = re.compile(r"[\d,]+\+?")
OTHERWISE = {
    "Failing endpoints": "a line for each endpoint, whose share and calls stand in the page's tiles",
    "Late roll-ups": "says no number",
}
"""Sources whose lines count no list."""


def number(name: str, line: Work) -> str | None:
    """What the line says that its link leads to; None for a line about one record."""
    if "account" in line.query and line.page == "pages/account.py":
        return None
    if name == "Failed jobs":
        said = line.headline.partition(" failed in 24 h and were not retried, ")[2]
    elif name == "Credit spikes":
        more = re.search(r"and ([\d,]+) more account", line.detail)
        said = f"{int(more[1].replace(',', '')) + 1:,}" if more else "1"
    else:
        said = line.headline
    found = COUNTED.search(said)
    assert found, line
    return found[0]


def told(at: AppTest) -> str:
    """What counts on the page outside of tables, a line each."""
    assert not at.exception
    tiles = [option for group in at.button_group for option in group.options]
    return "\n".join([*(str(element.value) for found in (at.markdown, at.caption) for element in found), *tiles])


def counted(name: str, said: str) -> re.Pattern[str]:
    """How the page says so."""
    number = re.escape(said.removesuffix("+")) + r"\+?"
    if name in {"Credit spikes", "Gone quiet"}:
        return re.compile(rf"^{number} accounts? (far above usual|quiet)", re.MULTILINE)
    return re.compile(rf"^{'Stuck ' if name == 'Stuck training' else ''}\*\*{number}\*\*", re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in work.SOURCES if name not in OTHERWISE])
def test_the_page_behind_a_line_holds_as_many(app: App, database: Database, name: str) -> None:
    for line in work.SOURCES[name]():
        if said := number(name, line):
            page = told(app("ada", line.page.removeprefix("pages/").removesuffix(".py"), **line.query))
            assert counted(name, said).search(page), (line.headline, page)


def test_most_sources_have_a_line_to_try(database: Database) -> None:
    assert sum(bool(source()) for source in work.SOURCES.values()) > len(work.SOURCES) // 2
