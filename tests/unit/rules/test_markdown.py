"""Nothing that anybody else wrote reaches a place where Streamlit reads Markdown without being escaped."""

from __future__ import annotations

from typing import Final

import pytest

from demo.places import ROOT
from tests.support.markdown.rule import Rule, desk
from tests.support.markdown.scopes import scope
from tests.support.markdown.sinks import sinks

KNOWN: Final = desk(ROOT)
FIRST: Final = """
from typing import Any, Final
import streamlit as st
from components.ui import fmt as written, page
from components.ui.fmt import literal
from core.database import rows
NAMES: Final = {"a": "Aye"}
"""


def findings(source: str) -> list[str]:
    """What the rule finds in a module of the Desk's."""
    modules = {name: KNOWN.modules[name] for name in ("components.ui.fmt", "components.ui.page", "core.database")}
    modules |= {"components.tried": scope(ROOT / "components" / "tried.py", FIRST + source)}
    return [text for _, _, text in Rule(modules, ROOT).findings(["components.tried"])]


def test_the_desk_escapes_what_others_wrote() -> None:
    shown = [name for name in KNOWN.modules if name.partition(".")[0] in {"components", "pages", "navigation", "app"}]
    found = [f"{path}:{line}: {text}" for path, line, text in KNOWN.findings(shown)]
    assert found == [], (
        "Markdown is read there: hand text to components.ui.fmt.literal, give a number a format (`:,`), "
        "look a word up in a constant, or write a UUID as one"
    )


def test_the_rule_knows_streamlits_own_places() -> None:
    known = {f"{name}.{one}" for name, sink in sinks().items() for one in sink.read}
    assert {
        *("title.body", "caption.body", "markdown.help", "button.label", "expander.label", "tabs.tabs", "metric.delta"),
        *("popover.label", "dialog.title", "page_link.label", "toast.body", "status.label", "spinner.text"),
        *("warning.title", "pills.options", "radio.captions", "table.data", "TextColumn.help", "Page.title"),
    } <= known
    assert len(known) >= 126  # fewer: their docstrings are written otherwise, and the rule has gone blind


@pytest.mark.parametrize(
    "source",
    [
        "def f(row: dict[str, Any]): st.title(row['name'])",
        "def f(row: dict[str, Any]): st.markdown(f'**{row[\"name\"]}**')",
        "def f(row: dict[str, Any]): st.markdown('**' + row['name'] + '**')",
        "def f(row: dict[str, Any]): st.markdown('**%s**' % row['name'])",
        "def f(row: dict[str, Any]): st.markdown('**{}**'.format(row['name']))",
        "def f(row: dict[str, Any]): st.caption(' · '.join(['a', row['name']]))",
        "def f(row: dict[str, Any]): st.caption(' · '.join(one['name'] for one in rows(1)))",
        "def f(row: dict[str, Any]): st.button('Open', help=row['name'])",
        "def f(row: dict[str, Any]): st.button(row['name'] or 'none')",
        "def f(row: dict[str, Any]): st.expander('x' if row else row['name'])",
        "def f(row: dict[str, Any]): st.tabs(['a', *row])",
        "def f(row: dict[str, Any]): st.metric('a', 1, delta_description=row['name'])",
        "def f(row: dict[str, Any]): st.table({row['name']: 'a'})",
        "def f(row: dict[str, Any]): st.table({'a': row['name']})",
        "def f(row: dict[str, Any]): st.toast(f'{row[\"count\"]}')",
        "def f(row: dict[str, Any]): st.toast(f'{row[\"name\"]:>20}')",
        "def f(row: dict[str, Any]): st.markdown(written.plain(row['name']))",
        "def f(row: dict[str, Any]): st.markdown(literal(row['name'])[:20])",
        "def f(row: dict[str, Any]): st.markdown(literal(row['name']).replace('a', 'b'))",
        "def f(row: dict[str, Any]): st.badge(literal(row['name']))",
        "def f(row: dict[str, Any]): st.markdown(literal(row['name']), unsafe_allow_html=True)",
        "def f(row: dict[str, Any]): st.markdown(NAMES.get(row['name'], row['name']))",
        "def f(row: dict[str, Any]): st.markdown(str(row['name']).capitalize())",
        "def f(names: list[str]): st.pills('a', names)\nf(list(rows(1)))",
        "def f(names): st.pills('a', list(names), format_func=lambda one: names[one])\nf(rows(1))",
        "def f(names): st.pills('a', list(names), format_func=names.get)\nf(rows(1))",
        "def f(names): st.radio('a', ['b'], captions=names)\nf(rows(1))",
        "def f(row: dict[str, Any]):\n    name = row['name']\n    st.title(name)",
        "def f(row: dict[str, Any]):\n    told = 'a'\n    told += row['name']\n    st.title(told)",
        "def f(row: dict[str, Any]):\n    told = ['a']\n    told.append(row['name'])\n    st.title(told[0])",
        "def f(row: dict[str, Any]):\n    told = {}\n    told['a'] = row['name']\n    st.table(told)",
        "def f():\n    for row in rows(1):\n        st.caption(row['name'])",
        "def f(place, row: dict[str, Any]): place.markdown(row['name'])",
        "def shown(text: str): st.title(text)\ndef f(row: dict[str, Any]): shown(row['name'])",
        "def shown(text: str): st.title(text)\ndef f(row: dict[str, Any]): shown(text=row['name'])",
        "def bold(text: str): return f'**{text}**'\ndef f(row: dict[str, Any]): st.title(bold(row['name']))",
        "def one(): return rows(1)[0]['name']\ndef f(): st.title(one())",
        "from functools import partial\ndef shown(text): st.title(text)\ndef f(): partial(shown, rows(1)[0]['name'])()",
        "def f(row: dict[str, Any]):\n    @st.dialog(f'Change {row[\"name\"]}')\n    def asked(): ...",
        "class Told:\n    text: str\ndef f(told: Told): st.title(told.text)\nf(Told(rows(1)[0]['name']))",
        "config = st.column_config\ndef f(row: dict[str, Any]): config.TextColumn('a', help=row['name'])",
        "def f(row: dict[str, Any]): st.column_config.MarkdownColumn('a')",
        "def f(row: dict[str, Any]): st.write(row)",
        "def f(row: dict[str, Any]): st.page_link('pages/a.py', label=row['name'])",
        "def f(error: Exception): st.error(str(error))\nf(rows(1))",
        "def f(): st.caption(st.session_state['typed'])",
        "def f(): st.caption(st.query_params.get('typed', ''))",
        "def f(row: dict[str, Any]): st.markdown(f'`{row[\"id\"]}`')",
        "@st.cache_data(show_spinner=rows(1))\ndef f(): ...",
    ],
)
def test_the_rule_catches(source: str) -> None:
    assert findings(source)


@pytest.mark.parametrize(
    "source",
    [
        "st.title('Jobs')",
        "st.title(NAMES['a'])",
        "def f(row: dict[str, Any]): st.title(NAMES[row['kind']])",
        "def f(row: dict[str, Any]): st.title(NAMES.get(row['kind'], 'other'))",
        "def f(row: dict[str, Any]): st.title(literal(row['name']))",
        "def f(row: dict[str, Any]): st.title(written.literal(row['name'][:200]))",
        'def f(row: dict[str, Any]): st.title(f\'**{literal(row["name"])}** {row["n"]:,} {row["share"]:.1%}\')',
        "def f(row: dict[str, Any]): st.title(f'{row[\"at\"]:%H:%M:%S} UTC, {len(row)}')",
        "def f(row: dict[str, Any]): st.title(written.age(row['at']) + written.count(row['n']))",
        "def f(number: int): st.title(f'{number}')",
        "def f(row: dict[str, Any]): page.header(row['name'], row['question'])",
        "def f(row: dict[str, Any]): st.text(row['name'])",
        "def f(row: dict[str, Any]): st.code(row['name'])",
        "def f(row: dict[str, Any]): st.selectbox('a', [row['name']])",
        "def f(names): st.pills('a', list(names), format_func=lambda one: literal(names[one]))\nf(rows(1))",
        "def shown(text: str): st.title(text)\ndef f(row: dict[str, Any]): shown(literal(row['name']))",
        "def shown(text: str): st.title(literal(text))\ndef f(row: dict[str, Any]): shown(row['name'])",
        "def bold(text: str): return f'**{literal(text)}**'\ndef f(row: dict[str, Any]): st.title(bold(row['name']))",
        "def f(row: dict[str, Any]): st.table({NAMES[one]: literal(row[one]) for one in row})",
        "def f(row: dict[str, Any]): st.button('a', key=row['name'], icon=':material/a:')",
        "def f(row: dict[str, Any]):\n    for name, at in [('a', row['at'])]:\n        st.title(name)",
        "def f(row: dict[str, Any]): st.markdown(' · '.join(literal(one) for one in row))",
        "class Told:\n    text: str\ndef f(told: Told): st.title(told.text)\nf(Told('a'))",
    ],
)
def test_the_rule_lets_pass(source: str) -> None:
    assert findings(source) == []
