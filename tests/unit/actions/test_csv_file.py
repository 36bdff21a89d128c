"""CSV files as spreadsheets and strangers write them."""

from __future__ import annotations

import unicodedata
from uuid import UUID

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.creators.csv_file import BYTES_MAX, ROWS_MAX, Line, read, usernames, value
from actions.formulas import is_formula, meant, neutral
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
        f"sep=;\n{PLAIN}".replace(",", ";").encode(),
        f'"SEP=|"\r\n{PLAIN}'.replace(",", "|").encode("utf-8-sig"),
        f"sep=,\n{PLAIN}".encode(),
        f"   \n{PLAIN}".encode(),
        f",,,\n{PLAIN}".encode(),
        f'\t\t\n"";""\n{PLAIN}'.replace(",", ";").encode(),
        f' # a remark, of "ours"\n{PLAIN}'.encode(),
        f",# a, b, c\n{PLAIN.replace(',', ';')}".replace(",#", ";#").encode(),
        PLAIN.replace("no,24", "no,24,, ").encode(),
        PLAIN.replace("hours\n", "hours,,\n").encode(),
        PLAIN.replace("no,24", "FAUX,24.0").encode(),
        PLAIN.replace("no,24", "0.0,24").encode(),
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
    assert (line.id, line.platform, line.username) == (None, "tiktok", "@Khaby.Lame")
    assert line.cells == {"category": "Comedy"}


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("@Khaby.Lame", ("@Khaby.Lame", "Khaby.Lame", "khaby.lame")),
        ("https://www.tiktok.com/@Ada", ("https://www.tiktok.com/@Ada", "ada")),
        (" ada", (" ada", "ada")),
        ("'=x", ("=x",)),
        ("a␋b", ("a␋b", "a\x0bb")),
        ("हिन्दी", ("हिन्दी",)),
        ("␀", ("␀",)),
        ("", ("",)),
    ],
)
def test_what_a_username_may_mean_begins_with_what_it_says(cell: str, texts: tuple[str, ...]) -> None:
    assert usernames(cell, "tiktok") == texts


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
        ("scrape_frequency_hours", "24.00.0"),
        ("scrape_frequency_hours", "24,000"),
        ("scrape_frequency_hours", "0.0"),
        ("scrape_frequency_hours", "²"),
        ("is_active", "perhaps"),
        ("display_name", "x" * 256),
        ("display_name", '=HYPERLINK("http://evil.example")'),
        ("display_name", "+cmd|' /C calc'!A0"),
        ("display_name", "@SUM(A1:A9)"),
        ("display_name", "-2+3"),
        ("display_name", "\u200b=1"),
        ("display_name", "\u202d=1"),
        ("display_name", "\ufeff=1+1"),
        ("display_name", " \u2060\u00ad\U000e0020@x"),
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
    names = [
        "=1+1",
        "'=1+1",
        "''-2",
        'say "=1"',
        "a; =1; b",
        "Ann, Bea;\tCea",
        "＝1",  # noqa: RUF001
        "two\n-lines",
        "@x",
        "\u200b=1",
        "\ufeff'=1",
        "a;\u202d=1",
    ]
    frame = pd.DataFrame({"id": [str(ID)] * len(names), "display_name": names})
    file = exports.text(frame, 'creators; with ",;;=1"', "ada@desk.example", 100).encode("utf-8-sig")
    assert [values(line) for line in lines(file)] == [{"display_name": name} for name in names]


@pytest.mark.parametrize("row", ["not-an-id,x", ",x", f"{ID}", f"{ID},x,y", f"{ID},x,,y"])
def test_a_row_that_names_nobody_or_has_other_cells(row: str) -> None:
    [line] = lines(f"id,display_name\n{row}\n".encode())
    assert line.errors


def test_every_sign_that_is_not_seen_hides_no_formula() -> None:
    hidden = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cf" or chr(n).isspace()]
    assert [one for one in hidden if not is_formula(f"{one}=1")] == []
    shown = [one for one in hidden if neutral(one) == one]
    assert [one for one in shown if neutral(f"{one}=1") != f"{one}'=1"] == []
    assert not is_formula("a\u200b=1")


@given(st.text("'=+@-;\"\n\ta \u200b\u202d\ufeff\u00ad＝"))  # noqa: RUF001
def test_what_is_guarded_is_read_as_it_was(text: str) -> None:
    assert meant(neutral(text)) == text
    assert not is_formula(neutral(text))
