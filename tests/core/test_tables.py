"""CSV as people save it: encodings, delimiters, line ends, quotes."""

from __future__ import annotations

import pytest

from app.tables import Unreadable, header_key, read_table, trim

TEXT = "名称,住所\n髙木公園,東区～1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_usual_encodings(encoding: str) -> None:
    table = read_table(TEXT.encode(encoding), "x.csv")
    assert table.header == ("名称", "住所")
    assert table.data[0].cells == ("髙木公園", "東区～1")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_usual_line_ends_and_none_at_the_end(end: str) -> None:
    assert len(read_table(TEXT.strip().replace("\n", end).encode(), "x").rows) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_usual_delimiters(delimiter: str) -> None:
    assert read_table(f'a{delimiter}"b{delimiter}c"\n1{delimiter}2\n'.encode(), "x").data[0].cells == (
        "1",
        "2",
    )


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    table = read_table(b'a,b\n\n"1\n2",x\n , \n3,y\n', "x")
    assert [row.number for row in table.rows] == [1, 3, 5]
    assert table.data[0].cell(0) == "1\n2"
    assert table.data[0].cell(9) == ""


def test_an_unclosed_quote_names_its_row() -> None:
    with pytest.raises(Unreadable, match=r"x\.csv 2行目"):
        read_table(b'a,b\n1,"2\n3,4\n', "x.csv")


@pytest.mark.parametrize("data", [b"a,b\n1,\x00\n", b"\xff\xff\xff\xff", b"\xa4\xa2\x8e"])
def test_what_is_no_text_is_refused_with_the_way_out(data: bytes) -> None:
    with pytest.raises(Unreadable, match="CSV UTF-8"):
        read_table(data, "x.csv")


def test_headers_are_found_in_either_width_and_with_remarks() -> None:
    table = read_table("都道府県コ―ド,料金（基本）,名称（カナ）,開始日（必須）\n".encode(), "x")
    assert table.column("都道府県コード") == 0
    assert table.column("料金(基本)") == 1
    assert table.column("開始日") == 3
    assert table.column("名称") == 2
    assert table.column("電話") == -1
    assert header_key("全国地方公共団体ｺｰﾄﾞ") == header_key("全国地方公共団体コード")


def test_every_kind_of_space_is_trimmed() -> None:
    assert trim("\u3000\u00a0 青葉 \ufeff") == "青葉"
