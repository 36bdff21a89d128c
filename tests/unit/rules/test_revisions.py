"""Revisions run the objects' files, none leans on another, and what they last ran is what stands in the files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from schema import migrate, objects
from schema.revision import SUPERSEDED

REVISIONS: Final = sorted((migrate.MIGRATIONS / "versions").glob("*.py"))
NEEDED: Final = {"__future__.annotations", "typing.Final", "alembic.op", "schema.objects", "sqlalchemy"}
MADE: Final = {
    "tables": r"^CREATE (?:UNLOGGED )?TABLE dashboard\.(\w+)",
    "functions": r"^CREATE OR REPLACE FUNCTION dashboard\.(\w+)",
}


def imported(source: str) -> Iterator[str]:
    """What a module imports, by whole names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Which texts of which objects the revisions run, from the first to the last."""
    asked: list[tuple[str, str]] = []
    text_of = objects.ran

    def noted(name: str, wanted: str) -> str:
        asked.append((name, wanted))
        return text_of(name, wanted)

    monkeypatch.setattr(objects, "ran", noted)
    migrate.sql()
    return asked


@pytest.mark.parametrize("path", REVISIONS, ids=lambda path: path.name)
def test_a_revision_imports_no_other(path: Path) -> None:
    source = path.read_text()
    assert {*imported(source)} <= NEEDED
    assert not re.search(r"__import__|exec\(|versions", source)


def test_an_import_of_another_is_noticed() -> None:
    found = {*imported("import importlib\nfrom schema.migrations.versions import x\nfrom . import y")}
    assert found == {"importlib", "schema.migrations.versions.x", "..y"}


def test_no_name_of_a_revision_can_be_taken_for_a_superseded_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    names = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert len(names) == len(REVISIONS)
    assert [name for name in names if any(name.startswith(old) for old in SUPERSEDED)] == []
    assert max(map(len, names)) <= 32  # what Alembic's own column holds


@pytest.mark.parametrize("name", objects.names())
def test_an_object_is_one_file_of_its_name(name: str) -> None:
    kind, file = name.split("/")[0], name.rpartition("/")[2]
    assert kind in {*MADE, "grants"}
    text = (objects.DESK / name).read_text()
    made = {kind: re.findall(pattern, text, re.M) for kind, pattern in MADE.items()}
    assert made == {each: [file.removesuffix(".sql")] if each == kind else [] for each in MADE}


def test_what_the_revisions_last_ran_is_what_stands_in_the_files(ran: list[tuple[str, str]]) -> None:
    assert {*objects.names()} <= {*dict(ran)}
    again = [name for name in objects.names() if not name.startswith("tables/")]  # a table changes by ALTER TABLE
    assert [dict(ran)[name] for name in again] == [objects.digest((objects.DESK / name).read_text()) for name in again]


def test_every_earlier_text_is_one_that_a_revision_runs(ran: list[tuple[str, str]]) -> None:
    kept = {path.relative_to(objects.EARLIER).as_posix() for path in objects.EARLIER.rglob("*.sql")}
    assert kept <= {f"{name.removesuffix('.sql')}.{digest}.sql" for name, digest in ran}
