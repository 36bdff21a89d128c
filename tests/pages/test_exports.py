"""Every file the Desk hands out, with odd text in every column that can hold it, read by three parsers."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv
import pytest
from psycopg import errors, sql
from streamlit.testing.v1 import AppTest

from actions.exports import record
from actions.formulas import meant, neutral
from components.ui import exports
from core import sessions
from demo.databases import Database
from demo.places import ROOT
from tests.support import factories
from tests.support.app import person
from tests.support.until import PATIENCE_S

ODD = (
    "ffmpeg: frame=1\r=HYPERLINK(1)", "a\n=1+1", "b\r\n+1", '=HYPERLINK("http://x")', "-2+3", "@SUM(A1)", "\t=1", " =1",
    "\n=1", "＝1", "＋1", "－1", "＠x", 'say "=1", ";=2"', "a;=1+1;b", "a\t-1\tb", "'=1", "Acme, Inc.", '"', "\x01\x7f",  # noqa: RUF001
    "🎬 film", "שלום", "‮gnp", "x" * 500, "plain", "\u200b=1", "a;\u202d@x", "\ufeff\u00ad-1",
)  # fmt: skip
EXPORTS = sorted(
    (f"{path.parent.name}.{path.stem}", what)
    for path in (ROOT / "components").rglob("*.py")
    for what in re.findall(r'csv_button\("([\w-]+)"', path.read_text())
)
EVERYTHING = {"jobs_range": "all", "usage_range": "90d", "api_usage_range": "90d", "audit_range": "all"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
FORMULA = re.compile(r"[\s\u00ad\u200b\u202d\ufeff]*[=+\-@＝＋－＠]")  # noqa: RUF001
KEPT = "staff", "staff_session", "alembic_version"
"""What the person who exports is known by."""


def fill(database: Database) -> None:
    """Put the odd texts into every text column, another in each row; what a constraint forbids stays."""
    for one in ODD:
        record(factories.viewer("admin"), "jobs", one, 1)
    text = "SELECT table_schema, table_name, column_name, coalesce(character_maximum_length, 1000)"
    where = "data_type IN ('text', 'character varying') AND is_updatable = 'YES' AND table_schema = ANY(%s)"
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("ALTER TABLE dashboard.audit_log DISABLE TRIGGER ALL")
        columns = connection.execute(
            f"{text} FROM information_schema.columns WHERE {where}".encode(), [["public", "dashboard"]]
        ).fetchall()
        filled = [put(connection, *column) for column in columns if column[1] not in KEPT]
    assert sum(filled) > 60


def put(connection: psycopg.Connection, schema: str, table: str, column: str, size: int) -> bool:
    """Whether the column took the texts."""
    statement = sql.SQL(
        "UPDATE {table} SET {column} = left((%s::text[])[1 + (hashtext(ctid::text) & 65535) %% %s], %s)"
        " WHERE {column} IS NOT NULL"
    ).format(table=sql.Identifier(schema, table), column=sql.Identifier(column))
    try:
        with connection.transaction():
            connection.execute(statement, [list(ODD), len(ODD), size])
    except (errors.CheckViolation, errors.UniqueViolation):
        return False
    return True


def frame_of(module: str) -> tuple[str, pd.DataFrame]:
    """What the export of a page holds: its words and its rows."""

    at = AppTest.from_function(_script, default_timeout=PATIENCE_S, kwargs={"module": module})
    at.user = {"session": sessions.reference(sessions.start(person("ada")))}
    for key, value in EVERYTHING.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at.session_state["words"], at.session_state["frame"]


def _script(module: str) -> None:
    """Asks a page's export, as the request for its file does."""
    import importlib

    import pandas as pd
    import streamlit as st

    from core.database import load

    words, rows = importlib.import_module(f"components.{module}")._export(2_001)
    st.session_state["words"] = words
    st.session_state["frame"] = rows if isinstance(rows, pd.DataFrame) else load(rows)


def shown(value: object) -> str:
    """Text as a file has it but for the apostrophes: control characters visible."""
    return meant(neutral(str(value)))


def parsed(text: str) -> list[list[list[str]]]:
    """The header and rows of a file as three parsers read them."""
    by_python = list(csv.reader(io.StringIO(text, newline="")))[3:]
    told = pd.read_csv(io.StringIO(text, newline=""), skiprows=3, dtype=str, keep_default_na=False)
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    names = by_python[0]
    typed = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    read = pyarrow.csv.ReadOptions(skip_rows=3)
    table = pyarrow.csv.read_csv(io.BytesIO(text.encode()), read, options, typed)
    by_arrow = [table.column_names, *(list(row.values()) for row in table.to_pylist())]
    return [by_python, [list(told.columns), *told.to_numpy().tolist()], by_arrow]


def check(text: str, frame: pd.DataFrame) -> None:
    """Three parsers find the rows of the frame and its texts, and no program that divides otherwise finds a formula."""
    is_text = [frame[name].map(lambda value: isinstance(value, str)).any() for name in frame.columns]
    for header, *rows in parsed(text):
        assert header == list(frame.columns)
        assert len(rows) == len(frame)
        for number, name in enumerate(frame.columns):
            cells = [row[number] for row in rows]
            assert not [cell for cell in cells if FORMULA.match(cell) and not NUMBER.fullmatch(cell)]
            if is_text[number]:
                assert [meant(cell) for cell in cells] == ["" if pd.isna(v) else shown(v) for v in frame[name]], name
    pieces = [piece for piece in re.split(r"""[;\t\r\n"]""", text) if FORMULA.match(piece)]
    assert not [piece for piece in pieces if not NUMBER.fullmatch(piece)]
    for by in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
        assert not [cell for cell in by if FORMULA.match(cell)]


def test_every_export_is_found() -> None:
    assert len(EXPORTS) >= 10


@pytest.mark.parametrize(("module", "what"), [pair for pair in EXPORTS if pair[1] != "job-outcome"])
def test_odd_text_stays_in_its_cell(demo_copy: Database, module: str, what: str) -> None:
    fill(demo_copy)
    words, frame = frame_of(module)
    assert 0 < len(frame) <= 2_001
    check(exports.text(frame, words, "ada@desk.example", 2_001), frame)


def test_every_text_in_every_place_of_a_file() -> None:
    frame = pd.DataFrame(
        {"text": list(ODD), "=also()": list(reversed(ODD)), "number": [-n / 2 for n in range(len(ODD))]}
    )
    text = exports.text(frame, "jobs", "ada@desk.example", 100)
    for header, *rows in parsed(text):
        assert header == ["text", "'=also()", "number"]
        assert [meant(row[0]) for row in rows] == [shown(one) for one in ODD]
        assert [float(row[2]) for row in rows] == list(frame["number"])
    check(text, frame.rename(columns={"=also()": "'=also()"}))


@pytest.mark.parametrize("odd", ODD)
def test_the_lines_above_the_table_are_one_cell_each(odd: str) -> None:
    words = f'jobs of {odd} with "{odd}"'
    text = exports.text(pd.DataFrame({"a": [1]}), words, f"{odd}@desk.example", 100)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(line) for line in lines] == [1, 1, 1, 1, 1]
    assert meant(lines[0][0]) == shown(f"# AICON Desk: {' '.join(words.split())}")
    assert not [piece for piece in re.split(r"""[;\t\r\n"]""", text) if FORMULA.match(piece)]


@pytest.mark.parametrize(("rows", "told"), [(2, "# 2 rows."), (3, "# 3 rows."), (4, "# 3 rows. Cut at 3")])
def test_a_file_is_cut_only_where_there_is_more(rows: int, told: str) -> None:
    text = exports.text(pd.DataFrame({"a": range(rows)}), "jobs", "ada@desk.example", 3)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert lines[2][0].startswith(told)
    assert ("Cut" in lines[2][0]) == (rows > 3)
    assert len(lines) == 4 + min(rows, 3)
