"""What is typed, chosen or pressed for one record is never taken for another: every widget's key names its record.

A key is made by `records.key`, or stands below with the other keys of what belongs to a whole page.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from demo.places import ROOT

MODULES = sorted(path for folder in ("components", "pages") for path in (ROOT / folder).rglob("*.py"))
KEYED: Final = {
    "button", "checkbox", "chat_input", "color_picker", "data_editor", "date_input", "datetime_input",
    "download_button", "file_uploader", "form", "multiselect", "number_input", "pills", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "text_area", "text_input", "time_input", "toggle",
}  # fmt: skip
"""Widgets that need a key."""
MAY_BE_KEYED: Final = {"expander", "form_submit_button", "popover", "tabs"}
"""Those that take their place or their form for one."""
OF_A_PAGE: Final = {
    "api_usage/calls": {"'api_usage_any_message'", "'api_usage_calls'"},
    "api_usage/filters": {"'api_usage_unpick'"},
    "projects/canvas": {"'projects_items'"},
    "creators/categories": {"'categories_add'"},
    "ui/charts": {"f'{key}_table'"},
    "content/item": {"'content_back'"},
    "creators/add": {"'creators_add'"},
    "creators/bulk": {"'creators_all'", "'creators_mode'", "'creators_unselect'"},
    "creators/filters": {"'creators_tab'"},
    "creators/save": {"'creators_discard'", "'creators_review'"},
    "creators/upload": {"'creators_import'"},
    "ui/exports": {"f'{what}_csv'"},
    "ui/fields": {"f'{view.key(name)}_chip'", "f'{view.page}_clear'", "key", "view.key(name)"},
    "find/field": {"_TEXT"},
    "ui/freshness": {"f'{domain}_refresh'"},
    "jobs/filters": {"'jobs_charts_toggle'"},
    "jobs/verbs": {"'jobs_all'", "'jobs_more'", "'jobs_unselect'", "f'jobs_all_{verb}'"},
    "ui/page": {"'refresh'"},
    "projects/detail": {"'projects_back'"},
    "content/review": {"'content_review'", "'review_leave'", "'review_start'"},
    "staff/verbs": {"'staff_invite'"},
    "usage/filters": {"'usage_unpick'"},
}
"""Filters, and buttons over all that a page shows: by module."""


def is_made(expression: ast.expr) -> bool:
    """Whether this is `records.key(…)`."""
    match expression:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="records"), attr="key")):
            return True
        case _:
            return False


def makers(tree: ast.Module) -> set[str]:
    """Names that stand for keys of records: all they are ever given or return is one."""
    told: dict[str, list[bool]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for name in [one.id for one in targets if isinstance(one, ast.Name)]:
                    told.setdefault(name, []).append(is_made(value))
            case ast.FunctionDef(name=name, body=[*_, ast.Return(value=ast.expr() as value)]):
                told.setdefault(f"{name}()", []).append(is_made(value))
            case _:
                pass
    return {name for name, made in told.items() if all(made)}


def names_its_record(key: ast.expr, made: set[str]) -> bool:
    """Whether the key is made by the helper, here or where its name comes from."""
    match key:
        case ast.Name(id=name):
            return name in made
        case ast.Call(func=ast.Name(id=name)):
            return f"{name}()" in made
        case _:
            return is_made(key)


def faults(source: str, of_a_page: set[str]) -> Iterator[str]:
    """What in a module breaks the rule."""
    tree = ast.parse(source)
    made = makers(tree)
    ours = {name.asname or name.name for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) for name in one.names}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        widget = node.func.attr
        if widget == "ButtonColumn":
            yield f"line {node.lineno}: a button in rows is made by records.opener"
        elif (
            widget in KEYED | MAY_BE_KEYED and isinstance(node.func.value, ast.Name) and node.func.value.id not in ours
        ):
            key = next((one.value for one in node.keywords if one.arg == "key"), None)
            key = node.args[0] if widget == "form" and node.args else key
            if key is None and widget in KEYED:
                yield f"line {node.lineno}: {widget} has no key"
            elif key and not (names_its_record(key, made) or ast.unparse(key) in of_a_page):
                yield f"line {node.lineno}: {ast.unparse(key)} does not name the record that the {widget} belongs to"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_widget_names_its_record(path: Path) -> None:
    if path.stem != "records":
        assert list(faults(path.read_text(), OF_A_PAGE.get(f"{path.parent.name}/{path.stem}", set()))) == []


def test_the_keys_of_pages_are_all_in_use() -> None:
    for module, keys in OF_A_PAGE.items():
        source = (ROOT / "components" / f"{module}.py").read_text()
        found = " ".join(faults(source, set()))
        assert [key for key in keys if f"{key} does not name" not in found] == [], module


@pytest.mark.parametrize(
    "source",
    [
        "st.button('Next', key='jobs_next')",
        "st.text_area('Note', note['body'], key='note_text')",
        "st.text_area('Note', key=f'note_{note[\"id\"]}')",
        "left.text_input('Reason', key='reason')",
        "st.segmented_control('What stays', options, key=f'creators_choice_{number}')",
        "st.selectbox('Role', roles)",
        "st.form('note_new')",
        "st.form_submit_button('Save', key='save')",
        "st.popover('Copy', key='copy')",
        "st.column_config.ButtonColumn('Job', key=records.key('jobs', ids), on_click=opened)",
        "config.ButtonColumn('Job', key='jobs_open', on_click=opened)",
        "KEY = 'limits_reason'\nst.text_input('Reason', key=KEY)",
        "key = records.key('note', one)\nkey = 'note'\nst.text_input('Note', key=key)",
        "def _key(quota):\n    return f'limits_{quota}'\nst.number_input('Limit', key=_key(quota))",
        "def button(key):\n    st.button('Retry', key=key)",
        "st.button('Retry', key=other.key('job', one))",
    ],
)
def test_the_rule_catches(source: str) -> None:
    assert len(list(faults(source, set()))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "st.button('Edit', key=records.key('note_edit', note['id']))",
        "key = records.key('note', one)\nst.text_input('Note', key=key)",
        "def _key(quota):\n    return records.key('limits', quota)\nst.number_input('Limit', key=_key(quota))",
        "with st.form(records.key('note_new', one)):\n    st.form_submit_button('Add')",
        "st.expander('Earlier analysis')",
        "from components.jobs import verbs\nverbs.button(verb, ids, key=f'job_{verb}', is_primary=False)",
        "st.text_input('Name', key='models_name')",
    ],
)
def test_the_rule_lets_pass(source: str) -> None:
    assert list(faults(source, {"'models_name'"})) == []
