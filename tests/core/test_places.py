"""Place lists: the kind by its columns, every problem with its row, column and value."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.places import places
from app.errors import KairanError
from app.places.cells import check_digit, code_fault, position_faults
from app.places.columns import KINDS
from app.places.rules import read_places
from app.settings import Settings

PACK = Path(str(Settings.model_fields["town_dir"].default)) / "places"
GOOD = {
    "都道府県コード又は市区町村コード": "482013",
    "名称": "汐野市役所",
    "名称_カナ": "シオノシヤクショ",
    "住所": "汐野市中区大手門1-1",
    "緯度": "33.14765",
    "経度": "133.59802",
    "開始時間": "08:30",
    "終了時間": "17:15",
    "バリアフリー情報": "",
    "備考": "",
}
CODE = "都道府県コード又は市区町村コード"
Line = dict[str, str]


def text(*lines: Line, header: tuple[str, ...] = tuple(GOOD)) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([header, *(line.values() for line in lines)])
    return out.getvalue()


def problems(written: str) -> list[tuple[int | None, str, str]]:
    return [(p.row, p.column, p.value) for p in read_places(written.encode(), "x.csv").problems]


def test_a_good_list_has_no_problem() -> None:
    found = read_places(text(GOOD).encode(), "x.csv")
    assert (found.kind, found.places, found.problems) == ("公共施設一覧", 1, ())


@pytest.mark.parametrize(
    ("changes", "column", "value", "words"),
    [
        ({"名称": ""}, "名称", "", "名称が空"),
        ({"緯度": "", "経度": ""}, "緯度", "", "位置がありません"),
        ({"経度": ""}, "経度", "", "空です"),
        ({"緯度": "北緯33度"}, "緯度", "北緯33度", "数として"),
        ({"緯度": "nan"}, "緯度", "nan", "数として"),
        ({"経度": "１３３．５"}, "経度", "１３３．５", "数として"),
        ({"緯度": "133.59802", "経度": "33.14765"}, "緯度", "133.59802", "入れかわって"),
        ({"緯度": "369.56056"}, "緯度", "369.56056", "日本の外の緯度"),
        ({"経度": "-0.12"}, "経度", "-0.12", "日本の外の経度"),
        ({"開始時間": "24:00"}, "開始時間", "24:00", "時刻"),
        ({"終了時間": "24"}, "終了時間", "24", "時刻"),
        ({"終了時間": "午後5時"}, "終了時間", "午後5時", "時刻"),
        ({"備考": "-"}, "備考", "-", "空にして"),
        ({"終了時間": "－"}, "終了時間", "－", "空にして"),
        ({CODE: "92011"}, CODE, "92011", "先頭の0"),
        ({CODE: "48201"}, CODE, "48201", "検査数字がありません"),
        ({CODE: "482014"}, CODE, "482014", "検査数字が合いません"),
        ({CODE: "汐野市"}, CODE, "汐野市", "6けたの数字"),
        ({"緯度": "あ", "経度": "33.14765", "開始時間": "133.59802"}, "緯度", "あ", "列がずれて"),
    ],
)
def test_each_fault_is_named_once_with_its_row(changes: Line, column: str, value: str, words: str) -> None:
    found = read_places(text(GOOD, GOOD, GOOD | changes).encode(), "x.csv").problems
    named = [p for p in found if p.column == column]
    assert [(p.row, p.value) for p in named] == [(4, value)] and words in named[0].message


@pytest.mark.parametrize("missing", ["名称", "名称_カナ", "住所", "緯度", "経度"])
def test_a_missing_required_column_is_named(missing: str) -> None:
    line = {key: cell for key, cell in GOOD.items() if key != missing}
    assert (1, missing, "") in problems(text(line, header=tuple(line)))


def test_a_list_s_own_required_columns_are_asked_for() -> None:
    header = (*GOOD, "災害種別_洪水", "災害種別_津波")
    missing = {column for _, column, _ in problems(text(GOOD | {"a": "1", "b": ""}, header=header))}
    assert {"災害種別_高潮", "指定避難所との重複"} <= missing and "災害種別_洪水" not in missing


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ((*GOOD, "合言葉"), (1, "合言葉", "合言葉")),
        ((*GOOD, ""), (1, "11列目", "")),
        ((*GOOD, "備考"), (1, "備考", "備考")),
        (tuple(GOOD), (2, "11列目", "x")),
    ],
)
def test_odd_headers_and_cells_without_one(header: tuple[str, ...], expected: tuple[int, str, str]) -> None:
    assert problems(text(GOOD | {"more": "x"}, header=header)) == [expected]


def test_data_beside_their_headers_are_said_once() -> None:
    line = {"first": "0001", **GOOD}
    found = read_places(text(line, line, line).encode(), "x.csv").problems
    assert [(p.row, p.column) for p in found if "ずれて" in p.message] == [(1, "緯度")]


def test_a_row_is_numbered_as_a_spreadsheet_does() -> None:
    written = (
        text(GOOD | {"備考": "2行の\n備考"}) + "\r\n,,,\r\n" + text(GOOD | {"名称": ""}).split("\n", 1)[1]
    )
    assert problems(written) == [(5, "名称", "")]


def test_a_title_above_the_header_is_looked_past() -> None:
    found = read_places(("公共施設の一覧,,\n" + text(GOOD)).encode(), "x.csv")
    assert (found.kind, found.places, [p.row for p in found.problems]) == ("公共施設一覧", 1, [2])


@pytest.mark.parametrize("head", ["a,b", "名称,住所", "名称,緯度,経度,開始日,終了日"])
def test_what_is_no_list_of_places_is_said(head: str) -> None:
    found = read_places(f"{head}\n1,2\n".encode(), "x.csv")
    assert found.kind == "unknown" and found.places == 0 and found.problems[0].row == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_every_column_of_a_list_tells_its_kind(kind: object) -> None:
    for generation in ("都道府県コード又は市区町村コード", "全国地方公共団体ｺｰﾄﾞ"):
        head = ",".join((generation, "名称", "緯度", "経度", *getattr(kind, "own", ())))
        assert read_places(head.encode("utf-16"), "x.csv").kind == getattr(kind, "name", None)


def test_a_form_with_metadata_rows_has_its_header_in_the_property_row() -> None:
    written = (
        '#license,CC BY\n#property,名称,location\n1,公園,"34.34,134.03"\n#object_type_xsd,a,b\n2,,"0,0"\n'
    )
    found = read_places(written.encode(), "x.csv")
    assert (found.kind, found.places) == ("施設一覧", 1)
    assert problems(written) == [(5, "名称", ""), (5, "location", "0,0")]


@pytest.mark.parametrize("code", ["401307", "401315", "131016", "011002", "482013"])
def test_check_digits(code: str) -> None:
    assert check_digit(code[:5]) == code[5] and code_fault(code) == ""


def test_the_corners_of_japan_are_in_it() -> None:
    corners = [
        ("20.4231", "136.0811"),
        ("45.5572", "148.7522"),
        ("24.4494", "122.9325"),
        ("24.2867", "153.98"),
    ]
    assert [position_faults(*corner) for corner in corners] == [("", "")] * 4


def test_the_sample_town_s_sixty_places_have_no_problem() -> None:
    found = [read_places(path.read_bytes(), path.name) for path in sorted(PACK.glob("*.csv"))]
    assert sum(each.places for each in found) == 60
    assert [problem for each in found for problem in each.problems] == []


def test_the_command_prints_one_document(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text(GOOD | {"開始時間": "24:00"}), encoding="cp932")
    result = CliRunner().invoke(places, ["check", str(file), "--json"])
    found = json.loads(result.stdout)
    assert result.exit_code == 0 and (found["kind"], found["places"]) == ("公共施設一覧", 1)
    message = "時刻として読めません。00:00から23:59までで書いてください。"
    assert found["problems"] == [
        {"file": "x.csv", "row": 2, "column": "開始時間", "value": "24:00", "message": message}
    ]


@pytest.mark.parametrize("body", [b"\x00\xff\x81", '名称,緯度\n"開いたまま'.encode(), None])
def test_a_file_that_cannot_be_read_is_refused(body: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    if body is not None:
        file.write_bytes(body)
    result = CliRunner().invoke(places, ["check", str(file), "--json"])
    assert isinstance(result.exception, KairanError) and "\n" not in result.exception.sentence


@pytest.mark.table
@pytest.mark.real_data
def test_every_real_list_is_recognised() -> None:
    files = sorted((Path(os.environ["KAIRAN_REAL_DATA"]) / "facilities").rglob("*.csv"))
    faults = {}
    print(f"\n{'file':40} {'kind':22} {'places':>6} {'problems':>8}")
    for path in files:
        found = read_places(path.read_bytes(), path.name)
        print(f"{path.name:40} {found.kind:22} {found.places:6} {len(found.problems):8}")
        assert found.kind != "unknown" and found.places
        faults[path.name] = [(p.row, p.column) for p in found.problems]
    assert len(files) >= 13
    # The one list with faults: a nursery open until 25:00, and two rows that hold no nursery at all.
    named = [(69, "endTime"), (77, "name"), (77, "location"), (83, "name"), (83, "location")]
    assert {name: each for name, each in faults.items() if each} == {"0013.csv": named}
