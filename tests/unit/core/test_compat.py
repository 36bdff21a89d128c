"""What is assumed of Streamlit's and SQLAlchemy's private names: an upgrade that breaks one is told here."""

from __future__ import annotations

import ast
import inspect
import re
import threading
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import literal, select
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.scriptrunner import script_runner

from core import _compat
from demo.places import ROOT

FOLDERS = "actions", "components", "core", "ops", "pages", "queries", "schema", "web"
OURS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PRIVATE = re.compile(
    r"streamlit\.(runtime\.|components\.v2\.|elements|proto|delta)|sqlalchemy\.dialects\.postgresql\.\w"
)


@pytest.mark.parametrize("path", [*OURS, ROOT / "app.py", ROOT / "navigation.py"], ids=lambda path: path.name)
def test_no_other_module_imports_private_names(path: Path) -> None:
    imported = [node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    assert path.name == "_compat.py" or not [name for name in imported if PRIVATE.match(name)]


def test_files_that_no_page_offers_are_forgotten_by_the_method_replaced() -> None:
    manager = _compat.MediaFileManager(MemoryMediaFileStorage("/media"))
    assert callable(getattr(manager, _compat.FORGETS))
    assert _compat.FORGETS in inspect.getsource(_compat.MediaFileManager.remove_orphaned_files)
    old = manager.add_deferred(lambda: b"", "text/csv", "0.1")
    new = manager.add_deferred(lambda: b"", "text/csv", "0.1")
    assert set(_compat.made_on_demand(manager)) == {old, new}
    assert [*_compat.offered(manager)] == [new]
    _compat.forget(manager, old)
    assert set(_compat.made_on_demand(manager)) == {new}


def test_a_thread_that_runs_a_page_has_its_name_and_its_context() -> None:
    assert f'name="{_compat.SCRIPT_THREAD}"' in inspect.getsource(script_runner)
    thread = threading.Thread()
    context = object()
    _compat.add_script_run_ctx(thread, context)  # pyright: ignore[reportArgumentType]
    assert getattr(thread, _compat.CONTEXT_OF_THREAD) is context


def test_a_run_knows_its_tab_its_page_and_whether_its_callbacks_are_over() -> None:
    known = {one.name for one in fields(_compat.ScriptRunContext)}
    assert {"session_id", "_has_script_started", "_enqueue", "cursors", "parallel_coordinator"} <= known
    assert "fragment_ids_this_run" in known
    assert isinstance(_compat.ScriptRunContext.has_script_started, property)
    assert isinstance(_compat.ScriptRunContext.page_script_hash, property)


def test_pages_beside_the_script_are_left_alone_by_a_flag() -> None:
    assert "uses_pages_directory" in vars(_compat.PagesManager)


def test_messages_have_the_fields_that_are_read() -> None:
    asked = _compat.BackMsg()
    asked.rerun_script.page_script_hash = "page"
    asked.rerun_script.fragment_id = "fragment"
    assert asked.WhichOneof("type") == "rerun_script"
    said = _compat.ForwardMsg()
    said.auth_redirect.url = "/login"
    said.new_session.page_script_hash = "page"
    assert said.WhichOneof("type") == "new_session"


def test_statements_tell_their_structure_and_their_values() -> None:
    one, other = (_compat.cache_key(select(literal(value))) for value in (1, 2))
    assert one.key == other.key
    assert [bound.effective_value for bound in other.bindparams] == [2]
    assert "%(param_1)s" in _compat.compiled(select(literal(1)))
