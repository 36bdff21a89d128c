"""CSV files as spreadsheets and strangers write them."""

from __future__ import annotations

from uuid import UUID

import pandas as pd
import pytest

from actions.creators.csv_file import BYTES_MAX, ROWS_MAX, Line, read, value
from components.ui import exports
from core.errors import Invalid

ID = UUID("11111111-2222-4333-8444-555555555555")
PLAIN = f"id,display_name,is_active,scrape_frequency_hours\n{ID},Ann,no,24\n"


def lines(content: bytes) -> tuple[Line, ...]:
    """The rows of the file."""
    return read(content).lines


def values(line: Line) -> dict[str, object]:
    """What the cells of a row say."""
    return {column: value(column, cell) for column, cell in line.cells.items()}  # pyright: ignore[reportArgumentType]  # a test's columns


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip("\n").encode(),
        PLAIN.replace("Ann", ' "Ann"'.strip()).encode(),
        f"# AICON Desk: active creators\n# 1 rows, all of them.\n{PLAIN}\n\n,,,\n".encode("utf-8-sig"),
        PLAIN.replace("id,display_name", "ID, Display_Name ").encode(),
    ],
)
def test_every_way_to_write_the_same_file(content: bytes) -> None:
    [line] = lines(content)
    assert (line.id, values(line), line.errors) == (
        ID,
        {"display_name": "Ann", "is_active": False, "scrape_frequency_hours": 24},
        (),
    )


def test_quoted_newlines_and_delimiters_are_part_of_the_cell() -> None:
    [line, after] = lines(f'id,display_name\r\n{ID},"Ann, ""the"" \nsecond"\r\n{ID},Bea\r\n'.encode())
    assert values(line) == {"display_name": 'Ann, "the" \nsecond'}
    assert after.number == 4


def test_a_creator_by_platform_and_username() -> None:
    [line] = lines(b"platform,username,category\nTikTok,@Khaby.Lame,Comedy\n")
    assert (line.id, line.name, line.cells) == (None, ("tiktok", "khaby.lame"), {"category": "Comedy"})


def test_an_empty_cell_leaves_and_none_empties() -> None:
    [line] = lines(f"id,display_name,is_active\n{ID},(none),\n".encode())
    assert values(line) == {"display_name": None}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "first line must name"),
        (b"\n\n", "first line must name"),
        (b"id,display_name\n", "no rows"),
        (b"id,followers\nx,1\n", "changes nothing"),
        (b"display_name\nx\n", "first line must name"),
        (b"id\nx\n", "changes nothing"),
        (b"id,id,is_active\na,b,c\n", "twice"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), "first line must name"),
        (b"id,display_name\n1,\xff\xfe\n", "not UTF-8"),
        (PLAIN.encode("utf-16"), "not UTF-8"),
        (b"id,display_name\n1,a\x00b\n", "NUL"),
        (b'id,display_name\n1,"never closed\n', "not valid CSV"),
        (b'id,display_name\n1,"' + b"x" * 200_000 + b'"\n', "not valid CSV"),
        (b"x" * (BYTES_MAX + 1), "larger than 5 MB"),
        (f"id,is_active\n{f'{ID},yes' + chr(10)}".encode() + f"{ID},yes\n".encode() * ROWS_MAX, "more than 5,000 rows"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_changes_is_refused_as_a_whole(content: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        lines(content)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("scrape_frequency_hours", "0"),
        ("scrape_frequency_hours", "-1"),
        ("scrape_frequency_hours", "1000000000"),
        ("scrape_frequency_hours", "9" * 5_000),
        ("scrape_frequency_hours", "24.5"),
        ("scrape_frequency_hours", "²"),
        ("is_active", "perhaps"),
        ("display_name", "x" * 256),
        ("display_name", '=HYPERLINK("http://evil.example")'),
        ("display_name", "+cmd|' /C calc'!A0"),
        ("display_name", "@SUM(A1:A9)"),
        ("display_name", "-2+3"),
    ],
)
def test_a_bad_cell_is_no_value(column: str, cell: str) -> None:
    quoted = cell.replace('"', '""')
    bad, good = lines(f'id,{column}\n{ID},"{quoted}"\n{ID},\n'.encode())
    with pytest.raises(Invalid):
        values(bad)
    assert values(good) == {}


def test_columns_that_nobody_asked_for_are_named_and_nothing_else() -> None:
    file = read(f"id,followers,,is_active,Note\n{ID},12,x,yes,=1+1\n".encode())
    assert file.ignored == ("followers", "note")
    assert values(file.lines[0]) == {"is_active": True}


def test_what_the_desk_exports_reads_back() -> None:
    names = ["=1+1", "'=1+1", "''-2", 'say "=1"', "a; =1; b", "Ann, Bea;\tCea", "＝1", "two\n-lines", "@x"]  # noqa: RUF001
    frame = pd.DataFrame({"id": [str(ID)] * len(names), "display_name": names})
    file = exports.text(frame, 'creators; with ",;;=1"', "ada@desk.example", 100).encode("utf-8-sig")
    assert [values(line) for line in lines(file)] == [{"display_name": name} for name in names]


@pytest.mark.parametrize("row", ["not-an-id,x", ",x", f"{ID}", f"{ID},x,y"])
def test_a_row_that_names_nobody_or_has_other_cells(row: str) -> None:
    [line] = lines(f"id,display_name\n{row}\n".encode())
    assert line.errors
